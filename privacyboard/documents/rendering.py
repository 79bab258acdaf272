"""From a dataclass to a page and a tagged PDF. Tests read the HTML, people read the PDF."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.template.loader import render_to_string


def html_of(template: str, facts: Any) -> str:
    """Fill `documents/<template>.html` with the fields of a dataclass and nothing else."""
    context = {each.name: getattr(facts, each.name) for each in fields(facts)}
    return render_to_string(f"documents/{template}.html", context)


def pdf_of(html: str) -> bytes:
    """Make a tagged PDF of a page; it can load the project's static files only."""
    # Slow to load (fonts, Pango): only who makes a PDF pays for it.
    from weasyprint import HTML

    from privacyboard.documents.fetching import BASE, StaticFilesOnly

    page = HTML(string=html, base_url=BASE, url_fetcher=StaticFilesOnly())
    pdf: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def render(template: str, facts: Any) -> tuple[str, bytes]:
    """Return (html, pdf) of a document."""
    html = html_of(template, facts)
    return html, pdf_of(html)
