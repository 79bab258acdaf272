"""Import of 10,000 rows: looking it through and applying it, against saving the same rows bare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from registers.actions import imports
from registers.choices import ImportKind, Medium, ProcessGroup
from registers.exchange.json_file import write_json
from registers.exchange.snapshot import Snapshot, read_snapshot
from registers.exchange.tables import TABLES
from registers.exchange.xlsx import write_xlsx
from registers.models import (
    DataCategory,
    DataLine,
    DataSubjectGroup,
    ProcessingActivity,
    RetentionRule,
)
from tests.bench.frame import Figure, Work, interleaved
from tests.conftest import make_board

ACTIVITIES, LINES = 100, 100
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class _Enough(Exception):
    """The end of a round: what it wrote is taken back."""


def _undone(work: Callable[[], object]) -> Work:
    def once() -> None:
        try:
            with transaction.atomic():
                work()
                raise _Enough
        except _Enough:
            pass

    return once


def _prepare() -> None:
    """A board, activities without lines, and lists to choose from."""
    make_board()
    for number in range(ACTIVITIES):
        ProcessingActivity(
            code=f"I{number:04}",
            name=f"Verwerking {number}",
            description="Meten.",
            process_group=ProcessGroup.GUIDANCE,
            owner="Directeur",
            medium=Medium.DIGITAL,
        ).record(by=None, why="meting")
    for number in range(10):
        DataSubjectGroup(code=f"i-group-{number}", name=f"Groep {number}").record(by=None, why="")
        DataCategory(code=f"i-category-{number}", name=f"Soort {number}").record(by=None, why="")
    RetentionRule(
        code="i-rule", name="Termijn", data="Alles", years=2, bound="maximum", trigger="leaving"
    ).record(by=None, why="")


def _lines() -> list[DataLine]:
    activities = ProcessingActivity.objects.filter(code__startswith="I")
    groups = list(DataSubjectGroup.objects.filter(code__startswith="i-"))
    categories = list(DataCategory.objects.filter(code__startswith="i-"))
    rule = RetentionRule.objects.get(code="i-rule")
    return [
        DataLine(
            activity=activity,
            group=group,
            category=category,
            source="guardian",
            source_explanation="Van het inschrijfformulier.",
            obligation="statutory",
            consequence="Inschrijven lukt dan niet.",
            retention_rule=rule,
            necessity="Zonder deze gegevens weet de school niet wie er in de klas zit.",
        )
        for activity in activities
        for group in groups
        for category in categories
    ]


def _file() -> Snapshot:
    """The lines as a file has them: written once, read back as a snapshot."""
    snapshot: Snapshot = {table.name: [] for table in TABLES}

    def look() -> None:
        DataLine.objects.bulk_create(_lines())
        snapshot["activity_data"] = [
            row for row in read_snapshot()["activity_data"] if row["activity"].startswith("I")
        ]

    _undone(look)()
    return snapshot


def _import(content: bytes, name: str) -> None:
    run = imports.read_import(
        content=content, file_name=name, kind=ImportKind.REGISTER, by=None, at=AT
    )
    imports.apply_import(run=run, by=None, at=AT)
    run.document.file.delete(save=False)
    assert run.counts["new"] == ACTIVITIES * LINES, run.fates["problems"][:3]


def figures() -> list[Figure]:
    """What the import of 10,000 lines costs, as JSON and as XLSX; needs an empty database."""
    found: list[Figure] = []

    def measure() -> None:
        _prepare()
        snapshot = _file()
        contents: dict[str, Any] = {
            "register.json": write_json(snapshot, made_at=""),
            "register.xlsx": write_xlsx(snapshot, made_at=AT),
        }
        for name, content in contents.items():
            ours, bare = interleaved(
                _undone(lambda content=content, name=name: _import(content, name)),  # type: ignore[misc]
                _undone(lambda: DataLine.objects.bulk_create(_lines())),
            )
            found.append(
                Figure(
                    name=f"import of 10,000 rows ({name}), looked at and applied",
                    value=f"{ours:.2f} s",
                    against=f"bulk_create {bare:.2f} s",
                    ratio=ours / bare,
                    limit=4,
                )
            )

    _undone(measure)()
    return found
