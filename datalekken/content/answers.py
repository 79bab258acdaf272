"""What the forms ask and no other field of a breach tells: asked on a page of its own.

`answers.toml` has the questions with the Dutch words of each option. A question whose key is a
number is that field of the EDPB's template, and its options have the letters of the template.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

Kind = Literal["many", "one", "text", "number", "day"]


@dataclass(frozen=True)
class Question:
    """One question. `options`: letter and words; `aspect`: only asked where that was broken."""

    key: str
    kind: Kind
    label: str
    help: str
    options: Mapping[str, str]
    aspect: str


@dataclass(frozen=True)
class QuestionPart:
    """Questions under one heading."""

    title: str
    questions: tuple[Question, ...]


def _question(key: str, told: Mapping[str, Any]) -> Question:
    return Question(
        key=key,
        kind=told["kind"],
        label=told["label"],
        help=told.get("help", ""),
        options=told.get("options", {}),
        aspect=told.get("aspect", ""),
    )


def _read() -> tuple[QuestionPart, ...]:
    told = tomllib.loads(Path(__file__).with_name("answers.toml").read_text(encoding="utf-8"))
    return tuple(
        QuestionPart(
            title=part["title"],
            questions=tuple(_question(key, each) for key, each in part["questions"].items()),
        )
        for part in told["parts"]
    )


PARTS: Final = _read()
QUESTIONS: Final[Mapping[str, Question]] = {
    each.key: each for part in PARTS for each in part.questions
}
