"""The privacy statement as a draft, as a page and as a PDF, and the letters about its changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from privacyboard.documents.rendering import render
from privacyboard.mail import outbox
from privacyboard.mail.content import compose as compose_letter
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Board, School, User
from registers.choices import Audience
from registers.letters.facts import board_facts, established_contents, school_facts
from registers.models import ParentNotice, PublishedStatement, SchoolDeviation
from registers.rules.completeness import Gap
from registers.rules.statement import (
    PARENTS,
    Edition,
    Statement,
    compose,
    edition_of,
    statement_advice,
    statement_gaps,
)
from registers.rules.statement_differences import what_changed


@dataclass(frozen=True)
class StatementDraft:
    """A statement that could be published now, what still stands in its way, and advice."""

    statement: Statement
    gaps: tuple[Gap, ...]
    advice: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class StatementDocument:
    """What the statement's document may say."""

    title: str
    board_name: str
    date: date
    statement: dict[str, Any]
    full_url: str


@dataclass(frozen=True)
class ParentLetter:
    """What the letter to parents about a material change may say."""

    title: str
    board_name: str
    date: date
    school_name: str
    school_email: str
    fg_name: str
    fg_email: str
    material_change: str
    changes: tuple[str, ...]
    address: str


@dataclass(frozen=True)
class StatementChangedFacts:
    """What a director is told when the letter to parents is ready."""

    name: str
    school: str
    board_name: str
    material_change: str
    link: str


def statement_path(school: School | None, edition: Edition, *, pdf: bool = False) -> str:
    """Where everyone reads a statement: an address that stays."""
    name = "statement_school" if school else "statement_board"
    arguments = [school.slug] if school else []
    if edition.word:
        name, arguments = f"{name}_edition", [*arguments, edition.word]
    return reverse(f"{name}_pdf" if pdf else name, args=arguments)


def draft_statement(
    *, school: School | None, on: date, edition: Edition = PARENTS
) -> StatementDraft:
    """The statement of the board, or of a school, from the versions in force now."""
    return draft_statements([school], on=on, edition=edition)[0]


def draft_statements(
    schools: Sequence[School | None], *, on: date, edition: Edition = PARENTS
) -> list[StatementDraft]:
    """Several statements from one reading of the register; None stands for the board."""
    contents = established_contents()
    board = board_facts(Board.objects.first())
    local = _local_truth(schools)
    drafts = []
    for school in schools:
        place = school_facts(school) if school else None
        drafts.append(
            StatementDraft(
                statement=compose(
                    board=board,
                    school=place,
                    contents=contents,
                    on=on,
                    edition=edition,
                    local=local.get(school.pk) if school else None,
                ),
                gaps=tuple(
                    statement_gaps(board=board, school=place, contents=contents, edition=edition)
                ),
                advice=tuple(statement_advice(school=place, contents=contents, edition=edition)),
            )
        )
    return drafts


def _local_truth(
    schools: Sequence[School | None],
) -> dict[int, dict[str, list[tuple[str, str]]]]:
    """Per school and activity: on which part the school does otherwise, and how. Never why."""
    keys = [school.pk for school in schools if school]
    found: dict[int, dict[str, list[tuple[str, str]]]] = {}
    if not keys:
        return found
    rows = SchoolDeviation.objects.in_force().filter(school__in=keys).order_by("field", "id")
    for school_id, code, part, text in rows.values_list(
        "school_id", "activity__code", "field", "text"
    ):
        found.setdefault(school_id, {}).setdefault(code, []).append((part, text))
    return found


def statement_title(statement: dict[str, Any]) -> str:
    """The title of a statement in its own language, as its page and the PDF show it."""
    place = statement["school"]["name"] if statement["school"] else statement["board"]["name"]
    return _titles()[statement.get("audience", Audience.PARENTS)] % {"place": place}


def _titles() -> dict[str, str]:
    return {
        Audience.PARENTS: _("Privacyverklaring %(place)s"),
        Audience.PUPILS: _("Privacy voor leerlingen: %(place)s"),
        Audience.STAFF: _("Privacyverklaring voor medewerkers: %(place)s"),
    }


def statement_pdf(statement: dict[str, Any]) -> bytes:
    """The statement as a tagged PDF in its own language."""
    slug = statement["school"]["slug"] if statement["school"] else ""
    school = School.objects.filter(slug=slug).first() if slug else None
    with translation.override(statement.get("language", PARENTS.language)):
        facts = StatementDocument(
            title=statement_title(statement),
            board_name=statement["board"]["name"],
            date=date.fromisoformat(statement["day"]),
            statement=statement,
            full_url=f"{settings.BASE_URL}{statement_path(school, PARENTS)}",
        )
        return render("registers/statement", facts)[1]


def former_of(published: PublishedStatement) -> PublishedStatement | None:
    """The statement that stood before this one, for the same place, audience and language."""
    if published.number == 1:
        return None
    former: PublishedStatement | None = PublishedStatement.objects.filter(
        school=published.school_id,
        audience=published.audience,
        language=published.language,
        number=published.number - 1,
    ).first()
    return former


def changes_in_words(published: PublishedStatement) -> tuple[str, ...]:
    """What is different from the statement before it, one sentence per activity."""
    former = former_of(published)
    if former is None:
        return ()
    return tuple(each.sentence for each in what_changed(former.content, published.content))


def parent_letter_pdf(notice: ParentNotice) -> bytes:
    """The letter to parents of one school about a material change, as a tagged PDF."""
    statement, school = notice.statement, notice.school
    board = board_facts(Board.objects.first())
    edition = edition_of(statement.audience, statement.language) or PARENTS
    facts = ParentLetter(
        title=_("Onze privacyverklaring is veranderd"),
        board_name=board.name,
        date=timezone.localdate(statement.published_at),
        school_name=school.name,
        school_email=school.email,
        fg_name=board.fg_name,
        fg_email=board.fg_email,
        material_change=statement.material_change,
        changes=changes_in_words(statement),
        address=f"{settings.BASE_URL}{statement_path(statement.school, edition)}",
    )
    return render("registers/parent_letter", facts)[1]


def statement_changed(notice: ParentNotice, *, to: User, at: datetime) -> OutboundLetter:
    """Tell a director that the letter to parents is ready."""
    facts = StatementChangedFacts(
        name=to.first_name,
        school=notice.school.name,
        board_name=board_facts(Board.objects.first()).name,
        material_change=notice.statement.material_change,
        link=f"{settings.BASE_URL}{reverse('parent_notice', args=[notice.pk])}",
    )
    content = compose_letter("registers/statement_changed", facts)
    key = f"registers/statement_changed:{notice.pk}:{to.pk}"
    return outbox.queue(content, to=to.email, key=key, at=at, about=notice, school=notice.school)
