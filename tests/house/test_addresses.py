"""What somebody types as an address fits where it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

from django import forms

import consent.forms
import datalekken.forms
import privacyboard.people.forms
import requests_ar.forms
from privacyboard.mail.outbox import LONGEST_ADDRESS

PACKAGES = (consent.forms, datalekken.forms, requests_ar.forms, privacyboard.people.forms)


def _forms(kind: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for each in kind.__subclasses__():
        yield each
        yield from _forms(each)


def test_no_form_takes_an_address_that_is_longer_than_its_column() -> None:
    """Django takes 320 characters: a stranger's 300 were an error of the server."""
    for package in PACKAGES:
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    import_module("privacyboard.frontdesk.forms")
    found = {
        f"{form.__module__}.{form.__qualname__}.{name}": field.max_length
        for form in _forms()
        if not form.__module__.startswith("django.")
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.EmailField)
    }
    assert "requests_ar.forms.asking.AskingForm.email" in found
    too_long = {name for name, most in found.items() if not most or most > LONGEST_ADDRESS}
    assert too_long == set()
