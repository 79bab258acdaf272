"""The list and the page of a request: what they say, to whom, and in how many queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.organisation.models import User
from requests_ar.actions import asking, searching
from requests_ar.choices import RequestState
from requests_ar.models import SubjectRequest
from tests.conftest import Cast
from tests.factories import requests as ask

AsUser = Callable[[User], Client]


def cost(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


@pytest.mark.parametrize(
    ("who", "queries"),
    [("director", 9), ("ibp", 9), ("fg", 9)],
)
def test_the_list_costs_the_same_with_one_and_with_three(
    cast: Cast, as_user: AsUser, who: str, queries: int
) -> None:
    now = timezone.now()
    ask.subject_request(cast.eik, at=now, subject_name="Vera Vreemd")
    ask.subject_request(cast.linde, at=now, subject_name="Geert Geheim", is_confidential=True)
    ask.subject_request(cast.linde, at=now)
    client = as_user(getattr(cast, who))
    page = client.get("/verzoeken/").content.decode()
    assert "Kim Kind" in page
    reads_all = who != "director"
    assert ("Vera Vreemd" in page, "Geert Geheim" in page) == (reads_all, reads_all)
    assert cost(client, "/verzoeken/") == queries
    for _each in range(2):
        ask.subject_request(cast.linde, at=now)
    assert cost(client, "/verzoeken/") == queries


def test_who_may_read_no_requests_has_no_list(cast: Cast, as_user: AsUser) -> None:
    for user in (cast.teacher, cast.administrator, cast.care, cast.board_member):
        assert as_user(user).get("/verzoeken/").status_code == 404


def test_the_list_is_searched_and_filtered(cast: Cast, as_user: AsUser) -> None:
    now = timezone.now()
    long_ago = timezone.localdate() - timedelta(days=100)
    late = ask.subject_request(cast.linde, at=now, received_on=long_ago, subject_name="Lotte Laat")
    done = ask.subject_request(
        cast.linde,
        at=now,
        subject_name="Berend Beantwoord",
        kinds=("erasure",),
        state=RequestState.ANSWERED,
        answered_on=timezone.localdate(),
    )
    client = as_user(cast.director)

    def shown(query: str) -> set[str]:
        page = client.get(f"/verzoeken/?{query}").content.decode()
        return {each.number for each in (late, done) if each.number in page}

    assert shown("") == {late.number}
    assert shown("toon=late") == {late.number}
    assert shown("toon=done") == {done.number}
    assert shown("toon=all") == {late.number, done.number}
    assert shown("toon=all&soort=erasure") == {done.number}
    assert shown("toon=all&zoek=lotte") == {late.number}
    assert shown(f"toon=all&zoek={done.number}") == {done.number}
    assert shown("toon=onzin&soort=onzin&school=onzin&page=onzin&zoek=%00") == {late.number}


def test_the_page_of_a_request_costs_twelve_queries_whatever_is_in_it(
    cast: Cast, as_user: AsUser
) -> None:
    now = timezone.now()
    case = ask.subject_request(cast.linde, at=now, authority="yes")
    path = f"/verzoeken/{case.number}/"
    before = cost(as_user(cast.director), path)
    _fill(case, cast)
    for user in (cast.director, cast.ibp, cast.fg):
        assert cost(as_user(user), path) == before
    assert before <= 12


def _fill(case: SubjectRequest, cast: Cast) -> None:
    now = timezone.now()
    today = timezone.localdate()
    for kind in ("identity", "clarification"):
        asking.ask_requester(request=case, kind=kind, reason="Wie?", by=cast.director, at=now)
    asking.record_check(
        request=case,
        about="identity",
        method="known",
        is_established=True,
        checked_on=today,
        by=cast.director,
        at=now,
    )
    for person in (cast.teacher, cast.care):
        asked = searching.Asked(what="Het dossier", due_on=today, assignee=person)
        searching.ask_search(request=case, asked=asked, by=cast.director, at=now)


def test_both_last_days_stand_there_while_a_question_waits(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_at = timezone.now() - timedelta(days=4)
    case = ask.subject_request(
        cast.linde,
        at=asked_at,
        received_on=date(2026, 1, 5),
        authority="yes",
        state=RequestState.IN_PROGRESS,
    )
    asking.ask_requester(
        request=case, kind="clarification", reason="Welk jaar?", by=cast.director, at=asked_at
    )
    page = as_user(cast.director).get(f"/verzoeken/{case.number}/").content.decode()
    assert "5 februari 2026" in page
    assert "zou het maandag 9 februari 2026 zijn" in page
    assert "Wacht op de vrager" in page


def test_the_page_says_who_may_ask_and_why(cast: Cast, as_user: AsUser) -> None:
    today = timezone.localdate()
    old = ask.subject_request(
        cast.linde, at=timezone.now(), born_on=date(today.year - 19, 1, 1), authority="yes"
    )
    page = as_user(cast.director).get(f"/verzoeken/{old.number}/").content.decode()
    assert "De persoon is 18 of ouder: ouders hebben geen gezag meer (BW 1:245)." in page
    assert "Het antwoord gaat naar Kim Kind." in page


def test_the_history_tells_who_did_what(cast: Cast, as_user: AsUser) -> None:
    case = ask.subject_request(cast.linde, at=timezone.now(), authority="yes")
    _fill(case, cast)
    page = as_user(cast.director).get(f"/verzoeken/{case.number}/verloop/").content.decode()
    assert "vraag gesteld aan de vrager" in page
    assert "gevraagd om te zoeken" in page
    assert "Dirk Linde" in page


def test_the_history_tells_a_verdict_in_words(cast: Cast, as_user: AsUser) -> None:
    case = ask.subject_request(cast.linde, at=timezone.now(), authority="yes")
    part = case.parts.get()
    part.verdict = "partly"
    part.grounds = {"rights_of_others": "Er staan namen van anderen in."}
    part.redactions = ["other_pupils", "Een tekening"]
    part.record(by=cast.director, why="oordeel vastgelegd")
    page = as_user(cast.director).get(f"/verzoeken/{case.number}/verloop/").content.decode()
    assert "rechten van anderen (AVG 15 lid 4, 20 lid 4): Er staan namen van anderen in." in page
    assert "namen en gegevens van andere leerlingen; Een tekening" in page
    assert "rights_of_others" not in page
    assert "[]" not in page
