"""A small board and its school year 2026-2027: what is there, what happens, what must come of it.

Every day in `TOLD` and `GONE` was counted by hand on a calendar, from the law, domain.md and the
tables of stages; nothing of the application is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from consent.choices import Means
from consent.models import Answer
from datalekken.choices import BreachState
from datalekken.models import Breach
from privacyboard.clockwork import actions, sweeps
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Pupil
from registers.models import Disclosure, ProcessingActivity
from requests_ar.choices import RequestState
from requests_ar.models import Complaint, ComplaintStep, SubjectRequest
from tests.clockwork import year_consent, year_holidays, year_lists, year_terms, year_watches
from tests.clockwork.year_world import DAY, FIRST, LAST, Told, World, missing, moment
from tests.conftest import Cast, make_person
from tests.factories import breaches, complaints, consent, disclosures, people
from tests.factories import registers as make
from tests.factories.requests import subject_request

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
TOLD |= year_holidays.TOLD | year_watches.TOLD | year_lists.TOLD | year_consent.TOLD
# Morning letters: on the first school day after the day on which something was written down. Those
# around a holiday, and about one record of each other kind, are counted apart.
MORNINGS = (
    year_holidays.MORNINGS
    | year_watches.MORNINGS
    | year_lists.MORNINGS
    | year_consent.MORNINGS
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
GONE |= year_lists.GONE | year_terms.GONE
# What goes along on those days and on others, by which rule: with it no run took anything else.
ALSO = {
    # Of whom a name or a choice goes after seven years, the account does too; and the other way.
    ("accounts", date(2026, 10, 25)),
    ("accounts", date(2027, 3, 10)),
    ("account_names", date(2026, 10, 13)),
    ("account_names", date(2027, 3, 10)),
    # The address of the mother of who left in 2021, on the first day of all; her name when the
    # answers went. Parents with their children, and children with their parents.
    ("guardian_details", date(2026, 8, 1)),
    ("guardians", date(2026, 8, 17)),
    ("guardian_details", date(2026, 11, 13)),
    ("pupil_details", date(2026, 12, 3)),
    ("guardian_details", date(2027, 1, 12)),
    ("pupil_details", date(2027, 1, 12)),
    ("pupils", date(2027, 1, 12)),
    # What stood there until 22 April 2022.
    ("board_contacts_replaced", date(2027, 4, 23)),
    ("school_contacts_replaced", date(2027, 4, 23)),
    ("processor_contacts_replaced", date(2027, 4, 23)),
    ("activity_contacts_replaced", date(2027, 4, 23)),
}
# The lines of a morning letter are kept for thirty days after it.
ALSO |= {
    ("digest_lines", sent_on + 31 * DAY) for _to, sent_on in MORNINGS if sent_on + 31 * DAY <= LAST
}
# Rules that are held against the calendar elsewhere, and where.
ELSEWHERE = {
    # The sweep of new links takes the row the first time it runs; the term is for when it cannot.
    "link_requests": "tests/consent/test_retention.py",
}
# Of what stays through the year all goes on the day after it, but what nobody has ended; and what
# is kept as long as the personnel file: since 20 April 2027 that is eight years.
STAYS_LONGER = {"answers of who is still here", "by alert_preferences", "by teachers"}
# Letters to families and processors; those to staff are the morning letters.
SENT = year_lists.SENT | year_consent.SENT
ENDS = year_lists.ENDS | year_consent.ENDS


def each_day() -> Iterator[date]:
    day = FIRST
    while day <= LAST:
        yield day
        day += DAY


def sweep_all(at: datetime) -> None:
    """Run every sweep once, save those that fetch mail or print for somebody who waits."""
    for sweep in sweeps.all_sweeps():
        sweeps.run(name=sweep.name, at=at)


def build(cast: Cast) -> World:
    """The board on the first day."""
    world = World(cast)
    for build_part in (
        year_holidays.build,
        year_watches.build,
        _register,
        _cases,
        _people,
        year_lists.build,
        year_consent.build,
        year_terms.build,
    ):
        build_part(world)
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
    world.goes["disclosure of 5 November 2021 (five years)"] = (
        "disclosures",
        missing(Disclosure, old.pk),
    )
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
    world.goes["letter sent on 10 February 2026 (twelve months)"] = (
        "letters",
        lambda: not OutboundLetter.objects.filter(pk=letter.pk, text="Zebulon").exists(),
    )


def _cases(world: World) -> None:
    cast = world.cast
    world.on(
        date(2026, 9, 10), lambda: subject_request(cast.linde, at=moment(date(2026, 9, 10), 7))
    )
    answered: list[SubjectRequest] = []

    def second() -> None:
        answered.append(subject_request(cast.linde, at=moment(date(2027, 1, 31), 7)))

    def answer() -> None:
        request = SubjectRequest.objects.get(pk=answered[0].pk)
        request.state, request.answered_on = RequestState.CLOSED, date(2027, 2, 21)
        request.closed_at = moment(date(2027, 2, 21), 7)
        request.record(by=cast.director, why="beantwoord")

    world.on(date(2027, 1, 31), second)
    world.on(date(2027, 2, 21), answer)
    world.on(date(2026, 11, 5), lambda: _breach(cast))
    closed = _closed_request(cast, date(2022, 1, 14))
    world.goes["request closed on 14 January 2022 (five years)"] = (
        "privacy_requests",
        _forgotten(closed),
    )
    held = _closed_request(cast, date(2022, 3, 10))
    world.goes["request closed on 10 March 2022, held until 1 May 2027"] = (
        "privacy_requests",
        _forgotten(held),
    )
    hold = actions.put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De ouders hebben gedagvaard.",
        owner=cast.fg,
        review_on=date(2027, 9, 1),
        subject=held,
        by=cast.fg,
        at=moment(FIRST, 7),
    )

    def lift() -> None:
        actions.lift_hold(
            hold=Hold.objects.get(pk=hold.pk),
            because="De zaak is klaar.",
            by=cast.fg,
            at=moment(date(2027, 5, 1), 7),
        )

    world.on(date(2027, 5, 1), lift)
    stays = _closed_request(cast, date(2022, 7, 31))
    world.stays["request closed on 31 July 2022"] = _forgotten(stays)
    complaint = complaints.complaint(cast.linde, at=moment(FIRST, 7))
    Complaint.objects.filter(pk=complaint.pk).update(
        received_on=date(2022, 2, 1), closed_on=date(2022, 2, 28), outcome="unfounded"
    )
    ComplaintStep.objects.filter(complaint=complaint).update(
        began_on=date(2022, 2, 1), ended_on=date(2022, 2, 28)
    )
    world.goes["complaint closed on 28 February 2022 (five years)"] = (
        "privacy_complaints",
        _forgotten(complaint),
    )
    then = moment(date(2021, 12, 1))
    breach = breaches.breach(cast.linde, at=then)
    breaches.certain(breach, at=then, by=cast.ibp)
    breach = breaches.decided_not(breach, at=then, by=cast.ibp)
    breach.state, breach.closed_at = BreachState.CLOSED, moment(date(2021, 12, 31), 23)
    breach.record(by=cast.ibp, why="gesloten")
    world.goes["breach closed on 31 December 2021 (five years)"] = (
        "breach_register",
        _forgotten(breach),
    )


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
    world.goes["pupil who left on 31 October 2024 (two years)"] = (
        "pupils",
        missing(Pupil, left.pk),
    )
    stays = people.pupil(cast.linde, "Kiki", left_on=date(2025, 7, 31))
    world.stays["pupil who left on 31 July 2025"] = missing(Pupil, stays.pk)
    people.pupil(cast.linde, "Puck", born_on=date(2010, 12, 20), email="puck@leerling.example")
    question = consent.question(Means.WEBSITE, at=moment(date(2020, 8, 1)))
    ProcessingActivity.objects.filter(code="T01").update(next_review_on=None)
    old = people.pupil(cast.linde, "Teun", arrived_on=date(2019, 8, 1))
    mother = people.guardian(old)
    consent.say(mother, old, question, True, at=moment(date(2021, 1, 10)))
    old.left_on = date(2021, 8, 15)
    old.record(by=None, why="vertrokken")
    world.goes["answers of who left on 15 August 2021 (five years)"] = (
        "consent_answers",
        lambda: not Answer.objects.filter(pupil=old.pk).exists(),
    )
    world.goes["the pupil of those answers (two years after leaving, and nothing points there)"] = (
        "pupils",
        missing(Pupil, old.pk),
    )
    here = people.pupil(cast.linde, "Sil")
    consent.say(people.guardian(here, first_name="Els"), here, question, False, at=start)
    world.stays["answers of who is still here"] = lambda: (
        not Answer.objects.filter(pupil=here.pk).exists()
    )


def _forgotten(case: Any) -> Callable[[], bool]:
    return lambda: type(case).objects.filter(pk=case.pk, forgotten_at__isnull=False).exists()
