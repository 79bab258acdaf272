"""Giving a calendar an address to read along at, and taking it back."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

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
