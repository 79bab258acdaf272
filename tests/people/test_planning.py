"""What each row of a file would do: its fate, told before anything changes."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacyboard.audit.acts import ActRefused
from privacyboard.organisation.models import Guardian, Pupil
from privacyboard.people.exchange import kept
from privacyboard.people.models import PeopleFile
from tests.conftest import NOW, Cast
from tests.factories import people as factory
from tests.people.conftest import TakeIn, lines

HEAD = "Leerlingnummer;Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;Groep"


def told(file: PeopleFile) -> list[tuple[int, str, str, list[str]]]:
    return [
        (each["row"], each["fate"], each["who"], each["changes"]) for each in file.report["rows"]
    ]


def problems(file: PeopleFile) -> list[tuple[int, str, str]]:
    return [(each["row"], each["column"], each["sentence"]) for each in file.report["problems"]]


def remarks(file: PeopleFile) -> list[tuple[int, str]]:
    return [(each["row"], each["sentence"]) for each in file.report["remarks"]]


def test_every_row_has_a_fate_and_nothing_changes_yet(cast: Cast, look: TakeIn) -> None:
    group = factory.group(cast.linde, "5a")
    factory.pupil(cast.linde, "Noor", key="1001", of=group)
    factory.pupil(cast.linde, "Sem", key="1002", of=group)
    file = look(
        lines(
            HEAD,
            "1001;Noor;;Visser;12-05-2016;5a",
            "1002;Sem;van der;Visser;13-05-2016;5b",
            "1003;Yara;;Kaya;1-2-2017;5a",
            ";Naamloos;;Bos;1-2-2017;5a",
        )
    )
    assert file.state == "read"
    assert told(file) == [
        (3, "changed", "Sem van der Visser (1002)", ["name", "born_on", "group"]),
        (4, "new", "Yara Kaya (1003)", []),
    ]
    assert problems(file) == [(5, "leerlingnummer", "Deze regel heeft geen leerlingnummer.")]
    assert file.report["counts"]["pupils"] == {"new": 1, "changed": 1, "same": 1, "refused": 1}
    assert file.report["counts"]["groups"] == {"new": 1, "changed": 0, "same": 1}
    assert file.report["counts"]["placements"] == {"new": 2, "ended": 1}
    assert file.report["total"] == 4
    assert Pupil.objects.count() == 2
    assert Pupil.history.count() == 2


def test_the_fate_of_every_row_can_be_asked_the_same_ones_too(cast: Cast, look: TakeIn) -> None:
    factory.pupil(cast.linde, "Noor", key="1001")
    file = look(lines("Leerlingnummer;Roepnaam;Achternaam", "1001;Noor;Visser", "1;Sem;Bos"))
    found = kept.row_fates(file, at=NOW)
    assert [(each["row"], each["fate"]) for each in found] == [(2, "same"), (3, "new")]


def test_an_empty_cell_erases_nothing(cast: Cast, look: TakeIn) -> None:
    factory.pupil(
        cast.linde, "Noor", key="1", infix="de", email="noor@leerling.example", eck_id="e1"
    )
    file = look(lines(HEAD + ";E-mail;ECK iD", "1;Noor;;Visser;;;;"))
    assert file.report["counts"]["pupils"] == {"new": 0, "changed": 0, "same": 1, "refused": 0}


def test_another_last_name_comes_without_the_infix_of_the_old_one(
    cast: Cast, take_in: TakeIn
) -> None:
    pupil = factory.pupil(cast.linde, "Noor", key="1", infix="de", last_name="Vries")
    take_in(lines(HEAD, "1;Noor;;Jansen;;"))
    pupil.refresh_from_db()
    assert (pupil.name, pupil.sort_name) == ("Noor Jansen", "jansen noor")


def test_the_same_child_twice(cast: Cast, look: TakeIn) -> None:
    file = look(
        lines(
            HEAD,
            "1;Noor;;Visser;1-2-2017;5a",
            "1;Noor;;Visser;01-02-2017;5a",
            "1;Noor;;Visser;2-2-2017;5a",
        )
    )
    assert file.report["counts"]["pupils"] == {"new": 1, "changed": 0, "same": 0, "refused": 1}
    assert problems(file) == [(4, "", "Leerling 1 staat al op regel 2, met andere gegevens.")]


def test_a_pupil_without_birth_date_is_taken_and_counted(cast: Cast, take_in: TakeIn) -> None:
    file = take_in(lines(HEAD, "1;Noor;;Visser;;5a", "2;Sem;;Bos;3-4-17;5a"))
    assert file.report["without_birth_date"] == 1
    assert file.report["two_digit_years"] == 1
    assert list(Pupil.objects.order_by("key").values_list("born_on", flat=True)) == [
        None,
        date(2017, 4, 3),
    ]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("gisteren", "“gisteren” is geen datum. Schrijf een datum als 31-12-2017."),
        ("31-02-2017", "“31-02-2017” is geen datum. Schrijf een datum als 31-12-2017."),
        ("3-3-2026", "Deze dag is nog niet geweest."),
        ("3-3-1910", "1910-03-03 kan geen geboortedatum zijn."),
    ],
)
def test_a_wrong_birth_date_refuses_its_row_only(
    cast: Cast, look: TakeIn, cell: str, sentence: str
) -> None:
    file = look(lines(HEAD, f"1;Noor;;Visser;{cell};5a", "2;Sem;;Bos;3-4-17;5a"))
    assert problems(file) == [(2, "geboortedatum", sentence)]
    assert [each[2] for each in told(file)] == ["Sem Bos (2)"]


def test_leading_zeros_are_part_of_a_key(cast: Cast, take_in: TakeIn) -> None:
    take_in(lines(HEAD, "007;Noor;;Visser;;5a", "7;Sem;;Bos;;5a"))
    assert sorted(Pupil.objects.values_list("key", flat=True)) == ["007", "7"]


def test_windows_letters_and_semicolons_inside_quotes(cast: Cast, take_in: TakeIn) -> None:
    text = HEAD + '\r\n1;Zoë;;"Visser; geboren Bos";1-2-2017;5a'
    take_in(text.encode("cp1252"))
    pupil = Pupil.objects.get()
    assert (pupil.first_name, pupil.last_name) == ("Zoë", "Visser; geboren Bos")


def test_a_column_of_bsn_is_refused_with_the_file(cast: Cast, look: TakeIn) -> None:
    rows = [f"{bsn};Noor;;Visser;;" for bsn in ("123456782", "249566758", "111222333")]
    file = look(lines(HEAD, *rows))
    assert file.state == "refused"
    assert file.problem.startswith("In een kolom met nummers staan burgerservicenummers")
    assert "123456782" not in str(file.report)
    file = look(lines(HEAD, *(f"{100000000 + n};Noor;;Visser;;" for n in range(40))))
    assert file.state == "read"  # one in eleven passes the check by chance


def test_columns_that_nobody_chose_are_dropped_and_counted(cast: Cast, look: TakeIn) -> None:
    file = look(lines(HEAD + ";BSN;Adres", "1;Noor;;Visser;;5a;123456782;", "2;A;;B;;5a;x;y"))
    assert file.report["dropped"] == [{"what": "BSN", "count": 2}, {"what": "Adres", "count": 1}]
    assert "123456782" not in str(file.report)


def test_who_is_missing_from_a_full_file_is_proposed_and_no_more(cast: Cast, look: TakeIn) -> None:
    here = factory.pupil(cast.linde, "Noor", key="1")
    gone = factory.pupil(cast.linde, "Sem", key="2")
    factory.pupil(cast.linde, "Weg", key="3", left_on=date(2025, 7, 1))
    factory.pupil(cast.linde, "Straks", key="4", left_on=date(2026, 7, 1))
    factory.pupil(cast.eik, "Saar", key="5")
    factory.pupil(cast.linde, "Fout", key="6")
    rows = lines(HEAD, "1;Noor;;Visser;;", "6;Fout;;Visser;gisteren;")
    assert look(rows).report["missing"] == []
    file = look(rows, is_full=True)
    assert (file.report["missing"], file.report["missing_count"]) == ([gone.pk], 1)
    assert here.pk not in file.report["missing"]


def test_an_eck_id_of_another_pupil_refuses_the_row(cast: Cast, look: TakeIn) -> None:
    factory.pupil(cast.linde, "Noor", key="1", eck_id="https://ketenid.example/1")
    file = look(
        lines(
            HEAD + ";ECK iD",
            "9;Sem;;Bos;;;https://ketenid.example/1",
            "10;Yara;;Bos;;;https://ketenid.example/2",
            "11;Lot;;Bos;;;https://ketenid.example/2",
        )
    )
    assert [(row, column) for row, column, _sentence in problems(file)] == [
        (2, "ECK iD"),
        (4, "ECK iD"),
    ]
    assert file.report["counts"]["pupils"]["new"] == 1


def test_a_new_pupil_needs_a_name_and_a_known_one_does_not(cast: Cast, look: TakeIn) -> None:
    factory.pupil(cast.linde, "Noor", key="1")
    file = look(lines(HEAD, "1;;;;1-2-2017;", "2;;;;1-2-2017;"))
    assert problems(file) == [
        (3, "hele naam van de leerling", "Deze leerling is nieuw en heeft geen naam.")
    ]
    assert told(file) == [(2, "changed", "Noor Visser (1)", ["born_on"])]


def test_another_year_than_this_or_the_next_is_refused(cast: Cast, look: TakeIn) -> None:
    with pytest.raises(ActRefused) as problem:
        look(lines(HEAD, "1;Noor;;Visser;;"), school_year=2023)
    assert problem.value.errors == {
        "upload": "Dit bestand gaat over schooljaar 2023-2024. Lees een bestand in van dit "
        "schooljaar of van het volgende."
    }


WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"),
    max_size=30,
)


# A dry run changes nobody: the next example begins as this one did.
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(WORDS, min_size=6, max_size=6))
def test_whatever_a_row_holds_the_file_is_read(cast: Cast, look: TakeIn, cells: list[str]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(HEAD.split(";"))
    writer.writerow(["1", "Noor", "", "Visser", "", ""])
    writer.writerow(cells)
    file = look(out.getvalue().encode())
    assert file.state in {"read", "refused"}
    if file.state == "read":
        counts = file.report["counts"]["pupils"]
        assert counts["new"] + counts["refused"] + counts["same"] in {1, 2}
        assert counts["new"] >= 1


# --- guardians --------------------------------------------------------------------------------

FAMILY = (
    "Leerlingnummer;Roepnaam;Achternaam;Verzorger 1 naam;Verzorger 1 e-mail;Verzorger 1 gezag;"
    "Verzorger 2 naam;Verzorger 2 e-mail"
)


def guardians() -> list[tuple[str, str, list[str]]]:
    rows = Guardian.objects.order_by("pk").prefetch_related("guardianships__pupil")
    return [
        (each.name, each.email, sorted(tie.pupil.key for tie in each.guardianships.all()))
        for each in rows
    ]


def test_one_guardian_for_all_children_of_a_family(cast: Cast, take_in: TakeIn) -> None:
    file = take_in(
        lines(
            FAMILY,
            "1;Noor;Visser;Sanne Visser;Sanne@gezin.example;ja;Bram Bos;bram@gezin.example",
            "2;Daan;Visser;Sanne Visser;sanne@gezin.example;ja;Bram Bos;",
        )
    )
    assert file.report["counts"]["guardians"] == {"new": 3, "changed": 0, "same": 0}
    assert sorted(guardians()) == [
        ("Bram Bos", "", ["2"]),  # without an address nothing tells that it is the same one
        ("Bram Bos", "bram@gezin.example", ["1"]),
        ("Sanne Visser", "sanne@gezin.example", ["1", "2"]),
    ]


def test_a_guardian_is_one_across_the_schools_of_the_board(cast: Cast, take_in: TakeIn) -> None:
    saar = factory.pupil(cast.eik, "Saar", key="77")
    mother = factory.guardian(saar, first_name="Sanne", email="sanne@gezin.example")
    take_in(lines(FAMILY, "1;Noor;Visser;Sanne Visser;sanne@gezin.example;ja;;"))
    assert Guardian.objects.count() == 1
    assert mother.guardianships.count() == 2


def test_another_family_with_the_same_address_stays_another(cast: Cast, take_in: TakeIn) -> None:
    saar = factory.pupil(cast.eik, "Saar", key="77")
    factory.guardian(saar, first_name="Sanne", email="info@opvang.example")
    take_in(lines(FAMILY, "1;Noor;Visser;Petra Bos;info@opvang.example;ja;;"))
    assert Guardian.objects.count() == 2


def test_a_new_address_is_known_by_the_name_within_the_family(cast: Cast, take_in: TakeIn) -> None:
    noor = factory.pupil(cast.linde, "Noor", key="1")
    mother = factory.guardian(
        noor, email="oud@gezin.example", unreachable_since=NOW, unreachable_why="bounced"
    )
    number = mother.link_number
    file = take_in(lines(FAMILY, "1;Noor;Visser;Sanne Visser;nieuw@gezin.example;;;"))
    mother.refresh_from_db()
    assert file.report["counts"]["guardians"] == {"new": 0, "changed": 1, "same": 0}
    assert (mother.email, mother.unreachable_since, mother.unreachable_why) == (
        "nieuw@gezin.example",
        None,
        "",
    )
    # Links that went to the old address can be read by a stranger.
    assert mother.link_number == number + 1
    assert mother.history.first().history_change_reason == "ingelezen"
    assert mother.history.first().history_user == cast.director


def test_initials_in_a_file_are_the_same_person_at_the_same_address(
    cast: Cast, take_in: TakeIn
) -> None:
    noor = factory.pupil(cast.linde, "Noor", key="1")
    factory.guardian(noor, first_name="Sanne", email="sanne@gezin.example")
    take_in(lines(FAMILY, "1;Noor;Visser;S. Visser;sanne@gezin.example;;;"))
    assert [name for name, *_rest in guardians()] == ["S. Visser"]


def test_two_parents_with_one_mailbox_are_two(cast: Cast, take_in: TakeIn) -> None:
    rows = lines(
        FAMILY, "1;Noor;Visser;Sanne Visser;thuis@gezin.example;ja;Bram Visser;thuis@gezin.example"
    )
    take_in(rows)
    assert sorted(name for name, *_rest in guardians()) == ["Bram Visser", "Sanne Visser"]
    assert take_in(rows).report["counts"]["guardians"] == {"new": 0, "changed": 0, "same": 2}


def test_two_parents_of_one_name_are_never_taken_for_each_other(
    cast: Cast, take_in: TakeIn
) -> None:
    noor = factory.pupil(cast.linde, "Noor", key="1")
    jan = factory.guardian(noor, first_name="J.", email="jan@gezin.example")
    janneke = factory.guardian(noor, first_name="J.", email="janneke@gezin.example")
    take_in(
        lines(FAMILY, "1;Noor;Visser;J. Visser;jan@gezin.example;;J. Visser;nieuw@gezin.example")
    )
    jan.refresh_from_db()
    janneke.refresh_from_db()
    assert (jan.email, janneke.email) == ("jan@gezin.example", "nieuw@gezin.example")
    assert Guardian.objects.count() == 2


def test_a_guardian_with_three_addresses(cast: Cast, take_in: TakeIn) -> None:
    file = take_in(
        lines(FAMILY, '1;Noor;Visser;Sanne Visser;"a@x.example; b@x.example; c@x.example";ja;;')
    )
    sanne = Guardian.objects.get()
    assert (sanne.email, sanne.other_emails) == ("a@x.example", ["b@x.example", "c@x.example"])
    assert remarks(file) == []  # gone with the file
    head = "Leerlingnummer;Roepnaam;Achternaam;Ouder 1;E-mail 1 ouder 1;E-mail 2 ouder 1"
    file = take_in(lines(head, "2;Sem;Bos;Karim Bos;d@x.example;e@x.example"))
    karim = Guardian.objects.get(first_name="Karim")
    assert (karim.email, karim.other_emails) == ("d@x.example", ["e@x.example"])


def test_what_is_read_otherwise_is_told(cast: Cast, look: TakeIn) -> None:
    head = "Leerlingnummer;Roepnaam;Achternaam;Verzorger 1;Verzorger 1 e-mail;Verzorger 1 relatie;"
    file = look(
        lines(
            head + "Verzorger 1 gezag;Verzorger 1 taal",
            "1;Noor;Visser;Sanne Visser;a@x.example, b@x.example;moeder;misschien;Fries",
            "2;Sem;Bos;Oma Bos;geen adres;oma;;",
            "3;Lot;Kok;Piet Kok;;pleegvader;;",
        )
    )
    assert remarks(file) == [
        (2, "Er staan 2 adressen. Wij schrijven naar a@x.example en bewaren de andere."),
        (2, "“misschien” is geen ja en geen nee. Het gezag blijft zoals het is."),
        (2, "In deze taal (Fries) kunnen wij niet schrijven: Nederlands gekozen."),
        (3, "“geen adres” is geen e-mailadres: niet overgenomen."),
        (3, "“oma” is geen ouder of voogd. Wie nieuw is, is ingelezen zonder gezag."),
        (4, "Het gezag van deze pleegouder staat er niet bij. Wie nieuw is, heeft geen gezag."),
    ]


def test_kind_and_authority_are_updated_and_silence_leaves_them(
    cast: Cast, take_in: TakeIn
) -> None:
    noor = factory.pupil(cast.linde, "Noor", key="1")
    father = factory.guardian(noor, first_name="Bram", has_authority=True)
    head = "Leerlingnummer;Verzorger 1;Verzorger 1 e-mail;Verzorger 1 gezag;Verzorger 1 relatie"
    tie = father.guardianships.get()
    take_in(lines(head, "1;Bram Visser;bram@gezin.example;;"))
    assert tie.history.count() == 1
    take_in(lines(head, "1;Bram Visser;bram@gezin.example;nee;voogd"))
    tie.refresh_from_db()
    assert (tie.has_authority, tie.kind) == (False, "guardian")
    assert tie.history.count() == 2
    take_in(lines(head, "1;Bram Visser;bram@gezin.example;;stiefvader"))
    tie.refresh_from_db()
    assert (tie.has_authority, tie.kind) == (False, "guardian")


# --- a file of guardians ----------------------------------------------------------------------


def test_a_file_of_guardians_with_the_keys_of_their_children(cast: Cast, take_in: TakeIn) -> None:
    factory.pupil(cast.linde, "Noor", key="0012")
    factory.pupil(cast.linde, "Daan", key="13")
    factory.pupil(cast.eik, "Saar", key="14")
    content = lines(
        "Code;Achternaam;Email;Leerlingcodes",
        "p1;Visser;sanne@gezin.example;0012,13",
        "p2;Bos;bram@gezin.example;13,14",
        "p3;Kok;kok@gezin.example;14",
        "p4;;;13",
    )
    file = take_in(content, file_name="ouders.csv", is_full=True)
    assert sorted(guardians(), reverse=True) == [
        ("Visser", "sanne@gezin.example", ["0012", "13"]),
        ("Bos", "bram@gezin.example", ["13"]),
    ]
    assert problems(file) == [
        (4, "leerlingnummers van de kinderen", "Leerling 14 kennen wij niet op deze school."),
        (5, "", "Deze regel heeft geen naam en geen e-mailadres."),
    ]
    assert (file.report["missing_count"], Pupil.objects.filter(left_on=None).count()) == (0, 3)
    again = take_in(content, file_name="ouders.csv")
    assert again.report["counts"]["guardians"] == {"new": 0, "changed": 0, "same": 2}


def test_a_guardian_with_a_key_keeps_it_through_a_new_name_and_address(
    cast: Cast, take_in: TakeIn
) -> None:
    factory.pupil(cast.linde, "Noor", key="1")
    take_in(lines("Code;Achternaam;Email;Leerlingcodes", "p1;Visser;a@x.example;1"))
    take_in(lines("Code;Achternaam;Email;Leerlingcodes", "p1;Visser-Bos;b@x.example;1"))
    assert guardians() == [("Visser-Bos", "b@x.example", ["1"])]


def test_the_key_of_another_school_is_another_person(cast: Cast, take_in: TakeIn) -> None:
    saar = factory.pupil(cast.eik, "Saar", key="9")
    factory.guardian(saar, first_name="Petra", key="p1")
    factory.pupil(cast.linde, "Noor", key="1")
    take_in(lines("Code;Achternaam;Email;Leerlingcodes", "p1;Visser;a@x.example;1"))
    assert Guardian.objects.filter(key="p1").count() == 2
