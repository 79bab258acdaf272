"""What every part of the worklist gives: rows of one shape, so that they are read together."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import DateField, Value
from django.db.models.functions import Cast

MOST = 20
NO_DAY = Cast(Value(None), DateField())


class Row(NamedTuple):
    """One record that waits: its kind, key and day, and two words about it."""

    kind: str
    key: int
    first: str
    second: str
    day: date | None
