"""What is known of a breach when it is notified: plain values, unknown ones empty or None."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from datalekken.choices import NotificationKind, PeopleKind
from datalekken.rules.assessment import Facts
from datalekken.rules.clocks import Times, known_at

UNKNOWN = "nog niet bekend"
# Controls but for tab and line end, and what turns the direction of text round.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def plain(text: object) -> str:
    """A text without characters that nobody sees; line ends are one newline."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub("", lines).strip()


@dataclass(frozen=True, kw_only=True)
class Party:
    """A person or an organisation, and how to reach it."""

    name: str
    function: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""

    @property
    def reach(self) -> str:
        """Address, e-mail and phone, as far as known."""
        return ", ".join(filter(None, (self.address, self.email, self.phone)))


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the people heard: how many by now, how many letters wait, and what was written."""

    at: datetime | None = None
    people: int = 0
    waiting: int = 0
    by_email: int = 0
    on_paper: int = 0
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A measure. `is_to_prevent`: against the next one, not against this one."""

    text: str
    is_to_prevent: bool
    due_on: date
    done_on: date | None = None
    result: str = ""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What was decided; None and empty while nobody has."""

    notifies: bool | None = None
    tells: bool | None = None
    tell_reasons: str = ""
    tell_ground: str = ""
    public_notice: str = ""
    public_notice_where: str = ""
    public_notice_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class BreachFacts:
    """One breach. `answers`: what was typed for the forms alone (see `content.answers`)."""

    number: str
    board: Party
    kvk: str
    is_public_authority: bool
    legal_form: str
    fg: Party
    fg_number: str
    contact: Party
    schools: tuple[str, ...]
    kind: str
    what_happened: str
    whose_data: str
    which_data: str
    times: Times
    is_estimated: bool
    discovery: str
    discovery_text: str
    notify_by: datetime | None
    cause: str
    root_cause: str
    supplier: Party | None = None
    product: str = ""
    assessed: Facts | None = None
    risk: str = ""
    risk_reasons: tuple[str, ...] = ()
    risk_text: str = ""
    decided: Decided = Decided()
    told: Told = Told()
    measures: tuple[Taken, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def known_at(self) -> datetime | None:
        """From when the board knows (AVG 33(1))."""
        return known_at(self.times)

    def text(self, key: str) -> str:
        """A typed answer as text; empty where there is none."""
        return plain(self.answers.get(key) or "")

    def chosen(self, key: str) -> tuple[str, ...]:
        """The options that were ticked, in their order."""
        found = self.answers.get(key) or ()
        return tuple(found) if isinstance(found, list | tuple) else (str(found),)

    def count(self, key: str) -> int | None:
        """A typed number."""
        found = self.answers.get(key)
        return found if isinstance(found, int) else None

    @property
    def people(self) -> int | None:
        """How many people: as typed for the form, else as it was assessed."""
        typed = self.count("68")
        return typed if typed is not None or self.assessed is None else self.assessed.people

    @property
    def people_kinds(self) -> tuple[PeopleKind, ...]:
        """Whose data: as typed for the form."""
        return tuple(PeopleKind(each) for each in self.chosen("people_kinds"))

    def measures_to(self, *, prevent: bool) -> str:
        """The measures against this breach, or against the next: one on each line."""
        return "\n".join(_line(each) for each in self.measures if each.is_to_prevent == prevent)


def _line(taken: Taken) -> str:
    when = (
        f"klaar op {taken.done_on:%d-%m-%Y}"
        if taken.done_on
        else f"uiterlijk {taken.due_on:%d-%m-%Y}"
    )
    result = f": {plain(taken.result)}" if taken.result.strip() else ""
    return f"- {plain(taken.text)} ({when}){result}"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The notification itself: what kind, sent when and by whom, after which earlier one."""

    kind: NotificationKind
    sent_at: datetime
    sender: Party
    sender_is: Literal["fg", "board", "other"] = "other"
    earlier_number: str = ""
    delay_reason: str = ""
    withdrawal_reason: str = ""

    @property
    def is_new(self) -> bool:
        """The first of a breach, or the first after a withdrawal."""
        return self.kind in {NotificationKind.COMPLETE, NotificationKind.PRELIMINARY}
