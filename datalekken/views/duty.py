"""Who is on duty for breaches: the turns, a new one, and the end of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from datalekken.actions.duty import add_turn, end_turn
from datalekken.forms.duty import TurnForm
from datalekken.models import DutyTurn, people_on_duty
from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User

# What was long ago stands in the history.
MOST_PAST = 10


def _may_change(user: User) -> bool:
    return Right.HANDLE_BREACHES in user.standing.everywhere


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def turns(request: HttpRequest) -> HttpResponse:
    """The turns, for who reads the breaches of the whole board; a new one for who handles them."""
    user = signed_in(request)
    if Right.VIEW_BREACHES not in user.standing.everywhere:
        raise Http404
    may_change = _may_change(user)
    if request.method == "POST" and not may_change:
        raise Http404
    now = timezone.now()
    form = TurnForm(request.POST if request.method == "POST" else None) if may_change else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            turn = add_turn(**form.cleaned_data, by=user, at=now)
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            _tell_added(request, turn)
            return HttpResponseRedirect(reverse("breach_duty"))
    today = timezone.localdate(now)
    rows = DutyTurn.objects.select_related("user")
    context: dict[str, Any] = {
        "form": form,
        "on_duty": people_on_duty(today),
        "has_turn": DutyTurn.objects.on(today).exists(),
        "turns": rows.filter(ends_on__gte=today),
        "past": rows.filter(ends_on__lt=today).order_by("-ends_on", "-id")[:MOST_PAST],
        "today": today,
        "may_change": may_change,
    }
    return render(request, "datalekken/duty.html", context)


def _tell_added(request: HttpRequest, turn: DutyTurn) -> None:
    messages.success(request, _("%(name)s heeft dienst.") % {"name": turn.user.name})
    shared = DutyTurn.objects.sharing_a_day(turn.starts_on, turn.ends_on).exclude(pk=turn.pk)
    for other in shared.select_related("user"):
        words = _(
            "%(name)s heeft ook dienst van %(first)s tot en met %(last)s. In de dagen die "
            "samenvallen krijgen beiden de meldingen."
        )
        told = {
            "name": other.user.name,
            "first": date_format(other.starts_on, "j F Y"),
            "last": date_format(other.ends_on, "j F Y"),
        }
        messages.warning(request, words % told)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a turn, for who handles the breaches of the whole board."""
    user = signed_in(request)
    if not _may_change(user):
        raise Http404
    turn = get_object_or_404(DutyTurn.objects.select_related("user"), pk=pk)
    back = reverse("breach_duty")
    if request.method == "POST":
        try:
            end_turn(turn=turn, by=user, at=timezone.now())
        except ActRefused as refusal:
            messages.error(request, " ".join(refusal.errors.values()))
        else:
            words = _("De dienst van %(name)s is beëindigd.") % {"name": turn.user.name}
            messages.success(request, words)
        return HttpResponseRedirect(back)
    context = {
        "title": _("De dienst van %(name)s beëindigen") % {"name": turn.user.name},
        "explanation": _(
            "Deze persoon krijgt dan geen meldingen van datalekken meer. Zonder dienst gaan zij "
            "naar alle IBP-managers."
        ),
        "submit_label": _("Beëindigen"),
        "cancel_url": back,
        "tone": "danger",
    }
    return render(request, "pieces/confirm.html", context)
