"""The AP's form for notifying a breach: its ten sections and their questions, in its own order.

From copies of the form made by other organisations (domain facts 2.3); the AP changes it at times.
It is Dutch, and so are its questions here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class ApQuestion:
    """One question; `key` is ours."""

    key: str
    text: str


@dataclass(frozen=True)
class ApSection:
    """A section of the form, numbered from 0."""

    number: int
    title: str
    questions: tuple[ApQuestion, ...]


def _read() -> tuple[ApSection, ...]:
    told = tomllib.loads(Path(__file__).with_name("ap_form.toml").read_text(encoding="utf-8"))
    return tuple(
        ApSection(
            number=each["number"],
            title=each["title"],
            questions=tuple(ApQuestion(key, text) for key, text in each["questions"].items()),
        )
        for each in told["sections"]
    )


SECTIONS: Final = _read()
