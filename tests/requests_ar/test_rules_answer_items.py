"""What an answer tells from the register, who is told afterwards, and what blocks erasure."""

from __future__ import annotations

import pytest

from registers.models import read_content
from requests_ar.rules.answer_items import Item, compose_items, items_missing
from requests_ar.rules.recipients import (
    TOLD_OF,
    BlockingTerm,
    Recipient,
    blocking_terms,
    recipients_of,
)
from tests.factories import registers as make

pytestmark = pytest.mark.django_db


def test_without_activities_only_rights_and_complaint_are_told() -> None:
    items = compose_items([], group="pupils")
    assert [number for number, text in items.items() if text] == [6, 7]


@pytest.mark.requirement("KPO-034")
def test_an_activity_with_everything_fills_all_ten() -> None:
    content = read_content(make.full_activity("V09"))
    items = compose_items([content], group="pupils")
    assert all(items.values())
    assert items[4] == "Verwerking V09: Verenigde Staten (Topicus)."
    assert items[10] == (
        "Verwerking V09: Verenigde Staten: EU-US Data Privacy Framework (AVG 45), Inschrijving DPF."
    )
    assert items[9] == (
        "Verwerking V09: volledig geautomatiseerd besluit. Zo werkt het: Een score kiest de groep. "
        "Wat het betekent: De groep bepaalt de lesstof. "
        "Zo kijkt een mens mee: De leraar kan het omzetten."
    )


def test_only_lines_about_the_group_are_told() -> None:
    activity = make.activity("V01")
    staff = make.group("staff", "Medewerkers")
    make.data_line(activity, group=staff, category=make.category("salary", "Salaris"))
    content = read_content(activity)
    assert compose_items([content], group="pupils")[2] == "Verwerking V01: Naam."
    assert compose_items([content], group="staff")[2] == "Verwerking V01: Salaris."
    assert compose_items([content], group="visitors")[2] == "Verwerking V01: Naam; Salaris."


def test_an_empty_item_passes_only_with_its_reason() -> None:
    items = [Item(number, "tekst") for number in range(1, 10)]
    assert items_missing(items) == (10,)
    assert items_missing([*items, Item(10, " ")]) == (10,)
    assert items_missing([*items, Item(10, "", "Niet van toepassing.")]) == ()


def test_recipients_are_named_once() -> None:
    content = read_content(make.full_activity("V09"))
    assert recipients_of([content, content]) == [
        Recipient(False, "duo"),
        Recipient(True, "topicus"),
    ]


def test_of_what_a_recipient_is_told() -> None:
    assert {"rectification", "erasure", "restriction"} == TOLD_OF


@pytest.mark.requirement("VOG-060")
def test_a_minimum_by_law_blocks_erasure_and_a_maximum_does_not() -> None:
    activity = make.bare_activity("V01")
    make.data_line(activity)
    kept = make.retention_rule(
        "absence", bound="minimum", years=5, legal_ground="Leerplichtwet 1969"
    )
    make.data_line(activity, category=make.category("absence", "Verzuim"), retention_rule=kept)
    assert blocking_terms([read_content(activity)]) == [
        BlockingTerm(
            "Verwerking V01",
            "Verzuim",
            "ten minste 5 jaar na vertrek van de leerling",
            "Leerplichtwet 1969",
        )
    ]


def test_terms_are_sentences_and_names_with_commas_are_kept_apart() -> None:
    activity = make.bare_activity("V01")
    make.data_line(activity, category=make.category("who", "Naam, geboortedatum en geslacht"))
    make.data_line(activity, category=make.category("marks", "Cijfers"))
    kept = make.retention_rule("photo", bound="none", years=0, condition="Tot het vertrek.")
    make.data_line(activity, category=make.category("photo", "Pasfoto"), retention_rule=kept)
    assert compose_items([read_content(activity)], group="pupils")[5] == (
        "Verwerking V01: Naam, geboortedatum en geslacht; Cijfers: ten hoogste 2 jaar na vertrek "
        "van de leerling. Pasfoto: Tot het vertrek."
    )
