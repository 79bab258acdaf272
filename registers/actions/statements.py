"""Publishing the privacy statement."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from privacyboard.documents import rules as files
from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Board, School, User
from registers import letters
from registers.actions.activities import NotComplete
from registers.choices import DocumentKind
from registers.content import digest
from registers.models import PublishedStatement


def publish_statement(
    *, school: School | None, by: User | None, at: datetime
) -> PublishedStatement:
    """Publish the privacy statement of the board, or of a school, with its PDF (AVG 12-14).

    It rests on the versions in force. Raises NotComplete while AVG 13 or 14 asks something that
    it cannot say. Content that is published already is not published again: that row returns.
    """
    draft = letters.draft_statement(school=school, on=timezone.localdate(at))
    if draft.gaps:
        raise NotComplete(draft.gaps)
    plain: dict[str, Any] = json.loads(json.dumps(asdict(draft.statement)))
    seal = digest({key: value for key, value in plain.items() if key != "day"})
    standing = _statement_in_force(school)
    if standing is not None and standing.sha256 == seal:
        return standing
    pdf = letters.statement_pdf(plain)  # takes seconds: made before anything is locked
    with transaction.atomic():
        Board.objects.select_for_update().get()  # one publisher at a time
        if _statement_in_force(school) == standing:
            if standing is not None:
                standing.ended_at = at
                standing.save(update_fields=["ended_at"])
            number = standing.number + 1 if standing else 1
            made: PublishedStatement = PublishedStatement.objects.create(
                school=school,
                number=number,
                content=plain,
                sha256=seal,
                pdf=_store_statement(pdf, school=school, number=number, by=by, at=at),
                published_at=at,
                published_by=by,
            )
            return made
    # Somebody else published while the PDF was made: begin again from what stands now.
    return publish_statement(school=school, by=by, at=at)


def _statement_in_force(school: School | None) -> PublishedStatement | None:
    return PublishedStatement.objects.in_force().filter(school=school).first()


def _store_statement(
    pdf: bytes, *, school: School | None, number: int, by: User | None, at: datetime
) -> StoredDocument:
    place = school.slug if school else "bestuur"
    return storage.store(
        content=pdf,
        title=f"Privacyverklaring {school.name if school else 'bestuur'}, versie {number}",
        file_name=f"privacyverklaring-{place}-{number}.pdf",
        media_type=files.PDF,
        kind=DocumentKind.STATEMENT,
        by=by,
        at=at,
        school=school,
    )
