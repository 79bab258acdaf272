"""The list of a class on paper: large, to hang beside the camera."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from consent.models.class_list import ClassList
from privacyboard.documents.rendering import html_of, pdf_of
from privacyboard.organisation.models import Board


@dataclass(frozen=True)
class ClassDocument:
    """What the list may say: names, yes and no; never why, for everybody passes by."""

    title: str
    board_name: str
    school_name: str
    held_on: date
    questions: tuple[str, ...]
    lines: tuple[tuple[str, tuple[bool, ...]], ...]
    date: date  # last: its name hides the type


def class_list_html(found: ClassList, *, at: datetime) -> str:
    """The list as a page, before it is printed."""
    board = Board.objects.first() or Board()
    document = ClassDocument(
        title=_("Toestemming, groep %(name)s") % {"name": found.group.name},
        board_name=board.name,
        school_name=found.group.school.name,
        held_on=found.on,
        questions=tuple(each.name for each in found.questions),
        lines=tuple(
            (each.pupil.name, tuple(cell.is_yes for cell in each.cells)) for each in found.lines
        ),
        date=timezone.localdate(at),
    )
    return html_of("consent/class_list", document)


def class_list_pdf(found: ClassList, *, at: datetime) -> bytes:
    """The list as a tagged PDF: one class is made within the request."""
    return pdf_of(class_list_html(found, at=at))
