"""What a letter says: its three templates, filled with one dataclass and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from privacyboard.vocabulary import Language


@dataclass(frozen=True)
class LetterContent:
    """A letter ready for the outbox; `letter` names it as `<app>/<letter>`."""

    letter: str
    subject: str
    text: str
    html: str
    language: str


def compose(letter: str, facts: Any, *, language: str = Language.DUTCH) -> LetterContent:
    """Fill the templates `letters/<letter>.{subject.txt,txt,html}` with a dataclass's fields.

    A missing template is an error: no letter leaves half made.
    """
    context = {each.name: getattr(facts, each.name) for each in fields(facts)}
    with translation.override(language):
        subject, text, html = (
            render_to_string(f"letters/{letter}.{part}", context)
            for part in ("subject.txt", "txt", "html")
        )
    # A line end in a subject would start a header of its own.
    return LetterContent(letter, " ".join(subject.split())[:200], text.strip(), html, language)
