"""What is asked with another answer does not say that it need not be answered."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string

from privacyboard.backoffice.fields import only_when, words

ROOMS = (
    "consent.forms",
    "datalekken.forms",
    "privacyboard.frontdesk.forms",
    "privacyboard.people.forms",
    "registers.forms",
    "requests_ar.forms",
)
# How a hint begins that says when a question must be answered.
CONDITIONS = ("Alleen nodig", "Alleen als", "Alleen bij", "Nodig ", "Alleen invullen")
# May be left out, whatever else was answered; with another answer it says nothing.
FREE = {"AskingForm.send_to", "IntakeForm.send_to", "TimesForm.processor_discovered_at"}


def subclasses(of: Any) -> Iterator[Any]:
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


def fields() -> Iterator[tuple[str, forms.Field]]:
    """Every field of every form of the house."""
    for name in ROOMS:
        room = importlib.import_module(name)
        for found in pkgutil.iter_modules(getattr(room, "__path__", ())):
            importlib.import_module(f"{name}.{found.name}")
    for form in subclasses(forms.BaseForm):
        if form.__module__.startswith(ROOMS):
            for name, field in getattr(form, "base_fields", {}).items():
                yield f"{form.__name__}.{name}", field


def test_no_hint_says_needed_beside_a_label_that_says_optional() -> None:
    found = dict(fields())
    assert len(found) > 300
    wrong = {
        name
        for name, field in found.items()
        if not field.required
        and not hasattr(field, "only_when")
        and str(field.help_text).startswith(CONDITIONS)
    }
    assert wrong - FREE == set()


def test_a_field_that_is_needed_with_another_answer_is_not_required_by_itself() -> None:
    conditional = {name: field for name, field in fields() if hasattr(field, "only_when")}
    assert len(conditional) > 50
    assert [name for name, field in conditional.items() if field.required] == []


class AForm(forms.Form):
    plain = words("Toelichting")
    condition = only_when("alleen als u bewaart", words("Waarom?"))
    chosen = only_when(
        "alleen als u afwijst",
        forms.ChoiceField(
            label="Grond", choices=[("a", "a")], widget=forms.RadioSelect, required=False
        ),
    )
    asked = words("Naam", required="Vul de naam in.")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plain", "(niet verplicht)"),
        ("condition", "(alleen als u bewaart)"),
        ("chosen", "(alleen als u afwijst)"),
        ("asked", None),
    ],
)
def test_behind_a_label_stands_when_it_is_asked(name: str, said: str | None) -> None:
    page = render_to_string("pieces/field.html", {"field": AForm()[name]})
    assert ("(niet verplicht)" in page) == (said == "(niet verplicht)")
    assert ('class="optional"' in page) == (said is not None)
    assert said is None or said in page
