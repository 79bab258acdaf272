"""Breaches over the last years: most of them closed, a few open, some at several schools."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from datalekken.choices import (
    Aspect,
    BreachState,
    Cause,
    DataKind,
    Discovery,
    IncidentKind,
    MeasureKind,
    Nature,
    NotificationKind,
    Occurrence,
    Recipient,
    ReportChannel,
    ReporterKind,
)
from datalekken.models import Assessment, Breach, Measure, Notification
from datalekken.rules.assessment import Facts, assess
from datalekken.rules.clocks import legal_clock
from privacyboard.demo.populate.making import Making
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, School, User

HOURS = 1400 * 24
# Of a hundred reports so many are of the last weeks, and still worked on.
NEW_HOURS, NEW_SHARE = 14 * 24, 3
_KINDS = (
    *(IncidentKind.SENT_BY_MISTAKE,) * 5,
    *(IncidentKind.DEVICE_LOST, IncidentKind.OPEN_ADDRESSEES, IncidentKind.PAPER_LOST) * 2,
    *(IncidentKind.PHISHING, IncidentKind.PERMISSIONS, IncidentKind.WRONG_RECORD),
)
_NATURES = (*(Nature.BREACH,) * 6, *(Nature.NEAR_MISS,) * 3, Nature.NO_BREACH)


def make_breaches(making: Making, count: int) -> None:
    """Reports with what became of them, spread over the schools and the years."""
    schools: list[School] = making.made(School)
    if not schools:
        return
    handlers = [
        each.user for each in making.made(Appointment) if each.role == Role.IBP_MANAGER
    ] or [None]
    moments = sorted(_reported(making) for _number in range(count))
    numbers: dict[int, int] = {}
    rows = []
    for moment in moments:
        numbers[moment.year] = numbers.get(moment.year, 0) + 1
        number = f"D-{moment.year}-{numbers[moment.year]:04d}"
        rows.append(_breach(making, number, moment, making.random.choice(handlers)))
    breaches: list[Breach] = making.keep(Breach, rows)
    # One in twenty is the board's own, one in twenty touches more schools.
    most = (0, *(1,) * 18, 4)
    places = {
        each.pk: making.some(schools, many, least=min(2, many)) if many else ()
        for each in breaches
        for many in (making.random.choice(most),)
    }
    making.choose(Breach, "schools", places)
    assessed = [each for each in breaches if each.certain_at]
    making.keep(Assessment, [_assessment(making, each) for each in assessed])
    notified = [each for each in breaches if each.notified_at]
    making.keep(Notification, [_notification(each) for each in notified])
    decided = [each for each in breaches if each.decided_at]
    making.keep(Measure, [_measure(making, each) for each in decided])


def _reported(making: Making) -> datetime:
    is_new = making.random.randrange(100) < NEW_SHARE
    first, last = (1, NEW_HOURS) if is_new else (NEW_HOURS + 1, HOURS)
    return making.at - timedelta(hours=making.random.randint(first, last))


def _breach(making: Making, number: str, reported_at: datetime, handler: User | None) -> Breach:
    dice = making.random
    kind = dice.choice(_KINDS)
    breach = Breach(
        number=number,
        title=f"{kind.label.capitalize()} (fictief)",
        reporter_kind=dice.choice(ReporterKind.values),
        reporter_name="Een melder (fictief)",
        channel=dice.choice(ReportChannel.values),
        what_happened="Er ging iets mis met gegevens van een klas (fictief).",
        kind=kind,
        reported_at=reported_at,
        registered_at=reported_at,
        occurrence=Occurrence.MOMENT,
        occurred_from=reported_at - timedelta(hours=dice.randint(30, 200)),
        first_signal_at=reported_at - timedelta(hours=dice.randint(0, 29)),
        is_confidential=dice.randrange(50) == 0,
    )
    age = making.at - reported_at
    if age < timedelta(hours=6):
        return breach
    breach.state, breach.handler = BreachState.IN_PROGRESS, handler
    breach.nature = dice.choice(_NATURES)
    if breach.nature == Nature.BREACH:
        breach.certain_at = reported_at + timedelta(hours=dice.randint(0, 5))
        breach.discovery = Discovery.OURSELVES
        clock = legal_clock(breach.times)
        breach.notify_by = clock.ends_at if clock else None
    if age > timedelta(hours=NEW_HOURS):
        _end(making, breach)
    return breach


def _end(making: Making, breach: Breach) -> None:
    """What is old was decided, mostly in time, and learned from."""
    dice = making.random
    notifies = breach.nature == Nature.BREACH and dice.randrange(3) == 0
    breach.state = BreachState.CLOSED
    breach.notifies = breach.tells = notifies
    breach.notify_reasons = breach.tell_reasons = "Afgewogen (fictief)."
    breach.decided_by = breach.handler
    breach.decided_at = breach.reported_at + timedelta(hours=dice.randint(6, 60))
    breach.closed_at = breach.decided_at + timedelta(days=7)
    if notifies:
        late = dice.randrange(12) == 0
        breach.notified_at = breach.decided_at + timedelta(hours=80 if late else 1)
        breach.told_at = breach.decided_at + timedelta(hours=4)
    breach.cause = Cause.INTERNAL_ACCIDENT
    breach.root_cause = "Het ging te snel (fictief)."
    breach.lessons = "Wij kijken twee keer naar het adres (fictief)."
    breach.dpia_must_change = breach.register_must_change = False


def _assessment(making: Making, breach: Any) -> Assessment:
    facts = Facts(
        aspects=frozenset({Aspect.CONFIDENTIALITY}),
        kind=IncidentKind(breach.kind),
        data=frozenset({DataKind.NAME, DataKind.SCHOOL_RESULTS}),
        people=making.random.randint(1, 400),
        recipient=making.random.choice(list(Recipient)),
        has_children=True,
    )
    outcome = assess(facts, threshold="risk")
    return Assessment(
        breach=breach,
        facts=facts.plain(),
        outcome=outcome.plain(),
        score=outcome.enisa.score,
        severity=outcome.enisa.severity,
        risk=outcome.risk,
        people_count=facts.people,
        made_at=breach.certain_at,
        made_by=breach.handler,
    )


def _notification(breach: Any) -> Notification:
    late = breach.notify_by is not None and breach.notified_at > breach.notify_by
    return Notification(
        breach=breach,
        number=1,
        kind=NotificationKind.COMPLETE,
        sent_at=breach.notified_at,
        ap_number=f"AP{breach.pk:07} (fictief)",
        sender=breach.handler,
        content={"ap": []},
        sha256="0" * 64,
        delay_reason="Het duurde lang voor alles bekend was (fictief)." if late else "",
        recorded_at=breach.notified_at,
    )


def _measure(making: Making, breach: Breach) -> Measure:
    due_on = breach.reported_at.date() + timedelta(days=30)
    is_done = due_on < making.today
    return Measure(
        breach=breach,
        kind=MeasureKind.PREVENT,
        text="De werkwijze aanpassen (fictief).",
        owner=breach.handler,
        owner_name="" if breach.handler else "De school (fictief)",
        due_on=due_on,
        done_on=due_on if is_done else None,
        result="Gedaan (fictief)." if is_done else "",
    )
