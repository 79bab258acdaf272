"""With whom data are shared and who processes them: for everyone, without login."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from privacyboard.documents import rendering
from registers import letters
from registers.content import digest
from registers.models.remembered import Remembered

A_DAY = 24 * 60 * 60


@require_safe
def recipients(request: HttpRequest) -> HttpResponse:
    """All outside parties that the register names (OPOO 9.2.3)."""
    today = timezone.localdate()

    def table() -> str:
        facts = letters.recipients(on=today)
        return render_to_string("registers/recipients_listed.html", asdict(facts))

    context = {"date": today, "table": Remembered(on=today).page("recipients", table)}
    return render(request, "registers/recipients.html", context)


@require_safe
def recipients_pdf(request: HttpRequest) -> HttpResponse:
    """The same list as a PDF."""
    facts = letters.recipients(on=timezone.localdate())
    return pdf_response("registers/recipients", facts, "ontvangers.pdf")


@require_safe
def processors(request: HttpRequest) -> HttpResponse:
    """All processors: supplier, service, and whether there is an agreement (KPO annex 2)."""
    today = timezone.localdate()

    def table() -> str:
        facts = letters.processors(on=today)
        return render_to_string("registers/processors_listed.html", asdict(facts))

    context = {"date": today, "table": Remembered(on=today).page("processors", table)}
    return render(request, "registers/processors.html", context)


@require_safe
def processors_pdf(request: HttpRequest) -> HttpResponse:
    """The same overview as a PDF."""
    facts = letters.processors(on=timezone.localdate())
    return pdf_response("registers/processors", facts, "verwerkers.pdf")


def pdf_response(template: str, facts: Any, file_name: str) -> HttpResponse:
    """Made once a day per content: the page is open to everyone, and a PDF takes seconds."""
    html = rendering.html_of(template, facts)
    key = f"public-pdf-{digest({'html': html})}"
    pdf = cache.get(key)
    if pdf is None:
        pdf = rendering.pdf_of(html)
        cache.set(key, pdf, A_DAY)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
