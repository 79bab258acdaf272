"""Keys with which a school's website or pupil system reads what may be used."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from consent.models import SchoolToken
from consent.rules.tokens import hash_of
from privacyboard.audit.actions import note_access
from privacyboard.audit.acts import refused
from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import School, User

# So that whoever finds one knows what it is, and a scanner of source code too.
PREFIX = "pbt_"


class Made(NamedTuple):
    """A key that was made, and its text: shown once, kept by nobody here."""

    token: SchoolToken
    text: str


@transaction.atomic
def make_token(*, school: School, name: str, by: User, at: datetime) -> Made:
    """Make a key for one school."""
    text = PREFIX + secrets.token_urlsafe(32)
    token = SchoolToken(
        school=school, name=name.strip(), sha256=hash_of(text), made_at=at, made_by=by
    )
    token.save()
    return Made(token, text)


@transaction.atomic
def revoke_token(*, token: SchoolToken, by: User, at: datetime) -> SchoolToken:
    """End a key at once. Raises ActRefused where it was ended already."""
    held: SchoolToken = SchoolToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if held.revoked_at is not None:
        raise refused("Deze sleutel is al ingetrokken.")
    held.revoked_at, held.revoked_by = at, by
    held.save()
    return held


@transaction.atomic
def note_use(*, token: SchoolToken, by: User | None, at: datetime) -> None:
    """Write in the log that this key was used: once a day, however often it reads."""
    today = timezone.localdate(at)
    unseen = Q(used_on__isnull=True) | Q(used_on__lt=today)
    # A table without history; the row that changes is the lock, so that a day has one line.
    if SchoolToken.objects.filter(unseen, pk=token.pk).update(used_on=today):
        note_access(subject=token, act=AccessEntry.Act.EXPORTED, by=by, school=token.school)
