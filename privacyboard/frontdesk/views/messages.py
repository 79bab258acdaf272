"""One's own choice: how often letters come about what can wait."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
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
from privacyboard.frontdesk.rules import next_morning
from privacyboard.organisation.models import User


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
    context = {
        "form": form,
        "waiting": _waiting(user),
        "goes_at": None if pace == Pace.NONE else next_morning(pace, at),
    }
    return render(request, "frontdesk/messages.html", context)


def _waiting(user: User) -> dict[str, int]:
    """How much waits, by heading. What it says, and whether it is still of this reader, is known on
    the morning itself: who moved to another school reads nothing of the old one here.
    """
    rows = DigestLine.objects.filter(user=user, sent_at=None).values_list("kind")
    counts = dict(rows.annotate(number=Count("pk")).order_by())
    found: Counter[str] = Counter()
    for name, kind in kinds().items():
        found[kind.title] += counts.get(name, 0)
    return dict(+found)


def _pace_of(user: User) -> str:
    chosen = AlertPreference.objects.filter(user=user).values_list("pace", flat=True).first()
    return chosen or Pace.DAILY
