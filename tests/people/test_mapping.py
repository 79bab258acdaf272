"""Which column means what: the headings of Dutch pupil systems, names, days and words in cells."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyboard.audit.acts import ActRefused
from privacyboard.people.actions import files as file_acts
from privacyboard.people.choices import TableKind
from privacyboard.people.exchange import kept
from privacyboard.people.exchange.sink import Sink
from privacyboard.people.exchange.table import read_table
from privacyboard.people.rules.cells import addresses_of, authority_of, kind_of, language_of
from privacyboard.people.rules.days import NoDay, read_day
from privacyboard.people.rules.mapping import Mapping, all_meanings, propose_mapping
from privacyboard.people.rules.names import name_key, split_name
from privacyboard.sheets.faults import FileUnreadable
from tests.conftest import NOW, TODAY, Cast
from tests.people.conftest import TakeIn, lines

PARNASSYS = (
    "Leerlingnummer;Achternaam;Voorvoegsel(s);Roepnaam;Geboortedatum;Geslacht;Groep;Leerjaar;"
    "Verzorger 1 naam;Verzorger 1 e-mail;Verzorger 1 telefoon;Verzorger 1 gezag"
)


@pytest.mark.parametrize(
    ("headings", "meanings"),
    [
        (
            PARNASSYS,
            "key last infix first born_on - group level guardian1.name guardian1.email - "
            "guardian1.authority",
        ),
        (
            "Leerlingnr;Achternaam;Tussenvoegsel;Roepnaam;Geb.datum;Groep;Contactpersoon 1;"
            "Contactpersoon 2",
            "key last infix first born_on group guardian1.name guardian2.name",
        ),
        (
            "Stamnr;Roepnaam;Tussenv;Achternaam;Klas;Studie;Leerjaar;Geboortedatum;E-mail",
            "key first infix last group - level born_on email",
        ),
        (
            "Leerlingnummer;Roepnaam;Voorvoegsel;Achternaam;Stamgroep;Vestiging;E-mailadres;"
            "Verzorger 1;Verzorger 1 e-mailadres;Verzorger 2;Verzorger 2 e-mailadres",
            "key first infix last group - email guardian1.name guardian1.email guardian2.name "
            "guardian2.email",
        ),
        (
            "Roepnaam;Tussenvoegsel;Achternaam;Klasnaam;E-mailadres ouder/verzorger 1;"
            "E-mailadres ouder/verzorger 2",
            "first infix last group guardian1.email guardian2.email",
        ),
        (
            "Code;Achternaam;Email;Leerlingcodes",
            "guardian1.key guardian1.last guardian1.email pupil_keys",
        ),
        (
            "STAMNUMMER;Voornamen;Roepnaam;Moedertaal;Naam vader;E-mail moeder;"
            "Eerste verzorger gezag",
            "key - first language guardian2.name guardian1.email guardian1.authority",
        ),
        ("Code;Naam;Instroomdatum;Uitschrijfdatum;ECK iD", "key name arrived_on left_on eck_id"),
        (
            "Ouder 1 e-mail 1;Ouder 1 e-mail 2;Adres ouders;Telefoon",
            "guardian1.email guardian1.email - -",
        ),
    ],
)
def test_headings_of_the_usual_systems_are_known(headings: str, meanings: str) -> None:
    found = propose_mapping(headings.split(";"))
    assert " ".join(each or "-" for each in found.columns) == meanings


def test_a_mapping_says_what_it_misses() -> None:
    assert propose_mapping(["Roepnaam", "Achternaam"]).problems() == [
        "Kies de kolom met het leerlingnummer. Daaraan herkennen wij een leerling."
    ]
    assert Mapping(("key",)).problems() == ["Kies de kolommen met de naam van de leerling."]
    assert Mapping(("key", "last", "last")).problems() == [
        "“achternaam” is bij 2 kolommen gekozen. Kies het bij één kolom."
    ]
    assert Mapping(("pupil_keys", "guardian1.key")).problems() == [
        "Kies de kolom met de naam of het e-mailadres van de ouder."
    ]
    assert Mapping(("key", "guardian1.email", "guardian1.email")).problems() == []
    assert Mapping(("pupil_keys", "guardian1.email")).kind == TableKind.GUARDIANS


@given(st.lists(st.text(max_size=40), max_size=30))
def test_any_headings_give_a_mapping_that_comes_back_the_same(headings: list[str]) -> None:
    found = propose_mapping(headings)
    assert len(found.columns) == len(headings)
    assert set(found.columns) <= {"", *(code for code, _label in all_meanings())}
    assert Mapping.from_json(found.as_json()) == found


def test_what_is_kept_of_a_mapping_and_unknown_means_nothing() -> None:
    assert Mapping.from_json({"columns": ["key", "bsn", "guardian9.email"]}).columns == (
        "key",
        "",
        "",
    )


def test_headings_below_a_title_are_found_and_a_table_without_any(cast: Cast) -> None:
    def take(*rows: str) -> Mapping:
        file = file_acts.take_file(
            school=cast.linde, content=lines(*rows), file_name="l.csv", by=None, at=NOW
        )
        assert file.state == "mapping"
        return Mapping.from_json(file.mapping)

    found = take("Leerlingen van De Linde;;", "", "Leerlingnummer;Roepnaam;Achternaam", "1;A;B")
    assert (found.header_row, found.columns) == (3, ("key", "first", "last"))
    found = take("1001;Noor;Visser", "1002;Sem;Bos")
    assert (found.header_row, found.headings, found.columns) == (0, ("A", "B", "C"), ("", "", ""))


def test_the_first_rows_are_shown_to_choose_by(cast: Cast) -> None:
    file = file_acts.take_file(
        school=cast.linde,
        content=lines("Leerlingnummer;Roepnaam", "007;Noor", "008;Sem", "009;Lot"),
        file_name="l.csv",
        by=None,
        at=NOW,
    )
    assert kept.sample_rows(file, most=2) == [["007", "Noor"], ["008", "Sem"]]


def test_columns_can_be_chosen_again_until_the_file_is_applied(cast: Cast, look: TakeIn) -> None:
    file = look(lines("Nummer;Roepnaam;Achternaam", "1;Noor;Visser"))
    other = Mapping(("key", "last", "first"), ("Nummer", "Roepnaam", "Achternaam"))
    values = {"school_year": 2025, "is_full": False, "by": cast.director, "at": NOW}
    file = file_acts.choose_mapping(file=file, mapping=other, **values)  # type: ignore[arg-type]
    assert file.report["rows"][0]["who"] == "Visser Noor (1)"
    with pytest.raises(ActRefused, match="Kies de kolom met het leerlingnummer"):
        file_acts.choose_mapping(file=file, mapping=Mapping(("", "", "")), **values)  # type: ignore[arg-type]
    with pytest.raises(ActRefused) as problem:
        file_acts.choose_mapping(file=file, mapping=other, **{**values, "school_year": 2020})  # type: ignore[arg-type]
    assert set(problem.value.errors) == {"school_year"}
    file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    with pytest.raises(ActRefused, match="Dit bestand is al toegepast"):
        file_acts.choose_mapping(file=file, mapping=other, **values)  # type: ignore[arg-type]


# --- days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "day", "short"),
    [
        ("3-4-17", date(2017, 4, 3), True),
        ("03-04-2017", date(2017, 4, 3), False),
        ("3/4/2017", date(2017, 4, 3), False),
        ("3.4.2017 00:00", date(2017, 4, 3), False),
        ("2017-04-03", date(2017, 4, 3), False),
        ("2017-04-03T00:00:00", date(2017, 4, 3), False),
        ("20170403", date(2017, 4, 3), False),
        ("42828", date(2017, 4, 3), False),
        ("42828.0", date(2017, 4, 3), False),
        (42828, date(2017, 4, 3), False),
        (datetime(2017, 4, 3, 12, 0), date(2017, 4, 3), False),
        ("1-1-26", date(2026, 1, 1), True),
        ("1-1-27", date(1927, 1, 1), True),
        ("", None, False),
        (None, None, False),
    ],
)
def test_days_are_read_as_people_write_them(cell: object, day: date | None, short: bool) -> None:
    assert read_day(cell, today=TODAY) == (day, short)


@pytest.mark.parametrize(
    "cell", ["29-2-2017", "12-2017", "morgen", "17-4-3", "0-0-0", "99999999", "3-4-177", "1e5"]
)
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(NoDay):
        read_day(cell, today=TODAY)


# --- names and words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Sanne Visser", ("Sanne", "", "Visser")),
        ("S. de Vries", ("S.", "de", "Vries")),
        ("Vries, S. de", ("S.", "de", "Vries")),
        ("de Vries, Sanne", ("Sanne", "de", "Vries")),
        ("Dhr. J. van der Berg", ("J.", "van der", "Berg")),
        ("De heer A.B. Jansen", ("A.B.", "", "Jansen")),
        ("Mevr. drs. A. B. Jansen-de Boer", ("A. B.", "", "Jansen-de Boer")),
        ("Visser", ("", "", "Visser")),
        ("van 't Hof", ("", "van 't", "Hof")),
        ("Noor van 't Hof", ("Noor", "van 't", "Hof")),
        ("Ali El Amrani", ("Ali", "El", "Amrani")),
        ("", ("", "", "")),
    ],
)
def test_a_whole_name_is_taken_apart(text: str, parts: tuple[str, str, str]) -> None:
    assert split_name(text) == parts


@given(st.text(max_size=60))
def test_no_part_of_a_name_is_invented(text: str) -> None:
    letters = set("".join(split_name(text)))
    assert letters <= set(text) | {" "}


def test_the_key_of_a_name_knows_no_accents_or_capitals() -> None:
    assert name_key("Zoë", "de", "VRIES") == name_key("zoe", "De", "vries") == "vries zoe de"


@pytest.mark.parametrize(
    ("cell", "good", "bad"),
    [
        ("Sanne@X.example", ["sanne@x.example"], []),
        ("a@x.example; b@x.example,c@x.example", ["a@x.example", "b@x.example", "c@x.example"], []),
        ("Sanne Visser <a@x.example>", ["a@x.example"], []),
        ("mailto:a@x.example a@x.example", ["a@x.example"], []),
        ("a@x", [], ["a@x"]),
        ("a@x.example b@", ["a@x.example"], ["b@"]),
        ("n.v.t.", [], ["n.v.t."]),
        (f"{'a' * 250}@x.example", [], [f"{'a' * 250}@x.example"]),
    ],
)
def test_addresses_in_a_cell(cell: str, good: list[str], bad: list[str]) -> None:
    assert addresses_of(cell) == (good, bad)


def test_words_for_authority_kind_and_language() -> None:
    assert [authority_of(each) for each in ("Ja", "NEE", "gezag", "geen gezag", "1", "soms")] == [
        True,
        False,
        True,
        False,
        True,
        None,
    ]
    assert [kind_of(each) for each in ("Moeder", "Voogd", "Pleegouder", "GI", "oma")] == [
        "parent",
        "guardian",
        "foster",
        "institution",
        None,
    ]
    assert [language_of(each) for each in ("Oekraïens", "TR", "Arabisch", "Fries")] == [
        "uk",
        "tr",
        "ar",
        None,
    ]


# --- many rows --------------------------------------------------------------------------------


class _Counting(Sink):
    """A sink without a database."""

    def flush(self) -> None:
        for waiting in self.waiting.values():
            waiting.clear()


def test_a_hundred_thousand_rows_are_read_and_one_more_is_told() -> None:
    def read(rows: int) -> int:
        told: list[int] = []
        sink = _Counting(today=TODAY, tell=told.append)
        content = "Leerlingnummer;Achternaam\n" + "".join(f"{n};V\n" for n in range(rows))
        mapping = propose_mapping(["Leerlingnummer", "Achternaam"])
        read_table(content.encode(), file_name="l.csv", mapping=mapping, sink=sink)
        assert len(told) == rows // 5_000
        return sink.total

    assert read(99_999) == 99_999
    with pytest.raises(FileUnreadable, match="meer dan 100\\.000 regels"):
        read(100_001)
