"""What somebody arranges for himself: a calendar that reads along, and how often letters come."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import AlertPreference, DigestLine
from privacyboard.frontdesk.models import CalendarAddress
from privacyboard.links import digest
from privacyboard.organisation.models import User


@transaction.atomic
def make_calendar_address(*, by: User, at: datetime) -> str:
    """Make one's own secret token and return it, once; an older one no longer serves."""
    token = secrets.token_urlsafe(32)
    values = {"token_hash": digest(token), "made_at": at}
    CalendarAddress.objects.update_or_create(user=by, defaults=values)
    return token


@transaction.atomic
def revoke_calendar_address(*, by: User, at: datetime) -> None:
    """Take one's own token back: what reads along finds nothing any more."""
    CalendarAddress.objects.filter(user=by, made_at__lte=at).delete()


@transaction.atomic
def choose_pace(*, pace: Pace, by: User, at: datetime) -> AlertPreference:
    """Choose how often one's own letters come; lines that wait go at the new pace, or not at all.

    Of the 72 hours, and of what cannot wait, nobody can turn the letters off.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    chosen = AlertPreference.objects.filter(user=by).first() or AlertPreference(user=by)
    if chosen.pk is None or chosen.pace != pace:
        chosen.pace = pace
        chosen.record(by=by, why="keuze voor berichten")
    if pace == Pace.NONE:
        DigestLine.objects.filter(user=by, sent_at=None, made_at__lte=at).delete()
    return chosen
