"""Two who register at the same moment: numbers without gaps, and one form stays one request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from privacyboard.mail.models import OutboundLetter
from requests_ar.actions.receiving import Received, receive_request
from requests_ar.models import SubjectRequest
from tests.conftest import NOW, TODAY, Cast
from tests.factories import requests as make
from tests.together import together

at_once = pytest.mark.django_db(transaction=True)


def taking(given: Received) -> Callable[[], object]:
    return lambda: receive_request(received=given, by=None, at=NOW).number


@at_once
def test_numbers_given_at_once_have_no_gap_and_no_double(
    append_only_lifted: None, cast: Cast
) -> None:
    given = make.received(cast.linde, received_on=TODAY)

    numbers = together(*[taking(given) for _each in range(6)])

    assert sorted(map(str, numbers)) == [f"V-2026-000{each}" for each in range(1, 7)]


@at_once
def test_one_form_sent_twice_at_once_is_one_request(append_only_lifted: None, cast: Cast) -> None:
    given = make.received(cast.linde, received_on=TODAY, form_digest="b" * 64)

    numbers = together(*[taking(given) for _each in range(4)])

    assert numbers == ["V-2026-0001"] * 4
    assert SubjectRequest.objects.count() == 1
    assert OutboundLetter.objects.count() == 1
