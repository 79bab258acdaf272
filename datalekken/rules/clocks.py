"""The 72 hours, the clock that runs from the first signal, and the times in their order.

The legal clock runs from certainty (EDPB: a reasonable degree of certainty), or from the notice of
a processor where that came first (AVG 33(1), 33(2)). Beside it a careful clock runs from the first
signal. The number of hours and the threshold are dated rules of `privacyboard.deadlines`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from datalekken.choices import Occurrence
from privacyboard.deadlines import breach_rule, breach_term, local_day

# The boards' own target: who finds out tells within a day (OPO-050).
INTERNAL_TARGET = timedelta(hours=24)
# The AVG applies from this day (art. 99(2)). A signal from before it counts by the same rule.
_FIRST_DAY = date(2018, 5, 25)
# Reminders in hours after certainty, and when late.
STAGE_HOURS = (0, 24, 48, 60, 70)
LATE = "late"


@dataclass(frozen=True, kw_only=True)
class Times:
    """Every moment of a breach, kept apart; all aware, unknown ones None."""

    reported_at: datetime
    occurrence: str = Occurrence.UNKNOWN
    occurred_from: datetime | None = None
    occurred_until: datetime | None = None
    first_signal_at: datetime | None = None
    certain_at: datetime | None = None
    processor_discovered_at: datetime | None = None
    processor_noticed_at: datetime | None = None


@dataclass(frozen=True)
class Clock:
    """When the term began and when it ends; `hours` is its length, `threshold` when to notify."""

    started_at: datetime
    ends_at: datetime
    hours: int
    threshold: Literal["", "risk", "high_risk"]
    article: str


def known_at(times: Times) -> datetime | None:
    """The moment from which the board knows: certainty, or a processor's notice if earlier."""
    moments = [each for each in (times.certain_at, times.processor_noticed_at) if each]
    return min(moments, default=None)


def legal_clock(times: Times) -> Clock | None:
    """The term of AVG 33(1); None as long as nothing is certain."""
    start = known_at(times)
    return _clock(start) if start else None


def careful_clock(times: Times) -> Clock:
    """The same counted from the first signal (else from the report): for who plays safe."""
    moments = [each for each in (times.first_signal_at, times.reported_at) if each]
    return _clock(min(moments))


def _clock(start: datetime) -> Clock:
    rule = breach_rule(max(local_day(start), _FIRST_DAY))
    end = breach_term(start, hours=rule.hours)
    return Clock(start, end, rule.hours, rule.threshold, rule.cited)


def is_late(clock: Clock | None, *, at: datetime) -> bool:
    """Whether the term has passed at this moment; the last moment itself is in time."""
    return clock is not None and at > clock.ends_at


def stages_due(clock: Clock | None, *, at: datetime) -> tuple[str, ...]:
    """The reminders due by now, the most urgent last: hours after certainty, then `late`."""
    if clock is None:
        return ()
    due = [f"{hours}h" for hours in STAGE_HOURS if at >= clock.started_at + timedelta(hours=hours)]
    return (*due, LATE) if is_late(clock, at=at) else tuple(due)


def met_internal_target(times: Times) -> bool | None:
    """Whether it was reported within 24 hours of the first signal; None when that is unknown."""
    if times.first_signal_at is None:
        return None
    return times.reported_at - times.first_signal_at <= INTERNAL_TARGET


def met_agreed_hours(times: Times, *, agreed_hours: int | None) -> bool | None:
    """Whether a processor told us within the agreed hours of its discovery; None when unknown."""
    if not (agreed_hours and times.processor_discovered_at and times.processor_noticed_at):
        return None
    taken = times.processor_noticed_at - times.processor_discovered_at
    return taken <= timedelta(hours=agreed_hours)


def time_problems(times: Times, *, at: datetime) -> Mapping[str, str]:
    """What cannot be so in these times, in words per field; empty when all is well."""
    problems: dict[str, str] = {}
    for name in (
        "reported_at",
        "occurred_from",
        "occurred_until",
        "first_signal_at",
        "certain_at",
        "processor_discovered_at",
        "processor_noticed_at",
    ):
        moment = getattr(times, name)
        if moment is not None and moment > at:
            problems[name] = str(_("Dit moment is nog niet geweest. Controleer datum en tijd."))
    for earlier, later, words in _ORDER:
        first, second = getattr(times, earlier), getattr(times, later)
        if first and second and second < first:
            problems.setdefault(later, str(words))
    if times.occurrence == Occurrence.MOMENT and times.occurred_from is None:
        problems.setdefault("occurred_from", str(_("Vul het moment in waarop het gebeurde.")))
    if times.occurrence == Occurrence.PERIOD and not (times.occurred_from and times.occurred_until):
        told = _("Vul het begin en het einde van de periode in.")
        problems.setdefault("occurred_until", str(told))
    return problems


_ORDER: tuple[tuple[str, str, Any], ...] = (
    (
        "occurred_from",
        "occurred_until",
        _("Het einde ligt voor het begin. Controleer datum en tijd."),
    ),
    (
        "occurred_from",
        "first_signal_at",
        _("Het eerste signaal ligt voordat het gebeurde. Controleer datum en tijd."),
    ),
    (
        "first_signal_at",
        "certain_at",
        _("U kunt het niet zeker weten voor het eerste signaal. Controleer datum en tijd."),
    ),
    (
        "processor_discovered_at",
        "processor_noticed_at",
        _("De verwerker kan het niet melden voor hij het ontdekte. Controleer datum en tijd."),
    ),
    (
        "occurred_from",
        "processor_discovered_at",
        _("De verwerker ontdekte het niet voordat het gebeurde. Controleer datum en tijd."),
    ),
)
