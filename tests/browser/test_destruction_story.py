"""What a school must destroy elsewhere: proposed, checked, approved, done by a supplier, proven."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from privacyboard.clockwork.actions import put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.mail.models import OutboundLetter
from registers.actions.destroying import handing, stepping
from registers.models import DestructionItem, DestructionList, Processor, RetentionRule
from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.factories import destruction as make
from tests.factories import people

Visit = Callable[..., Visitor]
PHONE = {"width": 390, "height": 844}
LISTS = "/register/vernietigen/"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
KEPT, GONE = "NR-1001", "NR-1002"


def proposed(cast: Cast, *keys: str) -> DestructionList:
    """Of these pupils, absence at a supplier may go by now; the machine put them on a list."""
    make.kept_in("V02", (make.absence_rule(), "absence"), systems=(), processor=True)
    topicus = Processor.objects.get(code="topicus")
    topicus.contact_email = "privacy@topicus.example"
    topicus.record(by=None, why="adres")
    for key in keys:
        make.leaver(cast.linde, key, make.LEFT_LONG_AGO)
    make.sweep(timezone.now())
    return DestructionList.objects.get()


def link() -> str:
    """The address in the last letter to the supplier."""
    found = re.search(r"https?://\S+", OutboundLetter.objects.latest("pk").text)
    assert found is not None
    return found.group()


def checks(director: Visitor) -> None:
    """Signing in leads home, and home to the list: one is left out with a reason, the rest go."""
    director.follows("Controleren")
    director.sees("Controleer de lijst", "2 regels")
    director.does_not_see(KEPT, GONE)
    director.follows("Bekijk de nummers")
    director.sees(KEPT, GONE)
    director.page.get_by_role("link", name=re.compile(f"Langer bewaren.*{KEPT}")).click()
    director.page.get_by_label("nodig voor een rechtszaak of een geschil").check()
    director.fills("Leg dat uit", "Er loopt een geschil over de schoolkeuze.")
    director.fills("Wanneer kijkt u opnieuw?", f"{timezone.localdate() + timedelta(days=90)}")
    director.presses("Langer bewaren")
    director.sees("Dit blijft.", "Er loopt een geschil over de schoolkeuze.")
    director.follows("Terug naar VL-")
    director.sees("1 regel", "1 langer bewaard")
    director.follows("Controle vastleggen")
    director.presses("Ik heb de lijst gecontroleerd")
    director.sees("Een ander keurt de lijst nu goed.", "De lijst wacht op goedkeuring")
    assert not director.needs_to_scroll_sideways()


def approves(manager: Visitor) -> None:
    manager.follows("De Linde: keur de vernietigingslijst goed")
    manager.follows("Goedkeuren")
    manager.sees("Er staat 1 regel op de lijst die weg mag.")
    manager.presses("Goedkeuren")
    manager.sees("De lijst is goedgekeurd.")


def hands_over(director: Visitor) -> None:
    director.go("/")
    director.follows("Uitzetten")
    director.follows("Lijst uitzetten")
    expect(director.page.get_by_label("Topicus (verwerker)")).to_be_checked()
    director.presses("Uitzetten")
    director.sees("Per e-mail gevraagd op")


def destroys(supplier: Visitor, where: str) -> None:
    """By the link alone, on a phone: the numbers, and the proof that they are gone."""
    supplier.go(where)
    supplier.sees("Wilt u deze gegevens vernietigen?", "Het gaat om:", "1 nummer")
    with supplier.page.expect_download() as download:
        supplier.page.get_by_role("button", name="De nummers ophalen (CSV)").click()
    numbers = download.value.path().read_text(encoding="utf-8-sig")
    assert (GONE in numbers, KEPT in numbers) == (True, False)
    supplier.fills("Vernietigd op", f"{timezone.localdate()}")
    supplier.fills("Door wie", "Bas Beheer")
    supplier.fills("Wat is er gedaan?", "Gewist, ook uit de reservekopieën.")
    supplier.page.locator("#id_document").set_input_files(
        {"name": "verklaring.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    supplier.presses("Het is vernietigd")
    supplier.sees("Dank u wel")
    assert not supplier.needs_to_scroll_sideways()


def closes(director: Visitor, found: DestructionList) -> None:
    """With the proof in sight the list is closed; the certificate is what stays."""
    director.go("/")
    director.follows("De Linde: laat vernietigen en sluit de lijst af")
    director.sees("Bas Beheer: Gewist, ook uit de reservekopieën.", "verklaring.pdf")
    director.follows("Afsluiten")
    director.presses("Afsluiten")
    director.sees("Klaar: alles is vernietigd", "1 persoon", "1 langer bewaard")
    director.does_not_see(KEPT, GONE)
    director.go(f"{LISTS}{found.number}/nummers/")
    director.does_not_see(KEPT, GONE)


def certificate(director: Visitor, found: DestructionList) -> str:
    """The words of the certificate, fetched by its link."""
    director.go(f"{LISTS}{found.number}/")
    named = director.page.get_by_role("link", name="Verklaring van vernietiging (PDF)")
    answer = director.page.request.get(f"{director.base}{named.get_attribute('href')}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    pages = PdfReader(io.BytesIO(answer.body())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_list_from_the_proposal_to_the_certificate(visit: Visit, cast: Cast) -> None:
    found = proposed(cast, KEPT, GONE)
    director, manager, supplier = visit(**PHONE), visit(), visit(**PHONE)
    director.signs_in(cast.director)
    checks(director)
    manager.signs_in(cast.ibp)
    approves(manager)
    hands_over(director)
    destroys(supplier, link())
    closes(director, found)
    words = certificate(director, found)
    for said in (
        f"Verklaring van vernietiging {found.number}",
        "Van 1 persoon.",
        "Verzuim en in- en uitschrijving",
        "Bas Beheer",
        "Gewist, ook uit de reservekopieën.",
        "Gecontroleerd",
        "Dirk Linde",
        "Ilse Beheer",
    ):
        assert said in words, said
    assert KEPT not in words
    assert GONE not in words


def test_the_pages_of_a_list_and_of_what_must_stay(visit: Visit, cast: Cast) -> None:
    found, at = proposed(cast, KEPT, GONE), timezone.now()
    held = put_hold(
        kind=HoldKind.LAWSUIT,
        reason="Er loopt een zaak.",
        owner=cast.director,
        review_on=date(2099, 1, 1),
        school=cast.linde,
        person_key="NR-1003",
        by=cast.director,
        at=at,
    )
    rule = RetentionRule.objects.get(code="absence_enrolment")
    rule.years, rule.legal_ground = 8, "Besluit bekostiging WPO"
    rule.record(by=cast.ibp, why="bijgewerkt")
    rule.years = 5
    rule.record(by=cast.ibp, why="bijgewerkt")
    director = visit()
    director.signs_in(cast.director)
    one, holds = f"{LISTS}{found.number}/", f"{LISTS}vasthouden/"
    item = found.items.get(person_key=GONE)
    paths = [one, f"{one}nummers/", f"{one}langer-bewaren/{item.pk}/"]
    assert trouble(director, [*paths, holds, f"{holds}{held.pk}/opheffen/"]) == []
    passed_on = people.pupil(cast.linde, key="NR-1004")
    doubted = DestructionItem.objects.create(
        school=cast.linde,
        rule=rule,
        event_on=date(2019, 8, 1),
        person_key=passed_on.key,
        pupil=passed_on.pk + 1_000,
        listed_from=date(2025, 8, 2),
        seal="proef",
    )
    assert trouble(director, [f"{LISTS}twijfel/", f"{LISTS}twijfel/{doubted.pk}/"]) == []
    stepping.check(found=found, by=cast.director, at=at)
    member = visit()
    member.signs_in(cast.board_member)
    assert trouble(member, [f"{one}goedkeuren/"]) == []
    stepping.approve(found=found, because="De wet.", by=cast.board_member, at=at)
    handing.hand_over(found=found, chosen=["processor:topicus"], by=cast.director, at=at)
    task = found.tasks.get()
    assert trouble(director, [one, f"{one}nieuwe-link/{task.pk}/"]) == []
    assert trouble(visit(), [link()]) == []
