"""The decision, whole or in part a refusal: what was decided, why, and what one can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from requests_ar.choices import (
    ARTICLE,
    LetterKind,
    RefusalGround,
    RequestKind,
    RestrictionGround,
    Verdict,
)
from requests_ar.letters.facts import Head, Written, head_of, write
from requests_ar.models import RequestPart, RequestPerson, SubjectRequest


@dataclass(frozen=True)
class PartFacts:
    """One thing that was asked, and what became of it."""

    kind: str
    article: str
    verdict: str
    grounds: tuple[str, ...]
    reasons: str
    handled_as: str
    erasure_grounds: tuple[str, ...]
    restriction_ground: str
    balancing: str
    redactions: tuple[str, ...]
    send_to: str


@dataclass(frozen=True)
class DecisionFacts(Head):
    """`items`: the ten of an access answer, as (label, text). `refuses`: anything not granted."""

    parts: tuple[PartFacts, ...]
    items: tuple[tuple[str, str], ...]
    refuses: bool


def decision(
    request: SubjectRequest,
    *,
    at: datetime,
    items: Sequence[tuple[str, str]] = (),
    to: RequestPerson | None = None,
) -> Written:
    """The decision on every kind that was asked (AVG 12(3), 12(4)), with the right remedy."""
    with translation.override(request.language):
        head = head_of(request, title=_("Ons antwoord op uw verzoek"), at=at, to=to)
        parts = tuple(_part(each) for each in request.parts.all())
        facts = DecisionFacts(
            **{**asdict(head), "contacts": head.contacts},
            parts=parts,
            items=tuple(items),
            refuses=any(
                part.verdict in {Verdict.REFUSED, Verdict.PARTLY} for part in request.parts.all()
            ),
        )
        return write(LetterKind.DECISION, facts)


def _part(part: RequestPart) -> PartFacts:
    ground = part.restriction_ground
    return PartFacts(
        kind=part.get_kind_display(),
        article=ARTICLE[part.kind],
        verdict=part.get_verdict_display(),
        grounds=tuple(str(RefusalGround(each).label) for each in part.grounds),
        reasons=part.reasons,
        handled_as=str(RequestKind(part.handled_as).label) if part.handled_as else "",
        erasure_grounds=tuple(part.erasure_words),
        restriction_ground=str(RestrictionGround(ground).label) if ground else "",
        balancing=part.balancing,
        redactions=tuple(map(str, part.redactions)),
        send_to=part.send_to,
    )
