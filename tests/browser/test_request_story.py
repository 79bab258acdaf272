"""A mother asks on her phone what the school has of her child, and fetches it with her code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from privacyboard.mail import outbox
from requests_ar.actions.writing import make_waiting_letters
from requests_ar.models import Delivery, SubjectRequest
from tests.browser.pages import Visitor
from tests.conftest import Cast
from tests.factories import registers as make
from tests.mail.sink import Sink, running

Visit = Callable[..., Visitor]
CHILD, MOTHER = "Kim van der Zwaluw", "mila@thuis.example"
CARD = b"naam;groep\nKim;5\n"


@pytest.fixture
def postman(settings: Any) -> Iterator[Sink]:
    """The mail server that takes what the board sends."""
    with running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.DEFAULT_FROM_EMAIL = "Privacy <privacy@deproef.example>"
        yield server


def mailed_link(postman: Sink, to: str) -> str:
    """The worker does its round; the address in the last e-mail that this person got.

    A mailbox is read by others: no e-mail names the child or what is asked.
    """
    make_waiting_letters(at=timezone.now())
    outbox.deliver_due(timezone.now())
    *_older, mail = [each for each in postman.messages if each["To"] == to]
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    for secret in (CHILD, "inzage", "De Linde"):
        assert secret not in f"{mail['Subject']} {text}"
    found = re.search(r"https?://\S+", text)
    assert found is not None
    return found.group()


def tick(visitor: Visitor, label: str) -> None:
    """A box or a choice, by its words."""
    visitor.page.locator("main").get_by_label(label, exact=True).first.check()


def day(value: date) -> str:
    return date_format(value, "j F Y")


def asks_by_phone(mother: Visitor, postman: Sink) -> SubjectRequest:
    """The public form, on a small screen; then the link of the e-mail."""
    mother.go("/verzoek/")
    assert not mother.needs_to_scroll_sideways()
    tick(mother, "Ik ben de vader of moeder")
    page = mother.page
    for name, text in (
        ("name", "Mila van der Zwaluw"),
        ("email", MOTHER),
        ("subject_name", CHILD),
        ("born_on", f"{timezone.localdate().year - 9}-01-15"),
        ("text", "Wat staat er over Kim in de groepsmap?"),
    ):
        page.locator(f"#id_{name}").fill(text)
    page.locator("#id_group").select_option("pupils")
    page.locator("#id_school").select_option("de-linde")
    page.get_by_label("Gegevens inzien").check()
    mother.presses("Verstuur het verzoek")
    mother.sees("Uw verzoek is verstuurd")
    case = SubjectRequest.objects.get()
    mother.does_not_see(case.number)
    mother.go(mailed_link(postman, MOTHER))
    mother.does_not_see(case.number, CHILD)
    mother.presses("Ja, dit is mijn e-mailadres")
    mother.sees(case.number, day(case.last_day))
    assert not mother.needs_to_scroll_sideways()
    return case


def checks_and_extends(director: Visitor, case: SubjectRequest) -> None:
    """From the home page: who asks, with what authority, and more time with a reason."""
    director.follows("Oppakken")
    director.sees("Pak het verzoek op")
    director.follows("Ik pak dit op")
    director.presses("Vastleggen")
    director.follows("Identiteit vastleggen")
    tick(director, "persoonlijk bekend op school")
    director.presses("Vastleggen")
    director.follows("Controle vastleggen")
    tick(director, "heeft de ouder gezag")
    tick(director, "beschikking of uittreksel gezagsregister getoond")
    director.presses("Vastleggen")
    director.sees("de ouder of voogd met gezag vraagt en krijgt het antwoord")
    director.page.get_by_text("Andere stappen").click()
    director.follows("De termijn verlengen")
    tick(director, "het verzoek is ingewikkeld")
    director.fills("Leg het uit aan de vrager", "Wij zoeken ook in oude mappen.")
    director.presses("Verlengen en de vrager berichten")
    case.refresh_from_db()
    director.sees("Verlengd op", day(case.last_day))


def test_a_mother_asks_on_a_phone_and_downloads_with_her_code(
    visit: Visit, cast: Cast, postman: Sink
) -> None:
    make.group("pupils", "Leerlingen")
    make.established("V02", at=timezone.now(), name="Leerlingdossier")
    mother = visit(width=390, height=844)
    case = asks_by_phone(mother, postman)
    first_last_day = case.last_day

    director = visit()
    director.signs_in(cast.director)
    checks_and_extends(director, case)
    assert case.last_day > first_last_day
    mother.go(mailed_link(postman, MOTHER))
    mother.sees(day(case.last_day))

    director.follows("Verwerkingen kiezen")
    tick(director, "Leerlingdossier (V02)")
    director.presses("Vastleggen")
    director.follows("Iemand laten zoeken")
    director.fills("Wat moet gezocht worden?", "De groepsmap van Kim")
    director.chooses(
        "Een collega met een account (niet nodig als u iemand anders noemt)", "Tess Leraar"
    )
    director.presses("Vragen om te zoeken")

    teacher = visit()
    teacher.signs_in(cast.teacher)
    teacher.go(mailed_link(postman, cast.teacher.email))
    teacher.sees("De groepsmap van Kim")
    teacher.fills("Wat hebt u gevonden?", "Een groepskaart.")
    teacher.page.locator("input[type=file]").set_input_files(
        {"name": "groepskaart.csv", "mimeType": "text/csv", "buffer": CARD}
    )
    teacher.presses("Aanleveren: ik ben klaar")
    teacher.finds_nothing_at(f"/verzoeken/{case.number}/")

    code = decides_and_sends(director, case)
    mother.go(mailed_link(postman, MOTHER))
    mother.does_not_see(CHILD, "groepskaart.csv")
    mother.fills("Uw code", code)
    mother.presses("Openen")
    with mother.page.expect_download() as fetched:
        mother.page.get_by_role("button", name="groepskaart.csv ophalen").click()
    assert fetched.value.path().read_bytes() == CARD
    with mother.page.expect_download() as fetched:
        mother.page.locator(".downloads button").first.click()
    assert fetched.value.path().read_bytes()[:5] == b"%PDF-"
    assert not mother.needs_to_scroll_sideways()
    assert Delivery.objects.get().downloads == 2

    sees_none_of_it(visit(), cast, case)


def decides_and_sends(director: Visitor, case: SubjectRequest) -> str:
    """What was found goes with the answer; judged, decided, sent; the code by telephone."""
    director.go(f"/verzoeken/{case.number}/")
    director.sees("Een groepskaart.")
    director.follows("Wijzigen")
    tick(director, "Dit hoort bij het antwoord: de persoon krijgt het")
    director.presses("Vastleggen")
    director.follows("Beoordelen")
    tick(director, "toegewezen")
    director.presses("Oordeel vastleggen")
    director.follows("Naar het besluit")
    director.presses("Besluiten")
    director.follows("Antwoord aanvullen")
    director.presses("Bewaren")
    director.follows("Antwoord versturen")
    director.presses("Antwoord versturen")
    director.follows("Code maken en vertellen")
    tick(director, "door de telefoon")
    director.presses("Code maken")
    return director.page.locator("main .code").inner_text()


def sees_none_of_it(stranger: Visitor, cast: Cast, case: SubjectRequest) -> None:
    """The director of another school: home, list, search, figures, and the addresses."""
    stranger.signs_in(cast.eik_director)
    seen = (case.number, CHILD, "Zwaluw", "De Linde")
    stranger.does_not_see(*seen)
    stranger.go("/verzoeken/?toon=all")
    stranger.sees("Geen verzoeken")
    stranger.does_not_see(*seen)
    stranger.fills("Naam of nummer", CHILD)
    stranger.presses("Zoeken")
    stranger.sees("Geen verzoeken")
    stranger.go("/verzoeken/register/")
    stranger.sees("Geen verzoeken")
    stranger.does_not_see(*seen)
    task, file = case.tasks.get(), case.files.get()
    for path in (
        *(f"/verzoeken/{case.number}/", f"/verzoeken/{case.number}/verloop/"),
        *(f"/verzoeken/{case.number}/besluiten/", f"/zoektaak/{task.pk}/"),
        f"/document/{file.document_id}/",
    ):
        stranger.finds_nothing_at(path)
