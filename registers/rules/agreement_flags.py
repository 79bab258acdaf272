"""What is wrong around agreements: pure comparisons on given sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registers.rules.transfers import is_in_eea

NOTICE_DAYS = (30, 60, 90)


@dataclass(frozen=True)
class Flag:
    """One thing that needs somebody: what it is about, the sentence, the article."""

    about: str
    sentence: str
    article: str


def ending_within(ends_on: date | None, on: date) -> int | None:
    """The notice that an end falls in: 30, 60 or 90 calendar days; nothing later or ended."""
    if ends_on is None or ends_on < on:
        return None
    left = (ends_on - on).days
    return next((days for days in NOTICE_DAYS if left <= days), None)


def data_outside(
    *, about: str, in_register: Iterable[str], in_agreement: Iterable[str]
) -> list[Flag]:
    """Data that the register says a processor gets, and its agreement or bijsluiter does not name.

    An agreement that names no data at all is flagged as a whole.
    """
    agreed = set(in_agreement)
    if not agreed:
        return [Flag(about, "De overeenkomst noemt niet welke gegevens het zijn.", "AVG 28 lid 3")]
    extra = sorted(set(in_register) - agreed)
    return [
        Flag(about, f"Het register noemt “{each}”, de overeenkomst niet.", "AVG 28 lid 3")
        for each in extra
    ]


def purposes_outside(
    *, about: str, in_register: Iterable[str], in_agreement: Iterable[str]
) -> list[Flag]:
    """Purposes for which the register uses a processor, and its agreement does not name."""
    agreed = set(in_agreement)
    if not agreed:
        return [Flag(about, "De overeenkomst noemt geen doelen.", "AVG 28 lid 3")]
    return [
        Flag(about, f"Het register noemt doel “{each}”, de overeenkomst niet.", "AVG 28 lid 3")
        for each in sorted(set(in_register) - agreed)
    ]


def subprocessor_flag(*, about: str, name: str, country: str, instrument: str) -> Flag | None:
    """A sub-processor outside the EEA needs an instrument (AVG 28(4), 44)."""
    if is_in_eea(country) or instrument:
        return None
    return Flag(
        about, f"Subverwerker {name} zit buiten de EER ({country}) zonder instrument.", "AVG 44"
    )
