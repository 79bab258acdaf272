"""Keeping what a national service says, to lay it beside the board's own agreements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from django.db import transaction

from privacyboard.organisation.models import User
from registers.choices import OverviewKind
from registers.models import NationalOverview
from registers.rules.overviews import MOST_ROWS


class OverviewRefused(ValueError):
    """This overview is not kept; the message says why."""


@transaction.atomic
def keep_overview(
    *,
    kind: str,
    file_name: str,
    rows: Sequence[dict[str, str]],
    by: User | None,
    at: datetime,
) -> NationalOverview:
    """Keep the rows of an overview as they were read; the last one of its kind is compared.

    What was read before stays: it shows what was known when. Raises OverviewRefused.
    """
    if kind not in OverviewKind.values:
        raise OverviewRefused("Kies welk overzicht dit is.")
    if not rows:
        raise OverviewRefused("Er staan geen regels in dit overzicht.")
    if len(rows) > MOST_ROWS:
        raise OverviewRefused("Dit overzicht heeft meer dan 5.000 regels. Maak het kleiner.")
    made: NationalOverview = NationalOverview.objects.create(
        kind=kind,
        file_name=PurePath(file_name).name[-200:],
        rows=list(rows),
        read_at=at,
        read_by=by,
    )
    return made
