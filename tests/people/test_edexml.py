"""EDEXML from a pupil system: what is taken, what is left, and what is refused."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest

from privacyboard.audit.acts import ActRefused
from privacyboard.organisation.models import Group, Placement, Pupil, Teacher
from privacyboard.people.exchange.edexml import read_edexml
from privacyboard.people.exchange.sink import Sink
from tests.conftest import Cast
from tests.factories import people as factory
from tests.people.conftest import TakeIn

SAMPLE = (Path(__file__).parent / "edexml_sample.xml").read_bytes()


def edex(*pupils: str, year: str = "2025-2026", more: str = "") -> str:
    """A file with these pupils, and the class 5A."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<EDEX><school><schooljaar>{year}</schooljaar><brincode>99QQ</brincode></school>"
        '<groepen><groep key="G5A "><naam>5A</naam><jaargroep>5</jaargroep></groep></groepen>'
        f"<leerlingen>{''.join(pupils)}</leerlingen>{more}</EDEX>"
    )


def pupil(key: str = "1", inside: str = "", *, name: str = "Noor") -> str:
    named = f"<achternaam>Visser</achternaam><roepnaam>{name}</roepnaam>"
    return f'<leerling key="{key}">{named}{inside}</leerling>'


def refusal(look: TakeIn, content: bytes | str) -> str:
    with pytest.raises(ActRefused) as problem:
        look(content, file_name="EDEX.XML")
    assert set(problem.value.errors) == {"upload"}
    return problem.value.errors["upload"]


def test_a_sample_of_version_2_1_is_applied(cast: Cast, take_in: TakeIn) -> None:
    file = take_in(SAMPLE, file_name="EDEX.XML")
    assert (file.state, file.format, file.school_year) == ("applied", "edexml", 2025)
    assert list(
        Pupil.objects.order_by("key").values_list(
            "key", "first_name", "infix", "last_name", "born_on", "eck_id", "arrived_on"
        )
    ) == [
        (
            "1001",
            "Anaïs",
            "de",
            "Vries",
            date(2017, 3, 28),
            "https://ketenid.nl/pilot/0001",
            date(2021, 8, 23),
        ),
        ("1002", "Noor", "van 't", "Hof", date(2010, 11, 20), "", None),
    ]
    assert list(
        Group.objects.order_by("key").values_list(
            "key", "name", "level", "is_combined", "school_year"
        )
    ) == [
        ("G5A", "5A", "5", False, 2025),
        ("PLUS", "Plusgroep", "", True, 2025),
        ("V4B", "V4B", "14", False, 2025),
    ]
    assert list(
        Placement.objects.order_by("pupil__key", "group__key").values_list(
            "pupil__key", "group__key", "starts_on", "ends_on"
        )
    ) == [
        ("1001", "G5A", date(2025, 8, 1), None),
        ("1001", "PLUS", date(2025, 8, 1), None),
        ("1002", "V4B", date(2025, 8, 1), None),
    ]
    teacher = Teacher.objects.get()
    assert (teacher.name, teacher.email, [each.name for each in teacher.groups.all()]) == (
        "Joke Bakker",
        "j.bakker@proefschool.example",
        ["5A"],
    )


def test_what_is_not_needed_is_dropped_counted_and_nowhere_kept(
    cast: Cast, take_in: TakeIn
) -> None:
    inside = (
        "<geboortedatum>2017-03-28</geboortedatum><geslacht>2</geslacht><etniciteit>12</etniciteit>"
        "<land>SY</land><land_vader>SY</land_vader><bsn>133456785</bsn>"
        "<gewicht_nieuw>0.3</gewicht_nieuw><postcodenl>1234AB</postcodenl>"
        "<fotourl>https://foto.example/1</fotourl><gebruikersnaam>noor1</gebruikersnaam>"
        "<toevoegingen><x>geheim</x></toevoegingen>"
    )
    file = take_in(
        edex(pupil("1", inside), pupil("2", "<bsn>123456782</bsn>", name="Sem")), file_name="e.xml"
    )
    assert {each["what"]: each["count"] for each in file.report["dropped"]} == {
        "BSN": 2,
        "geslacht": 1,
        "etniciteit": 1,
        "geboorteland": 2,
        "leerlinggewicht": 1,
        "postcode": 1,
        "foto": 1,
        "gebruikersnaam": 1,
        "toevoegingen": 1,
    }
    kept = str(list(Pupil.objects.values())) + str(list(Pupil.history.values())) + str(file.report)
    for word in ("133456785", "123456782", "1234AB", "geheim", "noor1", "SY"):
        assert word not in kept


