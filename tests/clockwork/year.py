"""A small board and its school year 2026-2027: what is there, what happens, what must come of it.

Every day in `TOLD` and `GONE` was counted by hand on a calendar, from the law, domain.md and the
tables of stages; nothing of the application is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from consent.choices import Means
from consent.models import Answer, Invitation
from datalekken.choices import BreachState
from datalekken.models import Breach
from privacyboard.clockwork import actions, sweeps
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold, Reminder
from privacyboard.deadlines import AMSTERDAM
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Pupil, User
from registers.models import Disclosure, ProcessingActivity
from requests_ar.choices import RequestState
from requests_ar.models import Complaint, ComplaintStep, SubjectRequest
from tests.clockwork import year_holidays, year_watches
from tests.conftest import Cast, make_person
from tests.factories import breaches, complaints, consent, disclosures, people
from tests.factories import registers as make
from tests.factories.requests import subject_request

FIRST, LAST = date(2026, 8, 1), date(2027, 7, 31)
DAY = timedelta(days=1)

# Who is told what on which day: kind, stage, address. Each once, and nothing else.
Told = tuple[str, str, str]
DIRECTOR, FG, IBP, BOARD = (f"{name}@deproef.example" for name in ("dirk", "fenna", "ilse", "bram"))
ADMINISTRATOR = "tom@deproef.example"
TOLD: dict[Told, date] = {
    # Received on 10 September 2026: a month later is Saturday 10 October, so Monday the 12th
    # (Regulation 1182/71). Nobody answers: late on the 13th, and then the FG and the IBP manager.
    ("request_term", "20261012:14", DIRECTOR): date(2026, 9, 28),
    ("request_term", "20261012:7", DIRECTOR): date(2026, 10, 5),
    ("request_term", "20261012:3", DIRECTOR): date(2026, 10, 9),
    ("request_term", "20261012:1", DIRECTOR): date(2026, 10, 11),
    ("request_term", "20261012:late", DIRECTOR): date(2026, 10, 13),
    ("request_term", "20261012:late", FG): date(2026, 10, 13),
    ("request_term", "20261012:late", IBP): date(2026, 10, 13),
    # Received on 31 January 2027: 28 February is a Sunday, so 1 March. Answered on 21 February.
    ("request_term", "20270301:14", DIRECTOR): date(2027, 2, 15),
    # Certain on 4 November 2026 at eleven in the morning; looked at every day at eight.
    ("breach_term", "0h", IBP): date(2026, 11, 5),
    ("breach_term", "24h", IBP): date(2026, 11, 6),
    ("breach_term", "48h", IBP): date(2026, 11, 7),
    ("breach_term", "60h", IBP): date(2026, 11, 7),
    ("breach_term", "70h", IBP): date(2026, 11, 8),
    ("breach_term", "late", IBP): date(2026, 11, 8),
    ("breach_term", "late", FG): date(2026, 11, 8),
    ("breach_term", "late", BOARD): date(2026, 11, 8),
    # An agreement until 31 March 2027, with three months of notice: until 31 December.
    ("agreement_end", "20270331:90", ""): date(2026, 12, 31),
    ("agreement_end", "20270331:60", ""): date(2027, 1, 30),
    ("agreement_end", "20270331:30", ""): date(2027, 3, 1),
    ("agreement_end", "20270331:-1", ""): date(2027, 4, 1),
    ("agreement_notice", "20261231:60", ""): date(2026, 11, 1),
    ("agreement_notice", "20261231:30", ""): date(2026, 12, 1),
    ("agreement_notice", "20261231:7", ""): date(2026, 12, 24),
    ("agreement_notice", "20261231:-1", ""): date(2027, 1, 1),
    # An activity to look at again on 15 February 2027.
    ("activity_review", "20270215:30", ""): date(2027, 1, 16),
    ("activity_review", "20270215:0", ""): date(2027, 2, 15),
    ("activity_review", "20270215:-30", ""): date(2027, 3, 17),
    # A teacher until 31 May 2027; the account is idle from the day after.
    ("appointment_end", "20270531:14", ""): date(2027, 5, 17),
    ("account_idle", "20270531:-1", ""): date(2027, 6, 1),
    ("account_idle", "20270531:-30", ""): date(2027, 6, 30),
}
TOLD |= year_holidays.TOLD | year_watches.TOLD
# Morning letters: on the first school day after the day on which something was written down. Those
# around a holiday, and about one record of each other kind, are counted apart.
MORNINGS = (
    year_holidays.MORNINGS
    | year_watches.MORNINGS
    | {
        (DIRECTOR, date(2026, 10, 12)),  # written on Friday the 9th
        (IBP, date(2026, 12, 2)),
        (IBP, date(2027, 1, 4)),  # written on 31 December and on New Year's Day, a Friday
        (IBP, date(2027, 1, 18)),  # written on Saturday the 16th
        (IBP, date(2027, 2, 1)),  # written on Saturday 30 January
        (IBP, date(2027, 3, 2)),
        (IBP, date(2027, 3, 18)),
        (IBP, date(2027, 4, 2)),
        (DIRECTOR, date(2027, 5, 18)),
        (ADMINISTRATOR, date(2027, 6, 2)),
        (ADMINISTRATOR, date(2027, 7, 1)),
    }
)
# The last day of a term lies a day before: what may be here until the 31st goes on the 1st.
GONE = {
    "answers of who left on 15 August 2021 (five years)": date(2026, 8, 16),
    "the pupil of those answers (two years after leaving, and nothing points there)": date(
        2026, 8, 17
    ),
    "pupil who left on 31 October 2024 (two years)": date(2026, 11, 1),
    "disclosure of 5 November 2021 (five years)": date(2026, 11, 6),
    "breach closed on 31 December 2021 (five years)": date(2027, 1, 1),
    "request closed on 14 January 2022 (five years)": date(2027, 1, 15),
    "letter sent on 10 February 2026 (twelve months)": date(2027, 2, 11),
    "complaint closed on 28 February 2022 (five years)": date(2027, 3, 1),
    "request closed on 10 March 2022, held until 1 May 2027": date(2027, 5, 1),
}
# Asked once, on the day on which a pupil turns sixteen.
SIXTEEN = date(2026, 12, 20)


def moment(day: date, hour: int = 8) -> datetime:
    """The hour of a day in Amsterdam."""
    return datetime.combine(day, time(hour), tzinfo=AMSTERDAM)


def each_day() -> Iterator[date]:
    day = FIRST
    while day <= LAST:
        yield day
        day += DAY


@dataclass
class World:
    """The board, what happens on which day before the sweeps run, and how to see what is gone."""

    cast: Cast
    events: dict[date, Callable[[], Any]] = field(default_factory=dict)
    is_gone: dict[str, Callable[[], bool]] = field(default_factory=dict)
    stays: dict[str, Callable[[], bool]] = field(default_factory=dict)

    def happen(self, until: date, since: date) -> None:
        """What happens after one day up to and including another."""
        for day in sorted(self.events):
            if since < day <= until:
                self.events[day]()

    def gone(self) -> set[str]:
        return {what for what, look in self.is_gone.items() if look()}

    def told(self) -> set[Told]:
        """Every reminder by now, but the claims of the morning letters themselves."""
        addresses = {str(key): email for key, email in User.objects.values_list("pk", "email")}
        rows = Reminder.objects.exclude(kind="digest").values_list("kind", "stage")
        return {_as_told(kind, stage, addresses) for kind, stage in rows}

    def invited(self) -> int:
        return Invitation.objects.filter(because="sixteen").count()


def _as_told(kind: str, stage: str, addresses: dict[str, str]) -> Told:
    parts = stage.split(":")
    if kind == "request_term":
        return kind, ":".join(parts[:2]), addresses[parts[2]]
    if kind == "breach_term":
        return kind, parts[1], addresses[parts[2]]
    return kind, stage, ""


def mornings() -> set[tuple[str, date]]:
    """The morning letters by now: to whom, on which day."""
    letters = OutboundLetter.objects.filter(letter="frontdesk/digest")
    return {
        (to, at.astimezone(AMSTERDAM).date()) for to, at in letters.values_list("to", "queued_at")
    }


def sweep_all(at: datetime) -> None:
    """Run every sweep once, save those that fetch mail or print for somebody who waits."""
    for sweep in sweeps.all_sweeps():
        sweeps.run(name=sweep.name, at=at)


def build(cast: Cast) -> World:
    """The board on the first day."""
    world = World(cast)
    year_holidays.build(cast, moment(FIRST))
    world.events |= year_watches.build(cast, moment(FIRST))
    _register(world)
    _cases(world)
    _people(world)
    return world


def _register(world: World) -> None:
    cast, start = world.cast, moment(FIRST)
    make.agreement(
        make.processor(), starts_on=date(2025, 1, 1), ends_on=date(2027, 3, 31), notice_months=3
    )
    activity = make.established("V01", at=start)
    ProcessingActivity.objects.filter(pk=activity.pk).update(next_review_on=date(2027, 2, 15))
    make_person("Tijdelijk Leraar", Role.EMPLOYEE, cast.linde, ends_on=date(2027, 5, 31))
    old = disclosures.disclosure(cast.linde, at=start, disclosed_on=date(2021, 11, 5))
    world.is_gone["disclosure of 5 November 2021 (five years)"] = _missing(Disclosure, old.pk)
    letter = OutboundLetter.objects.create(
        key="oud",
        digest="oud",
        letter="proef",
        to="iemand@thuis.example",
        subject="Over Zebulon",
        text="Zebulon",
        html="Zebulon",
        state=OutboundLetter.State.SENT,
        queued_at=moment(date(2026, 2, 10)),
        due_at=moment(date(2026, 2, 10)),
        sent_at=moment(date(2026, 2, 10)),
    )
    world.is_gone["letter sent on 10 February 2026 (twelve months)"] = lambda: (
        not OutboundLetter.objects.filter(pk=letter.pk, text="Zebulon").exists()
    )


def _cases(world: World) -> None:
    cast = world.cast
    world.events[date(2026, 9, 10)] = lambda: subject_request(
        cast.linde, at=moment(date(2026, 9, 10), 7)
    )
    answered: list[SubjectRequest] = []

    def second() -> None:
        answered.append(subject_request(cast.linde, at=moment(date(2027, 1, 31), 7)))

    def answer() -> None:
        request = SubjectRequest.objects.get(pk=answered[0].pk)
        request.state, request.answered_on = RequestState.CLOSED, date(2027, 2, 21)
        request.closed_at = moment(date(2027, 2, 21), 7)
        request.record(by=cast.director, why="beantwoord")

    world.events[date(2027, 1, 31)], world.events[date(2027, 2, 21)] = second, answer
    world.events[date(2026, 11, 5)] = lambda: _breach(cast)
    closed = _closed_request(cast, date(2022, 1, 14))
    world.is_gone["request closed on 14 January 2022 (five years)"] = _forgotten(closed)
    held = _closed_request(cast, date(2022, 3, 10))
    world.is_gone["request closed on 10 March 2022, held until 1 May 2027"] = _forgotten(held)
    hold = actions.put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De ouders hebben gedagvaard.",
        owner=cast.fg,
        review_on=date(2027, 9, 1),
        subject=held,
        by=cast.fg,
        at=moment(FIRST, 7),
    )
    world.events[date(2027, 5, 1)] = lambda: actions.lift_hold(
        hold=Hold.objects.get(pk=hold.pk),
        because="De zaak is klaar.",
        by=cast.fg,
        at=moment(date(2027, 5, 1), 7),
    )
    stays = _closed_request(cast, date(2022, 7, 31))
    world.stays["request closed on 31 July 2022"] = _forgotten(stays)
    complaint = complaints.complaint(cast.linde, at=moment(FIRST, 7))
    Complaint.objects.filter(pk=complaint.pk).update(
        received_on=date(2022, 2, 1), closed_on=date(2022, 2, 28), outcome="unfounded"
    )
    ComplaintStep.objects.filter(complaint=complaint).update(
        began_on=date(2022, 2, 1), ended_on=date(2022, 2, 28)
    )
    world.is_gone["complaint closed on 28 February 2022 (five years)"] = _forgotten(complaint)
    then = moment(date(2021, 12, 1))
    breach = breaches.breach(cast.linde, at=then)
    breaches.certain(breach, at=then, by=cast.ibp)
    breach = breaches.decided_not(breach, at=then, by=cast.ibp)
    breach.state, breach.closed_at = BreachState.CLOSED, moment(date(2021, 12, 31), 23)
    breach.record(by=cast.ibp, why="gesloten")
    world.is_gone["breach closed on 31 December 2021 (five years)"] = _forgotten(breach)


def _breach(cast: Cast) -> Breach:
    made = breaches.breach(cast.linde, at=moment(date(2026, 11, 4), 10))
    return breaches.certain(made, at=moment(date(2026, 11, 4), 11), by=None)


def _closed_request(cast: Cast, day: date) -> SubjectRequest:
    return subject_request(
        cast.linde,
        at=moment(day - 20 * DAY),
        state=RequestState.CLOSED,
        answered_on=day,
        closed_at=moment(day, 12),
    )


def _people(world: World) -> None:
    cast, start = world.cast, moment(FIRST, 7)
    left = people.pupil(cast.linde, "Bo", left_on=date(2024, 10, 31))
    world.is_gone["pupil who left on 31 October 2024 (two years)"] = _missing(Pupil, left.pk)
    stays = people.pupil(cast.linde, "Kiki", left_on=date(2025, 7, 31))
    world.stays["pupil who left on 31 July 2025"] = _missing(Pupil, stays.pk)
    people.pupil(cast.linde, "Puck", born_on=date(2010, 12, 20), email="puck@leerling.example")
    question = consent.question(Means.WEBSITE, at=moment(date(2020, 8, 1)))
    ProcessingActivity.objects.filter(code="T01").update(next_review_on=None)
    old = people.pupil(cast.linde, "Teun", arrived_on=date(2019, 8, 1))
    mother = people.guardian(old)
    consent.say(mother, old, question, True, at=moment(date(2021, 1, 10)))
    old.left_on = date(2021, 8, 15)
    old.record(by=None, why="vertrokken")
    world.is_gone["answers of who left on 15 August 2021 (five years)"] = lambda: (
        not Answer.objects.filter(pupil=old.pk).exists()
    )
    world.is_gone[
        "the pupil of those answers (two years after leaving, and nothing points there)"
    ] = _missing(Pupil, old.pk)
    here = people.pupil(cast.linde, "Sil")
    consent.say(people.guardian(here, first_name="Els"), here, question, False, at=start)
    world.stays["answers of who is still here"] = lambda: (
        not Answer.objects.filter(pupil=here.pk).exists()
    )


def _missing(model: Any, key: int) -> Callable[[], bool]:
    return lambda: not model.objects.filter(pk=key).exists()


def _forgotten(case: Any) -> Callable[[], bool]:
    return lambda: type(case).objects.filter(pk=case.pk, forgotten_at__isnull=False).exists()
