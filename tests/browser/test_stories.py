"""Stories by role, each as somebody would tell it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from registers.models import ProcessingActivity
from tests.browser.pages import ACTIVITIES, Visitor
from tests.conftest import PASSWORD, Cast
from tests.factories import registers as make

Visit = Callable[..., Visitor]
# Nine digits that pass the 11-check of the BSN; nobody has this number.
LIKE_A_BSN = "111222333"


def writes_a_concept(ibp: Visitor) -> None:
    """What somebody knows about an activity on the first day: not everything."""
    ibp.follows("Verwerking toevoegen")
    for label, text in (
        ("Nummer", "V07"),
        ("Naam", "Overblijven"),
        ("Omschrijving", "De school weet wie er overblijft."),
        ("Eigenaar (functie)", "Directeur"),
    ):
        ibp.fills(label, text)
    ibp.chooses("Proces", "Inschrijving en administratie")
    ibp.chooses("Vorm", "digitaal")
    line = ibp.adds_line("purposelines", "Doel toevoegen")
    ibp.chooses("Doel", "a. Onderwijs", within=line)
    ibp.chooses("Grondslag", "taak van algemeen belang of openbaar gezag", within=line)
    line = ibp.adds_line("datalines", "Regel met gegevens toevoegen")
    ibp.chooses("Groep", "Leerlingen", within=line)
    ibp.chooses("Gegevens", "Naam", within=line)
    ibp.chooses("Bron", "van de ouders", within=line)
    ibp.chooses("Verplicht te geven", "niet verplicht", within=line)
    line = ibp.adds_line("accesslines", "Rol met toegang toevoegen")
    ibp.chooses("Rol", "Leraar", within=line)
    ibp.chooses("Toegang", "inzien", within=line)
    line = ibp.adds_line("recipientlines", "Ontvanger toevoegen")
    ibp.chooses("Rol", "verwerker", within=line)
    ibp.chooses("Verwerker", "Topicus", within=line)
    ibp.fills("Waarvoor", "De lijsten bijhouden.", within=line)
    ibp.saves()


def completes_it(ibp: Visitor) -> None:
    line = ibp.opens_line("datalines", "Leerlingen: Naam")
    ibp.chooses("Bewaartermijn", "Leerlingdossier", within=line)
    ibp.fills("Noodzaak", "Zonder lijst is een kind zoek.")
    ibp.fills("Evenredigheid", "Alleen de naam staat erop.")
    ibp.fills("Minimale gegevens", "Minder dan een naam kan niet.")
    ibp.chooses("DPIA nodig", "nee")
    ibp.fills("Waarom wel of niet", "Klein en zonder gevoelige gegevens.")
    ibp.saves()


def fills_the_lists() -> None:
    """What an activity chooses from."""
    make.purpose("a", name="Onderwijs")
    make.group()
    make.category()
    make.role()
    make.agreement(make.processor(), ends_on=None)
    make.retention_rule()


def test_from_concept_to_a_statement_on_a_phone(visit: Visit, cast: Cast) -> None:
    fills_the_lists()
    ibp = visit()
    ibp.signs_in(cast.ibp)
    ibp.follows("Verwerkingen")
    writes_a_concept(ibp)
    ibp.sees("Schrijf op waarom het niet lichter kan.", "Kies een bewaartermijn voor Naam")

    ibp.does("Voorstellen")
    ibp.sees("Beantwoord of een DPIA nodig is.")
    ibp.go(ACTIVITIES)
    ibp.follows("Overblijven")
    ibp.sees("concept")

    completes_it(ibp)
    ibp.does("Voorstellen")
    ibp.sees("ter beoordeling")
    ibp.does("Terugsturen", reason="Nog niet af.")
    ibp.does("Voorstellen")

    bestuurder = visit()
    bestuurder.signs_in(cast.board_member)
    bestuurder.sees("V07 Overblijven wacht op een besluit.")
    bestuurder.follows("Beoordelen")
    bestuurder.does("Vaststellen")
    bestuurder.sees("De verwerking is vastgesteld.", "Versie 1")

    ibp.go("/")
    ibp.follows("Privacyverklaring publiceren")
    ibp.follows("Publiceren")
    ibp.sees("U publiceert de privacyverklaring voor het hele bestuur.")
    ibp.presses("Publiceren")
    ibp.sees("De privacyverklaring staat nu op de openbare pagina.")

    stranger = visit(width=360, height=740)
    stranger.go("/")
    stranger.follows("Privacyverklaring lezen")
    stranger.sees("Overblijven", "De lijsten bijhouden.", "Stichting De Proef")
    assert not stranger.needs_to_scroll_sideways()
    with stranger.page.expect_download() as download:
        stranger.page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename == "privacyverklaring-bestuur-1.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def test_the_fg_reads_everything_and_leaves_a_remark(visit: Visit, cast: Cast) -> None:
    agreement = make.agreement(make.processor(), ends_on=None)
    concept = make.activity("V01")
    at_linde = make.established("V02", at=timezone.now(), schools=[cast.linde])
    fg = visit()
    fg.signs_in(cast.fg)

    for path in (
        f"{ACTIVITIES}{concept.pk}/change/",
        f"{ACTIVITIES}{at_linde.pk}/change/",
        f"/beheer/registers/agreement/{agreement.pk}/change/",
        f"/beheer/organisation/school/{cast.linde.pk}/change/",
    ):
        fg.go(path)
        fg.sees("alleen lezen")
        fg.sees_no_way_to_save()

    fg.go(f"{ACTIVITIES}{at_linde.pk}/change/")
    fg.does("Opmerking van de FG", reason="Vraag de leraren ook.")
    fg.sees("Uw opmerking is vastgelegd.", "Vraag de leraren ook.")
    fg.follows("Geschiedenis")
    fg.sees("Fenna Graaf", "opmerking van de FG")


def test_the_director_of_de_eik_knows_nothing_of_de_linde(visit: Visit, cast: Cast) -> None:
    linde = make.activity("V01", schools=[cast.linde], name="Schoolplein van De Linde")
    make.activity("V02", schools=[cast.eik], name="Kantine van De Eik")
    make.activity("V03", name="Overal hetzelfde")
    director = visit()
    director.signs_in(cast.eik_director)

    director.follows("Verwerkingen")
    director.sees("Kantine van De Eik", "Overal hetzelfde")
    director.does_not_see("Schoolplein van De Linde")

    director.page.locator("#searchbar").fill("Schoolplein")
    director.presses("Zoeken")
    director.sees("gevonden: 0")
    director.does_not_see("Schoolplein van De Linde")

    for page in ("change", "history", "handeling/voorstellen"):
        director.finds_nothing_at(f"{ACTIVITIES}{linde.pk}/{page}/")
        director.does_not_see("Schoolplein van De Linde")


def test_what_is_typed_wrong_is_said_at_the_field_and_kept(visit: Visit, cast: Cast) -> None:
    activity = make.activity("V01")
    agreement = make.agreement(make.processor())
    ibp = visit()
    ibp.signs_in(cast.ibp)

    ibp.go(f"/beheer/organisation/school/{cast.linde.pk}/change/")
    ibp.fills("BRIN", "1234")
    ibp.fills("Plaats", "Linderveen")
    ibp.saves()
    ibp.sees_at("brin", "Een BRIN is twee cijfers en twee hoofdletters, zoals 12AB.")
    assert (ibp.value_of("BRIN"), ibp.value_of("Plaats")) == ("1234", "Linderveen")

    ibp.go(f"/beheer/registers/agreement/{agreement.pk}/change/")
    ibp.fills("Begint op", "01-03-2027")
    ibp.fills("Eindigt op", "01-03-2026")
    ibp.saves()
    ibp.sees_at("ends_on", "De einddatum ligt voor de begindatum.")
    assert ibp.value_of("Eindigt op") == "01-03-2026"
    ibp.fills("Begint op", "na de vakantie")
    ibp.saves()
    ibp.sees_at("starts_on", "Voer een geldige datum in.")
    assert ibp.value_of("Begint op") == "na de vakantie"

    ibp.go(f"{ACTIVITIES}{activity.pk}/change/")
    ibp.fills("Plaats", f"Kast {LIKE_A_BSN}")
    ibp.saves()
    ibp.sees_at("place", "Hier staat een nummer dat een BSN kan zijn.")
    assert ibp.value_of("Plaats") == f"Kast {LIKE_A_BSN}"
    assert ProcessingActivity.objects.get().place == ""
    ibp.page.locator(".field-place").get_by_label("dit is geen BSN").check()
    ibp.saves()
    assert ProcessingActivity.objects.get().place == f"Kast {LIKE_A_BSN}"


def test_a_forgotten_password(visit: Visit, cast: Cast) -> None:
    director = visit()
    director.go("/inloggen/")
    director.follows("Wachtwoord vergeten?")
    director.fills("E-mailadres", cast.director.email)
    director.presses("Stuur de link")
    director.sees("Kijk in uw e-mail")

    letter = OutboundLetter.objects.get()
    assert (letter.to, letter.state) == (cast.director.email, OutboundLetter.State.QUEUED)
    outbox.deliver_due(timezone.now())
    [sent] = mail.outbox
    link = next(word for word in str(sent.body).split() if word.startswith(director.base))

    director.go(link)
    director.fills("Nieuw wachtwoord", "een-heel-andere-zin")
    director.fills("Nog een keer", "een-heel-andere-zin")
    director.presses("Bewaren")
    director.sees("U kunt nu inloggen.")
    director.signs_in(cast.director, "een-heel-andere-zin")
    director.sees("Dirk")

    finder = visit()
    finder.go(link)
    finder.sees("Deze link werkt niet meer")
    finder.signs_in(cast.director, PASSWORD)
    finder.sees("Dit e-mailadres en wachtwoord horen niet bij elkaar")


@pytest.mark.parametrize("width", [1280, 360])
def test_everything_works_without_javascript(visit: Visit, cast: Cast, width: int) -> None:
    fills_the_lists()
    make.activity("V01", name="Leerlingdossier")
    ibp = visit(javascript=False, width=width)
    ibp.signs_in(cast.ibp)
    ibp.follows("Verwerkingen")
    ibp.page.locator("#searchbar").fill("dossier")
    ibp.presses("Zoeken")
    ibp.sees("Leerlingdossier")

    ibp.go(ACTIVITIES)
    ibp.follows("Verwerking toevoegen")
    ibp.fills("Nummer", "V02")
    ibp.fills("Naam", "Overblijven")
    ibp.fills("Omschrijving", "De school weet wie er overblijft.")
    ibp.fills("Eigenaar (functie)", "Directeur")
    ibp.chooses("Proces", "Inschrijving en administratie")
    ibp.chooses("Vorm", "op papier")
    ibp.fills("Volgende controle op", "01-09-2027")
    line = ibp.opens_line("purposelines", "toevoegen")
    ibp.chooses("Doel", "a. Onderwijs", within=line)
    ibp.chooses("Grondslag", "wettelijke verplichting", within=line)
    ibp.saves()

    made = ProcessingActivity.objects.get(code="V02")
    assert made.next_review_on == date(2027, 9, 1)
    assert [line.basis for line in made.purposelines.all()] == ["legal_duty"]
    ibp.does("Concept vernietigen", reason="Dit was een proef.")
    ibp.sees("Het concept is vernietigd.")
    assert not ProcessingActivity.objects.filter(code="V02").exists()