def test_version_1_03_and_a_year_that_no_schema_lists(cast: Cast, look: TakeIn) -> None:
    content = edex(
        pupil("1", name="Noor Maria").replace("roepnaam", "voornamen"),
        year="2026-2027",
    ).replace("<brincode>", "<xsdversie>1.03</xsdversie><brincode>")
    file = look(content, file_name="EDEX.XML")
    assert (file.state, file.school_year) == ("read", 2026)
    assert file.report["rows"][0]["who"] == "Noor Maria Visser (1)"


@pytest.mark.parametrize("year", ["2025", "2025-2027", "abcd-efgh", ""])
def test_a_school_year_of_another_form_is_refused(cast: Cast, look: TakeIn, year: str) -> None:
    assert "is niet van de vorm 2026-2027" in refusal(look, edex(pupil(), year=year))


def test_an_old_school_year_is_refused(cast: Cast, look: TakeIn) -> None:
    assert refusal(look, edex(pupil(), year="2019-2020")).startswith(
        "Dit bestand gaat over schooljaar 2019-2020."
    )


def test_spaces_around_keys_mean_nothing_and_dummies_are_refused(
    cast: Cast, take_in: TakeIn
) -> None:
    factory.pupil(cast.linde, "Noor", key="12")
    file = take_in(
        edex(
            pupil("12  ", '<groep key="G5A"/>'),
            pupil("#3"),
            pupil(""),
            pupil("4", '<groep key="ZZ"/>'),
        ),
        file_name="e.xml",
    )
    assert file.report["counts"]["pupils"] == {"new": 1, "changed": 1, "same": 0, "refused": 2}
    assert [each["row"] for each in file.report["problems"]] == [2, 3]
    assert file.report["problems"][0]["sentence"] == (
        "Deze regel heeft geen echte sleutel (leeg, of beginnend met #)."
    )
    assert list(Placement.objects.values_list("pupil__key", "group__name")) == [("12", "5A")]


def test_one_bad_row_never_refuses_the_file(cast: Cast, look: TakeIn) -> None:
    file = look(
        edex(
            pupil("1", "<geboortedatum>2017-13-45</geboortedatum>"),
            pupil("2", name="x" * 101),
            '<leerling key="3"/>',
            pupil("4", "<emailadres>geen adres</emailadres>"),
            pupil(
                "5",
                "<instroomdatum>2025-08-01</instroomdatum><uitstroomdatum>2024-08-01</uitstroomdatum>",
            ),
        ),
        file_name="e.xml",
    )
    assert [each["row"] for each in file.report["problems"]] == [1, 2, 3, 5]
    assert [each["who"] for each in file.report["rows"]] == ["Noor Visser (4)"]
    assert [each["row"] for each in file.report["remarks"]] == [4]


def test_a_byte_order_mark_and_windows_letters_that_say_utf_8(cast: Cast, take_in: TakeIn) -> None:
    take_in(b"\xef\xbb\xbf" + edex(pupil("1", name="Zoë")).encode(), file_name="e.xml")
    take_in(edex(pupil("2", name="Anaïs")).encode("cp1252"), file_name="e.xml")
    take_in(
        edex(pupil("3", name="Renée")).replace("UTF-8", "utf-16").encode("utf-16"),
        file_name="e.xml",
    )
    declared = edex(pupil("4", name="Loïs")).replace("UTF-8", "windows-1252").encode("cp1252")
    take_in(declared, file_name="e.xml")
    assert list(Pupil.objects.order_by("key").values_list("first_name", flat=True)) == [
        "Zoë",
        "Anaïs",
        "Renée",
        "Loïs",
    ]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE EDEX [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<EDEX><school><schooljaar>&b;</schooljaar></school></EDEX>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE EDEX [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<EDEX><school><schooljaar>&x;</schooljaar></school></EDEX>"
)


@pytest.mark.parametrize("content", [BOMB, OUTSIDE])
def test_entities_are_refused(cast: Cast, look: TakeIn, content: str) -> None:
    assert refusal(look, content).startswith(
        "Dit bestand bevat verwijzingen (entiteiten) die niet veilig zijn."
    )


def test_a_zip_is_refused(cast: Cast, look: TakeIn) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("EDEX.XML", SAMPLE)
    assert refusal(look, out.getvalue()).startswith("Dit is een zip-bestand. Pak het eerst uit")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<html><body>hoi</body></html>", "Dit is geen EDEXML."),
        ("<EDEX><school>", "In dit bestand staat geen schooljaar"),
        ("<EDEX", "Dit bestand is beschadigd"),
        ("<EDEX>" + "<a>" * 50, "Dit is geen EDEXML: er staat te veel in elkaar."),
        ("  ", "Dit bestand is leeg."),
    ],
)
def test_other_xml_is_refused_with_a_sentence(
    cast: Cast, look: TakeIn, content: str, sentence: str
) -> None:
    found = refusal(look, content)
    assert found.startswith((sentence, "Dit bestand is beschadigd"))


