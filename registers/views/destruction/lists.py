"""The destruction lists of this person, one of them, its numbers, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Pupil, School
from registers.actions.destroying.listing import open_list
from registers.choices.destruction import DestructionState, ItemVerdict
from registers.exchange.destruction import task_csv
from registers.forms.destruction import NewListForm
from registers.models import DestructionItem, DestructionList, DestructionTask
from registers.models.destruction_holds import item_holds, said
from registers.models.destruction_numbers import new_numbers
from registers.views.destruction.casefile import read_list
from registers.views.destruction.desk import list_url, reader, schools_to_check, visible
from registers.views.destruction.story import events_of

PER_PAGE = 50
SHOWN = {
    "open": _("Open"),
    **{state.value: state.label for state in DestructionState},
    "all": _("Alle"),
}


@login_required
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The lists that this person may read, newest first, with how much is on each."""
    user = reader(request)
    given = request.GET
    shown = given.get("toon") if given.get("toon") in SHOWN else "open"
    rows = DestructionList.objects.visible_to(user)
    if shown == "open":
        rows = rows.open()
    elif shown != "all":
        rows = rows.filter(state=shown)
    schools = list(School.objects.where(user, Right.VIEW_DESTRUCTION).order_by("sort_name"))
    chosen = next((each for each in schools if each.slug == given.get("school")), None)
    if chosen:
        rows = rows.filter(school=chosen)
    # Counted of the lists on this page alone, not of all that are found.
    items = DestructionItem.objects.to_destroy().filter(list=OuterRef("pk")).order_by()
    on_it = Subquery(items.values("list").annotate(number=Count("pk")).values("number"))
    listed = rows.select_related("school").annotate(on_it=Coalesce(on_it, 0))
    page = CappedPaginator(listed.order_by("-year", "-number"), PER_PAGE).get_page(
        given.get("page")
    )
    context = {
        "page": page,
        "shown": shown,
        "choices": SHOWN.items(),
        "schools": schools if len(schools) > 1 else [],
        "school": chosen.slug if chosen else "",
        "is_narrowed": bool(chosen or shown != "open"),
        "may_begin": user.standing.holds(Right.CHECK_DESTRUCTION),
    }
    return render(request, "registers/destruction/lists.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_list(request: HttpRequest) -> HttpResponse:
    """Begin a list by hand; where one is open already, that one is opened."""
    user = signed_in(request)
    schools = schools_to_check(user)
    office = Right.CHECK_DESTRUCTION in user.standing.everywhere
    if not office and not schools:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = NewListForm(data, schools=schools, office=office)
    if data is not None and form.is_valid():
        found = open_list(school=form.cleaned_data["school"], by=user, at=timezone.now())
        messages.success(request, _("Hier kunt u toevoegen wat weg moet."))
        return HttpResponseRedirect(list_url(found))
    return render(request, "registers/destruction/new.html", {"form": form})


@login_required
@never_cache
@require_safe
def one_list(request: HttpRequest, number: str) -> HttpResponse:
    """One list: the next step on top, then what is on it by rule, the tasks and the steps."""
    found = visible(request, number)
    file = read_list(signed_in(request), found, at=timezone.now())
    return render(request, "registers/destruction/list.html", {"file": file, "case": found})


@dataclass(frozen=True)
class Row:
    """One item on the page with numbers; the name where this person may see pupils.

    `now`: another number of the same pupil, since the list is out.
    """

    item: DestructionItem
    name: str
    held: str
    now: str


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, number: str) -> HttpResponse:
    """The numbers on a list, page by page; every opening is logged.

    What is sought is posted, and changes nothing: in an address a pupil's number would stand in
    the browser's history and in the logs of every server on the way.
    """
    user, found = signed_in(request), visible(request, number)
    items = found.items.select_related("rule").order_by("rule__sort_name", "period", "person_key")
    rules = list(found.lines.order_by("rule_name").values_list("rule", "rule_name").distinct())
    asked = request.POST if request.method == "POST" else request.GET
    rule = asked.get("termijn", "")
    if rule in {str(key) for key, _name in rules}:
        items = items.filter(rule_id=int(rule))
    verdict = asked.get("besluit", "")
    if verdict in ItemVerdict.values:
        items = items.filter(verdict=verdict)
    words = request.POST.get("zoek", "").replace("\x00", "").strip()[:100]
    if words:
        items = items.filter(Q(person_key__icontains=words) | Q(period__icontains=words))
    page = CappedPaginator(items, PER_PAGE).get_page(asked.get("page"))
    note_access(subject=found, act=AccessEntry.Act.OPENED, by=user, school=found.school)
    context = {
        "case": found,
        "page": page,
        "rows": _rows(request, found, list(page)),
        "rules": [(str(key), name) for key, name in rules],
        "rule": rule,
        "verdicts": ItemVerdict.choices,
        "verdict": verdict,
        "words": words,
        "may_decide": found.state == DestructionState.PROPOSED
        and user.standing.holds_at(Right.CHECK_DESTRUCTION, found.school_id or 0),
    }
    return render(request, "registers/destruction/numbers.html", context)


def _rows(request: HttpRequest, found: DestructionList, items: list[DestructionItem]) -> list[Row]:
    user = signed_in(request)
    new = new_numbers(found)
    # The number can be that of another pupil by now: the name is that of whom the row is of.
    whose = {item.pupil for item in items} - {None}
    pupils = Pupil.objects.at(user, Right.VIEW_PEOPLE).filter(school=found.school, pk__in=whose)
    names = {pupil.pk: pupil.name for pupil in pupils} if found.school_id and whose else {}
    holds = item_holds(found.school, items)
    return [
        Row(
            item,
            names.get(item.pupil, ""),
            said(holds.get(item.pk, ())),
            new.get(item.pk, ""),
        )
        for item in items
    ]


@login_required
@require_safe
def history(request: HttpRequest, number: str) -> HttpResponse:
    """What happened to a list: who, when, why. What was decided about one number is with it."""
    found = visible(request, number)
    context = {"case": found, "events": events_of(found)}
    return render(request, "registers/destruction/history.html", context)


@login_required
@never_cache
@require_safe
def task_file(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The numbers that one place destroys, as a file; kept nowhere, and logged."""
    user, found = signed_in(request), visible(request, number)
    if found.state != DestructionState.HANDED:
        raise Http404
    task = get_object_or_404(found.tasks, pk=pk)
    note_access(subject=found, act=AccessEntry.Act.EXPORTED, by=user, school=found.school)
    return csv_response(found, task)


def csv_response(found: DestructionList, task: DestructionTask) -> HttpResponse:
    """The file of one task; what somebody holds by now is not in it."""
    response = HttpResponse(task_csv(task), content_type="text/csv; charset=utf-8")
    name = f"vernietigen-{found.number}-{task.pk}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
