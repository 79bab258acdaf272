"""What the board shows of its register to everyone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from privacyboard.organisation.models import Board, User
from registers.choices import PUBLIC_BY_DEFAULT, PublicPart
from registers.models import PublicField


class UnknownPart(ValueError):
    """A part that no public page has; the message names it."""


@transaction.atomic
def set_public_parts(
    *, chosen: Collection[str], by: User | None, at: datetime
) -> list[PublicField]:
    """Choose which parts of an activity the public pages show; the others are hidden.

    Returns the parts that changed, each with its history (the database dates it, as every
    history). Raises UnknownPart.
    """
    unknown = sorted(set(chosen) - set(PublicPart.values))
    if unknown:
        raise UnknownPart(f"De openbare pagina heeft geen onderdeel {unknown[0]!r}.")
    Board.objects.select_for_update().first()  # one chooser at a time: rows may not be there yet
    rows = {each.key: each for each in PublicField.objects.all()}
    changed = []
    for part in PublicPart:
        row = rows.get(part.value) or PublicField(
            key=part.value, is_shown=part in PUBLIC_BY_DEFAULT
        )
        wanted = part.value in chosen
        if row.is_shown != wanted:
            row.is_shown = wanted
            row.record(by=by, why="wordt getoond" if wanted else "wordt niet meer getoond")
            changed.append(row)
    return changed
