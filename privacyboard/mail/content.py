"""What a letter says: its three templates, filled with one dataclass and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any

from django.template import Context, Engine, TemplateDoesNotExist
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
        text = _plain(f"letters/{letter}.txt", context).strip()
        html = render_to_string(f"letters/{letter}.html", context)
    # Where a part of a template says nothing its lines stay: one empty line is enough.
    text = re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", text)
    # A line end in a subject would start a header of its own.
    return LetterContent(letter, " ".join(subject.split())[:200], text, html, language)


def kind_of(letter: str) -> str:
    """What a letter is called by who looks after the post: of which kind, and nothing of one.

    It stands beside its other templates, in `letters/<letter>.title.txt`. Of a kind that the
    program knows no more, the name under which it was sent.
    """
    try:
        return _plain(f"letters/{letter}.title.txt", {}).strip()
    except TemplateDoesNotExist:
        return letter


def _plain(template: str, context: dict[str, Any]) -> str:
    """Plain text is no HTML: an ampersand in a name stays an ampersand."""
    return Engine.get_default().get_template(template).render(Context(context, autoescape=False))
