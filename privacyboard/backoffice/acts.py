"""Acts as buttons: what the law names is done on a page of its own, asked and confirmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import Promise

from privacyboard.backoffice.forms import ConfirmForm

# A Dutch source string, translated when it is shown.
Words = str | Promise


def always_open(record: Any) -> str:
    """The act can be done on any record."""
    return ""


def no_notes(record: Any) -> Sequence[str]:
    """Nothing to know before the act."""
    return ()


@dataclass(frozen=True)
class ActButton:
    """One act on a record's page.

    `perform` is called with the record, the form's cleaned values, and keyword-only `by` and `at`;
    an exception named in `refusals` becomes words above the form, and nothing typed is lost.
    `closed` says why the act is not open for a record now; empty when it is. `notes` says on the
    act's page what is still needed before it can be done.
    """

    name: str
    label: Words
    right: str
    perform: Callable[..., Any]
    done: Words
    explanation: Words = ""
    form: type[forms.Form] = ConfirmForm
    refusals: tuple[type[Exception], ...] = ()
    closed: Callable[[Any], str] = always_open
    notes: Callable[[Any], Sequence[str]] = no_notes
    is_danger: bool = False
    leaves_record: bool = False

    def is_open(self, record: models.Model) -> bool:
        """Whether the button stands on the record's page."""
        return not self.closed(record)
