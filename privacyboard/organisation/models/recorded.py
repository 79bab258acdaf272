"""What every record with history can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from privacyboard.organisation.models.people import User


class Recorded(models.Model):
    """A record with history: who, when, why. Acts save through `record`, never around it."""

    class Meta:
        abstract = True

    def record(self, *, by: User | None, why: str) -> None:
        """Save, and write in the history who did it and why."""
        self._history_user = by
        self._change_reason = why
        self.save()

    def erase(self, *, by: User | None, why: str) -> None:
        """Delete the record; its history stays, with who did it and why."""
        self._history_user = by
        self._change_reason = why
        self.delete()
