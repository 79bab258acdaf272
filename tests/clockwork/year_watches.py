"""Days that each part of the board is told of in 2026-2027, one record of each kind.

Counted by hand on a calendar, from the tables of stages: so many days before the day itself, or
after it. Easter Monday is 29 March 2027, Ascension Day 6 May, Whit Monday 17 May.
"""

from __future__ import annotations

from datetime import date, datetime

from privacyboard.clockwork import actions
from privacyboard.clockwork.choices import HoldKind
from registers.choices import RetentionTrigger, SharingKind, YesNo
from registers.models import AccessReview, SharingAgreement
from requests_ar.choices import RemedyBody, RequestState
from requests_ar.models import Complaint, ComplaintStep
from tests.clockwork.year_world import FIRST, Told, World, moment
from tests.conftest import Cast
from tests.factories import breaches, complaints, disclosures
from tests.factories import registers as make
from tests.factories.forgetting import changed_on
from tests.factories.requests import subject_request

TOLD: dict[Told, date] = {
    # Regular disclosure to the council, agreed until 31 January 2027.
    ("sharing_end", "20270131:90", ""): date(2026, 11, 2),
    ("sharing_end", "20270131:30", ""): date(2027, 1, 1),
    ("sharing_end", "20270131:-1", ""): date(2027, 2, 1),
    # A DPIA of 15 April 2024: three years later it is done anew (AVG 35(11)).
    ("dpia_review", "20270415:90", ""): date(2027, 1, 15),
    ("dpia_review", "20270415:30", ""): date(2027, 3, 16),
    ("dpia_review", "20270415:0", ""): date(2027, 4, 15),
    ("dpia_review", "20270415:-30", ""): date(2027, 5, 15),
    ("transfer_review", "20270405:30", ""): date(2027, 3, 6),
    ("transfer_review", "20270405:0", ""): date(2027, 4, 5),
    ("transfer_review", "20270405:-30", ""): date(2027, 5, 5),
    ("confidentiality_review", "20270510:14", ""): date(2027, 4, 26),
    ("confidentiality_review", "20270510:0", ""): date(2027, 5, 10),
    ("confidentiality_review", "20270510:-14", ""): date(2027, 5, 24),
    ("access_review", "20270615:14", ""): date(2027, 6, 1),
    ("access_review", "20270615:3", ""): date(2027, 6, 12),
    ("access_review", "20270615:-1", ""): date(2027, 6, 16),
    ("access_review", "20270615:-14", ""): date(2027, 6, 29),
    ("hold_review", "20270310:0", ""): date(2027, 3, 10),
    ("hold_review", "20270310:-14", ""): date(2027, 3, 24),
    # Changed on 20 April: counts from 20 May.
    ("term_change", "20270520:30", ""): date(2027, 4, 20),
    ("term_change", "20270520:7", ""): date(2027, 5, 13),
    # Answered on 15 March, and closed by nobody.
    ("request_close", "20270315:-14", ""): date(2027, 3, 29),
    ("request_close", "20270315:-28", ""): date(2027, 4, 12),
    # The director is done with it on 19 April, and nobody takes the next step.
    ("complaint_close", "20270419:-14", ""): date(2027, 5, 3),
    ("complaint_close", "20270419:-28", ""): date(2027, 5, 17),
    # Closed here on 19 October 2026; the AP is busy with it for half a year.
    ("complaint_elsewhere", "20261019:-182", ""): date(2027, 4, 19),
    # Decided on 3 May, and closed by nobody.
    ("breach_close", "20270503:-28", ""): date(2027, 5, 31),
    ("breach_close", "20270503:-56", ""): date(2027, 6, 28),
    # A destruction list, proposed on 1 August 2026: who left on 15 August 2021 had to be gone after
    # two years. So two weeks from the proposal: until 15 August. Nobody checks it.
    ("list_check", "20260815:28", ""): date(2026, 8, 1),
    ("list_check", "20260815:14", ""): date(2026, 8, 1),
    ("list_check", "20260815:7", ""): date(2026, 8, 8),
    ("list_check", "20260815:0", ""): date(2026, 8, 15),
    ("list_check", "20260815:-1", ""): date(2026, 8, 16),
    ("list_check", "20260815:-7", ""): date(2026, 8, 22),
    ("list_check", "20260815:-14", ""): date(2026, 8, 29),
    ("list_check", "20260815:-28", ""): date(2026, 9, 12),
    ("list_check", "20260815:-91", ""): date(2026, 11, 14),
    ("list_check", "20260815:-182", ""): date(2027, 2, 13),
}
_DIRECTOR, _IBP, _FG = "dirk@deproef.example", "ilse@deproef.example", "fenna@deproef.example"
_BOARD, _CARE = "bram@deproef.example", "carla@deproef.example"
# Written at eight: in the letter of the next school day. On 2 November it is a holiday.
MORNINGS = {
    (_IBP, date(2026, 11, 9)),
    (_IBP, date(2027, 1, 4)),
    (_IBP, date(2027, 1, 18)),
    (_IBP, date(2027, 2, 2)),
    (_IBP, date(2027, 3, 8)),  # written on Saturday the 6th
    (_IBP, date(2027, 3, 17)),
    (_IBP, date(2027, 4, 6)),
    (_IBP, date(2027, 4, 13)),  # a request two weeks unclosed: the role above the director
    (_IBP, date(2027, 4, 16)),
    (_IBP, date(2027, 4, 20)),
    (_IBP, date(2027, 5, 7)),  # written on the 5th; the 6th is Ascension Day
    (_IBP, date(2027, 5, 18)),  # written on Saturday the 15th and on Whit Monday
    (_IBP, date(2027, 6, 1)),
    (_IBP, date(2027, 6, 29)),
    (_BOARD, date(2027, 6, 29)),  # a breach eight weeks unclosed
    (_FG, date(2027, 3, 11)),
    (_FG, date(2027, 3, 25)),
    (_FG, date(2027, 4, 21)),
    (_FG, date(2027, 5, 14)),
    (_CARE, date(2027, 4, 28)),  # written on the 26th; the 27th is King's Day
    (_CARE, date(2027, 5, 11)),
    (_CARE, date(2027, 5, 25)),
    (_DIRECTOR, date(2027, 3, 30)),  # written on Easter Monday
    (_DIRECTOR, date(2027, 4, 13)),
    (_DIRECTOR, date(2027, 5, 4)),
    (_DIRECTOR, date(2027, 5, 18)),
    (_DIRECTOR, date(2027, 6, 2)),
    (_DIRECTOR, date(2027, 6, 14)),  # written on Saturday the 12th
    (_DIRECTOR, date(2027, 6, 17)),
    (_DIRECTOR, date(2027, 6, 30)),
    # Of the list: each stage falls on a Saturday, and in a holiday what is urgent goes on Monday.
    (_DIRECTOR, date(2026, 8, 3)),
    (_DIRECTOR, date(2026, 8, 10)),
}
# Once it is late the role above and the FG hear of it too: on the 16th, a Sunday, and after.
MORNINGS |= {
    (each, day)
    for each in (_DIRECTOR, _IBP, _FG)
    for day in (
        *(date(2026, 8, 17), date(2026, 8, 24), date(2026, 8, 31)),
        *(date(2026, 9, 14), date(2026, 11, 16), date(2027, 2, 15)),
    )
}


