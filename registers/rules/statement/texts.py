"""What a statement is made of: nothing in it needs the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from privacyboard.vocabulary import Language
from registers.choices import Audience
from registers.content import digest


@dataclass(frozen=True)
class BoardFacts:
    """What the statement says about the controller and whom to turn to."""

    name: str
    address: str
    kvk: str
    email: str
    phone: str
    website: str
    is_public_authority: bool
    fg_name: str
    fg_email: str
    fg_phone: str
    ibp_email: str
    breach_email: str
    complaints_text: str
    complaints_url: str


@dataclass(frozen=True)
class SchoolFacts:
    """What the statement says about a school."""

    slug: str
    name: str
    address: str
    email: str
    phone: str


@dataclass(frozen=True)
class PurposeText:
    text: str
    explanation: str
    basis: str
    interest: str
    child_interest: str


@dataclass(frozen=True)
class DataText:
    category: str
    source: str
    obligation: str
    term: str


@dataclass(frozen=True)
class GroupText:
    """What is used about one group of people."""

    group: str
    data: tuple[DataText, ...]


@dataclass(frozen=True)
class OutsideText:
    name: str
    role: str
    basis: str
    purpose: str
    data: str


@dataclass(frozen=True)
class TransferText:
    country: str
    party: str
    instrument: str


@dataclass(frozen=True)
class LocalText:
    """What this school does otherwise: on which part, and how (not why: that stays inside)."""

    part: str
    text: str


@dataclass(frozen=True)
class ProcessText:
    """One activity, in the words of the statement."""

    code: str
    name: str
    description: str
    purposes: tuple[PurposeText, ...] = ()
    groups: tuple[GroupText, ...] = ()
    inside: tuple[str, ...] = ()
    outside: tuple[OutsideText, ...] = ()
    transfers: tuple[TransferText, ...] = ()
    automation: str = ""
    logic: str = ""
    significance: str = ""
    human_intervention: str = ""
    local: tuple[LocalText, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """Activities of one process; the one on photos and film has a section of its own."""

    title: str
    processes: tuple[ProcessText, ...]
    about_images: bool = False


@dataclass(frozen=True)
class Statement:
    """A whole statement, ready to be shown."""

    board: BoardFacts
    school: SchoolFacts | None
    day: str
    chapters: tuple[Chapter, ...]
    uses_consent: bool
    uses_legitimate_interest: bool
    transfers_outside_eea: bool
    decides_automatically: bool
    uses_profiling: bool
    audience: str = Audience.PARENTS.value
    language: str = Language.DUTCH.value


def seal_of(plain: dict[str, Any]) -> str:
    """The hash of what a statement says; the day on it does not count."""
    return digest({key: value for key, value in plain.items() if key != "day"})
