"""What the register hears from the floors below."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from privacyboard.organisation.models import School
from registers import actions


def on_school_saved(*, instance: School, created: bool, raw: bool = False, **more: Any) -> None:
    """A school that joins the board falls under the agreements for all schools."""
    if created and not raw:
        actions.cover_new_school(school=instance, by=None, at=timezone.now())
