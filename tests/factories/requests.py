"""Requests, as the acts save them. Whatever is not given is in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from privacyboard.organisation.models import School, User
from requests_ar.actions.receiving import Received, Someone, receive_request
from requests_ar.choices import Channel, Relation
from requests_ar.models import RequestLetter, RequestPerson, SubjectRequest
from tests.factories import registers as make

_STATE = frozenset(
    {
        "state",
        "handler",
        "is_confidential",
        "answered_on",
        "closed_at",
        "withdrawn_on",
        "extended_on",
        "extension_reason",
        "extension_text",
        "decided_at",
        "decided_by",
        "last_day",
        "target",
    }
)
_PERSON = frozenset({"email", "phone", "address"})


def received(
    school: School | None,
    *,
    kinds: Sequence[str] = ("access",),
    received_on: date,
    group: str = "pupils",
    name: str = "Mila Moeder",
    subject_name: str = "Kim Kind",
    born_on: date | None = date(2016, 5, 4),
    relation: str = Relation.PARENT,
    **values: Any,
) -> Received:
    """What came in: a mother asks access to the data of her child of nine, by the form."""
    contact = {key: values.pop(key) for key in _PERSON & values.keys()}
    contact.setdefault("email", "mila@thuis.example")
    subject = Someone(subject_name, born_on=born_on, key=values.pop("key", ""))
    return Received(
        **{
            "school": school,
            "group": make.group(group),
            "kinds": tuple(kinds),
            "text": "Ik wil weten welke gegevens u hebt.",
            "channel": Channel.FORM,
            "received_on": received_on,
            "requester": Someone(name, **contact),
            "subject": subject,
            "relation": relation,
            **values,
        }
    )


def subject_request(
    school: School | None,
    *,
    at: datetime,
    by: User | None = None,
    received_on: date | None = None,
    confirmed: bool = True,
    **values: Any,
) -> SubjectRequest:
    """A registered request, by the act that people use; then put in the state that is asked."""
    state = {key: values.pop(key) for key in _STATE & values.keys()}
    day = received_on or timezone.localdate(at)
    request = receive_request(received=received(school, received_on=day, **values), by=by, at=at)
    if confirmed and request.confirmed_at is None:
        state["confirmed_at"] = at
    if state:
        for name, value in state.items():
            setattr(request, name, value)
        request.record(by=by, why="proef")
    return request


def person(request: SubjectRequest, role: str = "requester") -> RequestPerson:
    """One of the people of a request."""
    found: RequestPerson = request.people.get(role=role)
    return found


def letters_of(request: SubjectRequest) -> list[str]:
    """Which letters were written, in order."""
    return list(RequestLetter.objects.filter(request=request).values_list("kind", flat=True))
