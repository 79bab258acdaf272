"""Picking people from the records, on a phone and on a desk, without JavaScript too."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date

from django.utils import timezone

from datalekken.models import ToldPerson
from privacyboard.organisation.rules import school_year_of
from requests_ar.models import RequestPerson, SubjectRequest
from tests.browser.pages import Visitor
from tests.browser.test_axe import NARROW, by_day_and_by_night
from tests.conftest import Cast
from tests.factories import breaches as leak
from tests.factories import people as records
from tests.factories import registers as register
from tests.factories import requests as ask
from tests.factories import tellings as tell

Visit = Callable[..., Visitor]
PHONE = {"width": 390, "height": 844}


def _look(who: Visitor, name: str) -> None:
    """Nothing is wrong with the page, at any width; and a picture where somebody asks for it."""
    assert by_day_and_by_night(who) == []
    wide = who.page.viewport_size
    assert wide is not None
    who.page.set_viewport_size(NARROW)
    assert not who.needs_to_scroll_sideways(), name
    who.page.set_viewport_size(wide)
    if folder := os.environ.get("PICTURES"):
        who.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def _school(cast: Cast) -> None:
    register.group("pupils", "Leerlingen")
    year = school_year_of(timezone.localdate())
    born = date(timezone.localdate().year - 9, 1, 1)
    seven = records.group(cast.linde, "7a", year=year)
    noor = records.pupil(cast.linde, "Noor", of=seven, born_on=born, key="L77")
    records.guardian(noor, first_name="Sanne")
    records.guardian(noor, first_name="Piet", email="", kind="foster", has_authority=False)


def test_the_desk_picks_a_pupil_and_the_mother(visit: Visit, cast: Cast) -> None:
    _school(cast)
    case = ask.subject_request(cast.linde, at=timezone.now(), subject_name="Noor", born_on=None)
    director = visit(**PHONE, javascript=False)
    director.signs_in(cast.director)
    director.go("/verzoeken/nieuw/")
    director.fills("Wat is er gezegd of geschreven?", "Om het dossier.")
    director.fills("Naam of leerlingnummer", "visser")
    director.presses("Zoek de leerling")
    director.presses("Kies Noor Visser (L77)")
    director.page.get_by_label("Sanne Visser, ouder").check()
    director.page.get_by_label("inzage").first.check()
    director.presses("Leg vast")
    director.sees("Uiterste dag", "in onze administratie: gezag ja")
    assert SubjectRequest.objects.filter(subject_text="Om het dossier.").count() == 1
    director.go(f"/verzoeken/{case.number}/")
    director.follows("Koppelen aan een leerling")
    director.presses("Zoek de leerling")
    director.presses("Kies Noor Visser (L77)")
    director.page.get_by_label("Sanne Visser").check()
    director.presses("Koppelen")
    director.sees("Gekoppeld aan Noor Visser in onze administratie.")
    assert RequestPerson.objects.filter(role="subject", pupil__isnull=False).count() == 2
    assert director.complaints == []


def test_the_pages_of_picking_look_well(visit: Visit, cast: Cast) -> None:
    _school(cast)
    case = ask.subject_request(cast.linde, at=timezone.now(), subject_name="Noor")
    breach = leak.breach(cast.linde, at=timezone.now())
    telling = tell.telling(breach, at=timezone.now(), by=cast.ibp)
    for size, name in ((PHONE, "phone"), ({"width": 1280, "height": 900}, "desk")):
        ibp = visit(**size)
        ibp.signs_in(cast.ibp)
        for path, word in (
            (f"/verzoeken/{case.number}/leerling/", "link"),
            ("/verzoeken/nieuw/", "new"),
        ):
            ibp.go(path)
            ibp.fills("Naam of leerlingnummer", "visser")
            ibp.presses("Zoek de leerling")
            _look(ibp, f"{name}-{word}-found")
            ibp.presses("Kies Noor Visser (L77)")
            _look(ibp, f"{name}-{word}-picked")
        ibp.go(f"/datalekken/{breach.number}/ontvangers-leerlingen/{telling.pk}/")
        ibp.fills("Naam of leerlingnummer", "noor")
        ibp.presses("Zoek de leerling")
        ibp.page.get_by_label("Noor Visser").check()
        ibp.presses("Bekijken")
        _look(ibp, f"{name}-told-look")
        assert ibp.complaints == []
    ibp.presses("1 persoon toevoegen")
    ibp.sees("Er staat 1 persoon meer op de lijst.")
    assert ToldPerson.objects.get().name == "Sanne Visser"