def test_a_file_that_breaks_off_halfway_is_refused_as_a_whole(cast: Cast, look: TakeIn) -> None:
    file = look(edex(pupil("1"), pupil("2"))[:-40], file_name="e.xml")
    assert file.state == "refused"
    assert file.problem == "Dit bestand is beschadigd: op regel 1 is het geen XML meer."
    assert Pupil.objects.count() == 0


def test_keys_that_are_bsn_refuse_the_file(cast: Cast, look: TakeIn) -> None:
    file = look(edex(pupil("123456782"), pupil("249566758")), file_name="e.xml")
    assert file.state == "refused"
    assert "burgerservicenummers (BSN)" in file.problem


def test_a_pupil_who_left_is_no_longer_taken_in(cast: Cast, take_in: TakeIn) -> None:
    group = factory.group(cast.linde, "5A", key="G5A")
    known = factory.pupil(cast.linde, "Noor", key="1", of=group)
    gone = "<uitstroomdatum>2026-02-01</uitstroomdatum>"
    file = take_in(edex(pupil("1", gone), pupil("2", gone)), file_name="e.xml")
    known.refresh_from_db()
    assert known.left_on == date(2026, 2, 1)
    assert list(Placement.objects.values_list("ends_on", flat=True)) == [date(2026, 1, 31)]
    assert file.report["problems"][0]["sentence"] == (
        "Deze leerling is al van school en was bij ons niet bekend."
    )
    assert Pupil.objects.count() == 1


def test_teachers_keep_the_groups_of_other_years(cast: Cast, take_in: TakeIn) -> None:
    earlier = factory.group(cast.linde, "4A", year=2024)
    teacher = factory.teacher(cast.linde, "joke@school.example", earlier)
    teachers = (
        f'<leerkrachten><leerkracht key="{teacher.key}"><achternaam>Bakker</achternaam>'
        '<groepen><groep key="G5A"/></groepen></leerkracht><leerkracht key="#1"/></leerkrachten>'
    )
    take_in(edex(pupil("1"), more=teachers), file_name="e.xml")
    teacher.refresh_from_db()
    assert (teacher.last_name, teacher.email) == ("Bakker", "joke@school.example")
    assert {each.name for each in teacher.groups.all()} == {"4A", "5A"}
    history = teacher.history.count()
    other = teachers.replace('<groepen><groep key="G5A"/></groepen>', "")
    assert take_in(edex(pupil("1"), more=other), file_name="e.xml").report["counts"][
        "teachers"
    ] == {
        "new": 0,
        "changed": 1,
        "same": 0,
    }
    assert {each.name for each in teacher.groups.all()} == {"4A"}
    take_in(edex(pupil("1"), more=teachers), file_name="e.xml")
    again = take_in(edex(pupil("1"), more=teachers), file_name="e.xml")
    assert again.report["counts"]["teachers"] == {"new": 0, "changed": 0, "same": 1}
    assert teacher.history.count() == history


class _Forgetful(Sink):
    """A sink without a database."""

    def flush(self) -> None:
        for waiting in self.waiting.values():
            waiting.clear()


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(pupils: int) -> int:
        content = edex(*(pupil(f"k{n}", "<bsn>1</bsn>" * 20) for n in range(pupils))).encode()
        sink = _Forgetful(today=date(2026, 3, 2), tell=lambda rows: None)
        tracemalloc.start()
        read_edexml(content, sink=sink)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sink.total == pupils
        return found

    assert peak(8_000) < 3_000_000 + peak(1_000)
