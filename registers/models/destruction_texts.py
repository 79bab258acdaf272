"""What people type beside a list stays when the list is closed: no number of a pupil stands in it.

A number that is on the list is refused where it is typed. What was typed before the number came on
the list is struck when the list ends: in the rows and in their history.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from privacyboard.audit.acts import ActRefused
from privacyboard.audit.forgetting import forgetting
from privacyboard.documents.models import StoredDocument
from registers.models.destruction import (
    DestructionItem,
    DestructionLine,
    DestructionList,
    DestructionTask,
)
from registers.rules.destruction.numbers import numbers_in, struck, text_problem

# Every text that people type on a list and its rows. What the register or the machine wrote
# (names of rules and data, counts) holds no number.
TYPED: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (DestructionList, ("remark",)),
    (DestructionLine, ("reason", "shortened_because")),
    (DestructionTask, ("name", "done_by", "result")),
    (DestructionItem, ("period", "reason")),
)
# Two of one list may not be called the same: here the row's own key takes the number's place.
_DISTINCT = {"name", "period"}


def keys_of(found: DestructionList) -> set[str]:
    """The numbers that are on a list or were: what waits now for a hold or a later day too."""
    on_it = found.items.exclude(person_key="").order_by().values_list("person_key")
    were = _past_items(found).exclude(person_key="").order_by().values_list("person_key")
    return {key for (key,) in on_it.union(were)}


def _past_items(found: DestructionList) -> QuerySet[Any]:
    history: QuerySet[Any] = DestructionItem.history.filter(list=found.pk)
    return history


def refuse_numbers(found: DestructionList, *, more: Collection[str] = (), **texts: str) -> None:
    """Raise ActRefused, per field, where a text holds a number of this list (or one of `more`)."""
    if not any(text.strip() for text in texts.values()):
        return
    keys = keys_of(found) | set(more)
    problems = {name: text_problem(text, keys) for name, text in texts.items()}
    if errors := {name: problem for name, problem in problems.items() if problem}:
        raise ActRefused(errors)


def refuse_file_name(found: DestructionList, document: StoredDocument | None) -> None:
    """The same of the name of a file. What is in it, is for who reads it: it can be a picture."""
    named = numbers_in(document.file_name, keys_of(found)) if document else []
    if named:
        raise ActRefused(
            {
                "document": _(
                    "In de naam van het bestand staat een nummer: “%(number)s”. Geef het bestand "
                    "een andere naam en kies het opnieuw."
                )
                % {"number": named[0]}
            }
        )


def strike_numbers(found: DestructionList, *, reason: str) -> None:
    """Take the numbers of a list from every text that was typed on it, from history too."""
    keys = keys_of(found)
    items = set(found.items.values_list("pk", flat=True)) | set(
        _past_items(found).order_by().values_list("id", flat=True).distinct()
    )
    rows: dict[Any, Collection[int]] = {
        DestructionList: [found.pk],
        DestructionLine: list(found.lines.values_list("pk", flat=True)),
        DestructionTask: list(found.tasks.values_list("pk", flat=True)),
        DestructionItem: items,
    }
    with forgetting(reason=reason):
        for model, names in TYPED:
            _strike(model._default_manager.filter(pk__in=rows[model]), "pk", names, keys)
            _strike(model.history.filter(id__in=rows[model]), "id", names, keys)


def _strike(rows: QuerySet[Any], of: str, names: tuple[str, ...], keys: Collection[str]) -> None:
    """In a table and in its history alike; `of` is the column with the key of the row itself."""
    written = Q(*((name, "") for name in names))
    for row in rows.exclude(written).order_by().only(of, *names):
        own = getattr(row, of)
        new = {
            name: struck(text, keys, by=f"#{own}") if name in _DISTINCT else struck(text, keys)
            for name in names
            if (text := getattr(row, name))
        }
        if changed := {name: text for name, text in new.items() if text != getattr(row, name)}:
            rows.model._default_manager.filter(pk=row.pk).update(**_fitting(rows.model, changed))


def _fitting(model: Any, texts: dict[str, str]) -> dict[str, str]:
    return {name: text[: model._meta.get_field(name).max_length] for name, text in texts.items()}
