"""One's own calendar: the last day of each open request, its number, and never a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.frontdesk.content import calendar_text
from privacyboard.frontdesk.models import CalendarAddress
from privacyboard.organisation.models import User
from privacyboard.vocabulary import CalendarDay
from requests_ar.actions.asking import extend_term
from requests_ar.models import SubjectRequest
from tests.conftest import NOW, TODAY, Cast
from tests.factories import requests as ask

AsUser = Callable[[User], Client]


def address(client: Client) -> str:
    """Make an address on the page, and read it there."""
    page = client.post("/agenda/").content.decode()
    found = re.search(r'value="https?://[^/]+(/agenda/[^"]+)"', page)
    assert found is not None
    return found.group(1)


def days(path: str) -> dict[str, str]:
    """What a calendar program finds: the day of each title."""
    answer = Client().get(path)
    assert answer.status_code == 200
    text = answer.content.decode()
    found = re.findall(r"DTSTART;VALUE=DATE:(\d+)\r\nSUMMARY:([^\r]+)\r\n", text)
    return {title: day for day, title in found}


def test_the_text_is_icalendar_with_whole_lines_and_no_line_over_75_octets() -> None:
    long = "Ü" * 50 + r"; a, b\c" + "\r\nLOCATION:hier"
    text = calendar_text(
        [CalendarDay("request-V-2026-0001", long, date(2026, 4, 2), "/verzoeken/V-2026-0001/")],
        name="privacyboard",
        site="https://privacy.board.example",
        at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    )

    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    # 74: a letter of two octets did not fit any more.
    assert max(len(line.encode()) for line in text.split("\r\n")) == 74
    assert text.replace("\r\n ", "").split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//privacyboard//agenda//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:privacyboard",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "BEGIN:VEVENT",
        "UID:request-V-2026-0001@privacy.board.example",
        "DTSTAMP:20260302T090000Z",
        "DTSTART;VALUE=DATE:20260402",
        # What looks like a new property stays part of the title.
        "SUMMARY:" + "Ü" * 50 + r"\; a\, b\\c\nLOCATION:hier",
        "URL:https://privacy.board.example/verzoeken/V-2026-0001/",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_the_last_day_stands_in_the_calendar_and_an_extension_moves_it(
    cast: Cast, as_user: AsUser
) -> None:
    request = ask.subject_request(cast.linde, at=NOW, received_on=date(2026, 2, 28))
    path = address(as_user(cast.director))

    answer = Client().get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    # 28 March is a Saturday: the last day is Monday, and that one date is shown.
    assert days(path) == {"Uiterste dag V-2026-0001": "20260330"}
    for private in ("Kim", "Mila", "inzage", "Linde"):
        assert private not in answer.content.decode()

    extend_term(request=request, reason="complexity", text="Veel.", by=cast.director, at=NOW)
    assert days(path) == {"Uiterste dag V-2026-0001": "20260528"}

    SubjectRequest.objects.filter(pk=request.pk).update(state="answered", answered_on=TODAY)
    assert days(path) == {}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("director", {"V-2026-0001"}),
        ("eik_director", {"V-2026-0002"}),
        ("ibp", {"V-2026-0001", "V-2026-0002", "V-2026-0003", "V-2026-0004"}),
        ("fg", {"V-2026-0001", "V-2026-0002", "V-2026-0003", "V-2026-0004"}),
        ("teacher", set()),
        ("administrator", set()),
    ],
)
def test_each_calendar_shows_what_its_owner_may_read(
    cast: Cast, as_user: AsUser, who: str, seen: set[str]
) -> None:
    ask.subject_request(cast.linde, at=NOW)
    ask.subject_request(cast.eik, at=NOW)
    ask.subject_request(cast.linde, at=NOW, is_confidential=True)
    ask.subject_request(None, at=NOW)

    found = days(address(as_user(getattr(cast, who))))

    assert {title.removeprefix("Uiterste dag ") for title in found} == seen


def test_an_address_ends_when_it_is_revoked_or_made_anew(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.director)
    first = address(client)
    second = address(client)

    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert "Uw adres" not in client.get("/agenda/").content.decode()
    token = second.split("/")[2]
    assert CalendarAddress.objects.get().token_hash != token

    page = client.post("/agenda/intrekken/", follow=True).content.decode()
    assert "Het adres is ingetrokken. Uw agenda leest niet meer mee." in page
    assert Client().get(second).status_code == 404
    assert CalendarAddress.objects.count() == 0


def test_an_address_ends_with_the_role(cast: Cast, as_user: AsUser) -> None:
    path = address(as_user(cast.director))
    appointment = cast.director.appointments.get()
    appointment.ends_on = date(2026, 1, 1)
    appointment.record(by=None, why="uit dienst")

    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "é"])
def test_a_guess_finds_nothing(db: None, token: str) -> None:
    assert Client().get(f"/agenda/{token}/privacyboard.ics").status_code == 404


def test_a_stranger_has_no_calendar_and_a_link_makes_nothing(cast: Cast, as_user: AsUser) -> None:
    assert Client().get("/agenda/").status_code == 302
    assert Client().post("/agenda/").status_code == 302
    assert as_user(cast.director).get("/agenda/").status_code == 200
    assert as_user(cast.director).get("/agenda/intrekken/").status_code == 405
    assert CalendarAddress.objects.count() == 0


@pytest.mark.parametrize(("who", "queries"), [("director", 3), ("ibp", 4)])
def test_reading_costs_the_same_with_one_and_with_three(
    cast: Cast, as_user: AsUser, who: str, queries: int
) -> None:
    ask.subject_request(cast.eik, at=timezone.now())
    ask.subject_request(cast.linde, at=timezone.now(), is_confidential=True)
    ask.subject_request(cast.linde, at=timezone.now())
    path = address(as_user(getattr(cast, who)))
    program = Client()

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert program.get(path).status_code == 200
        return len(asked)

    assert cost() == queries
    for _each in range(2):
        ask.subject_request(cast.linde, at=timezone.now())
    assert cost() == queries
