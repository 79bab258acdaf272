"""Statutory arithmetic: terms, the 72 hours, retention ends, Dutch public holidays.

Pure: no clock, no tables. The numbers and the unsettled rules, dated and with their sources,
stand in `deadlines.toml`. Weeks and months are counted by Regulation (EEC, Euratom) 1182/71.

A day is a calendar day in Europe/Amsterdam and runs to 24:00 there: a term has passed when
`local_day(now) > term.last_day`. Everything refused here is a `DeadlineError`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
LAST_YEAR: Final = 4099  # dateutil vouches for Easter up to here

_MONTHS: Final = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
_WEEKDAYS: Final = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")


class DeadlineError(ValueError):
    """A date or term that cannot be counted with."""


class NotACalendarDayError(DeadlineError):
    """Something else than a plain date, a datetime included, stood where a day is due."""


class NaiveMomentError(DeadlineError):
    """A moment without a time zone, or no moment at all."""


class BadTermError(DeadlineError):
    """A length that is no whole number, or too small to be a term."""


class OutOfRangeError(DeadlineError):
    """The answer, or a rule or calendar that it needs, lies outside the known years."""


class RuleFileError(Exception):
    """The rule file is incomplete or contradicts itself; raised at import."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What every dated entry tells: `article` is cited, `source` is where it was read."""

    name: str
    valid_from: date
    article: str
    source: str
    confirmed: bool

    def __post_init__(self) -> None:
        if not (self.article and self.source and isinstance(self.confirmed, bool)):
            raise RuleFileError(f"{self.name} lacks an article, source or confirmed")

    @property
    def cited(self) -> str:
        """The article as the user reads it; an unconfirmed one says so."""
        return self.article if self.confirmed else f"{self.article}, nog niet bevestigd"


@dataclass(frozen=True, kw_only=True)
class Rule(Entry):
    """A number in a unit, the name of a way of counting, or a list of days."""

    value: int | str | list[date]
    unit: str
    threshold: Literal["", "risk", "high_risk"] = ""

    def number(self, unit: str) -> int:
        """The value in the unit that the caller counts in; `RuleFileError` if it has another."""
        if self.unit != unit or not isinstance(self.value, int) or self.value < 1:
            raise RuleFileError(f"{self.name} is not a number of {unit}")
        return self.value

    @property
    def hours(self) -> int:
        """The value of a rule in hours."""
        return self.number("hours")

    @property
    def days(self) -> Sequence[date]:
        """The value of a rule that lists days."""
        if not isinstance(self.value, list):
            raise RuleFileError(f"{self.name} is not a list of days")
        return self.value


@dataclass(frozen=True, kw_only=True)
class Holiday(Entry):
    """A yearly day, by its date or by its distance from Easter Sunday in days.

    `counts`: "strict" for the eight days of Atw art. 3(1), "wide" for Good Friday (3(2)).
    """

    label: str
    counts: Literal["strict", "wide"]
    month: int = 0
    day: int = 0
    sunday_shift: int = 0
    easter_offset: int | None = None

    def on(self, year: int) -> date:
        """The day on which it falls in that year."""
        if self.easter_offset is not None:
            return easter(year) + timedelta(days=self.easter_offset)
        day = date(year, self.month, self.day)
        return day + timedelta(days=self.sunday_shift) if day.isoweekday() == 7 else day


_AnyEntry = TypeVar("_AnyEntry", bound=Entry)


@dataclass(frozen=True)
class RuleBook:
    """The entries of one rule file; those of one name succeed each other, oldest first."""

    rules: Mapping[str, Sequence[Rule]]
    holidays: Mapping[str, Sequence[Holiday]]

    @classmethod
    def from_toml(cls, text: str) -> RuleBook:
        """Read and check a rule file; whatever is wrong with it is a `RuleFileError`."""
        try:
            data = tomllib.loads(text)
            rules = _by_name([Rule(**entry) for entry in data["rule"]])
            holidays = _by_name([Holiday(**entry) for entry in data["holiday"]])
        except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
            raise RuleFileError(str(error)) from error
        return cls(rules=rules, holidays=holidays)

    def in_force(self, name: str, on: date) -> Rule:
        """The rule of this name on that day; `OutOfRangeError` before its first entry."""
        found = [rule for rule in self.rules[name] if rule.valid_from <= on]
        if not found:
            raise OutOfRangeError(f"Op {_dutch(on)} {on.year} gold deze regel nog niet: {name}.")
        return found[-1]


@dataclass(frozen=True)
class Term:
    """A counted period.

    `target`: the unrolled date. `last_day`: after art. 3(4) of Regulation 1182/71, the one
    date that decides. `wide_last_day`: the same with Good Friday and the equated days, for
    information (a period of Dutch law does count them: Atw art. 1); None when a year that it
    needs has no data. `explanation`: Dutch sentences, each with its article.
    """

    target: date
    last_day: date
    wide_last_day: date | None
    explanation: tuple[str, ...]


