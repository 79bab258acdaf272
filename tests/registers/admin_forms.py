"""Filling in an admin page as a person does: everything that stands there, and what is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.forms import BoundField
from django.test import Client
from django.urls import reverse


def address(model: str, page: str, *args: object) -> str:
    """The address of a page of the register in the admin."""
    return reverse(f"admin:registers_{model}_{page}", args=args)


def values_on(page: Any) -> dict[str, Any]:
    """What the form on this page would post when nothing is typed."""
    return dict(_values(page))


def _values(page: Any) -> Iterator[tuple[str, Any]]:
    forms = [page.context["adminform"].form]
    for lines in page.context["inline_admin_formsets"]:
        forms += [lines.formset.management_form, *lines.formset.forms]
    for form in forms:
        for field in form:
            yield field.html_name, _value(field)


def _value(field: BoundField) -> Any:
    value = field.value()
    if isinstance(value, list):
        return [getattr(each, "pk", each) for each in value]
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else value


def save(client: Client, url: str, **typed: Any) -> Any:
    """Open the page, type over what is given, and save; "" empties a field."""
    given = {**values_on(client.get(url)), **typed}
    filled = {name: value for name, value in given.items() if value != ""}
    return client.post(url, {**filled, "_save": "Opslaan"})


def errors_of(page: Any) -> dict[str, list[str]]:
    """The errors on a page, per field; a field of a line as `prefix-0-field`."""
    found = {
        name: [str(each) for each in texts]
        for name, texts in page.context["adminform"].form.errors.items()
    }
    for lines in page.context["inline_admin_formsets"]:
        for form in lines.formset.forms:
            for name, texts in form.errors.items():
                found[f"{form.prefix}-{name}"] = [str(each) for each in texts]
    return found
