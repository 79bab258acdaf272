"""An activity written as plain data with codes: every value passes the checks of the forms."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from privacyboard.organisation.models import Recorded, School, User
from registers.models import (
    AccessLine,
    ActivityText,
    DataCategory,
    DataLine,
    DataSubjectGroup,
    ExternalParty,
    InternalRole,
    Measure,
    ProcessingActivity,
    Processor,
    Product,
    Purpose,
    PurposeLine,
    RecipientLine,
    RetentionRule,
    System,
    TransferLine,
)


class UnknownCode(KeyError):
    """A file names a code that no list has."""


class RowRefused(ValueError):
    """A row of a file was refused: which one, and why per field."""

    def __init__(self, row: str, errors: Mapping[str, list[str]]) -> None:
        self.row, self.errors = row, errors
        super().__init__(f"{row}: {dict(errors)}")


def read_toml(path: Path) -> dict[str, Any]:
    """Read one TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def keep(record: Recorded, *, row: str, by: User | None, why: str) -> None:
    """Check and save one record; raises RowRefused with the row that it stood in."""
    try:
        record.full_clean()
    except ValidationError as problem:
        raise RowRefused(row, problem.message_dict) from problem
    record.record(by=by, why=why)


class Codes:
    """The entries of every list by code, read once; raises UnknownCode for what is not there."""

    def __init__(self) -> None:
        self._found: dict[type[Any], dict[str, Any]] = {}

    def find(self, model: type[Any], code: str) -> Any:
        """The entry with this code (a school by its slug, a purpose by its letter)."""
        key = {School: "slug", Purpose: "letter"}.get(model, "code")
        if model not in self._found:
            self._found[model] = {getattr(each, key): each for each in model.objects.all()}
        try:
            return self._found[model][code]
        except KeyError as problem:
            raise UnknownCode(f"{model.__name__} {code!r}") from problem

    def find_or_none(self, model: type[Any], code: str) -> Any:
        """Nothing for an empty code."""
        return self.find(model, code) if code else None

    def find_all(self, model: type[Any], codes: Iterable[str]) -> list[Any]:
        """Every entry named."""
        return [self.find(model, code) for code in codes]


_PLAIN = (
    *("code", "name", "description", "process_group", "owner", "all_schools", "medium", "place"),
    *("minimisation", "proportionality", "subsidiarity"),
    *("dpia_needed", "dpia_reason", "dpia_reference"),
    *("automation", "automation_logic", "automation_significance", "human_intervention"),
    "source",
)
# A file may leave these out: most activities are the board's own, and say nothing more.
_PLAIN_IF_GIVEN = ("acts_as", "on_behalf_of", "on_behalf_contact", "processing_kinds")


@transaction.atomic
def write_activity(
    row: dict[str, Any], *, codes: Codes, by: User | None, on: date
) -> ProcessingActivity:
    """Write a new activity, as a concept, from plain data with codes.

    `..._in_days` and `..._days_ago` count from `on`. Raises UnknownCode or RowRefused.
    """
    activity = ProcessingActivity(
        **{name: row[name] for name in _PLAIN},
        **{name: row[name] for name in _PLAIN_IF_GIVEN if name in row},
        dpia_adopted_on=_days(on, -row["dpia_adopted_days_ago"]),
        next_review_on=_days(on, row["review_in_days"]),
    )
    keep(activity, row=row["code"], by=by, why="ingevoerd")
    for name, model in (
        ("schools", School),
        ("systems", System),
        ("products", Product),
        ("measures", Measure),
    ):
        if row[name]:
            getattr(activity, name).set(codes.find_all(model, row[name]))
    for name, read in _READERS.items():
        for number, line in enumerate(row.get(name, []), start=1):
            made = read(line, codes, on)
            _write_line(made, activity, f"{row['code']} {name} {number}", by)
            if name == "recipients":
                made.data.set(codes.find_all(DataCategory, line["data"]))
    return activity


def _write_line(line: Any, activity: ProcessingActivity, row: str, by: User | None) -> None:
    line.activity = activity
    keep(line, row=row, by=by, why="ingevoerd")


def _days(on: date, days: int) -> date | None:
    return on + timedelta(days=days) if days else None


def _read_purpose(line: dict[str, Any], codes: Codes, on: date) -> PurposeLine:
    return PurposeLine(**{**line, "purpose": codes.find(Purpose, line["purpose"])})


def _read_data(line: dict[str, Any], codes: Codes, on: date) -> DataLine:
    values = dict(line)
    return DataLine(
        group=codes.find(DataSubjectGroup, values.pop("group")),
        category=codes.find(DataCategory, values.pop("category")),
        retention_rule=codes.find_or_none(RetentionRule, values.pop("retention")),
        **values,
    )


def _read_access(line: dict[str, Any], codes: Codes, on: date) -> AccessLine:
    return AccessLine(
        role=codes.find(InternalRole, line["role"]),
        category=codes.find_or_none(DataCategory, line["category"]),
        level=line["level"],
    )


def _parties(line: dict[str, Any], codes: Codes) -> dict[str, Any]:
    return {
        "processor": codes.find_or_none(Processor, line.get("processor", "")),
        "party": codes.find_or_none(ExternalParty, line.get("party", "")),
    }


def _read_recipient(line: dict[str, Any], codes: Codes, on: date) -> RecipientLine:
    values = {name: line[name] for name in ("kind", "basis", "statute", "purpose")}
    return RecipientLine(**values, **_parties(line, codes))


def _read_transfer(line: dict[str, Any], codes: Codes, on: date) -> TransferLine:
    values = {name: line[name] for name in ("country", "instrument", "document")}
    review_on = _days(on, line["review_in_days"])
    return TransferLine(**values, **_parties(line, codes), review_on=review_on)


def _read_text(line: dict[str, Any], codes: Codes, on: date) -> ActivityText:
    return ActivityText(**line)


_READERS: dict[str, Callable[[dict[str, Any], Codes, date], Any]] = {
    "purposes": _read_purpose,
    "data": _read_data,
    "access": _read_access,
    "recipients": _read_recipient,
    "transfers": _read_transfer,
    "texts": _read_text,
}
