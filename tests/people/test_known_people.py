"""What a file says of people whom we have: before and after, who is whom, who is named no more."""

from __future__ import annotations

import pytest

from privacyboard.organisation.models import Guardian, Guardianship
from privacyboard.people.rules.mapping import Mapping
from tests.conftest import Cast
from tests.factories import people as factory
from tests.people.conftest import TakeIn, lines

HEAD = "Leerlingnummer;Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;Groep"
FAMILY = (
    "Leerlingnummer;Roepnaam;Achternaam;Verzorger 1 naam;Verzorger 1 e-mail;Verzorger 1 gezag;"
    "Verzorger 2 naam;Verzorger 2 e-mail"
)
BSN_OF_GUARDIAN = Mapping(
    columns=("key", "first", "last", "guardian1.name", "guardian1.email", "guardian1.key"),
    headings=("Leerlingnummer", "Roepnaam", "Achternaam", "Ouder", "E-mail", "Nummer"),
)


def test_two_parents_of_one_name_without_an_address_stay_two(cast: Cast, take_in: TakeIn) -> None:
    """Johan and Johanna: each can say no, so nobody makes one of them."""
    rows = lines(FAMILY, "1;Noor;Visser;J. Visser;;ja;J. Visser;", "2;Daan;Visser;J. Visser;;ja;;")
    file = take_in(rows)

    assert Guardian.objects.count() == 3
    assert Guardianship.objects.filter(pupil__key="1").count() == 2
    assert file.report["remark_count"] == 1
    for _again in range(2):
        assert take_in(rows).report["counts"]["guardians"] == {"new": 0, "changed": 0, "same": 3}
    # One of them left the list, and came back.
    alone = lines(FAMILY, "1;Noor;Visser;J. Visser;;ja;;")
    assert take_in(alone).report["counts"]["guardians"] == {"new": 0, "changed": 0, "same": 1}
    assert Guardian.objects.count() == 3


def test_a_name_without_address_in_a_family_with_two_of_that_name_makes_no_third(
    cast: Cast, take_in: TakeIn
) -> None:
    noor = factory.pupil(cast.linde, "Noor", key="1")
    for name in ("jan", "janneke"):
        factory.guardian(noor, first_name="J.", email=f"{name}@gezin.example")
    rows = lines(FAMILY, "1;Noor;Visser;J. Visser;;ja;;")
    for _again in range(2):
        take_in(rows)
    assert sorted(Guardian.objects.values_list("email", flat=True)) == [
        "jan@gezin.example",
        "janneke@gezin.example",
    ]


def test_one_name_with_one_address_twice_in_a_row_is_one_person_and_that_is_said(
    cast: Cast, take_in: TakeIn
) -> None:
    rows = lines(FAMILY, "1;Noor;Visser;J. Visser;thuis@x.example;ja;J. Visser;thuis@x.example")
    assert take_in(rows).report["remarks"] == []  # gone once it was applied
    assert Guardian.objects.count() == 1
    assert take_in(rows).report["counts"]["guardians"] == {"new": 0, "changed": 0, "same": 1}


def test_before_and_after_are_told_of_what_changes(cast: Cast, look: TakeIn) -> None:
    group = factory.group(cast.linde, "5a")
    noor = factory.pupil(cast.linde, "Noor", key="1", of=group)
    factory.guardian(noor, first_name="Sanne", last_name="Visser", email="sanne@oud.example")
    file = look(
        lines(
            "Leerlingnummer;Roepnaam;Achternaam;Geboortedatum;Groep;"
            "Ouder 1;E-mail ouder 1;Gezag ouder 1;Ouder 2;E-mail ouder 2",
            "1;Noor;Visser;13-5-2016;5b;Sanne Visser;sanne@nieuw.example;nee;Bram Visser;b@x.nl",
        )
    )
    [row] = file.report["rows"]
    assert [(each["what"], each["whom"], each["old"], each["new"]) for each in row["values"]] == [
        ("born_on", "", "12-05-2016", "13-05-2016"),
        ("group", "", "5a", "5b"),
        ("email", "Sanne Visser", "sanne@oud.example", "sanne@nieuw.example"),
        ("pupils", "Sanne Visser", "ouder met gezag", "ouder zonder gezag"),
        ("pupils", "Bram Visser", "", "ouder met gezag, b@x.nl"),
    ]


