"""The access matrix of a school, and the report of its yearly review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from privacyboard.documents.rendering import render
from privacyboard.organisation.models import Board, School
from registers.choices import DeviatingField, ReviewOutcome
from registers.content import Named
from registers.letters.facts import board_facts, established_contents
from registers.models import AccessReview, SchoolDeviation
from registers.rules.matrix import AccessMatrix, LocalAccess, access_matrix


def access_matrix_of(school: School) -> AccessMatrix:
    """Who may see and change what at a school now, with where the school itself does otherwise."""
    own = SchoolDeviation.objects.in_force().filter(school=school, field=DeviatingField.ACCESS)
    return access_matrix(
        school=Named(school.slug, school.name),
        contents=established_contents(),
        local=[
            LocalAccess(each.activity.code, each.activity.name, each.text, each.reason)
            for each in own.select_related("activity").order_by("activity__code")
        ],
    )


@dataclass(frozen=True)
class AccessReviewDocument:
    """What the report of a review may say."""

    title: str
    board_name: str
    opened_on: date
    date: date
    matrix: dict[str, Any]
    sha256: str
    answered_by: str
    outcome: str
    corrections: str


def access_review_pdf(review: AccessReview) -> bytes:
    """The report of an answered review as a tagged PDF."""
    facts = AccessReviewDocument(
        title=f"Controle van de toegang {review.year}: {review.school}",
        board_name=board_facts(Board.objects.first()).name,
        date=timezone.localdate(review.answered_at),
        matrix=review.matrix,
        sha256=review.sha256,
        opened_on=timezone.localdate(review.opened_at),
        answered_by=str(review.answered_by),
        outcome=str(ReviewOutcome(review.outcome).label),
        corrections=review.corrections,
    )
    return render("registers/access_review", facts)[1]
