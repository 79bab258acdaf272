"""The yearly review of a school's access matrix: laid ready, and answered by the director."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from privacyboard.documents import rules as files
from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import School, User
from registers import letters
from registers.choices import DocumentKind, ReviewOutcome
from registers.content import digest
from registers.models import AccessReview
from registers.rules.matrix import ANSWER_DAYS, answer_problem


class ReviewRefused(ValueError):
    """This review cannot be opened or answered so; the message says why."""


@transaction.atomic
def open_review(*, school: School, year: int, by: User | None, at: datetime) -> AccessReview:
    """Lay the school's access matrix ready, frozen with its hash (VOG: checked every year).

    Once a year per school, from what is established now. Raises ReviewRefused.
    """
    School.objects.select_for_update().get(pk=school.pk)
    today = timezone.localdate(at)
    if year != today.year:
        raise ReviewRefused(f"In {today.year} kan alleen de controle van {today.year} klaarstaan.")
    if AccessReview.objects.filter(school=school, year=year).exists():
        raise ReviewRefused(f"De controle van {year} staat voor deze school al klaar.")
    matrix = letters.access_matrix_of(school)
    if not matrix.roles:
        raise ReviewRefused("Er is voor deze school nog geen toegang vastgesteld.")
    plain: dict[str, Any] = json.loads(json.dumps(asdict(matrix)))
    review = AccessReview(
        school=school,
        year=year,
        matrix=plain,
        sha256=digest(plain),
        opened_at=at,
        due_on=today + timedelta(days=ANSWER_DAYS),
    )
    review.record(by=by, why="controle klaargezet")
    return review


def answer_review(
    *, review: AccessReview, outcome: str, by: User, at: datetime, corrections: str = ""
) -> AccessReview:
    """The director confirms the frozen matrix, or writes down what is wrong; with a dated report.

    Once. A confirmation carries no corrections. Raises ReviewRefused.
    """
    problem = answer_problem(
        outcome=outcome, corrections=corrections, outcomes=ReviewOutcome.values
    )
    if problem:
        raise ReviewRefused(problem)
    if review.answered_at is not None:
        raise ReviewRefused("Deze controle is al beantwoord.")
    review.outcome = outcome
    review.corrections = corrections.strip() if outcome == ReviewOutcome.CORRECTED else ""
    review.answered_at = at
    review.answered_by = by
    pdf = letters.access_review_pdf(review)  # takes seconds: made before anything is locked
    with transaction.atomic():
        held = AccessReview.objects.select_for_update().get(pk=review.pk)
        if held.answered_at is not None:
            raise ReviewRefused("Deze controle is al beantwoord.")
        review.report = _store(pdf, review, by=by, at=at)
        review.record(by=by, why="toegang gecontroleerd")
    return review


@transaction.atomic
def handle_review(*, review: AccessReview, handling: str, by: User, at: datetime) -> AccessReview:
    """Write down what was done about a director's corrections. Once.

    Raises ReviewRefused without words, or where nothing was corrected.
    """
    held: AccessReview = AccessReview.objects.select_for_update().get(pk=review.pk)
    if held.outcome != ReviewOutcome.CORRECTED:
        raise ReviewRefused("Bij deze controle is niets verbeterd: er valt niets af te handelen.")
    if held.handled_at is not None:
        raise ReviewRefused("Deze controle is al afgehandeld.")
    if not handling.strip():
        raise ReviewRefused("Schrijf op wat ermee gedaan is.")
    held.handling, held.handled_at, held.handled_by = handling.strip(), at, by
    held.record(by=by, why="verbeteringen afgehandeld")
    return held


def _store(pdf: bytes, review: AccessReview, *, by: User, at: datetime) -> StoredDocument:
    return storage.store(
        content=pdf,
        title=f"Controle van de toegang {review.school} {review.year}",
        file_name=f"toegang-{review.school.slug}-{review.year}.pdf",
        media_type=files.PDF,
        kind=DocumentKind.ACCESS_REVIEW,
        by=by,
        at=at,
        school=review.school,
    )
