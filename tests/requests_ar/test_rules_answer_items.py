"""What an answer tells from the register, who is told afterwards, and what blocks erasure."""

from __future__ import annotations

import pytest

from registers.models import read_content
from requests_ar.rules.answer_items import Item, compose_items, items_missing
from requests_ar.rules.recipients import (
    BlockingTerm,
    Recipient,
    asks_telling,
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
    assert items[4] == "Verwerking V09: US (Topicus)."
    assert items[10] == (
        "Verwerking V09: US: EU-US Data Privacy Framework (AVG 45), Inschrijving DPF."
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
    assert compose_items([content], group="visitors")[2] == "Verwerking V01: Naam, Salaris."


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


@pytest.mark.parametrize(
    ("decided", "asks"),
    [
        (("rectification", "", "granted"), True),
        (("erasure", "", "partly"), True),
        (("restriction", "", "granted"), True),
        (("erasure", "", "refused"), False),
        (("access", "", "granted"), False),
    ],
)
def test_what_asks_telling_recipients(decided: tuple[str, str, str], asks: bool) -> None:
    assert asks_telling([decided]) is asks


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
