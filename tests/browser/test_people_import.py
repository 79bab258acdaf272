"""A director reads in the pupils, and then their parents; the teacher sees the own class."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from privacyboard.organisation.models import Guardian, Guardianship, Pupil
from privacyboard.people.models import PeopleFile
from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.people.village import this_year

Visit = Callable[..., Visitor]
SAMPLE = Path(__file__).parent.parent / "people" / "edexml_sample.xml"
PARENTS = "\r\n".join(
    (
        "Leerlingnummer;Roepnaam;Tussenv.;Achternaam;Groep;Geboortedatum;Verzorger 1 naam;"
        "Verzorger 1 e-mail;Verzorger 1 gezag;Verzorger 2 naam;Verzorger 2 e-mail;Nationaliteit",
        '1001;Anaïs;de;Vries;5A;28-3-17;"Sanne; de Vries";sanne@gezin.example;ja;Bram de Vries;'
        "bram@gezin.example;NL",
        "1004;Mees;;Bakker;5A;;Olga Bakker;geen adres;ja;;;NL",
        ";Zonder;;Nummer;5A;;;;;;;",
    )
).encode("cp1252")


def picture(visitor: Visitor, name: str) -> None:
    """A look for people, where somebody asks for it."""
    if folder := os.environ.get("PICTURES"):
        visitor.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def looks(visitor: Visitor, name: str) -> None:
    """On a desk and on a phone."""
    if os.environ.get("PICTURES"):
        picture(visitor, f"{name}-desk")
        visitor.page.set_viewport_size({"width": 390, "height": 844})
        picture(visitor, f"{name}-phone")
        visitor.page.set_viewport_size({"width": 1280, "height": 900})


def hands_in(visitor: Visitor, content: bytes, name: str) -> None:
    visitor.page.get_by_label("Bestand", exact=True).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def test_pupils_from_edexml_and_parents_from_a_list(visit: Visit, cast: Cast) -> None:
    year = this_year()
    edexml = SAMPLE.read_bytes().replace(b"2025-2026", f"{year}-{year + 1}".encode())
    director = visit()
    director.signs_in(cast.director)
    director.follows("Leerlingen")
    director.sees("Nog geen leerlingen")
    director.follows("Bestand inlezen")
    hands_in(director, edexml, "EDEX.xml")
    looks(director, "files")
    director.presses("Nakijken")
    director.sees("Wat er zou veranderen", "Wat wij niet overnemen", "Anaïs de Vries (1001)")
    assert Pupil.objects.count() == 0
    looks(director, "edexml")
    pages = [director.page.url]
    assert trouble(director, pages) == []
    director.presses("Inlezen")
    director.sees("Het bestand is ingelezen.")
    assert Pupil.objects.filter(left_on__isnull=True).count() == 2

    director.go("/leerlingen/inlezen/")
    hands_in(director, PARENTS, "ouders.csv")
    director.page.get_by_label("In dit bestand staan alle leerlingen van de school").check()
    director.presses("Nakijken")
    director.sees("Wat staat er in elke kolom?", "bram@gezin.example", "28-3-17")
    assert director.page.locator("#id_kolom_11").input_value() == ""
    looks(director, "columns")
    file = PeopleFile.objects.first()
    assert file is not None
    columns, page = (f"/leerlingen/inlezen/{file.pk}/{part}" for part in ("kolommen/", ""))
    assert trouble(director, [columns]) == []
    director.chooses("Leerlingnummer", "niet overnemen")
    director.presses("Nakijken")
    director.sees("Kies de kolom met het leerlingnummer.")
    director.chooses("Leerlingnummer", "leerlingnummer")
    director.presses("Nakijken")
    director.sees("Wie staat niet in het bestand?", "Noor van 't Hof (1002)")
    looks(director, "dry-run")
    director.follows("Niet overgenomen")
    director.sees("Deze regel heeft geen leerlingnummer.")
    director.follows("Anders gelezen")
    director.sees("geen adres")
    assert trouble(director, [page, f"{page}?toon=problemen"]) == []
    director.presses("Inlezen")
    director.sees("Het bestand is ingelezen.")
    looks(director, "applied")
    # Who was missing and not ticked stays.
    assert Pupil.objects.get(key="1002").left_on is None
    assert Guardian.objects.count() == 3

    director.go("/leerlingen/")
    director.sees("Anaïs de Vries", "onbekend", "geen adres", "niemand bekend")
    looks(director, "list")
    director.follows("Mees Bakker")
    director.sees("Zolang niemand hem invult, antwoorden de ouders")
    looks(director, "pupil")
    mees = Pupil.objects.get(key="1004")
    pupil = f"/leerlingen/{mees.pk}/"
    director.follows("Gegevens wijzigen")
    director.fills("Geboortedatum (niet verplicht)", "2017-05-04")
    looks(director, "change")
    director.presses("Bewaren")
    director.sees("De gegevens zijn bewaard.", "4 mei 2017")
    director.follows("Olga Bakker")
    director.sees("Er is geen e-mailadres.")
    looks(director, "guardian")
    guardian = director.page.url
    director.follows("E-mailadres herstellen")
    director.fills("E-mailadres (niet verplicht)", "olga@gezin.example")
    director.presses("Bewaren")
    director.sees("Het adres is bewaard.")
    tie = Guardianship.objects.get(pupil=mees)
    director.go("/leerlingen/groepen/")
    director.page.get_by_role("link", name="Leerkracht erbij 5A").click()
    director.chooses("Wie", "Tess Leraar")
    director.presses("Voor deze groep zetten")
    director.sees("Deze leerkracht ziet de groep nu.")
    looks(director, "groups")
    found = trouble(
        director,
        [
            *("/leerlingen/", "/leerlingen/nieuw/", "/leerlingen/inlezen/", "/leerlingen/groepen/"),
            *(pupil, f"{pupil}verloop/", f"{pupil}wijzigen/", f"{pupil}ouder-toevoegen/"),
            *(f"{pupil}groep/", f"{pupil}gezag/{tie.pk}/", guardian, f"{guardian}adres/"),
        ],
    )
    assert found == []

    teacher = visit(width=390, height=844, javascript=False)
    teacher.signs_in(cast.teacher)
    teacher.go("/leerlingen/")
    teacher.sees("De leerlingen van uw eigen groepen.", "Anaïs de Vries", "Mees Bakker")
    teacher.does_not_see("Noor", "Sanne", "1001", "2017")
    picture(teacher, "teacher-phone")
    teacher.finds_nothing_at(pupil)
