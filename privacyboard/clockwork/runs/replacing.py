"""What stood in a record before: names and addresses in the history of what itself stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from privacyboard.clockwork.choices import Fate
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.rules import Cut, Term
from privacyboard.clockwork.runs.registering import Rule


def replaced(*, name: str, title: str, model: Any, fields: Sequence[str], default: Term) -> Rule:
    """A rule by which these text fields go from the history of a record that itself stays.

    A row of history tells what held until the next one. The term counts from that next row; then
    these fields of the row are emptied. What holds now stands in the last row too, and stays.
    """
    history = model.history.model
    key = model._meta.pk.attname
    told = Q()
    for field in fields:
        told |= ~Q(**{field: ""})

    def due(cut: Cut) -> QuerySet[Model]:
        rows = history._default_manager.filter(history_date__lt=cut.before)
        later = Q(history_date__gt=OuterRef("history_date")) | Q(
            history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id")
        )
        next_one = rows.filter(later, **{key: OuterRef(key)})
        # Of what was deleted the last row holds no more either.
        found: QuerySet[Model] = rows.filter(told, Q(Exists(next_one)) | Q(history_type="-"))
        return found

    def forget(gone: Gone, keys: list[int], at: datetime) -> None:
        gone.blank_history(model, keys, fields)

    return Rule(
        name=name,
        title=title,
        model=history,
        default=default,
        starts="de dag waarop iets anders ging gelden",
        fate=Fate.ANONYMISE,
        due=due,
        forget=forget,
    )
