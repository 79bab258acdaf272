"""One's own choice: how often letters come about what can wait."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from privacyboard.backoffice.records import signed_in
from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import AlertPreference, DigestLine
from privacyboard.clockwork.reminders import kinds
from privacyboard.frontdesk.actions import choose_pace
from privacyboard.frontdesk.forms import PaceForm
from privacyboard.frontdesk.rules import letters_after, next_letter
from privacyboard.organisation.models import Closings, User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_messages(request: HttpRequest) -> HttpResponse:
    """Choose the pace, and see what waits for the next letter."""
    user, at = signed_in(request), timezone.now()
    pace = _pace_of(user)
    form = PaceForm(request.POST if request.method == "POST" else None, initial={"pace": pace})
    if request.method == "POST" and form.is_valid():
        choose_pace(pace=Pace(form.cleaned_data["pace"]), by=user, at=at)
        messages.success(request, _("Uw keuze is opgeslagen."))
        return HttpResponseRedirect(reverse("messages"))
    waiting, due_first = _waiting(user)
    coming = None if pace == Pace.NONE else _coming(user, pace, at, due_first)
    context = {"form": form, "waiting": waiting, "coming": coming}
    return render(request, "frontdesk/messages.html", context)


@dataclass(frozen=True)
class Coming:
    """When the next letter with everything comes, and the holidays that it waits for.

    `sooner_at`: when the letter comes with what cannot wait so long.
    """

    goes_at: datetime
    sooner_at: datetime | None
    holidays: str


def _coming(user: User, pace: str, at: datetime, due_first: date | None) -> Coming:
    """The next letters of this person, who has lines that wait, the first of them due that day."""
    places = {school for _role, school in user.standing.roles}
    closings = Closings(timezone.localdate(at))
    sooner_at = None
    for letter in letters_after(pace, at, closings.at(places)):
        if letter.before is None:
            break
        if sooner_at is None and due_first and due_first < letter.before:
            sooner_at = letter.morning
    names = []
    if letter != next_letter(pace, at):
        names = closings.names(places, until=timezone.localdate(letter.morning))
    return Coming(letter.morning, sooner_at, ", ".join(names))


def _waiting(user: User) -> tuple[dict[str, int], date | None]:
    """How much waits, by heading, and the day that is due first. What it says, and whether it is
    still of this reader, is known on the morning itself: who moved to another school reads nothing
    of the old one here.
    """
    rows = DigestLine.objects.filter(user=user, sent_at=None).order_by()
    told = list(rows.values_list("kind").annotate(number=Count("pk"), first=Min("due_on")))
    counts = {kind: number for kind, number, _first in told}
    found: Counter[str] = Counter()
    for name, kind in kinds().items():
        found[kind.title] += counts.get(name, 0)
    return dict(+found), min((first for _kind, _number, first in told), default=None)


def _pace_of(user: User) -> str:
    chosen = AlertPreference.objects.filter(user=user).values_list("pace", flat=True).first()
    return chosen or Pace.DAILY
