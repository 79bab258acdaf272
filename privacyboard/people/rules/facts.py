"""What people type about a pupil, a parent, and how the one stands for the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacyboard.vocabulary import FamilyLanguage


@dataclass(frozen=True)
class PupilFacts:
    """What a school writes down about a pupil."""

    key: str
    first_name: str
    last_name: str
    infix: str = ""
    born_on: date | None = None
    email: str = ""
    language: str = FamilyLanguage.DUTCH
    arrived_on: date | None = None
    has_curator: bool = False


@dataclass(frozen=True)
class GuardianFacts:
    """Who somebody is, and in which language we write."""

    first_name: str
    last_name: str
    infix: str = ""
    language: str = FamilyLanguage.DUTCH


@dataclass(frozen=True)
class Tie:
    """How somebody stands for a pupil; the last day counts."""

    kind: str
    has_authority: bool
    starts_on: date | None = None
    ends_on: date | None = None
