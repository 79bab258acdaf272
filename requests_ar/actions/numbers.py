"""The numbers by which requests and complaints are known, such as V-2026-0012."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Max
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from privacyboard.organisation.models import Board

REQUEST = "V"
COMPLAINT = "K"


def next_number(model: type[models.Model], letter: str, *, at: datetime) -> str:
    """The next number of the year of registration; call it inside the transaction that saves.

    The board's row is the lock: two who register at once wait for each other, and a save that
    fails leaves no gap.
    """
    Board.objects.select_for_update().first()
    start = f"{letter}-{timezone.localdate(at).year}-"
    serial = Cast(Substr("number", len(start) + 1), models.IntegerField())
    found = model._default_manager.filter(number__startswith=start).order_by()
    last = found.aggregate(last=Max(serial))["last"] or 0
    return f"{start}{last + 1:04d}"
