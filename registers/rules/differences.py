"""Two versions of an activity laid side by side, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registers.content import ActivityContent
from registers.rules.wording import Row, sections


class Change(StrEnum):
    ADDED = "toegevoegd"
    REMOVED = "vervallen"
    CHANGED = "gewijzigd"


@dataclass(frozen=True)
class Difference:
    """One row that is not the same: what stood there, what stands there."""

    section: str
    key: str
    label: str
    change: Change
    old: str
    new: str


def differences(old: ActivityContent, new: ActivityContent) -> list[Difference]:
    """Every row that was added, removed or changed from `old` to `new`, in the order of reading."""
    found: list[Difference] = []
    for before, after in zip(sections(old), sections(new), strict=True):
        olds = {row.key: row for row in before.rows}
        news = {row.key: row for row in after.rows}
        for key in dict.fromkeys([*olds, *news]):
            difference = _difference(after.title, olds.get(key), news.get(key))
            if difference is not None:
                found.append(difference)
    return found


def _difference(section: str, old: Row | None, new: Row | None) -> Difference | None:
    present = new or old
    if present is None or (old and new and old.text == new.text):
        return None
    change = Change.CHANGED if old and new else Change.ADDED if new else Change.REMOVED
    return Difference(
        section=section,
        key=present.key,
        label=present.label,
        change=change,
        old=old.text if old else "",
        new=new.text if new else "",
    )


def purpose_changes(old: ActivityContent, new: ActivityContent) -> list[Difference]:
    """The purposes (with their basis) that were not there before: AVG 6(4) asks a test of these.

    Another wording is no other purpose, and a purpose that ends needs no test.
    """
    return [
        each
        for each in differences(old, new)
        if each.key.startswith("purpose:") and each.change == Change.ADDED
    ]
