"""What must stay although its term is over: put by people, looked at again, and lifted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.backoffice.records import signed_in
from privacyboard.clockwork.actions import lift_hold, put_hold, review_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User
from registers.forms.destruction import HoldForm, LiftForm, ReviewForm
from registers.models import DestructionTask, RetentionRule
from registers.models.destruction_holds import busy_with
from registers.rules.destruction.holding import may_settle
from registers.views.destruction.desk import schools_to_check

PER_PAGE = 50
_RULE = RetentionRule._meta.label_lower


def _visible(user: User) -> Any:
    """On pupils and on rules; a hold on a record of another app is told by that app."""
    rows = Hold.objects.visible_to(user).filter(subject_type__in=["", _RULE])
    return rows.select_related("school", "owner")


def _may_settle(user: User, hold: Hold) -> bool:
    right, school = Right.CHECK_DESTRUCTION, hold.school_id
    return may_settle(
        kind=hold.kind,
        is_owner=hold.owner_id == user.pk,
        at_school=school is not None and user.standing.holds_at(right, school),
        everywhere=right in user.standing.everywhere,
    )


def _reader(request: HttpRequest) -> User:
    """Who reads destruction lists, and whoever owns a hold; 404 to anyone else."""
    user = signed_in(request)
    owns = Hold.objects.filter(owner=user)
    if not user.standing.holds(Right.VIEW_DESTRUCTION) and not owns.exists():
        raise Http404
    return user


@login_required
@never_cache
@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """What is held, what is to be looked at first on top; and who may lift it.

    An owner without a right on lists finds the own holds here: reminders lead to this page.
    """
    user = _reader(request)
    shown = "all" if request.GET.get("toon") == "all" else "running"
    rows = _visible(user) if shown == "all" else _visible(user).running()
    page = CappedPaginator(rows.order_by("review_on", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    names = _rule_names(list(page))
    context = {
        "page": page,
        "rows": [(hold, names.get(hold.subject_id, ""), _may_settle(user, hold)) for hold in page],
        "shown": shown,
        "today": timezone.localdate(),
        "may_put": user.standing.holds(Right.CHECK_DESTRUCTION),
        "reads_lists": user.standing.holds(Right.VIEW_DESTRUCTION),
    }
    return render(request, "registers/destruction/holds.html", context)


def _rule_names(found: list[Hold]) -> dict[str, str]:
    keys = [hold.subject_id for hold in found if hold.subject_id]
    rules = RetentionRule.objects.filter(pk__in=keys).values_list("pk", "name") if keys else ()
    return {str(key): name for key, name in rules}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_hold(request: HttpRequest) -> HttpResponse:
    """Hold a pupil's data, or everything under a rule at a school."""
    user = signed_in(request)
    schools = schools_to_check(user)
    office = Right.CHECK_DESTRUCTION in user.standing.everywhere
    if not office and not schools:
        raise Http404
    data = request.POST if request.method == "POST" else None
    start = {"owner": user.pk, "kind": HoldKind.LAWSUIT}
    form = HoldForm(data, schools=schools, office=office, initial=start)
    if data is not None and form.is_valid():
        given = form.cleaned_data
        rule = given.pop("rule")
        try:
            hold = put_hold(**given, subject=rule, by=user, at=timezone.now())
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            _tell_put(request, hold)
            return HttpResponseRedirect(reverse("destruction_holds"))
    return render(request, "registers/destruction/hold.html", {"form": form})


def _tell_put(request: HttpRequest, hold: Hold) -> None:
    """What became of it: also where somebody was asked to destroy it, who knows of no hold."""
    busy = busy_with(hold)
    if not busy:
        messages.success(
            request,
            _("Vastgelegd. Dit gaat niet weg zolang u het vasthoudt, ook niet via een lijst."),
        )
        return
    waiting = [task for task in busy if task.done_on is None]
    gone = [task for task in busy if task.done_on is not None]
    said = [_("Vastgelegd. Maar dit staat op een lijst die al is uitgezet.")]
    if waiting:
        said.append(
            _("Bel of mail meteen en vraag om te wachten: %(places)s.")
            % {"places": _places(waiting)}
        )
    if gone:
        said.append(
            _("Hier is al gemeld dat het vernietigd is: %(places)s. Vraag of er nog iets is.")
            % {"places": _places(gone)}
        )
    messages.warning(request, " ".join(said))


def _places(tasks: list[DestructionTask]) -> str:
    by_list: dict[str, list[str]] = {}
    for task in tasks:
        by_list.setdefault(str(task.list), []).append(task.name)
    return "; ".join(f"{', '.join(names)} ({found})" for found, names in by_list.items())


def _one(request: HttpRequest, pk: int) -> Hold:
    user = signed_in(request)
    hold: Hold = get_object_or_404(_visible(user).running(), pk=pk)
    if not _may_settle(user, hold):
        raise Http404
    return hold


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """It may go again: the term goes on."""
    hold = _one(request, pk)
    form = LiftForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            lift_hold(hold=hold, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Opgeheven. De termijn loopt door."))
            return HttpResponseRedirect(reverse("destruction_holds"))
    context = {"form": form, "hold": hold, "title": _("Niet meer vasthouden"), "is_danger": True}
    return render(request, "registers/destruction/hold_act.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """It must stay: look again on a later day."""
    hold = _one(request, pk)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            review_hold(hold=hold, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Vastgelegd. Op die dag kijkt u weer."))
            return HttpResponseRedirect(reverse("destruction_holds"))
    context = {"form": form, "hold": hold, "title": _("Langer vasthouden"), "is_danger": False}
    return render(request, "registers/destruction/hold_act.html", context)
