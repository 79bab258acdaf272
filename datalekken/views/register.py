"""The register of breaches (AVG 33(5)): figures, the list behind each figure, and files of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from datalekken.actions.exporting import ask_register_file
from datalekken.choices import Nature, TermKept, Told
from datalekken.exchange import register_xlsx
from datalekken.forms.register import RegisterFilterForm
from datalekken.letters.register import JUDGED, Figures, Line, figures, register_pdf
from datalekken.models import Breach, RegisterFile
from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.backoffice.records import signed_in
from privacyboard.documents.rules import XLSX
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Board, School, User

PER_PAGE = 50
# A breach takes half a page and a tenth of a second: more than this on paper is read by nobody,
# and more than a few are for the worker.
MOST_ON_PAPER = 300
FEW_ON_PAPER = 10
RECENT = 10
REFRESH_SECONDS = 4
MOST_IN_SHEET = 50_000


@dataclass(frozen=True)
class Count:
    """A number, what it counts, and the list that is exactly these."""

    label: str
    number: int
    query: str


@dataclass(frozen=True)
class TableLine:
    """A school or a kind, and its counts."""

    label: str
    query: str
    counts: tuple[Count, ...]


@login_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Figures per school, kind and timeliness of the breaches that this person may read."""
    user = signed_in(request)
    if not user.standing.holds(Right.VIEW_BREACHES):
        raise Http404
    return _page(request, user, RegisterFilterForm(request.GET, user=user))


def _page(
    request: HttpRequest, user: User, form: RegisterFilterForm, *, problem: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "problem": problem, "figures": None}
    is_valid = form.is_valid()
    if is_valid:
        found = form.narrow(Breach.objects.judged(timezone.now()).visible_to(user))
        counted = _counted(found, form)
        context |= _figures(request.GET, counted)
        schools = School.objects.filter(breaches=OuterRef("pk")).order_by("sort_name")
        rows = found.annotate(at_schools=ArraySubquery(schools.values("name")))
        context["page"] = CappedPaginator(
            rows.order_by("-registered_at", "-id"), PER_PAGE
        ).get_page(request.GET.get("page"))
        context["terms"] = dict(TermKept.choices)
    context["may_export"] = is_valid and user.standing.holds(Right.EXPORT_BREACHES)
    context["chosen"] = _without(request.GET, "page").urlencode()
    status = 200 if is_valid and not problem else 422
    return render(request, "datalekken/register.html", context, status=status)


def _counted(found: QuerySet[Any], form: RegisterFilterForm) -> Figures:
    return figures(found, schools=form.schools, with_board=form.with_board)


def _without(given: QueryDict, name: str) -> QueryDict:
    rest = given.copy()
    rest.pop(name, None)
    return rest


def _figures(given: QueryDict, counted: Figures) -> dict[str, Any]:
    """The figures as the page shows them: each with the address of its own list."""

    def query(**asked: str) -> str:
        rest = _without(given, "page")
        for name, value in asked.items():
            rest[name] = value
        return rest.urlencode()

    def lines(found: tuple[Line, ...], word: str) -> Iterator[TableLine]:
        for line in found:
            own = {word: line.value}
            counts = [Count(_("Datalekken"), line.total, query(**own))]
            counts += [
                Count(str(each.label), line.terms[each.value], query(**own, termijn=each.value))
                for each in TermKept
            ]
            counts.append(
                Count(str(Told.TOLD.label), line.told, query(**own, verteld=Told.TOLD.value))
            )
            yield TableLine(line.label, query(**own), tuple(counts))

    judged = [
        [
            Count(str(each.label), counted.judged[word][each.value], query(**{word: each.value}))
            for each in values
        ]
        for word, (_column, values) in JUDGED.items()
    ]
    natures = [
        Count(str(each.label), counted.natures[each.value], query(wat=each.value))
        for each in Nature
    ]
    titles = (
        _("Op tijd bij de AP"),
        _("Op tijd binnen school"),
        _("Op tijd door de verwerker"),
        _("Verteld aan de mensen"),
        _("Wat het is"),
    )
    return {
        "figures": counted,
        "schools": list(lines(counted.schools, "school")),
        "kinds": list(lines(counted.kinds, "soort")),
        "timeliness": list(zip(titles, [*judged, natures], strict=True)),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register_file(request: HttpRequest, ending: str) -> HttpResponse:
    """The filtered register as XLSX or PDF, for who may export; it stands in the access log.

    A PDF of more than a few is asked for with POST, and the worker makes it.
    """
    user = exporter(request)
    form = RegisterFilterForm(request.GET, user=user)
    if not form.is_valid():
        return _page(request, user, form)
    at = timezone.now()
    found = form.narrow(Breach.objects.judged(at).to_export(user))
    most = MOST_ON_PAPER if ending == "pdf" else MOST_IN_SHEET
    count = found.order_by()[: most + 1].count()
    if count > most:
        told = _("Dit zijn meer dan %(most)s datalekken. Kies een kortere periode of één school.")
        return _page(request, user, form, problem=told % {"most": most})
    if ending == "pdf" and count > FEW_ON_PAPER:
        return _by_the_worker(request, user, form, found, at=at)
    make = register_pdf if ending == "pdf" else register_xlsx
    content = make(found, counted=_counted(found, form), chosen=form.in_words(), at=at)
    if board := Board.objects.first():
        note_access(subject=board, act=AccessEntry.Act.EXPORTED, by=user)
    kind = "application/pdf" if ending == "pdf" else XLSX
    response = HttpResponse(content, content_type=kind)
    name = f"datalekken-{timezone.localdate(at).isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def exporter(request: HttpRequest) -> User:
    """Who may take the register out; 404 to anyone else."""
    user = signed_in(request)
    if not user.standing.holds(Right.EXPORT_BREACHES):
        raise Http404
    return user


def _by_the_worker(
    request: HttpRequest,
    user: User,
    form: RegisterFilterForm,
    found: QuerySet[Any],
    *,
    at: datetime,
) -> HttpResponse:
    if request.method == "POST":
        keys = list(found.order_by("pk").values_list("pk", flat=True))
        ask_register_file(breaches=keys, chosen=form.in_words(), by=user, at=at)
        messages.success(request, _("Het register wordt gemaakt. Het staat straks op deze pagina."))
        return HttpResponseRedirect(reverse("breach_register_files"))
    return _files(request, user, {"count": found.order_by().count(), "chosen": form.in_words()})


@login_required
@never_cache
@require_safe
def register_files(request: HttpRequest) -> HttpResponse:
    """What this person asked on paper; the page looks again while one is being made."""
    return _files(request, exporter(request), {})


def _files(request: HttpRequest, user: User, asked: dict[str, Any]) -> HttpResponse:
    files = list(RegisterFile.objects.visible_to(user).select_related("document")[:RECENT])
    response = render(request, "datalekken/register_files.html", {"files": files, **asked})
    if not asked and any(each.is_busy for each in files):
        response["Refresh"] = str(REFRESH_SECONDS)
    return response
