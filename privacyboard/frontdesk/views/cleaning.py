"""What is forgotten here: the rules, a trial of them, and what the runs took away. Counts only."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from privacyboard.backoffice.records import signed_in
from privacyboard.clockwork import runs
from privacyboard.clockwork.models import RetentionRun
from privacyboard.frontdesk.places import CLEANING_READERS
from privacyboard.organisation.models import User

A_PAGE = 25


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
    """The rules with the terms that are in force, and the runs that did something."""
    _reader(request)
    rules = runs.all_rules()
    terms = runs.terms_in_force(rules)
    context = {
        "rules": [
            RuleTold(rule.title, runs.in_words(rule, terms[rule.name]), str(rule.fate.label))
            for rule in rules
        ],
        "page": Paginator(_told(), A_PAGE).get_page(request.GET.get("pagina")),
    }
    return render(request, "frontdesk/cleaning.html", context)


def _told() -> QuerySet[RetentionRun]:
    rows = RetentionRun.objects.filter(lines__isnull=False)
    return rows.annotate(gone=Sum("lines__gone"), found=Sum("lines__found")).order_by(
        "-started_at", "-pk"
    )


@login_required
@require_POST
def cleaning_tried(request: HttpRequest) -> HttpResponse:
    """Count what would go now, by rule; nothing goes."""
    user = _reader(request)
    run = runs.run_rules(by=user, at=timezone.now(), trial=True)
    return HttpResponseRedirect(reverse("cleaning_run", args=[run.pk]))


@login_required
@require_safe
def cleaning_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run, or trial: by rule what was found, what went and what is held."""
    _reader(request)
    run = get_object_or_404(RetentionRun.objects.select_related("by"), pk=pk)
    lines = list(run.lines.order_by("-found", "pk"))
    totals = {name: sum(getattr(line, name) for line in lines) for name in ("found", "held")}
    return render(
        request,
        "frontdesk/cleaning_run.html",
        {"run": run, "lines": lines, **totals, "free": totals["found"] - totals["held"]},
    )