def test_before_and_after_go_with_the_file(cast: Cast, take_in: TakeIn) -> None:
    factory.pupil(cast.linde, "Noor", key="1")
    file = take_in(lines(HEAD, "1;Noor;de;Wit;13-5-2016;"))
    assert file.report["rows"] == []
    assert "Wit" not in str(file.report)


def test_in_a_file_of_guardians_before_and_after_are_told_too(cast: Cast, look: TakeIn) -> None:
    noor = factory.pupil(cast.linde, "Noor", key="1")
    factory.pupil(cast.linde, "Daan", key="2")
    factory.guardian(noor, first_name="Sanne", email="sanne@x.example")
    file = look(
        lines(
            "Voornaam;Achternaam;Email;Taal;Leerlingcodes",
            "Sanne;Visser;sanne@x.example;Turks;1,2",
        )
    )
    [row] = file.report["rows"]
    assert [(each["what"], each["whom"], each["old"], each["new"]) for each in row["values"]] == [
        ("language", "Sanne Visser", "Nederlands", "Türkçe"),
        ("pupils", "Sanne Visser", "Daan Visser", "ouder met gezag"),
    ]


@pytest.mark.parametrize("is_full", [True, False])
def test_who_is_no_longer_named_in_a_full_file_is_told_and_nothing_changes(
    cast: Cast, take_in: TakeIn, is_full: bool
) -> None:
    noor = factory.pupil(cast.linde, "Noor", key="1")
    factory.pupil(cast.linde, "Sem", key="2")
    factory.guardian(noor, first_name="Sanne", email="sanne@x.example")
    father = factory.guardian(noor, first_name="Bram", email="bram@x.example")
    factory.guardian(noor, first_name="Oma", email="oma@x.example", has_authority=False)
    rows = lines(FAMILY, "1;Noor;Visser;Sanne Visser;sanne@x.example;;;", "2;Sem;Visser;;;;;")

    file = take_in(rows, is_full=is_full)

    tie = father.guardianships.get()
    assert (file.report["gone"], file.report["gone_count"]) == (
        ([tie.pk], 1) if is_full else ([], 0)
    )
    assert tie.has_authority
    # A file that names no parents at all misses none.
    plain = take_in(lines(HEAD, "1;Noor;;Visser;;", "2;Sem;;Visser;;"), is_full=is_full)
    assert plain.report["gone"] == []


def test_links_to_an_address_that_is_nobodys_any_more_are_dead(cast: Cast, take_in: TakeIn) -> None:
    noor = factory.pupil(cast.linde, "Noor", key="1")
    mother = factory.guardian(noor, first_name="Sanne", email="sanne@oud.example")
    father = factory.guardian(noor, first_name="Bram", email="bram@oud.example")
    nobody = factory.guardian(noor, first_name="Opa", email="")
    rows = lines(
        FAMILY,
        '1;Noor;Visser;Sanne Visser;sanne@nieuw.example;;Bram Visser;"b@x.nl; bram@oud.example"',
    )
    take_in(rows)
    take_in(lines(FAMILY, "1;Noor;Visser;Opa Visser;opa@x.example;;;"))

    for each, number in ((mother, 2), (father, 1), (nobody, 1)):
        each.refresh_from_db()
        assert each.link_number == number, each
    assert father.email == "b@x.nl"


def test_a_guardians_number_that_is_a_bsn_refuses_the_file(cast: Cast, look: TakeIn) -> None:
    file = look(
        lines(
            "Leerlingnummer;Roepnaam;Achternaam;Ouder 1;E-mail ouder 1;Nummer ouder 1",
            "1;Noor;Visser;Sanne Visser;sanne@x.example;123456782",
            "2;Daan;Visser;Sanne Visser;sanne@x.example;123456782",
            "3;Mees;Bakker;Olga Bakker;olga@x.example;249566758",
        ),
        mapping=BSN_OF_GUARDIAN,
    )
    assert file.state == "refused"
    assert "burgerservicenummers (BSN)" in file.problem