def _moment(day: date) -> datetime:
    """Before the sweeps of the day."""
    return moment(day, 7)


def build(world: World) -> None:
    """What is there on the first day, and what happens later."""
    cast = world.cast
    _register(cast, moment(FIRST))
    term = make.retention_rule("personnel_file", years=7, trigger=RetentionTrigger.EMPLOYMENT_END)

    def change_a_term() -> None:
        term.years = 8
        term.record(by=cast.ibp, why="langer nodig")
        changed_on(term, _moment(date(2027, 4, 20)))

    def answer() -> None:
        subject_request(
            cast.linde,
            at=_moment(date(2027, 3, 1)),
            state=RequestState.ANSWERED,
            answered_on=date(2027, 3, 15),
        )

    world.on(date(2026, 10, 19), lambda: _complaint_at_the_ap(cast))
    world.on(date(2027, 3, 15), answer)
    world.on(date(2027, 4, 19), lambda: _complaint_nowhere(cast))
    world.on(date(2027, 4, 20), change_a_term)
    world.on(date(2027, 5, 3), lambda: _breach_decided(cast))


def _register(cast: Cast, start: datetime) -> None:
    SharingAgreement(
        kind=SharingKind.SHARING,
        party=make.party("gemeente", "Gemeente"),
        reference="Leerplicht",
        starts_on=date(2024, 2, 1),
        ends_on=date(2027, 1, 31),
        signed_on=date(2024, 1, 15),
        purpose="De leerplicht.",
    ).record(by=None, why="overeengekomen")
    later = date(2030, 9, 1)
    make.established(
        "V03",
        at=start,
        dpia_needed=YesNo.YES,
        dpia_reason="Hoog risico.",
        dpia_reference="DPIA leerlingvolgsysteem",
        dpia_adopted_on=date(2024, 4, 15),
        next_review_on=later,
    )
    abroad = make.activity("V04", next_review_on=later)
    make.transfer_line(abroad, review_on=date(2027, 4, 5))
    make.establish(abroad, at=start)
    disclosures.note(cast.linde, review_on=date(2027, 5, 10))
    AccessReview(
        school=cast.linde,
        year=2027,
        matrix={},
        sha256="a" * 64,
        opened_at=start,
        due_on=date(2027, 6, 15),
    ).record(by=None, why="klaargezet")
    actions.put_hold(
        kind=HoldKind.POLICE_REPORT,
        reason="Er is aangifte gedaan.",
        owner=cast.fg,
        review_on=date(2027, 3, 10),
        school=cast.linde,
        person_key="L-77",
        by=cast.fg,
        at=start,
    )


def _complaint_at_the_ap(cast: Cast) -> None:
    made = complaints.complaint(cast.linde, at=_moment(date(2026, 9, 1)))
    day = date(2026, 10, 19)
    ComplaintStep.objects.filter(complaint=made).update(body=RemedyBody.AP, began_on=day)
    Complaint.objects.filter(pk=made.pk).update(outcome="unfounded", closed_on=day)


def _complaint_nowhere(cast: Cast) -> None:
    made = complaints.complaint(cast.linde, at=_moment(date(2027, 4, 1)))
    ComplaintStep.objects.filter(complaint=made).update(ended_on=date(2027, 4, 19))


def _breach_decided(cast: Cast) -> None:
    at = _moment(date(2027, 5, 3))
    made = breaches.certain(breaches.breach(cast.linde, at=at), at=at, by=cast.ibp)
    breaches.decided_not(made, at=at, by=cast.ibp)
