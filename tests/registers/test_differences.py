"""Two versions laid side by side, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registers.choices import LegalBasis
from registers.content import Named
from registers.rules.differences import Change, differences, purpose_changes
from registers.rules.wording import sections
from tests.factories import register_content as plain


def test_the_same_content_has_no_differences() -> None:
    assert differences(plain.content(), plain.content()) == []


def test_a_changed_text_shows_old_and_new() -> None:
    old = plain.content()
    (found,) = differences(old, replace(old, minimisation="Het kan met minder."))
    assert (found.section, found.label, found.change) == (
        "Noodzaak",
        "minimale gegevens",
        Change.CHANGED,
    )
    assert (found.old, found.new) == (old.minimisation, "Het kan met minder.")


def test_a_line_that_comes_and_one_that_goes_are_named() -> None:
    old = plain.content()
    without = replace(old, data=old.data[1:])
    gone, came = differences(old, without), differences(without, old)
    assert [each.change for each in gone] == [Change.REMOVED]
    assert [each.change for each in came] == [Change.ADDED]
    assert gone[0].label == f"{old.data[0].category.name} van {old.data[0].group.name}"
    assert gone[0].new == ""


def test_every_field_of_the_content_is_in_words() -> None:
    content = replace(plain.content(), owner="Eigenaar Q", place="Plaats Q", source="Bron Q")
    text = "\n".join(row.text for section in sections(content) for row in section.rows)
    for word in ("Eigenaar Q", "Plaats Q", "Bron Q", content.subsidiarity, content.dpia_reason):
        assert word in text


@pytest.mark.requirement("KPO-016", "OPO-008")
def test_another_purpose_or_basis_is_a_new_purpose_and_another_text_is_not() -> None:
    old = plain.content()
    first = old.purposes[0]
    other = replace(
        old, purposes=(replace(first, letter="k", name="Procedures"), *old.purposes[1:])
    )
    assert [each.label for each in purpose_changes(old, other)] == ["doel k, Procedures"]
    basis = (
        LegalBasis.LEGAL_DUTY if first.basis != LegalBasis.LEGAL_DUTY else LegalBasis.PUBLIC_TASK
    )
    rebased = replace(old, purposes=(replace(first, basis=basis), *old.purposes[1:]))
    assert len(purpose_changes(old, rebased)) == 1
    reworded = replace(old, purposes=(replace(first, explanation="Anders."), *old.purposes[1:]))
    assert purpose_changes(old, reworded) == []
    assert purpose_changes(old, replace(old, purposes=old.purposes[1:])) == []


def test_another_role_of_the_board_is_a_difference_and_shows_for_whom() -> None:
    old = plain.content()
    new = replace(
        old,
        acts_as="processor",
        on_behalf_of="Stichting De Buur",
        on_behalf_contact="bestuur@debuur.example",
        processing_kinds="De leerlingadministratie.",
    )
    assert [(each.section, each.label, each.old, each.new) for each in differences(old, new)] == [
        (
            "Rol van het bestuur",
            "rol",
            "verantwoordelijke",
            "verwerker, in opdracht van een ander",
        ),
        ("Rol van het bestuur", "in opdracht van", "", "Stichting De Buur"),
        ("Rol van het bestuur", "contact van de opdrachtgever", "", "bestuur@debuur.example"),
        ("Rol van het bestuur", "wat wij doen", "", "De leerlingadministratie."),
    ]


def test_a_day_stands_as_people_write_it_and_no_day_stays_empty() -> None:
    [transfer, *_others] = plain.content(transfers=(plain.TRANSFER,)).transfers
    content = plain.content(
        next_review_on="2027-03-01",
        dpia_adopted_on="",
        transfers=(replace(transfer, review_on="2026-12-09"),),
    )
    rows = {row.key: row.text for section in sections(content) for row in section.rows}
    told = next(text for key, text in rows.items() if key.startswith("transfer:"))
    assert (rows["next_review_on"], rows["dpia_adopted_on"]) == ("1 maart 2027", "")
    assert "opnieuw bekijken: 9 december 2026" in told.splitlines()


def test_names_with_commas_are_kept_apart() -> None:
    [recipient, *_others] = plain.content(recipients=(plain.CONTROLLER,)).recipients
    data = (Named("identity", "Naam, geboortedatum en geslacht"), Named("bsn", "BSN"))
    content = plain.content(recipients=(replace(recipient, data=data),))
    rows = {row.key: row.text for section in sections(content) for row in section.rows}
    told = next(text for key, text in rows.items() if key.startswith("recipient:"))
    assert "gegevens: Naam, geboortedatum en geslacht; BSN" in told.splitlines()
