"""The privacy statement as everyone reads it: per place, audience and language, without login."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from privacyboard.documents.views import attachment
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School
from privacyboard.organisation.rules import BOARD_SLUG
from registers import letters
from registers.models import PublishedStatement
from registers.rules.school_guide import asks_for_images, school_guide_text
from registers.rules.statement import EDITIONS, PARENTS, Edition


def _school(slug: str | None) -> School | None:
    return get_object_or_404(School, slug=slug) if slug else None


def _published(school: School | None, edition: Edition) -> PublishedStatement | None:
    found = PublishedStatement.objects.in_force().select_related("pdf")
    return found.of(school, audience=edition.audience, language=edition.language).first()


@require_safe
def statement(
    request: HttpRequest, slug: str | None = None, edition: Edition = PARENTS
) -> HttpResponse:
    """The published statement of the board, or of a school, as a page in its own language."""
    school = _school(slug)
    published = _published(school, edition)
    with translation.override(edition.language):
        if published is None:
            return render(
                request, "registers/statement_missing.html", {"school": school}, status=404
            )
        context = {
            "title": letters.statement_title(published.content),
            "school": school,
            "statement": published.content,
            "published": published,
            "pdf_url": letters.statement_path(school, edition, pdf=True),
            "changes": letters.changes_in_words(published),
            "schools": _schools_with(edition),
            **_ways_on(request, school, edition, published),
        }
        return render(request, "registers/statement.html", context)


def _schools_with(edition: Edition) -> list[dict[str, str]]:
    """The schools that have a statement for the same readers."""
    schools = School.objects.filter(
        statements__ended_at=None,
        statements__audience=edition.audience,
        statements__language=edition.language,
    )
    return [
        {"name": each.name, "url": letters.statement_path(each, edition)}
        for each in schools.distinct()
    ]


def _ways_on(
    request: HttpRequest, school: School | None, edition: Edition, published: PublishedStatement
) -> dict[str, Any]:
    """From here to the statement for others, the full one, the school guide, the versions."""
    standing = set(
        PublishedStatement.objects.in_force()
        .filter(school=school)
        .values_list("audience", "language")
    )
    editions = [each for each in EDITIONS if (each.audience, each.language) in standing]
    ways: dict[str, Any] = {"full_url": _full_url(school, edition, editions)}
    if len(editions) > 1:
        ways["editions"] = [
            {
                "label": _label(each),
                "url": letters.statement_path(school, each),
                "language": each.language,
                "current": each == edition,
            }
            for each in editions
        ]
    if school and edition == PARENTS and asks_for_images(published.content):
        ways["guide_url"] = reverse("school_guide", args=[school.slug])
    user = request.user
    if user.is_authenticated and user.has_perm(Right.VIEW_REGISTER, school):
        place = school.slug if school else BOARD_SLUG
        ways["versions_url"] = desk_path("statement_versions", place, edition)
    return ways


def desk_path(name: str, place: str, edition: Edition) -> str:
    """The address of a page about one statement for who publishes or reads the register."""
    if edition.word:
        return reverse(f"{name}_edition", args=[place, edition.word])
    return reverse(name, args=[place])


def _full_url(school: School | None, edition: Edition, editions: list[Edition]) -> str:
    """Where the full Dutch statement stands, for an edition that leads to it."""
    if edition == PARENTS:
        return ""
    if PARENTS in editions:
        return letters.statement_path(school, PARENTS)
    return letters.statement_path(None, PARENTS) if _published(None, PARENTS) else ""


def _label(edition: Edition) -> str:
    """An edition in its own language, as its readers look for it."""
    if edition.is_english:
        return "English"
    with translation.override(edition.language):
        labels = {
            "": _("Voor ouders"),
            "leerlingen": _("Voor leerlingen"),
            "medewerkers": _("Voor medewerkers"),
        }
    return labels[edition.word]


@require_safe
def statement_pdf(
    request: HttpRequest, slug: str | None = None, edition: Edition = PARENTS
) -> FileResponse:
    """The same statement as a PDF."""
    published = _published(_school(slug), edition)
    if published is None:
        raise Http404
    return attachment(published.pdf)


def _guide(slug: str) -> tuple[School, str]:
    """What the guide of a school says about photos and film; 404 where nothing is published."""
    school = get_object_or_404(School, slug=slug)
    published = _published(school, PARENTS)
    address = f"{settings.BASE_URL}{letters.statement_path(school, PARENTS)}"
    text = published and school_guide_text(
        published.content, place=school.name, contact=school.email, address=address
    )
    if not text:
        raise Http404
    return school, text


@require_safe
def school_guide(request: HttpRequest, slug: str) -> HttpResponse:
    """The text on photos and film, to be copied into the school's guide."""
    school, text = _guide(slug)
    context = {
        "title": _("Foto en film op %(school)s") % {"school": school},
        "text": text,
        "download_url": reverse("school_guide_text", args=[slug]),
        "statement_url": letters.statement_path(school, PARENTS),
    }
    return render(request, "registers/statement_guide.html", context)


@require_safe
def school_guide_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The same text as a plain text file."""
    school, text = _guide(slug)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = f"foto-en-film-{school.slug}.txt"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
