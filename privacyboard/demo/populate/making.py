"""What every part of a large board shares: the day, the dice, and rows written by the set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from random import Random
from typing import Any

from django.db import models
from django.utils.timezone import localdate
from simple_history.utils import (
    bulk_create_with_history,
    get_m2m_field_name,
    get_m2m_reverse_field_name,
)

from privacyboard.organisation.models import User
from registers.exchange import Codes

BATCH = 500
WHY = "verzonnen"


@dataclass
class Making:
    """One large board in the making: as of a moment, from one seed, so twice the same."""

    at: datetime
    random: Random
    by: User | None = None
    codes: Codes = field(default_factory=Codes)
    _made: dict[type[models.Model], list[Any]] = field(default_factory=lambda: defaultdict(list))

    @property
    def today(self) -> date:
        """The day as of which the board is made."""
        return localdate(self.at)

    def made(self, model: type[Any]) -> list[Any]:
        """Every row of a model that was kept so far, oldest first."""
        return self._made[model]

    def some(self, rows: Sequence[Any], most: int, least: int = 1) -> list[Any]:
        """A few of the rows, none of them twice."""
        most = min(most, len(rows))
        return self.random.sample(rows, self.random.randint(min(least, most), most))

    def keep(self, model: type[Any], rows: Iterable[Any]) -> list[Any]:
        """Save rows by the set, with history where the model has it; `save()` is not called."""
        kept = list(rows)
        if hasattr(model, "history"):
            bulk_create_with_history(
                kept, model, batch_size=BATCH, default_user=self.by, default_change_reason=WHY
            )
        else:
            model._default_manager.bulk_create(kept, batch_size=BATCH)
        self._made[model] += kept
        return kept

    def choose(self, model: type[Any], name: str, chosen: Mapping[int, Iterable[Any]]) -> None:
        """Fill one list of many rows (key of the row: what it names), in their history too.

        Only for rows that were just kept: each has one row of history, which gets the list.
        """
        through: Any = getattr(model, name).through
        names = model._meta.get_field(name)
        own, other = get_m2m_field_name(names), get_m2m_reverse_field_name(names)
        pairs = [(key, each.pk) for key, named in chosen.items() for each in named]
        rows = [through(**{f"{own}_id": key, f"{other}_id": pk}) for key, pk in pairs]
        through.objects.bulk_create(rows, batch_size=BATCH)
        history: Any = model.history.model
        if name not in {each.name for each in history._history_m2m_fields}:
            return
        events = dict(history.objects.filter(id__in=chosen).values_list("id", "history_id"))
        kept: Any = getattr(history, name).model
        kept.objects.bulk_create(
            [
                kept(history_id=events[key], **{"id": row.pk, f"{own}_id": key, f"{other}_id": pk})
                for row, (key, pk) in zip(rows, pairs, strict=True)
            ],
            batch_size=BATCH,
        )


@dataclass(frozen=True)
class Part:
    """One thing of which a board can have many: its option, how many without it, who makes them.

    `fill` gets the board in the making and the number; what earlier parts kept is there already.
    """

    option: str
    default: int
    help: str
    fill: Callable[[Making, int], None]


def in_turn(rows: Sequence[Any], count: int) -> Iterable[Any]:
    """That many of the rows, over and over again from the first; none of no rows."""
    return islice((row for _round in range(count) for row in rows), count)
