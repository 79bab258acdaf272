"""The record of work for other controllers as a CSV file that a sheet opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from registers.exchange.cells import to_cell
from registers.rules.commissioned import Commissioned


def commissioned_csv(rows: Iterable[Commissioned]) -> bytes:
    """One row per activity, what is missing included; semicolons and UTF-8, as Excel reads it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(
        [
            *(_("nummer"), _("naam"), _("status"), _("in opdracht van"), _("contactgegevens")),
            *(_("wat wij doen"), _("buiten de EER"), _("maatregelen"), _("ontbreekt")),
        ]
    )
    for row in rows:
        cells = [
            *(row.code, row.name, row.status, row.controller, row.contact, row.kinds),
            *("; ".join(row.transfers), ", ".join(row.measures)),
            " ".join(f"{gap.sentence} ({gap.article})" for gap in row.gaps),
        ]
        writer.writerow([to_cell(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")