def _by_name(entries: Sequence[_AnyEntry]) -> dict[str, list[_AnyEntry]]:
    names: dict[str, list[_AnyEntry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.valid_from):
        same = names.setdefault(entry.name, [])
        if same and same[-1].valid_from == entry.valid_from:
            raise RuleFileError(f"{entry.name} begins twice on {entry.valid_from}")
        same.append(entry)
    return names


def _dutch(day: date, beside: date | None = None) -> str:
    """Day and month, with the year where it differs from that of the day beside it."""
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return text if beside is None or beside.year == day.year else f"{text} {day.year}"


RULES: Final = RuleBook.from_toml(Path(__file__).with_suffix(".toml").read_text("utf-8"))
FIRST_YEAR: Final = max(entries[0].valid_from.year for entries in RULES.holidays.values())
BREACH_HOURS: Final = RULES.rules["breach.notification"][0].hours  # the AVG's own 72
_EQUATED: Final = {e.valid_from.year: e.days for e in RULES.rules["period.equated_days"]}


def request_term(received: date, *, extended: bool = False) -> Term:
    """The term to answer a request of AVG art. 15 to 22, received on a calendar day.

    One month from receipt (art. 12(3)); extended: three months from receipt, computed once,
    with a warning in the explanation when another reading ends earlier. In calendar months.
    Refused: a datetime, a day before the AVG applied, a year beyond the calendar.
    """
    _refuse_no_day(received)
    rule = RULES.in_force("request.term", received)
    first = _months(received, rule.number("months"))
    return _extended_term(first, rule) if extended else _term(first, [rule])


def weeks_term(start: date, weeks: int) -> Term:
    """A period in weeks from an event on `start`: ends on the same weekday, rolled.

    Refused: less than one week, a datetime, a year outside the calendar. Art. 3(5) (at least
    two working days) adds nothing: with the Dutch holidays any seven days hold two.
    """
    _refuse_no_day(start)
    _refuse_not_whole(weeks, at_least=1)
    text = f"{_dutch(start)} + {weeks} {'week' if weeks == 1 else 'weken'}"
    return _term(_Count(start, text, _later(start, relativedelta(weeks=weeks))), [])


def breach_rule(on: date, *, rules: RuleBook = RULES) -> Rule:
    """How fast (`hours`) and from which `threshold` a breach known on that day is reported.

    Refused: a datetime (take its `local_day`), a day before the AVG applied.
    """
    _refuse_no_day(on)
    return rules.in_force("breach.notification", on)


def breach_term(aware_at: datetime, *, hours: int = BREACH_HOURS) -> datetime:
    """The last moment to report a breach (AVG art. 33(1)), in Europe/Amsterdam.

    Elapsed hours from awareness, across clock changes, nights and holidays; neither the hour
    of the event nor working days are added (Regulation 1182/71 art. 3(1), 3(5)): the earliest
    reading. Pass `breach_rule(day).hours`: the default is the first rule and cannot follow the
    date. Refused: a naive moment, less than one hour, an end beyond the year 9999.
    """
    _refuse_not_whole(hours, at_least=1)
    return _in_amsterdam(aware_at, hours)


def retention_end(
    start: date, *, years: int = 0, months: int = 0, weeks: int = 0, days: int = 0
) -> date:
    """The day on which a retention term ends (AVG art. 5(1)(e)); of a maximum, the latest.

    In calendar units: years and months first (a missing date becomes the end of its month),
    then weeks and days. Never rolls: a maximum is no act that may wait for a working day.
    Refused: a negative part, no term at all, a datetime, an end beyond the year 9999.
    """
    _refuse_no_day(start)
    for part in (years, months, weeks, days):
        _refuse_not_whole(part, at_least=0)
    _refuse_not_whole(years + months + weeks + days, at_least=1)
    return _later(start, relativedelta(years=years, months=months, weeks=weeks, days=days))


def is_public_holiday(day: date) -> bool:
    """Whether the day is one of the eight of Atw art. 3(1); a Sunday as such is not.

    Refused: a datetime, a year outside `FIRST_YEAR` (the first King's Day) to `LAST_YEAR`.
    """
    _refuse_no_day(day)
    return day in _holidays(day.year, "strict")


def is_working_day(day: date) -> bool:
    """Neither weekend nor public holiday (Regulation 1182/71 art. 2(2)); refuses as above."""
    return not (is_public_holiday(day) or _is_weekend(day))


def local_day(moment: datetime) -> date:
    """The calendar day in Europe/Amsterdam of an aware moment; a naive one is refused."""
    return _in_amsterdam(moment).date()


class _Count(NamedTuple):
    start: date
    text: str
    end: date


def _extended_term(first: _Count, rule: Rule) -> Term:
    received = first.start
    extra = RULES.in_force("request.extension", received).number("months")
    choice = RULES.in_force("request.extension_counting", received)
    readings = {
        "from_receipt": _months(received, rule.number("months") + extra),
        "from_first_end": _months(first.end, extra),
        "from_first_last_day": _months(_roll(first.end)[-1], extra),
    }
    leading = readings.pop(str(choice.value))
    notes = [f"Geteld is in één keer vanaf {_dutch(leading.start)} ({choice.cited})."]
    last_day, text = min((_roll(other.end)[-1], other.text) for other in readings.values())
    if last_day < _roll(leading.end)[-1]:
        notes.append(
            f"Let op: in een andere lezing ({text}) valt de laatste dag eerder, op "
            f"{_WEEKDAYS[last_day.weekday()]} {_dutch(last_day, received)} ({choice.cited})."
        )
    return _term(leading, [rule], notes)


def _term(count: _Count, rules: Sequence[Rule], notes: Sequence[str] = ()) -> Term:
    days = _roll(count.end)
    counting = RULES.in_force("period.same_date", count.start)
    steps = f"{count.text} → {_dutch(count.end, count.start)}"
    cited = [*rules, counting]
    if len(days) > 1:
        holiday = None if _is_weekend(days[0]) else _holidays(days[0].year, "strict")[days[0]]
        reason = holiday.label if holiday else _WEEKDAYS[days[0].weekday()]
        stops = [f"{_WEEKDAYS[day.weekday()]} {_dutch(day, days[0])}" for day in days[1:]]
        steps = f"{steps}; {' → '.join([reason, *stops])}"
        cited.append(RULES.in_force("period.roll", count.start))
    sentences = [f"{steps} ({'; '.join(rule.cited for rule in cited)})."]
    if "maand" in count.text and count.end.day != count.start.day:
        sentences.append(
            f"{_MONTHS[count.end.month - 1].capitalize()} {count.end.year} heeft geen "
            f"{count.start.day}e: de laatste dag van die maand telt ({counting.cited})."
        )
    for day, holiday in ((day, _holidays(day.year, "strict").get(day)) for day in days):
        if holiday is not None:
            sentences.append(f"{_dutch(day, count.start)} is {holiday.label} ({holiday.cited}).")
    wide = _wide_last_day(count.end)
    if wide != days[-1]:
        sentences.append(_wide_text(count, wide))
    return Term(count.end, days[-1], wide, (*sentences, *notes))


def _in_amsterdam(moment: datetime, hours_later: int = 0) -> datetime:
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise NaiveMomentError(f"a moment with a time zone is due, not {moment!r}")
    try:
        return (moment.astimezone(UTC) + timedelta(hours=hours_later)).astimezone(AMSTERDAM)
    except OverflowError as error:
        raise OutOfRangeError("Dit moment ligt buiten de kalender.") from error


def _months(start: date, months: int) -> _Count:
    text = f"{_dutch(start)} + {months} {'maand' if months == 1 else 'maanden'}"
    return _Count(start, text, _later(start, relativedelta(months=months)))


def _later(start: date, span: relativedelta) -> date:
    try:
        return start + span
    except (OverflowError, ValueError) as error:
        raise OutOfRangeError("Deze termijn eindigt buiten de kalender.") from error


def _roll(target: date) -> list[date]:
    """The target, the free days that follow (a weekend as one step), the next working day."""
    days = [target]
    while not is_working_day(days[-1]):
        step = 8 - days[-1].isoweekday() if _is_weekend(days[-1]) else 1
        days.append(days[-1] + timedelta(days=step))
    return days


def _wide_last_day(target: date) -> date | None:
    day = target
    while day.year in _EQUATED:
        if is_working_day(day) and day not in {*_EQUATED[day.year], *_holidays(day.year, "wide")}:
            return day
        day += timedelta(days=1)
    return None


@cache
def _holidays(year: int, counts: Literal["strict", "wide"]) -> Mapping[date, Holiday]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutOfRangeError(f"De feestdagen zijn bekend van {FIRST_YEAR} tot en met {LAST_YEAR}.")
    held = [
        [entry for entry in entries if entry.valid_from.year <= year][-1]
        for entries in RULES.holidays.values()
    ]
    return {entry.on(year): entry for entry in held if entry.counts == counts}


def _is_weekend(day: date) -> bool:
    return day.isoweekday() > RULES.in_force("period.working_weekdays", day).number("weekdays")


def _wide_text(count: _Count, wide: date | None) -> str:
    if wide is None:
        year = count.end.year + (count.end.year in _EQUATED)
        text = f"Een ruime laatste dag is er niet: de gelijkgestelde dagen van {year} ontbreken"
    else:
        day = f"{_WEEKDAYS[wide.weekday()]} {_dutch(wide, count.start)}"
        text = f"Ter informatie: met Goede Vrijdag en de gelijkgestelde dagen erbij is het {day}"
    return f"{text} (Algemene termijnenwet, art. 3 lid 2 en 3)."


def _refuse_no_day(value: date) -> None:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise NotACalendarDayError(f"a plain date is due, not {value!r}")


def _refuse_not_whole(value: int, *, at_least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < at_least:
        raise BadTermError(f"Een termijn is een geheel getal, minstens {at_least}.")
