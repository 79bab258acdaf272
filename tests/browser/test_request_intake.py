"""Around the intake in a real browser: a pause, a calendar, a day that moves; by day and night."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta
from django.utils import timezone
from playwright.sync_api import expect

from privacyboard.publicforms.models import FormCount
from requests_ar.actions.asking import extend_term
from requests_ar.letters.links import status_address
from requests_ar.models import SubjectRequest
from tests.browser.pages import Visitor
from tests.browser.test_axe import by_day_and_by_night
from tests.conftest import Cast
from tests.factories import registers as make
from tests.factories import requests as ask

Visit = Callable[..., Visitor]


def picture(visitor: Visitor, name: str) -> None:
    """A look for people, where somebody asks for it."""
    if folder := os.environ.get("PICTURES"):
        visitor.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fills_in(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("Het gaat over mijzelf").check()
    visitor.fills("Uw naam", "Mila Moeder")
    page.locator("#id_email").fill("mila@thuis.example")
    page.locator("#id_group").select_option("guardians")
    page.locator("#id_school").select_option("de-linde")
    page.get_by_label("Gegevens inzien").check()
    page.locator("#id_text").fill("Wat staat er over mij?")


def test_who_is_asked_to_wait_keeps_the_text_and_sees_the_other_ways(
    visit: Visit, cast: Cast
) -> None:
    make.group("guardians", "Ouders")
    mother = visit(width=390, height=844, javascript=False)
    mother.go("/verzoek/")
    fills_in(mother)
    mother.presses("Verstuur het verzoek")
    mother.sees("Uw verzoek is verstuurd")
    # Counted until the day is full, for whoever sends from this network.
    FormCount.objects.update(forms=200)
    mother.go("/verzoek/")
    fills_in(mother)
    mother.page.locator("#id_text").fill("Nog een vraag.")
    before = len(mother.complaints)
    mother.presses("Verstuur het verzoek")
    # The browser notes the 429 in its console, as it should.
    del mother.complaints[before:]

    mother.sees("Dit verzoek is nog niet verstuurd", "de-linde@deproef.example")
    assert mother.page.locator("#id_text").input_value() == "Nog een vraag."
    assert SubjectRequest.objects.count() == 1
    assert not mother.needs_to_scroll_sideways()
    picture(mother, "paused")


def test_a_director_takes_the_last_days_into_a_calendar(visit: Visit, cast: Cast) -> None:
    ask.subject_request(cast.linde, at=timezone.now())
    director = visit(width=390, height=844)
    director.signs_in(cast.director)
    director.follows("Agenda")
    found = by_day_and_by_night(director)
    director.presses("Maak een adres")
    director.sees("Kopieer dit adres nu. U ziet het één keer.")
    picture(director, "calendar")
    address = director.page.locator("#adres").input_value()
    found += by_day_and_by_night(director)
    text = director.page.request.get(address).text()
    assert "SUMMARY:Uiterste dag V-" in text
    assert "Kim" not in text
    director.presses("Trek het adres in")
    director.sees("Het adres is ingetrokken.")
    assert director.page.request.get(address).status == 404
    assert found == []


def test_a_director_corrects_the_receipt_of_an_extended_request(visit: Visit, cast: Cast) -> None:
    today = timezone.localdate()
    ask.subject_request(cast.linde, at=timezone.now(), received_on=today - timedelta(days=9))
    case = ask.subject_request(
        cast.linde, at=timezone.now(), received_on=today - timedelta(days=3), channel="desk"
    )
    extend_term(
        request=case, reason="complexity", text="Veel.", by=cast.director, at=timezone.now()
    )
    director = visit(width=390, height=844)
    director.signs_in(cast.director)
    director.go(f"/verzoeken/{case.number}/")
    director.sees("Dit verzoek lijkt op een ander dat nog loopt.")
    picture(director, "alike")
    found = by_day_and_by_night(director)
    director.go(f"/verzoeken/{case.number}/ontvangst/")
    director.page.locator("#id_received_on").fill((today - relativedelta(months=2)).isoformat())
    director.page.locator("#id_reason").fill("De leraar had de brief al.")
    director.presses("Vastleggen")
    director.sees("Door deze dag vervalt de verlenging")
    picture(director, "falls")
    found += by_day_and_by_night(director)
    director.page.get_by_label("Dat klopt: de verlenging vervalt").check()
    director.presses("Vastleggen")
    director.sees("De dag van ontvangst is verbeterd.")
    case.refresh_from_db()
    assert case.extended_on is None
    assert found == []


def test_staff_write_a_request_down_on_a_phone(visit: Visit, cast: Cast) -> None:
    make.group("pupils", "Leerlingen")
    director = visit(width=390, height=844, javascript=False)
    director.signs_in(cast.director)
    director.go("/verzoeken/nieuw/")
    picture(director, "intake-phone")
    assert not director.needs_to_scroll_sideways()
    # Four answers: the rest is filled in for who stands at the desk today.
    director.fills("Wie vraagt het?", "Vic Vader")
    director.page.locator("#id_subject_name").fill("Kim Kind")
    director.page.get_by_label("inzage", exact=True).check()
    director.fills("Wat is er gezegd of geschreven?", "Vader wil het dossier zien.")
    director.presses("Leg vast")
    director.sees("Vastgelegd als V-")
    expect(director.page.locator("h1")).to_contain_text("Kim Kind")


def test_the_status_of_a_request_by_post_on_a_phone(visit: Visit, cast: Cast) -> None:
    case = ask.subject_request(cast.linde, at=timezone.now(), wants="post", address="Laan 1")
    parent = visit(width=390, height=844)
    parent.go(status_address(case, at=timezone.now()))
    parent.sees("op papier, wij versturen deze brief nog")
    picture(parent, "status-paper")
    assert by_day_and_by_night(parent) == []
