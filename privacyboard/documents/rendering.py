"""From a dataclass to a page and a tagged PDF. Tests read the HTML, people read the PDF."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from privacyboard.documents.press import Press
from privacyboard.documents.printing import Style, printer_for

# A reserved name: nothing ever answers there.
_HOST = "https://static.invalid"
_STYLE = "privacyboard/document"
# Two processes that print take half a second to begin; so many letters are made here by then.
FEW = 25


def html_of(template: str, facts: Any) -> str:
    """Fill `documents/<template>.html` with the fields of a dataclass and nothing else."""
    context = {each.name: getattr(facts, each.name) for each in fields(facts)}
    return render_to_string(f"documents/{template}.html", context)


def pdf_of(html: str) -> bytes:
    """Make a tagged PDF of a page; it can load the project's static files only.

    Raises FileAsked.
    """
    return printer_for(house_style()).print(html).pdf


def render(template: str, facts: Any) -> tuple[str, bytes]:
    """Return (html, pdf) of a document."""
    html = html_of(template, facts)
    return html, pdf_of(html)


def letter_press() -> Press:
    """For who has many documents to print at once: for a worker, never for a web request."""
    return Press(house_style(), few=FEW)


def style_text(name: str) -> str:
    """A stylesheet of ours as text: who prints does not look for it."""
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(name)
    return Path(str(found)).read_text(encoding="utf-8")


def house_style() -> Style:
    """How every document looks that is a letter or a list. The register has its own style.

    A letter links to the stylesheet as it was named when the letter was written, which a later
    release can name otherwise.
    """
    base = f"{_HOST}{settings.STATIC_URL}"
    return Style(
        css=style_text(f"{_STYLE}.css"),
        tagged=True,
        base=base,
        linked=rf"{re.escape(base + _STYLE)}(\.[0-9a-f]+)?\.css",
        folders=(*map(str, settings.STATICFILES_DIRS), str(settings.STATIC_ROOT)),
    )
