"""The flags of every processor at once: worked out again only when what they rest on changed.

The home page of who keeps the register asks for them each time; they compare the whole register
with all agreements.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacyboard.organisation.models import User
from registers.models.agreement_flags import flags_of
from registers.models.processors import Processor
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
    return memory.recall(f"flags {most}", lambda: _work_out(user, on, most, memory))


def processors_of(user: User, memory: Remembered) -> list[Processor]:
    """The processors that this person may read."""
    return memory.recall("processors", lambda: list(Processor.objects.visible_to(user)))


def _work_out(user: User, on: date, most: int, memory: Remembered) -> list[Flagged]:
    processors = {each.pk: each for each in processors_of(user, memory)}
    found = flags_of(processors.values(), user=user, on=on)
    ranked = sorted(found, key=lambda key: (rank(found[key][0]), processors[key].sort_name))
    return [Flagged(key, processors[key].name, found[key]) for key in ranked[:most]]
