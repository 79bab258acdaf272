"""A thousand forms from one address: a pause with the other ways, and nobody else waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from privacyboard.mail.models import OutboundLetter
from privacyboard.publicforms.models import FormCount
from requests_ar.actions.receiving import TooManyForms, receive_form
from requests_ar.models import SubjectRequest
from tests.conftest import TODAY, Cast
from tests.factories import registers as register
from tests.factories import requests as make

pytestmark = pytest.mark.django_db


def answers(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "relation": "self",
        "name": "Mila Moeder",
        "email": f"p{number}@thuis.example",
        "group": "guardians",
        "school": "de-linde",
        "kinds": ["access"],
        "text": f"Vraag nummer {number}.",
        "wants": "link",
        "token": "t" * 32,
        **changes,
    }


def is_taken(client: Client, cast: Cast, number: int) -> bool:
    """Whether one of a thousand gets in: by the page the first, and by its act, which is quicker.

    The page asks the same act, from the same address.
    """
    if number < 70:
        return client.post("/verzoek/", answers(number)).status_code == 302
    now = timezone.now()
    given = make.received(
        cast.linde,
        received_on=timezone.localdate(now),
        group="guardians",
        email=f"p{number}@thuis.example",
    )
    try:
        receive_form(received=given, network="127.0.0.1", by=None, at=now)
    except TooManyForms:
        return False
    return True


def test_a_thousand_forms_from_one_address(client: Client, cast: Cast) -> None:
    cast.board.phone, cast.linde.phone = "070 123 45 67", "0174 12 34 56"
    cast.board.record(by=None, why="proef")
    cast.linde.record(by=None, why="proef")
    register.group("guardians", "Ouders")
    taken = Counter(is_taken(client, cast, number) for number in range(1000))
    last = client.post("/verzoek/", answers(1000))

    # The clock may pass a whole hour on the way: then the next sixty get in.
    assert taken[True] in {60, 120}
    assert taken.total() == 1000
    assert SubjectRequest.objects.count() == taken[True]
    assert OutboundLetter.objects.count() == taken[True]
    # One row for the network, and one for each mailbox that got in.
    assert FormCount.objects.count() in {61, 122}

    assert last.status_code == 429
    page = last.content.decode()
    for told in (
        "Dit verzoek is nog niet verstuurd",
        "Vanaf uw internetverbinding zijn in korte tijd veel formulieren verstuurd.",
        "U hoeft niet te wachten: u kunt uw verzoek ook per e-mail, per brief, per telefoon of op "
        "school doen. Dat telt net zo goed.",
        "de-linde@deproef.example",
        "0174 12 34 56",
        "bestuur@deproef.example",
        "070 123 45 67",
        "Schoolstraat 1",
        # What was typed is still there.
        "Vraag nummer 1000.",
        "p1000@thuis.example",
    ):
        assert told in page
    assert 1 <= int(last["Retry-After"]) <= 3600

    elsewhere = client.post("/verzoek/", answers(1001), REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302
    # And the button pressed twice on a form that got in is no new form.
    assert client.post("/verzoek/", answers(0)).status_code == 302
    assert SubjectRequest.objects.count() == taken[True] + 1


Send = Callable[..., str]


@pytest.fixture
def send(cast: Cast) -> Send:
    def sending(number: int, *, at: datetime, email: str = "") -> str:
        given = make.received(
            cast.linde, received_on=TODAY, email=email or f"p{number}@thuis.example"
        )
        try:
            receive_form(received=given, network="192.0.2.1", by=None, at=at)
        except TooManyForms as many:
            return many.bound.value
        return "taken"

    return sending


def test_who_is_refused_is_not_counted(send: Send) -> None:
    at = timezone.now()
    for number in range(10):
        assert send(number, at=at, email="mila@thuis.example") == "taken"
    before = list(FormCount.objects.order_by("id").values_list("forms", flat=True))

    assert send(11, at=at, email="MILA@thuis.example") == "mailbox"

    assert before == [10, 10]
    assert list(FormCount.objects.order_by("id").values_list("forms", flat=True)) == before
    assert SubjectRequest.objects.count() == 10


def test_a_form_that_is_paused_says_until_tomorrow(client: Client, cast: Cast) -> None:
    register.group("guardians", "Ouders")
    for number in range(10):
        client.post("/verzoek/", answers(number, email="mila@thuis.example"))

    page = client.post("/verzoek/", answers(11, email="mila@thuis.example", school=""))

    assert page.status_code == 429
    told = "Vanaf dit e-mailadres zijn vandaag al veel formulieren verstuurd. Morgen kan het weer."
    assert told in page.content.decode()
    assert int(page["Retry-After"]) <= 25 * 3600
    english = client.post("/verzoek/en/", answers(11, email="mila@thuis.example"))
    assert "This request has not been sent yet" in english.content.decode()
