"""Publishing the privacy statement, and telling parents of what materially changes in it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from privacyboard.clockwork.turns import in_turn
from privacyboard.documents import rules as files
from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.mail.outbox import NoAddress
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Board, School, User
from registers import letters
from registers.actions.activities import NotComplete
from registers.choices import Audience, DocumentKind
from registers.models import ParentNotice, PublishedStatement
from registers.rules.statement import PARENTS, Edition, edition_of, seal_of


class EditionRefused(ValueError):
    """No statement is written for this audience in this language, or it has no letter."""


class NoticeRefused(ValueError):
    """That a letter was sent cannot be recorded so; the message says why."""


def publish_statement(
    *,
    school: School | None,
    by: User | None,
    at: datetime,
    audience: str = PARENTS.audience,
    language: str = PARENTS.language,
    material_change: str = "",
) -> PublishedStatement:
    """Publish the privacy statement of the board, or of a school, with its PDF (AVG 12-14).

    It rests on the versions in force. `material_change` says in plain words what changes for
    parents: each school concerned then gets a letter to send. Raises NotComplete while AVG 13 or
    14 asks something that it cannot say, EditionRefused for an audience or language without one.
    Content that is published already is not published again: that row returns.
    """
    edition = _edition(audience, language, material_change)
    draft = letters.draft_statement(school=school, on=timezone.localdate(at), edition=edition)
    if draft.gaps:
        raise NotComplete(draft.gaps)
    plain: dict[str, Any] = json.loads(json.dumps(asdict(draft.statement)))
    seal = seal_of(plain)
    standing = _in_force(school, edition)
    if standing is not None and standing.sha256 == seal:
        return standing
    pdf = letters.statement_pdf(plain)  # takes seconds: made before anything is locked
    with transaction.atomic():
        Board.objects.select_for_update().get()  # one publisher at a time
        if _in_force(school, edition) == standing:
            made = PublishedStatement(
                school=school,
                audience=edition.audience,
                language=edition.language,
                number=standing.number + 1 if standing else 1,
                material_change=material_change.strip(),
                content=plain,
                sha256=seal,
                published_at=at,
                published_by=by,
            )
            return _replace(standing, made, pdf, edition)
    # Somebody else published while the PDF was made: begin again from what stands now.
    return publish_statement(
        school=school,
        by=by,
        at=at,
        audience=audience,
        language=language,
        material_change=material_change,
    )


def _edition(audience: str, language: str, material_change: str) -> Edition:
    edition = edition_of(audience, language)
    if edition is None:
        raise EditionRefused("Voor deze lezers is er geen verklaring in deze taal.")
    if material_change.strip() and edition != PARENTS:
        raise EditionRefused("Een brief aan ouders hoort bij de Nederlandse verklaring voor hen.")
    return edition


def _replace(
    standing: PublishedStatement | None, made: PublishedStatement, pdf: bytes, edition: Edition
) -> PublishedStatement:
    """End what stands, keep the new statement with its PDF, and ask its letters."""
    if standing is not None:
        standing.ended_at = made.published_at
        standing.save(update_fields=["ended_at"])
    made.pdf = _store_statement(
        pdf,
        school=made.school,
        edition=edition,
        number=made.number,
        by=made.published_by,
        at=made.published_at,
    )
    made.save()
    if made.material_change:
        _ask_letters(made, made.published_at)
    return made


def _in_force(school: School | None, edition: Edition) -> PublishedStatement | None:
    found = PublishedStatement.objects.in_force()
    return found.of(school, audience=edition.audience, language=edition.language).first()


_TITLES: dict[str, str] = {
    "": "Privacyverklaring",
    "leerlingen": "Privacyverklaring voor leerlingen",
    "medewerkers": "Privacyverklaring voor medewerkers",
    "en": "Privacyverklaring in het Engels",
}


def _store_statement(
    pdf: bytes,
    *,
    school: School | None,
    edition: Edition,
    number: int,
    by: User | None,
    at: datetime,
) -> StoredDocument:
    place = school.slug if school else "bestuur"
    parts = ["privacyverklaring", edition.word, place, str(number)]
    title = f"{_TITLES[edition.word]} {school.name if school else 'bestuur'}, versie {number}"
    return storage.store(
        content=pdf,
        title=title[:200],
        file_name=f"{'-'.join(part for part in parts if part)}.pdf",
        media_type=files.PDF,
        kind=DocumentKind.STATEMENT,
        by=by,
        at=at,
        school=school,
    )


def _ask_letters(statement: PublishedStatement, at: datetime) -> None:
    """One letter per school that this statement speaks for; the worker makes them."""
    schools = School.objects.all()
    if statement.school_id is not None:
        schools = schools.filter(pk=statement.school_id)
    else:
        own = PublishedStatement.objects.in_force().filter(
            school__isnull=False, audience=Audience.PARENTS, language=statement.language
        )
        schools = schools.exclude(pk__in=own.values("school"))
    ParentNotice.objects.bulk_create(
        [ParentNotice(statement=statement, school=school, made_at=at) for school in schools]
    )


def make_parent_letters(*, by: User | None, at: datetime) -> int:
    """Make every letter to parents that waits, and tell the directors. Returns how many.

    Raises the first problem when all had their turn: one that cannot be made keeps no other.
    """
    waiting = ParentNotice.objects.unmade().values_list("pk", flat=True)
    made = 0
    with in_turn() as turn:
        for pk in list(waiting):
            with turn():
                made += make_parent_letter(pk=pk, by=by, at=at)
    return made


def make_parent_letter(*, pk: int, by: User | None, at: datetime) -> bool:
    """Make one letter and tell the directors of its school; False if that was done already."""
    notice = ParentNotice.objects.select_related("statement__school", "school").get(pk=pk)
    pdf = letters.parent_letter_pdf(notice)  # takes a while: made before anything is locked
    with transaction.atomic():
        held = ParentNotice.objects.select_for_update().get(pk=pk)
        if held.letter_id is not None:
            return False
        notice.letter = _store_letter(pdf, notice, by, at)
        notice.made_at = at
        notice.save(update_fields=["letter", "made_at"])
        directors = User.objects.with_role(Role.DIRECTOR, timezone.localdate(at), notice.school_id)
        for director in directors:
            try:
                letters.statement_changed(notice, to=director, at=at)
            except NoAddress:
                continue  # the worklist tells this director
    return True


def _store_letter(
    pdf: bytes, notice: ParentNotice, by: User | None, at: datetime
) -> StoredDocument:
    number = notice.statement.number
    return storage.store(
        content=pdf,
        title=f"Brief aan ouders over de privacyverklaring, {notice.school.name}"[:200],
        file_name=f"brief-aan-ouders-{notice.school.slug}-{number}.pdf",
        media_type=files.PDF,
        kind=DocumentKind.PARENT_LETTER,
        by=by,
        at=at,
        school=notice.school,
    )


@transaction.atomic
def note_parent_letter_sent(
    *, notice: ParentNotice, sent_on: date, way: str, by: User | None, at: datetime
) -> ParentNotice:
    """Record on which day and how a school sent its letter to parents. Raises NoticeRefused.

    Once: what is recorded stands.
    """
    held: ParentNotice = ParentNotice.objects.select_for_update().get(pk=notice.pk)
    if held.letter_id is None:
        raise NoticeRefused("De brief wordt nog gemaakt. Probeer het over een paar minuten.")
    if held.sent_on is not None:
        raise NoticeRefused(f"Er staat al dat de brief op {held.sent_on:%d-%m-%Y} is verstuurd.")
    published_on = timezone.localdate(held.statement.published_at)
    if not published_on <= sent_on <= timezone.localdate(at):
        raise NoticeRefused(f"Kies een dag vanaf {published_on:%d-%m-%Y}, en niet in de toekomst.")
    if not way.strip():
        raise NoticeRefused("Schrijf op hoe de brief is verstuurd, bijvoorbeeld per ouderapp.")
    held.sent_on, held.way, held.noted_by = sent_on, way.strip(), by
    held.save(update_fields=["sent_on", "way", "noted_by"])
    return held
