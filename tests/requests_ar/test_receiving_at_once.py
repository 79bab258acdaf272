"""Two who register at the same moment: numbers without gaps, and one form stays one request."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import RequestFactory, override_settings

from privacyboard.mail.models import OutboundLetter
from requests_ar.actions.limiting import TooManyForms, count_form
from requests_ar.actions.receiving import Received, receive_request
from requests_ar.models import FormCount, SubjectRequest
from requests_ar.views.public import network_of
from tests.conftest import NOW, TODAY, Cast
from tests.factories import requests as make

at_once = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[object]:
    """Do these at the same time, each on a connection of its own."""

    def alone(act: Callable[[], object]) -> object:
        try:
            return act()
        except TooManyForms:
            return "too many"
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(alone, acts))


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


@at_once
def test_forms_counted_at_once_are_all_counted(append_only_lifted: None) -> None:
    counting = [
        lambda n=number: count_form(network="192.0.2.1", email=f"{n}@x.example", at=NOW)
        for number in range(6)
    ]

    assert together(*counting) == [None] * 6
    assert max(FormCount.objects.values_list("forms", flat=True)) == 6


def asked_from(address: str, forwarded: str = "") -> str:
    request = RequestFactory().get("/verzoek/", REMOTE_ADDR=address)
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    return network_of(request)


def test_without_a_proxy_nobody_can_make_up_an_address() -> None:
    assert asked_from("192.0.2.1", "203.0.113.9") == "192.0.2.1"


@override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_behind_the_proxy_only_its_own_note_counts() -> None:
    assert asked_from("10.0.0.2", "1.2.3.4, 203.0.113.9") == "203.0.113.9"
    assert asked_from("10.0.0.2", "1.2.3.4, nonsense") == "unknown"


def test_a_household_has_one_count_however_many_addresses_it_takes() -> None:
    assert asked_from("2001:db8:1:2::5") == asked_from("2001:db8:1:2:ffff::9")
    assert asked_from("2001:db8:1:2::5") == "2001:db8:1:2::/64"
