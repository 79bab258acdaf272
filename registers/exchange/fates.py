"""The fates of a plan as they are kept and shown: whole in numbers, bounded in rows."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from registers.exchange.planning import Fate, Plan, Planned, row_title
from registers.exchange.rows import Problem
from registers.exchange.tables import TABLE, Table

MOST_SHOWN = 500
# What a hostile file names in a code or a heading, and the database keeps in no JSON.
_NOT_KEPT = re.compile("[\x00\ud800-\udfff]")


def fates_of(plan: Plan) -> dict[str, Any]:
    """As JSON: per table the numbers, the first problems and the first rows that do something."""
    return {
        "digest": plan.digest(),
        "tables": [_numbers(name, rows) for name, rows in plan.tables.items()],
        "problems": [_problem(each) for each in plan.problems[:MOST_SHOWN]],
        "rows": _rows(plan),
    }


def _numbers(name: str, rows: list[Planned]) -> dict[str, Any]:
    found: dict[str, Any] = {fate.value: 0 for fate in Fate}
    for each in rows:
        found[each.fate.value] += 1
    return {"title": str(TABLE[name].title), **found}


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "sheet": _kept(problem.origin.sheet),
        "row": problem.origin.row,
        "column": _kept(problem.column),
        "sentence": _kept(problem.sentence),
    }


def _rows(plan: Plan) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, rows in plan.tables.items():
        table = TABLE[name]
        for each in rows:
            if each.fate in {Fate.NEW, Fate.CHANGED}:
                if len(found) == MOST_SHOWN:
                    return found
                found.append(_row(table, each))
    return found


def _row(table: Table, planned: Planned) -> dict[str, Any]:
    headings = [str(table.by_name[name].heading) for name in planned.changed]
    notes = [planned.remark] if planned.remark else []
    if headings:
        notes.append(_("verandert: %(columns)s") % {"columns": ", ".join(headings)})
    if planned.like_bsn:
        notes.append(_("let op: hier staat een nummer dat een BSN kan zijn"))
    return {
        "sheet": _kept(planned.row.origin.sheet),
        "row": planned.row.origin.row,
        "what": _kept(row_title(table, planned)),
        "fate": planned.fate.value,
        "note": "; ".join(notes),
    }


def _kept(text: str) -> str:
    return _NOT_KEPT.sub("\ufffd", text)
