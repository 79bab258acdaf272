"""The file of one pupil on paper: what holds, every event, and the texts that were read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from consent.models.pupil_file import Happened, PupilFile
from privacyboard.documents.rendering import html_of, pdf_of
from privacyboard.organisation.models import Board


@dataclass(frozen=True)
class EventLine:
    """One event in words."""

    said_at: str
    question: str
    what: str
    who: str
    way: str
    text: str
    entered: str


@dataclass(frozen=True)
class TextLine:
    """One text as it was read."""

    heading: str
    title: str
    body: str
    language: str


@dataclass(frozen=True)
class PupilDocument:
    """What the file on paper may say."""

    title: str
    board_name: str
    school_name: str
    pupil_name: str
    born_on: date | None
    held_on: date
    held: tuple[tuple[str, str], ...]
    events: tuple[EventLine, ...]
    texts: tuple[TextLine, ...]
    people: tuple[tuple[str, str], ...]
    date: date  # last: its name hides the type


def pupil_html(file: PupilFile, *, at: datetime) -> str:
    """The file as a page, before it is printed."""
    board = Board.objects.first() or Board()
    pupil = file.pupil
    document = PupilDocument(
        title=_("Toestemmingen van %(name)s") % {"name": pupil.name},
        board_name=board.name,
        school_name=pupil.school.name,
        pupil_name=pupil.name,
        born_on=pupil.born_on,
        held_on=file.on,
        held=tuple((each.question.name, each.sentence) for each in file.held),
        events=tuple(_event(each) for each in file.events),
        texts=tuple(
            TextLine(
                heading=_("%(question)s, versie %(number)s, %(language)s")
                % {
                    "question": each.text.question.name,
                    "number": each.text.number,
                    "language": each.get_language_display(),
                },
                title=each.title,
                body=each.body,
                language=each.language,
            )
            for each in file.wordings
        ),
        people=tuple(
            (
                f"{tie.guardian} ({tie.get_kind_display()})",
                str(_("met gezag") if tie.has_authority else _("zonder gezag")),
            )
            for tie in file.ties
        ),
        date=timezone.localdate(at),
    )
    return html_of("consent/pupil_file", document)


def pupil_pdf(file: PupilFile, *, at: datetime) -> bytes:
    """The file as a tagged PDF."""
    return pdf_of(pupil_html(file, at=at))


def _event(each: Happened) -> EventLine:
    answer = each.answer
    entered = ""
    if answer.entered_by is not None:
        entered = _("vastgelegd op %(day)s door %(who)s") % {
            "day": _moment(answer.entered_at),
            "who": answer.entered_by.name,
        }
    return EventLine(
        said_at=_moment(answer.at),
        question=answer.question.name,
        what=each.what,
        who=each.who,
        way=each.way,
        text=_("versie %(number)s, %(language)s")
        % {"number": answer.text_number, "language": each.language},
        entered=entered,
    )


def _moment(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "j F Y H:i")
