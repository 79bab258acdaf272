"""The EDPB's common template for notifying a breach, as it stood in the draft of June 2026.

The draft was put up for consultation; until it is final the national forms lead. The fields are in
`edpb_breach_fields.csv`, as the draft prints them; `edpb_names.toml` says in Dutch what each is
about, and by which act of ours it is filled in.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TEMPLATE: Final = "EDPB common template for personal data breach notification, draft of June 2026"
_HERE = Path(__file__).parent
# What the draft prints glued to the option before it: field, what stands before it, our letter.
# Field 89 has a second "c", which cannot be told from the first.
_GLUED: Final = {89: ("c) ", "d"), 97: (" b1) ", "b1")}
# A condition that is about one option, and not about the field.
_OF_AN_OPTION = re.compile(r"only available for incomplete|^Withdraw visible only", re.IGNORECASE)


@dataclass(frozen=True)
class EdpbField:
    """One field. `options`: letter and text. `visible_if`, `required_if`: the draft's words."""

    number: int
    section: str
    title: str
    type: str
    format: str
    options: Mapping[str, str]
    visible_if: str
    required_if: str
    gdpr: str

    @property
    def is_always_mandatory(self) -> bool:
        """Without a condition; one that is about a single option is none."""
        has_condition = self.visible_if and not _OF_AN_OPTION.search(self.visible_if)
        return not has_condition and not self.required_if


def _options(number: int, text: str) -> Iterator[tuple[str, str]]:
    for each in filter(None, text.split(" ; ")):
        letter, _is, words = each.partition("=")
        if number in _GLUED and _GLUED[number][0] in words:
            mark, second = _GLUED[number]
            words, _mark, more = words.partition(mark)
            yield letter, words
            yield second, more
        else:
            yield letter, words


def _read() -> Iterator[EdpbField]:
    with (_HERE / "edpb_breach_fields.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number = int(row["field"])
            yield EdpbField(
                number=number,
                section=row["section"],
                title=row["title"],
                type=row["type"],
                format=row["format"],
                options=dict(_options(number, row["options"])),
                visible_if=row["visible_if"],
                required_if=row["required_if"],
                gdpr=row["gdpr"],
            )


def _names() -> Iterator[tuple[int, tuple[str, str]]]:
    told = tomllib.loads((_HERE / "edpb_names.toml").read_text(encoding="utf-8"))
    for act, names in told.items():
        for number, name in names.items():
            yield int(number), (name, act)


FIELDS: Final[Mapping[int, EdpbField]] = {each.number: each for each in _read()}
# Number: what it is about in Dutch, and the act (see rules.acts) by which it is filled in.
NAMES: Final[Mapping[int, tuple[str, str]]] = dict(_names())
