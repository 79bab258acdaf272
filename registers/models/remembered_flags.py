"""The flags of every processor at once: worked out again only when what they rest on changed.

The home page of who keeps the register asks for them each time; they compare the whole register
with all agreements.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacyboard.organisation.models import User
from privacyboard.organisation.rules import sort_key
from registers.models.agreement_flags import named_flags
from registers.models.remembered import Remembered
from registers.rules.agreement_flags import Flag, rank


@dataclass(frozen=True)
class Flagged:
    """A processor that needs somebody, with what is wrong, the gravest first."""

    key: int
    name: str
    flags: list[Flag]


def gravest(
    *, user: User, on: date, most: int, remembered: Remembered | None = None
) -> list[Flagged]:
    """The processors with the gravest flags, as far as this person reads what they rest on."""
    memory = remembered or Remembered(on=on, user=user)
    return memory.recall(f"flags {most}", lambda: _work_out(user, on, most))


def _work_out(user: User, on: date, most: int) -> list[Flagged]:
    found, names = named_flags(user=user, on=on)
    ranked = sorted(found, key=lambda key: (rank(found[key][0]), sort_key(names[key])))
    return [Flagged(key, names[key], found[key]) for key in ranked[:most]]
