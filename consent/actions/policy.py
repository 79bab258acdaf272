"""What the board decides about consent, and in which languages families are written to."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from consent.models import ConsentPolicy, LanguageRelease
from privacyboard.audit.acts import day_problem, refuse_second, refused
from privacyboard.organisation.models import Board, User
from privacyboard.vocabulary import ALWAYS_ON, FamilyLanguage

# A year that has no 29 February: a period must end on a day that every year has.
_COMMON_YEAR = 2025


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The board's choices where the law leaves some."""

    both_must_agree: bool
    period_ends_month: int
    period_ends_day: int
    reconfirm_days: int
    clean_up_days: int


@transaction.atomic
def change_policy(
    *, choices: Choices, seen: int | None, by: User | None, at: datetime
) -> ConsentPolicy:
    """Change the board's choices; what holds is computed with them from now on, for any day.

    Raises ActRefused.
    """
    # The board's row is the lock: the policy's own may not be there yet.
    Board.objects.select_for_update().first()
    held = ConsentPolicy.current()
    refuse_second(held, seen=seen)
    last = monthrange(_COMMON_YEAR, choices.period_ends_month)[1]
    if choices.period_ends_day > last:
        raise refused(f"Deze maand heeft {last} dagen.", "period_ends_day")
    held.both_must_agree = choices.both_must_agree
    held.period_ends_month, held.period_ends_day = (
        choices.period_ends_month,
        choices.period_ends_day,
    )
    held.reconfirm_days, held.clean_up_days = choices.reconfirm_days, choices.clean_up_days
    held.record(by=by, why="keuzes gewijzigd")
    return held


@transaction.atomic
def release_language(
    *,
    language: str,
    is_on: bool,
    checked_by: str,
    checked_on: date | None,
    by: User | None,
    at: datetime,
) -> LanguageRelease:
    """Switch a language on once somebody checked its texts, or off. Raises ActRefused."""
    if language in ALWAYS_ON or language not in FamilyLanguage.values:
        raise refused("Deze taal staat altijd aan.")
    Board.objects.select_for_update().first()
    held = LanguageRelease.objects.filter(language=language).first()
    held = held or LanguageRelease(language=language)
    if is_on:
        if not checked_by.strip():
            raise refused("Vul in wie de teksten nakeek.", "checked_by")
        if checked_on is None:
            raise refused("Vul in wanneer de teksten zijn nagekeken.", "checked_on")
        if problem := day_problem(checked_on, at=at):
            raise refused(problem, "checked_on")
        held.checked_by, held.checked_on = checked_by.strip(), checked_on
    held.is_on = is_on
    held.record(by=by, why="taal aangezet" if is_on else "taal uitgezet")
    return held
