"""The list of breaches, the page of one, and what happened to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from datalekken.actions.deciding import assess_breach, decide
from datalekken.actions.guarding import make_confidential
from datalekken.actions.investigating import describe, link_supplier
from datalekken.choices import IncidentKind, Nature
from datalekken.models import Breach
from datalekken.rules.acts import ACTS
from datalekken.views.act_table import PAGES
from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.factories import breaches as make
from tests.factories import registers as register
from tests.factories import tellings as tell

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def numbers(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return [row.case.number for row in answer.context["rows"]]


def test_every_act_of_the_rules_has_its_page() -> None:
    # The list of recipients is a page of its own, where much is done at once.
    assert set(ACTS) - set(PAGES) == {"ontvangers", "ontvangers-lijst"}
    assert set(PAGES) - set(ACTS) == set()


def test_the_list_shows_the_newest_first_and_only_what_one_may_read(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    make.breach(cast.linde, at=now)
    make.breach(cast.eik, at=now)
    make.breach(cast.linde, cast.eik, at=now)
    make.breach(cast.linde, at=now, is_confidential=True)
    every = ["D-2026-0004", "D-2026-0003", "D-2026-0002", "D-2026-0001"]
    assert numbers(as_user(cast.ibp), "/datalekken/") == every
    assert numbers(as_user(cast.fg), "/datalekken/") == every
    assert numbers(as_user(cast.board_member), "/datalekken/") == every[1:]
    assert numbers(as_user(cast.director), "/datalekken/") == ["D-2026-0003", "D-2026-0001"]
    assert numbers(as_user(cast.eik_director), "/datalekken/") == ["D-2026-0003", "D-2026-0002"]
    for stranger in (cast.teacher, cast.care, cast.auditor, cast.administrator):
        assert as_user(stranger).get("/datalekken/").status_code == 404


@pytest.mark.parametrize("person", ["ibp", "fg", "board_member", "director"])
def test_every_link_on_the_list_and_the_page_leads_somewhere(
    cast: Cast, as_user: AsUser, now: datetime, person: str
) -> None:
    made = make.certain(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
    client = as_user(getattr(cast, person))
    one = f"/datalekken/{made.number}/"
    for page in ("/datalekken/", one):
        links = set(re.findall(r'href="(/datalekken/[^"#]*)', text(client, page)))
        assert "/datalekken/register/" in links or page == one
        for link in links:
            assert client.get(link).status_code == 200, link


def test_the_list_is_narrowed(cast: Cast, as_user: AsUser, now: datetime) -> None:
    make.breach(cast.linde, at=now, title="USB-stick kwijt")
    make.breach(cast.eik, at=now, kind=IncidentKind.PHISHING, nature=Nature.NEAR_MISS)
    make.decided(make.breach(cast.linde, cast.eik, at=now), at=now, by=cast.ibp)
    client = as_user(cast.ibp)
    first, second, third = "D-2026-0001", "D-2026-0002", "D-2026-0003"
    assert numbers(client, "/datalekken/?toon=reported") == [second, first]
    assert numbers(client, "/datalekken/?toon=decided") == [third]
    assert numbers(client, "/datalekken/?toon=closed") == []
    assert numbers(client, "/datalekken/?soort=phishing") == [second]
    assert numbers(client, "/datalekken/?wat=near_miss") == [second]
    assert numbers(client, "/datalekken/?school=de-eik") == [third, second]
    assert numbers(client, "/datalekken/?zoek=usb") == [first]
    assert numbers(client, "/datalekken/?zoek=0002") == [second]
    for strange in ("toon=x", "soort=x", "wat=x", "school=x", "page=x", "page=99", "zoek=%00"):
        assert numbers(client, f"/datalekken/?{strange}") == [third, second, first]


def test_a_director_cannot_narrow_to_a_foreign_school(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    make.breach(cast.linde, cast.eik, at=now)
    page = text(as_user(cast.director), "/datalekken/?school=de-eik")
    assert 'value="de-eik"' not in page


def test_late_is_marked_until_the_ap_heard_and_afterwards(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    began = timezone.now() - timedelta(hours=75)
    waits = make.certain(make.breach(cast.linde, at=began), at=began, by=cast.ibp)
    told = make.certain(make.breach(cast.linde, at=began), at=began, by=cast.ibp)
    told.notified_at = began + timedelta(hours=74)
    told.record(by=None, why="proef")
    in_time = make.certain(make.breach(cast.linde, at=began), at=began, by=cast.ibp)
    in_time.notified_at = began + timedelta(hours=72)
    in_time.record(by=None, why="proef")
    client = as_user(cast.ibp)
    assert numbers(client, "/datalekken/?toon=late") == [told.number, waits.number]
    page = text(client, "/datalekken/")
    assert page.count("3 uur te laat") == 1
    assert page.count("te laat gemeld") == 1
    assert "3 uur te laat" in text(client, f"/datalekken/{waits.number}/")
    assert "later dan de termijn" in text(client, f"/datalekken/{told.number}/")
    assert "binnen de termijn" in text(client, f"/datalekken/{in_time.number}/")


def test_decided_to_notify_and_not_done_is_late_too(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    began = timezone.now() - timedelta(hours=80)
    made = make.decided(make.breach(cast.linde, at=began), at=began, by=cast.ibp)
    other = make.certain(make.breach(cast.linde, at=began), at=began, by=cast.ibp)
    make.decided_not(other, at=began, by=cast.ibp)
    assert numbers(as_user(cast.ibp), "/datalekken/?toon=late") == [made.number]


def test_the_page_shows_two_clocks(cast: Cast, as_user: AsUser, settings: Any) -> None:
    began = timezone.now() - timedelta(hours=41, minutes=10)
    made = make.certain(make.breach(cast.linde, at=began), at=began, by=cast.ibp)
    page = text(as_user(cast.director), f"/datalekken/{made.number}/")
    assert "Melden bij de AP uiterlijk" in page
    assert "<strong>nog 30 uur</strong>" in page
    assert "vanaf het eerste signaal" in page
    assert "nog 29 uur." in page
    assert "binnen 24 uur na het eerste signaal" in page
    assert "gehaald" in page


@pytest.mark.requirement("KPO-059")
@pytest.mark.requirement("OPO-049")
def test_the_page_leads_along_the_steps_of_the_protocol(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    cast.board.breach_protocol_url = "https://deproef.example/protocol"
    cast.board.record(by=None, why="proef")
    made = make.breach(cast.linde, at=now)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/"
    page = text(client, address)
    assert "https://deproef.example/protocol" in page
    assert "Pak de melding op" in page
    assert f"{address}oppakken/" in page
    make.certain(made, at=now, by=cast.ibp)
    assert "Beoordeel het risico" in text(client, address)
    made.refresh_from_db()
    make.decided(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
    assert "Meld het bij de AP" in text(client, "/datalekken/D-2026-0002/")
    # Who may only read is told whose turn it is, without a button and without a task.
    page = text(as_user(cast.director), address)
    assert "Nu aan de beurt: de IBP-manager" in page
    assert "Beoordeel het risico" in page
    assert "U hoeft hier nu niets te doen." in page
    assert "Beantwoord de vragen." not in page
    assert f"{address}beoordelen/" not in page


def test_whose_turn_it_is_is_told_to_who_waits(cast: Cast, as_user: AsUser) -> None:
    def turn(who: User) -> tuple[bool, str]:
        page = text(as_user(who), address)
        found = re.search(r"Nu aan de beurt: ([^<]*)<", page)
        return "Nu te doen" in page, found.group(1) if found else ""

    at = timezone.now()
    made = make.certain(make.breach(cast.linde, at=at), at=at, by=cast.ibp)
    address = f"/datalekken/{made.number}/"
    assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=at)
    # The next step is the FG's advice: who handles the file asks for it, the FG gives it.
    assert turn(cast.fg) == turn(cast.ibp) == (True, "")
    assert turn(cast.director) == turn(cast.board_member) == (False, "de FG")
    assert "De FG geeft advies" in text(as_user(cast.director), address)
    decide(breach=made, decision=make.decision(notifies=False), by=cast.board_member, at=at)
    assert "Vertel het de mensen" in text(as_user(cast.director), address)
    assert turn(cast.director) == turn(cast.board_member) == (False, "de IBP-manager")
    # What is done on the page itself is for who handles too.
    tell.telling(made, [tell.candidate("Anna Ouder")], at=at, by=cast.ibp)
    assert "Verstuur het bericht" in text(as_user(cast.director), address)
    assert turn(cast.director) == (False, "de IBP-manager")
    assert turn(cast.ibp) == (True, "")


@pytest.mark.requirement("VOG-055")
def test_the_agreed_hours_of_a_supplier_are_held_against_the_hours_taken(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    agreement = register.agreement(register.processor("piet"), breach_notice_hours=24)
    made = make.breach(cast.linde, cast.eik, at=now)
    make.certain(
        made,
        at=now,
        by=cast.ibp,
        processor_discovered_at=now - timedelta(hours=40),
        processor_noticed_at=now - timedelta(hours=10),
    )
    link_supplier(
        breach=made,
        processor=agreement.processor,
        agreement=agreement,
        product=None,
        by=cast.ibp,
        at=now,
    )
    page = text(as_user(cast.ibp), f"/datalekken/{made.number}/")
    assert "Afgesproken: binnen 24 uur. Het duurde 30 uur." in page
    assert "te laat" in page
    assert "De Eik" in page
    assert "De Linde" in page


def test_a_stranger_and_an_unknown_number_find_nothing(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    made = make.breach(cast.linde, at=now)
    for stranger in (cast.eik_director, cast.teacher, cast.auditor, cast.administrator):
        for part in ("", "verloop/", "oppakken/"):
            assert as_user(stranger).get(f"/datalekken/{made.number}/{part}").status_code == 404
    assert as_user(cast.ibp).get("/datalekken/D-2026-9999/").status_code == 404
    assert as_user(cast.ibp).get("/datalekken/D-2026-9999/verloop/").status_code == 404


def test_opening_is_written_down(cast: Cast, as_user: AsUser, now: datetime) -> None:
    one, two = make.breach(cast.linde, at=now), make.breach(cast.linde, cast.eik, at=now)
    secret = make.breach(cast.linde, at=now)
    make_confidential(breach=secret, reason="proef", by=cast.ibp, at=now)
    client = as_user(cast.ibp)
    for each in (one, two, secret):
        client.get(f"/datalekken/{each.number}/")
    rows = AccessEntry.objects.filter(subject_type="datalekken.breach").order_by("pk")
    assert [(row.title, row.by, row.school) for row in rows] == [
        (one.number, cast.ibp, cast.linde),
        (two.number, cast.ibp, None),
        (secret.number, cast.ibp, None),
    ]


def test_the_history_tells_who_changed_what(cast: Cast, as_user: AsUser, now: datetime) -> None:
    made = make.breach(cast.linde, at=now)
    describe(
        breach=made,
        title="Stick kwijt",
        kind=IncidentKind.DEVICE_LOST,
        nature=Nature.BREACH,
        schools=[cast.linde, cast.eik],
        by=cast.ibp,
        at=now,
    )
    page = text(as_user(cast.ibp), f"/datalekken/{made.number}/verloop/")
    assert "Ilse Beheer" in page
    assert "Stick kwijt" in page
    assert "De Eik, De Linde" in page


def test_what_was_typed_is_shown_as_text(cast: Cast, as_user: AsUser, now: datetime) -> None:
    evil = "<script>alert(1)</script>"
    made = make.breach(
        cast.linde, at=now, what_happened=evil, whose_data=evil, reporter_name=evil, title=evil
    )
    client = as_user(cast.ibp)
    for address in ("/datalekken/", f"/datalekken/{made.number}/"):
        page = text(client, address)
        assert evil not in page
        assert "&lt;script&gt;" in page
    assert Breach.objects.get().what_happened == evil


def test_the_account_that_reported_and_the_name_that_was_typed_are_both_told(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    same = make.breach(
        cast.linde, at=timezone.now(), reporter=cast.teacher, reporter_name="Tess Leraar"
    )
    other = make.breach(
        cast.linde, at=timezone.now(), reporter=cast.teacher, reporter_name="Juf <b>Ank</b>"
    )
    client = as_user(cast.ibp)
    page = client.get(f"/datalekken/{same.number}/").content.decode()
    assert "Tess Leraar (" in page
    assert "Als naam ingevuld" not in page
    page = client.get(f"/datalekken/{other.number}/").content.decode()
    assert "Tess Leraar (" in page
    assert "Als naam ingevuld: Juf &lt;b&gt;Ank&lt;/b&gt;" in page
