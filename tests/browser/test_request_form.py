"""The public form on a phone: asked, confirmed, followed; and axe has nothing to say about it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

from privacyboard.mail.models import OutboundLetter
from requests_ar.actions.writing import make_waiting_letters
from requests_ar.models import SubjectRequest
from tests.browser.pages import Visitor
from tests.browser.test_axe import by_day_and_by_night, trouble
from tests.conftest import Cast
from tests.factories import registers as make
from tests.factories import requests as ask

Visit = Callable[..., Visitor]


def picture(visitor: Visitor, name: str) -> None:
    """A look for people, where somebody asks for it."""
    if folder := os.environ.get("PICTURES"):
        visitor.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def link_of_the_mail() -> str:
    mail = OutboundLetter.objects.latest("pk")
    found = re.search(r"https?://\S+", mail.text)
    assert found is not None
    return found.group()


def test_a_mother_asks_on_her_phone_without_javascript(visit: Visit, cast: Cast) -> None:
    make.group("pupils", "Leerlingen")
    mother = visit(width=390, height=844, javascript=False)
    mother.go("/verzoek/")
    picture(mother, "form")
    mother.presses("Verstuur het verzoek")
    mother.sees("Er gaat iets niet goed")
    picture(mother, "errors")

    page = mother.page
    page.get_by_label("Ik ben de vader of moeder").check()
    mother.fills("Uw naam", "Mila Moeder")
    page.locator("#id_email").fill("mila@thuis.example")
    page.locator("#id_subject_name").fill("Kim Kind")
    page.locator("#id_born_on").fill("2016-05-04")
    page.locator("#id_group").select_option("pupils")
    page.locator("#id_school").select_option("de-linde")
    page.get_by_label("Gegevens inzien").check()
    page.locator("#id_text").fill("Wat staat er in het dossier?")
    mother.presses("Verstuur het verzoek")
    mother.sees("Uw verzoek is verstuurd")
    picture(mother, "sent")

    request = SubjectRequest.objects.get()
    make_waiting_letters(at=timezone.now())
    mother.go(link_of_the_mail())
    mother.does_not_see(request.number)
    picture(mother, "confirm")
    mother.presses("Ja, dit is mijn e-mailadres")
    mother.sees(request.number)
    mother.sees("Wij hebben uw verzoek ontvangen")
    picture(mother, "status")


def test_axe_and_a_narrow_screen(visit: Visit, cast: Cast) -> None:
    make.group("pupils", "Leerlingen")
    ask.subject_request(cast.linde, at=timezone.now(), confirmed=False)
    link = link_of_the_mail()
    stranger = visit()
    found = trouble(stranger, ["/verzoek/", "/verzoek/en/", "/verzoek/verzonden/", link])
    stranger.presses("Ja, dit is mijn e-mailadres")
    found += by_day_and_by_night(stranger)
    stranger.go("/verzoek/")
    stranger.presses("Verstuur het verzoek")
    found += by_day_and_by_night(stranger)

    director = visit()
    director.signs_in(cast.director)
    found += trouble(director, ["/verzoeken/nieuw/"])
    picture(director, "intake")

    assert found == []
