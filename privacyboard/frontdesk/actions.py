"""What people arrange at the front desk: a calendar that reads along, letters, and holidays."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from privacyboard.audit.acts import ActRefused, refuse_second, refused
from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import AlertPreference, DigestLine
from privacyboard.frontdesk.models import CalendarAddress
from privacyboard.frontdesk.rules import Days, days_problems
from privacyboard.links import digest
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Board, School, SchoolHoliday, User


@transaction.atomic
def make_calendar_address(*, by: User, at: datetime) -> str:
    """Make one's own secret token and return it, once; an older one no longer serves."""
    token = secrets.token_urlsafe(32)
    values = {"token_hash": digest(token), "made_at": at}
    CalendarAddress.objects.update_or_create(user=by, defaults=values)
    return token


@transaction.atomic
def revoke_calendar_address(*, by: User, at: datetime) -> None:
    """Take one's own token back: what reads along finds nothing any more."""
    CalendarAddress.objects.filter(user=by, made_at__lte=at).delete()


@transaction.atomic
def choose_pace(*, pace: Pace, by: User, at: datetime) -> AlertPreference:
    """Choose how often one's own letters come; lines that wait go at the new pace, or not at all.

    Of the 72 hours, and of what cannot wait, nobody can turn the letters off.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    chosen = AlertPreference.objects.filter(user=by).first() or AlertPreference(user=by)
    if chosen.pk is None or chosen.pace != pace:
        chosen.pace = pace
        chosen.record(by=by, why="keuze voor berichten")
    if pace == Pace.NONE:
        DigestLine.objects.filter(user=by, sent_at=None, made_at__lte=at).delete()
    return chosen


@transaction.atomic
def add_holiday(
    *, days: Days, school: School | None, by: User | None, at: datetime
) -> SchoolHoliday:
    """Write down that a school, or every school (none), is closed in these days.

    Raises ActRefused, by field, when they cannot be, or share a day with others of the same place.
    """
    _hold_holidays(school.pk if school else None, by)
    holiday = SchoolHoliday(school=school)
    _keep(holiday, days, by=by, at=at, why="vakantie ingevoerd")
    return holiday


@transaction.atomic
def add_holidays(
    *,
    lines: Sequence[tuple[int, Days]],
    school: School | None,
    by: User | None,
    at: datetime,
) -> list[SchoolHoliday]:
    """Write down a whole year of one place: all of them, or none.

    Each with the number of its line, which ActRefused names.
    """
    _hold_holidays(school.pk if school else None, by)
    if not lines:
        raise refused("Hier staat nog geen vakantie.", "text")
    kept: list[SchoolHoliday] = []
    problems: dict[str, str] = {}
    for number, days in lines:
        holiday = SchoolHoliday(school=school)
        try:
            _keep(holiday, days, by=by, at=at, why="vakanties ingevoerd")
            kept.append(holiday)
        except ActRefused as problem:
            for sentence in problem.errors.values():
                told = f"Regel {number}: {sentence}"
                problems[told] = told
    if problems:
        raise ActRefused(problems)
    return kept


@transaction.atomic
def change_holiday(
    *, holiday: SchoolHoliday, days: Days, by: User | None, at: datetime, seen: int | None = None
) -> SchoolHoliday:
    """Give it another name or other days. Raises ActRefused as `add_holiday` does."""
    held = _held(holiday, by)
    refuse_second(held, seen=seen)
    _keep(held, days, by=by, at=at, why="vakantie gewijzigd")
    return held


@transaction.atomic
def remove_holiday(*, holiday: SchoolHoliday, by: User | None, at: datetime) -> None:
    """In these days the place is not closed; what waited for it goes on the next morning."""
    _held(holiday, by).erase(by=by, why="vakantie verwijderd")


def _hold_holidays(school_id: int | None, by: User | None) -> None:
    """One at a time: who adds the same at once finds it, and is told its name."""
    if by is not None and not (
        by.standing.holds_at(Right.KEEP_HOLIDAYS, school_id)
        if school_id
        else Right.KEEP_HOLIDAYS in by.standing.everywhere
    ):
        raise refused("U kunt hier geen vakanties bijhouden. Vraag het de IBP-manager.")
    Board.objects.select_for_update(no_key=True).first()


def _held(holiday: SchoolHoliday, by: User | None) -> SchoolHoliday:
    _hold_holidays(holiday.school_id, by)
    held = SchoolHoliday.objects.select_for_update().filter(pk=holiday.pk).first()
    if held is None:
        raise refused("Deze vakantie is intussen verwijderd.")
    return held


def _keep(holiday: SchoolHoliday, days: Days, *, by: User | None, at: datetime, why: str) -> None:
    if problems := days_problems(days, today=timezone.localdate(at)):
        raise ActRefused(problems)
    others = SchoolHoliday.objects.sharing_a_day(days.first_day, days.last_day, holiday.school_id)
    other = others.exclude(pk=holiday.pk).order_by("first_day").first()
    if other is not None:
        raise refused(
            f"In deze dagen staat er al: {other}. Wijzig die, of kies andere dagen.", "first_day"
        )
    holiday.name, holiday.first_day, holiday.last_day = (
        days.name.strip(),
        days.first_day,
        days.last_day,
    )
    holiday.record(by=by, why=why)
