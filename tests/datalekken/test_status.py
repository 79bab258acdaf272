"""How far a report is: by link for anybody, by account for who is signed in; not what it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from datalekken import letters
from datalekken.actions.guarding import make_confidential
from datalekken.choices import BreachState
from datalekken.models import Breach
from datalekken.rules.reporter import STATE_WORDS
from datalekken.views.public import SENT
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.factories import breaches as make

pytestmark = pytest.mark.django_db


def link_of(made: Breach, *, at: datetime | None = None, state: str = "") -> str:
    at = at or timezone.now()
    token = letters.STATUS.make(str(made.pk), at=at, state=state or str(made.link_number))
    return f"/datalek-melden/volgen/{token}/"


def secret(cast: Cast, **values: Any) -> Breach:
    return make.breach(
        cast.linde,
        at=timezone.now(),
        whose_data="Kim en Noor.",
        which_data="Medische gegevens.",
        reporter_phone="06 12345678",
        **values,
    )


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("reported", "Wij hebben uw melding. Wij bekijken haar zo snel mogelijk."),
        ("in_progress", "Wij zoeken uit wat er gebeurd is."),
        ("decided", "Wij weten wat er moet gebeuren, en werken daaraan."),
        ("closed", "Wij zijn klaar met uw melding."),
    ],
)
def test_the_link_tells_number_state_and_first_aid_and_nothing_else(
    client: Client, cast: Cast, state: str, sentence: str
) -> None:
    made = secret(cast)
    if state in {"decided", "closed"}:
        make.decided(made, at=timezone.now(), by=cast.ibp)
    Breach._base_manager.filter(pk=made.pk).update(state=state)

    page = client.get(link_of(made))

    text = page.content.decode()
    assert page.status_code == 200
    for told in (
        made.number,
        sentence,
        "Vraag om het apparaat op afstand te wissen of op slot.",
        "datalek@deproef.example",
        f"Noem dan het nummer {made.number}.",
    ):
        assert told in text
    for private in ("rapporten", "Kim", "Medische", "Bas", "06 12345678", "De Linde", "risico"):
        assert private not in text
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]


def test_every_state_has_its_sentence() -> None:
    assert STATE_WORDS.keys() == set(BreachState)


def test_the_number_of_the_meldpunt_and_the_protocol_are_one_click_away(
    client: Client, cast: Cast
) -> None:
    cast.board.breach_phone = "070 123 45 67"
    cast.board.breach_protocol_url = "https://deproef.example/protocol.pdf"
    cast.board.record(by=None, why="proef")
    for path in ("/datalek-melden/", "/datalek-melden/?soort=unknown", link_of(secret(cast))):
        page = client.get(path).content.decode()
        assert '<a class="phone" href="tel:0701234567">070 123 45 67</a>' in page
        assert '<a href="https://deproef.example/protocol.pdf">Lees het protocol' in page


def test_without_a_number_of_the_meldpunt_that_of_the_board_is_shown(
    client: Client, cast: Cast
) -> None:
    cast.board.breach_email, cast.board.phone = "", "070 999 88 77"
    cast.board.record(by=None, why="proef")
    page = client.get("/datalek-melden/").content.decode()
    assert "070 999 88 77" in page
    assert "bestuur@deproef.example" in page


@pytest.mark.parametrize("kind", ["altered", "expired", "revoked", "gone"])
def test_a_link_that_does_not_serve_says_so(client: Client, cast: Cast, kind: str) -> None:
    made = secret(cast)
    addresses = {
        "altered": link_of(made).replace("volgen/", "volgen/x"),
        "expired": link_of(made, at=timezone.now() - timedelta(days=366)),
        "revoked": link_of(made, state="99"),
        "gone": link_of(Breach(pk=made.pk + 1000)),
    }
    page = client.get(addresses[kind])
    text = page.content.decode()
    assert page.status_code == (404 if kind == "altered" else 410)
    assert "Deze link werkt niet" in text
    assert "datalek@deproef.example" in text
    assert ("Uw melding is er nog wel." in text) == (kind != "altered")
    assert made.number not in text
    assert client.post(addresses[kind]).status_code == 405


@pytest.mark.parametrize("end", ["%00", "é", "a" * 3000, "..%2f..", "x.y.z"])
def test_any_address_is_a_page_in_words(client: Client, cast: Cast, end: str) -> None:
    for start in ("/datalek-melden/volgen/", "/datalek-melden/verzonden/"):
        assert client.get(f"{start}{end}/").status_code in {404, 410}


def test_a_link_of_one_kind_does_not_open_the_other(client: Client, cast: Cast) -> None:
    made = secret(cast)
    token = SENT.make(str(made.pk), at=timezone.now(), state="1")
    assert client.get(f"/datalek-melden/volgen/{token}/").status_code == 404
    status = link_of(made).replace("volgen", "verzonden")
    assert client.get(status).status_code == 404


def test_the_page_after_sending_lasts_an_hour_and_its_link_serves_a_year(
    client: Client, cast: Cast
) -> None:
    made = secret(cast, reporter_email="")
    at = timezone.now()
    fresh = SENT.make(str(made.pk), at=at, state="1")
    page = client.get(f"/datalek-melden/verzonden/{fresh}/").content.decode()
    found = re.search(r'href="[^"]*(/datalek-melden/volgen/[^"]+)"', page)
    assert found is not None
    assert made.number in client.get(found.group(1)).content.decode()

    old = SENT.make(str(made.pk), at=at - timedelta(minutes=61), state="1")
    assert client.get(f"/datalek-melden/verzonden/{old}/").status_code == 410
    late = link_of(made, at=at - timedelta(days=364))
    assert client.get(late).status_code == 200


def test_an_english_report_is_followed_in_english(client: Client, cast: Cast) -> None:
    made = secret(cast, language="en")
    page = client.get(link_of(made)).content.decode()
    assert '<html lang="en"' in page
    assert "We have your report. We will look at it as soon as possible." in page
    over = client.get(link_of(made, state="99")).content.decode()
    assert "The link is no longer valid. We still have your report." in over


# --- what one reported with an account

MINE = "/datalek-melden/mijn/"


@pytest.mark.requirement("VOG-056")
def test_who_is_signed_in_sees_number_state_and_day_of_own_reports(
    cast: Cast, as_user: Callable[[User], Client], now: datetime
) -> None:
    mine = make.breach(cast.linde, at=now, by=cast.teacher, reporter=cast.teacher)
    other = make.breach(cast.linde, at=now, by=cast.care, reporter=cast.care)
    make_confidential(breach=mine, reason="gevoelig", by=cast.ibp, at=now)

    page = as_user(cast.teacher).get(MINE).content.decode()

    assert mine.number in page
    assert "Wij hebben uw melding." in page
    assert "2 maart 2026 10:00" in page
    assert other.number not in page
    for private in ("rapporten", "gevoelig", "De Linde"):
        assert private not in page


def test_without_reports_the_page_says_where_to_report(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    page = as_user(cast.eik_teacher).get(MINE).content.decode()
    assert "U meldde nog niets" in page
    assert 'href="/datalek-melden/"' in page


def test_own_reports_ask_an_account(client: Client, cast: Cast) -> None:
    page = client.get(MINE)
    assert page.status_code == 302
    assert page["Location"].startswith("/inloggen/")


@pytest.mark.parametrize("rows", [1, 3])
def test_own_reports_cost_the_same_queries(
    cast: Cast,
    as_user: Callable[[User], Client],
    now: datetime,
    rows: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    for _each in range(rows):
        make.breach(cast.linde, at=now, reporter=cast.teacher)
    make.breach(cast.linde, at=now, reporter=cast.care)
    teacher = as_user(cast.teacher)
    teacher.get(MINE)
    with django_assert_num_queries(6):
        page = teacher.get(MINE)
    assert page.content.decode().count('<th scope="row">') == rows


def test_everybody_finds_the_form_from_home(cast: Cast, as_user: Callable[[User], Client]) -> None:
    for person in cast.everybody():
        page = as_user(person).get("/").content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert 'href="/datalek-melden/"' in main
        assert 'href="/datalek-melden/mijn/"' in main
        may_note = person in (cast.ibp, cast.director, cast.eik_director)
        assert ('href="/datalekken/nieuw/"' in main) == may_note


def test_the_form_is_one_click_from_every_public_page(client: Client, cast: Cast) -> None:
    for path in ("/", "/inloggen/", "/verzoek/"):
        assert 'href="/datalek-melden/"' in client.get(path, follow=True).content.decode()
