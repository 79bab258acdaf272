"""Requests of data subjects over the last years, a few open, and a complaint now and then."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from privacyboard.demo.populate.making import Making
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, School, User
from registers.models import DataSubjectGroup
from requests_ar.choices import (
    Authority,
    Channel,
    ComplaintOutcome,
    ExtensionReason,
    PersonRole,
    Relation,
    RemedyBody,
    RequestKind,
    RequestState,
    Verdict,
)
from requests_ar.models import (
    Complaint,
    ComplaintStep,
    RequestPart,
    RequestPerson,
    SubjectRequest,
)
from requests_ar.rules.terms import term_of

DAYS = 1400
# Of a hundred requests so many come from the last weeks, and so wait for an answer.
NEW_DAYS, NEW_SHARE = 40, 3
COMPLAINT_EVERY = 20
_KINDS = (
    *(RequestKind.ACCESS,) * 5,
    *(RequestKind.ERASURE, RequestKind.RECTIFICATION, RequestKind.CONSENT, RequestKind.OBJECTION),
)


def make_requests(making: Making, count: int) -> None:
    """Requests with whom they are about and who asks, spread over the schools and the years."""
    schools: list[School] = making.made(School)
    if not schools:
        return
    group = making.codes.find(DataSubjectGroup, "pupils")
    directors = _directors(making)
    days = sorted(_received(making) for _number in range(count))
    numbers: dict[int, int] = {}
    rows = []
    for day in days:
        numbers[day.year] = numbers.get(day.year, 0) + 1
        number = f"V-{day.year}-{numbers[day.year]:04d}"
        school = making.random.choice(schools)
        rows.append(_request(making, number, school, group, day, directors.get(school.pk)))
    requests = making.keep(SubjectRequest, rows)
    making.keep(RequestPart, [part for each in requests for part in _parts(making, each)])
    making.keep(RequestPerson, [one for each in requests for one in _people(making, each)])
    _make_complaints(making, requests[::COMPLAINT_EVERY])


def _directors(making: Making) -> dict[int, User]:
    found: dict[int, User] = {}
    for each in making.made(Appointment):
        if each.role == Role.DIRECTOR and each.school_id:
            found.setdefault(each.school_id, each.user)
    return found


def _received(making: Making) -> date:
    is_new = making.random.randrange(100) < NEW_SHARE
    first, last = (0, NEW_DAYS) if is_new else (NEW_DAYS + 1, DAYS)
    return making.today - timedelta(days=making.random.randint(first, last))


def _request(
    making: Making,
    number: str,
    school: School,
    group: Any,
    received_on: date,
    director: User | None,
) -> SubjectRequest:
    dice = making.random
    extended = dice.randrange(10) == 0
    term = term_of(received_on, extended=extended)
    registered_at = _morning(received_on, making)
    request = SubjectRequest(
        number=number,
        school=school,
        group=group,
        channel=dice.choice(Channel.values),
        received_on=received_on,
        registered_at=registered_at,
        registered_by=director,
        last_day=term.last_day,
        target=term.target,
        subject_text="Ik wil weten wat de school van mijn kind bewaart (fictief).",
        confirmed_at=registered_at,
        handler=director,
        is_confidential=dice.randrange(50) == 0,
    )
    if extended:
        request.extended_on = min(received_on + timedelta(days=20), making.today)
        request.extension_reason = ExtensionReason.COMPLEXITY
        request.extension_text = "Er is veel op te zoeken (fictief)."
    _end(making, request)
    return request


def _end(making: Making, request: SubjectRequest) -> None:
    """What is old has its answer, mostly in time; what is new waits."""
    dice, term_days = making.random, (request.last_day - request.received_on).days
    late = dice.randrange(12) == 0
    after = term_days + dice.randint(1, 20) if late else dice.randint(2, term_days)
    answered_on = request.received_on + timedelta(days=after)
    if answered_on > making.today:
        is_new = dice.randrange(3) == 0
        request.state = RequestState.RECEIVED if is_new else RequestState.IN_PROGRESS
        request.handler = None if is_new else request.handler
        return
    if dice.randrange(30) == 0:
        request.state = RequestState.WITHDRAWN
        request.withdrawn_on = answered_on
        request.withdrawal_reason = "Niet meer nodig (fictief)."
        return
    request.state = RequestState.CLOSED
    request.decided_at = request.closed_at = _morning(answered_on, making)
    request.decided_by = request.handler
    request.answered_on = answered_on


def _morning(day: date, making: Making) -> datetime:
    return min(timezone.make_aware(datetime.combine(day, time(9, 30))), making.at)


def _parts(making: Making, request: SubjectRequest) -> list[RequestPart]:
    count = 2 if making.random.randrange(5) == 0 else 1
    kinds = dict.fromkeys(making.random.choice(_KINDS) for _each in range(count))
    is_decided = request.decided_at is not None
    verdict = Verdict.GRANTED if is_decided else ""
    return [RequestPart(request=request, kind=kind, verdict=verdict) for kind in kinds]


def _people(making: Making, request: SubjectRequest) -> list[RequestPerson]:
    number = int(request.number.rpartition("-")[2])
    child = RequestPerson(
        request=request,
        role=PersonRole.SUBJECT,
        name=f"Leerling {number} (fictief)",
        born_on=request.received_on - timedelta(days=making.random.randint(4 * 365, 15 * 365)),
        key=f"L{number:06}",
    )
    asking = {
        "request": request,
        "name": f"Ouder {number} (fictief)",
        "email": f"ouder{request.pk}@thuis.example",
        "relation": Relation.PARENT,
        "authority": Authority.YES,
    }
    roles = (PersonRole.REQUESTER, PersonRole.REPRESENTATIVE)
    return [child, *(RequestPerson(role=role, **asking) for role in roles)]


def _make_complaints(making: Making, requests: list[SubjectRequest]) -> None:
    """Somebody is not content with an answer: at the director first, some at the board after."""
    numbers: dict[int, int] = {}
    rows = []
    for request in requests:
        if request.answered_on is None:
            continue
        received_on = min(request.answered_on + timedelta(days=10), making.today)
        numbers[received_on.year] = numbers.get(received_on.year, 0) + 1
        is_open = received_on > making.today - timedelta(days=60)
        rows.append(
            Complaint(
                number=f"K-{received_on.year}-{numbers[received_on.year]:04d}",
                school=request.school,
                request=request,
                channel=Channel.EMAIL,
                received_on=received_on,
                registered_at=_morning(received_on, making),
                name="Een ouder (fictief)",
                email=f"ouder{request.pk}@thuis.example",
                text="Het antwoord is niet volledig (fictief).",
                outcome=ComplaintOutcome.OPEN if is_open else ComplaintOutcome.SETTLED,
                closed_on=None if is_open else min(received_on + timedelta(30), making.today),
                is_confidential=request.is_confidential,
            )
        )
    complaints = making.keep(Complaint, rows)
    making.keep(
        ComplaintStep,
        [
            ComplaintStep(
                complaint=each,
                body=RemedyBody.DIRECTOR,
                began_on=each.received_on,
                ended_on=each.closed_on,
                result="Samen doorgesproken (fictief)." if each.closed_on else "",
            )
            for each in complaints
        ],
    )
