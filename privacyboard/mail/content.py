"""What a letter says: its three templates, filled with one dataclass and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.template import Context, Engine
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
        subject = _plain(f"letters/{letter}.subject.txt", context)
        text = _plain(f"letters/{letter}.txt", context)
        html = render_to_string(f"letters/{letter}.html", context)
    # A line end in a subject would start a header of its own.
    return LetterContent(letter, " ".join(subject.split())[:200], text.strip(), html, language)


def _plain(template: str, context: dict[str, Any]) -> str:
    """Plain text is no HTML: an ampersand in a name stays an ampersand."""
    return Engine.get_default().get_template(template).render(Context(context, autoescape=False))
