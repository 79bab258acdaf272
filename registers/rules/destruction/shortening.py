"""A minimum that somebody made shorter: who did it, and whether a law had set it. Pure.

Who keeps the catalogue of terms can approve lists as well. A minimum of a law, made shorter and
then used by one and the same person, would be a destruction that one pair of eyes decided
(OPOO 8.5; Archiefwet 5). Therefore, of what the term as it was would still keep today:

| the term as it was        | who cannot approve          | what the second person says        |
|---------------------------|-----------------------------|------------------------------------|
| a minimum, with a ground  | everyone who made it shorter | why it may go by now, in words    |
| a minimum of the board    | everyone who made it shorter | nothing more                      |

The approved list is the proof: once a second person said yes to a version of a term, on a list
where something rested on it, that version is the term. Whatever came before it counts no more.
What the longer term lets go as well rests on nothing, and is approved as always.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from registers.rules.destruction.terms import RuleTerm, window


@dataclass(frozen=True, kw_only=True)
class Version:
    """A retention rule as it was saved: which edition, what it says, by whom, on which day."""

    number: int
    name: str
    term: RuleTerm
    words: str
    legal_ground: str
    by: int | None
    by_name: str
    on: date

    @property
    def content(self) -> tuple[RuleTerm, str, str]:
        """What a change of it is about."""
        return self.term, self.words, self.legal_ground


@dataclass(frozen=True, kw_only=True)
class Shortened:
    """A term that lets go today what it kept before: how it was, and who changed it when."""

    former: Version
    now: Version
    changed_by: frozenset[int]
    names: tuple[str, ...]
    changed_on: date
    # It was a minimum with the ground of a law.
    is_lawful: bool


def shortened(versions: Sequence[Version], *, event_on: date, today: date) -> Shortened | None:
    """Whether the last of these versions lets go what an earlier one still keeps.

    `versions`: from the one that a second person last approved on, oldest first. `event_on`: the
    latest event of what is on the list; what an older term keeps of it, it keeps longest.
    """
    if not versions:
        return None
    now = versions[-1]
    days = {each.number: _goes_from(each.term, now.term, event_on) for each in versions}
    keeping = [each for each in versions if days[each.number] > max(today, days[now.number])]
    if not keeping:
        return None
    lawful = [each for each in keeping if each.legal_ground.strip()]
    eased = [
        after for before, after in pairwise(versions) if days[after.number] < days[before.number]
    ]
    return Shortened(
        former=max(lawful or keeping, key=lambda each: days[each.number]),
        now=now,
        changed_by=frozenset(each.by for each in eased if each.by is not None),
        names=tuple(dict.fromkeys(each.by_name for each in eased)),
        changed_on=eased[-1].on,
        is_lawful=bool(lawful),
    )


def _goes_from(term: RuleTerm, now: RuleTerm, event_on: date) -> date:
    """The first day on which a version lets this go. Counted from another event it cannot be told,
    and then it never does."""
    if term.keeps:
        return date.max
    first = window(term, event_on).not_before
    if first is None:
        return date.min
    return first if term.trigger == now.trigger else date.max


def last_change(versions: Sequence[Version], *, since: date) -> Version | None:
    """The version that last changed what the rule says, on this day or later."""
    changed = [after for before, after in pairwise(versions) if after.content != before.content]
    return changed[-1] if changed and changed[-1].on >= since else None
