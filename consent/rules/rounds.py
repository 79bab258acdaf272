"""When somebody is reminded of a round."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta


def stage_on(reminder_days: Iterable[int], *, closes_on: date, on: date) -> int | None:
    """The reminder that counts on a day, in days before closing; None before the first.

    Only the last one that was due: who missed an earlier one is not written to twice.
    """
    if on > closes_on:
        return None
    return min((days for days in reminder_days if on >= stage_day(days, closes_on)), default=None)


def stage_day(days: int, closes_on: date) -> date:
    """The day of a reminder."""
    return closes_on - timedelta(days=days)
