"""What is forgotten here: the rules, a trial of them, and what the runs took away. Counts only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from privacyboard.backoffice.records import signed_in
from privacyboard.clockwork import runs, sweeps
from privacyboard.clockwork.models import RetentionRun
from privacyboard.frontdesk.places import CLEANING_READERS
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Teacher, User

A_PAGE = 10
SWEEP = "retention"
# Under which heading the rules of an app stand; those of no heading are about who works here.
_SUBJECTS = {
    "requests_ar": _("Verzoeken en klachten"),
    "datalekken": _("Datalekken"),
    "consent": _("Toestemmingen"),
    "organisation": _("Leerlingen en ouders"),
    "people": _("Leerlingen en ouders"),
    "registers": _("Register"),
}
_OF_STAFF = _("Medewerkers, post en beheer")


@dataclass(frozen=True)
class RuleTold:
    """One rule as its readers see it."""

    title: str
    term: str
    fate: str


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not any(user.standing.holds(right) for right in CLEANING_READERS):
        raise Http404
    return user


@login_required
@require_safe
def cleaning(request: HttpRequest) -> HttpResponse:
    """How it goes, the runs that did something, and by subject the rules with their terms."""
    user = _reader(request)
    beats = sweeps.health_on(now=timezone.now())
    context = {
        "health": next((each for each in beats if each.sweep.name == SWEEP), None),
        "subjects": _by_subject(runs.all_rules(), timezone.localdate()),
        "page": Paginator(_told(), A_PAGE).get_page(request.GET.get("pagina")),
        "sees_operation": user.standing.holds(Right.VIEW_OPERATION),
    }
    return render(request, "frontdesk/cleaning.html", context)


def _by_subject(rules: Sequence[runs.Rule], today: date) -> dict[str, list[RuleTold]]:
    """The rules under their headings, in the order of the alphabet."""
    terms = runs.terms_in_force(rules, today=today)
    found: defaultdict[str, list[RuleTold]] = defaultdict(list)
    for rule in rules:
        of = (
            None
            if issubclass(rule.model, User | Teacher)
            else _SUBJECTS.get(rule.model._meta.app_label)
        )
        words = runs.in_words(rule, terms[rule.name])
        found[str(of or _OF_STAFF)].append(RuleTold(rule.title, words, str(rule.fate.label)))
    return dict(sorted(found.items()))


def _told() -> QuerySet[RetentionRun]:
    rows = RetentionRun.objects.filter(lines__isnull=False)
    return rows.annotate(
        gone=Sum("lines__gone"),
        found=Sum("lines__found"),
        failed=Count("lines", filter=~Q(lines__error="")),
    ).order_by("-started_at", "-pk")


@login_required
@require_POST
def cleaning_tried(request: HttpRequest) -> HttpResponse:
    """Count what would go now, by rule; nothing goes."""
    user = _reader(request)
    try:
        run = runs.run_rules(by=user, at=timezone.now(), trial=True)
    except runs.RunFailed as failed:
        run = failed.run  # its page says what could not be counted
    return HttpResponseRedirect(reverse("cleaning_run", args=[run.pk]))


@login_required
@require_safe
def cleaning_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run, or trial: by rule what was found, what went and what is held."""
    _reader(request)
    run = get_object_or_404(RetentionRun.objects.select_related("by"), pk=pk)
    lines = list(run.lines.order_by("-found", "pk"))
    counts = ("found", "held", "free")
    totals = {name: sum(getattr(line, name) for line in lines) for name in counts}
    return render(
        request,
        "frontdesk/cleaning_run.html",
        {
            "run": run,
            "lines": [line for line in lines if line.found or line.error],
            "others": [line for line in lines if not line.found and not line.error],
            **totals,
        },
    )
