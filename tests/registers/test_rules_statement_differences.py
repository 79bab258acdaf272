"""Two statements side by side: what came, went and changed, in words."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from registers.content import ActivityContent, Named
from registers.rules.statement import BoardFacts, compose
from registers.rules.statement_differences import statement_differences, what_changed
from tests.factories.register_content import ACCESS, CONTENT, CONTROLLER, DATA, RETENTION, content
from tests.registers.test_rules_statement import BOARD, DAY, LINDE


def _published(
    *contents: ActivityContent,
    board: BoardFacts = BOARD,
    local: dict[str, list[tuple[str, str]]] | None = None,
) -> dict[str, Any]:
    made = compose(board=board, school=LINDE, contents=contents, on=DAY, local=local)
    plain: dict[str, Any] = json.loads(json.dumps(asdict(made)))
    return plain


def _sentences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [each.sentence for each in what_changed(old, new)]


def test_the_same_statement_has_no_differences() -> None:
    assert statement_differences(_published(CONTENT), _published(CONTENT)) == []
    assert what_changed(_published(CONTENT), _published(CONTENT)) == []


def test_what_came_went_and_changed_in_one_sentence_each() -> None:
    longer = replace(DATA, retention=replace(RETENTION, term="ten hoogste 5 jaar"))
    old = _published(CONTENT, content(code="V02", name="Verzuim"))
    new = _published(
        content(data=(longer,), recipients=()), content(code="V03", name="Overblijven")
    )
    assert _sentences(old, new) == [
        "Veranderd: Leerlingdossier (gegevens of bewaartermijn, wie buiten de school gegevens "
        "krijgt).",
        "Nieuw: Overblijven.",
        "Vervallen: Verzuim.",
    ]


def test_row_by_row_with_what_stood_there_and_what_stands_there() -> None:
    longer = replace(DATA, retention=replace(RETENTION, term="ten hoogste 5 jaar"))
    extra = replace(DATA, category=Named("contact", "Adres"))
    old = _published(CONTENT)
    new = _published(content(name="Leerlingvolgsysteem", data=(longer, extra), recipients=()))
    found = statement_differences(old, new)
    assert [(each.section, each.label, each.change.value) for each in found] == [
        ("Leerlingvolgsysteem", "naam", "gewijzigd"),
        ("Leerlingvolgsysteem", "Leerlingen: Naam", "gewijzigd"),
        ("Leerlingvolgsysteem", "Topicus", "vervallen"),
        ("Leerlingvolgsysteem", "Leerlingen: Adres", "toegevoegd"),
    ]
    assert (found[0].old, found[0].new) == ("Leerlingdossier", "Leerlingvolgsysteem")
    assert found[1].old.endswith("ten hoogste 2 jaar na vertrek van de leerling")
    assert found[1].new.endswith("ten hoogste 5 jaar")
    assert found[3].old == ""


def test_who_inside_may_see_more_is_one_row_per_role() -> None:
    more = replace(ACCESS, category=Named("results", "Cijfers"), level="change")
    [found] = statement_differences(_published(CONTENT), _published(content(access=(ACCESS, more))))
    assert (found.label, found.new) == (
        "Leraar",
        "Leraar: inzien (alle gegevens van dit onderdeel)\nLeraar: inzien en wijzigen (Cijfers)",
    )


def test_another_fg_and_a_first_legitimate_interest_are_told_too() -> None:
    old = _published(CONTENT)
    new = _published(CONTENT, board=replace(BOARD, fg_name="Ferdi Nieuw"))
    assert _sentences(old, new) == ["Veranderd: wie wij zijn (naam van de FG)."]
    [found] = statement_differences(old, {**old, "transfers_outside_eea": True})
    assert (found.section, found.label, found.old, found.new) == (
        "In het algemeen",
        "gegevens buiten Europa",
        "nee",
        "ja",
    )


def test_what_a_school_does_otherwise_is_a_difference() -> None:
    new = _published(CONTENT, local={"V01": [("place", "In de kluis.")]})
    assert _sentences(_published(CONTENT), new) == [
        "Veranderd: Leerlingdossier (hoe het op deze school is)."
    ]


def test_a_statement_from_before_the_new_parts_can_be_compared() -> None:
    new = _published(content(recipients=(CONTROLLER,)))
    old = json.loads(json.dumps(new))
    for chapter in old["chapters"]:
        del chapter["about_images"]
        for process in chapter["processes"]:
            del process["local"]
    del old["audience"], old["language"]
    assert statement_differences(old, new) == []
