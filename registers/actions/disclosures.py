"""Giving data to an outside party once: it is recorded, and parents get their copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from privacyboard.organisation.models import User
from registers.choices import DisclosureKind
from registers.models import DataCategory, Disclosure
from registers.rules.disclosures import copy_due_on


class DisclosureRefused(ValueError):
    """These data may not be given so; `errors` says why, per field."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        self.errors = errors
        super().__init__(" ".join(words for found in errors.values() for words in found))


class CopyRefused(ValueError):
    """There is no copy to give, or not on that day; the message says why."""


@transaction.atomic
def record_disclosure(
    *, disclosure: Disclosure, data: Iterable[DataCategory], by: User | None, at: datetime
) -> Disclosure:
    """Record that data of one person went to one party (KPO 11, OPOO 5.2, 5.3 and 9).

    Takes a filled disclosure that was not saved yet: what is recorded is not edited afterwards.
    An education report makes a copy due to the parents. Raises DisclosureRefused.
    """
    if disclosure.pk is not None:
        raise DisclosureRefused({"__all__": ["Deze verstrekking is al vastgelegd."]})
    chosen = list(data)
    is_report = disclosure.kind == DisclosureKind.EDUCATION_REPORT
    disclosure.copy_given_on = None
    disclosure.copy_due_on = copy_due_on(
        is_education_report=is_report, disclosed_on=disclosure.disclosed_on
    )
    errors = _errors(disclosure, chosen, timezone.localdate(at))
    if errors:
        raise DisclosureRefused(errors)
    disclosure.record(by=by, why="verstrekking vastgelegd")
    disclosure.data.set(chosen)
    return disclosure


def _errors(made: Disclosure, data: list[DataCategory], today: date) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    try:
        made.full_clean()
    except ValidationError as problem:
        errors = dict(problem.message_dict)
    if not data:
        errors["data"] = ["Kies welke gegevens verstrekt zijn."]
    if made.disclosed_on > today:
        errors["disclosed_on"] = ["Deze dag is nog niet geweest."]
    return errors


@transaction.atomic
def give_copy(*, disclosure: Disclosure, on: date, by: User | None, at: datetime) -> Disclosure:
    """Record that the parents have their copy (OPOO 9.1.2). Raises CopyRefused."""
    held: Disclosure = Disclosure.objects.select_for_update().get(pk=disclosure.pk)
    if held.copy_due_on is None:
        raise CopyRefused("Bij deze verstrekking hoort geen kopie aan de ouders.")
    if held.copy_given_on is not None:
        raise CopyRefused("De kopie is al gegeven.")
    if on < held.disclosed_on:
        raise CopyRefused("Deze dag ligt voor de verstrekking zelf.")
    if on > timezone.localdate(at):
        raise CopyRefused("Deze dag is nog niet geweest.")
    held.copy_given_on = on
    held.record(by=by, why="kopie aan ouders gegeven")
    return held
