"""Writing down that somebody saw or took something."""

from __future__ import annotations

from django.db import models

from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import School, User


def note_access(
    *, subject: models.Model, act: str, by: User | None, school: School | None = None
) -> AccessEntry:
    """Write an access-log row; the moment is the database's own."""
    return AccessEntry.objects.create(
        by=by,
        act=act,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        title=str(subject)[:300],
        school=school,
    )
