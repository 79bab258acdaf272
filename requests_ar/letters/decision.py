"""The decision, whole or in part a refusal: what was decided, why, and what one can do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from privacyboard.vocabulary import Language
from requests_ar.choices import (
    ARTICLE,
    LetterKind,
    RequestKind,
    RestrictionGround,
    Verdict,
)
from requests_ar.letters.facts import Head, Written, head_of, write
from requests_ar.models import RequestPart, RequestPerson, SubjectRequest


@dataclass(frozen=True)
class PartFacts:
    """One thing that was asked, and what became of it. `grounds`: each with its reasons."""

    kind: str
    article: str
    verdict: str
    plainly: str
    grounds: tuple[tuple[str, str], ...]
    reasons: str
    handled_as: str
    erasure_grounds: tuple[str, ...]
    restriction_ground: str
    balancing: str
    redactions: tuple[str, ...]
    send_to: str


@dataclass(frozen=True)
class DecisionFacts(Head):
    """`items`: the ten of an access answer, as (label, text)."""

    parts: tuple[PartFacts, ...]
    items: tuple[tuple[str, str], ...]


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
        )
        return write(LetterKind.DECISION, facts)


def _plainly(verdict: str) -> str:
    """The verdict as one would say it; the word of the law stands before it."""
    told: dict[str, str] = {
        Verdict.GRANTED: _("Wij doen wat u vraagt."),
        Verdict.PARTLY: _("Wij doen een deel van wat u vraagt."),
        Verdict.REFUSED: _("Wij doen niet wat u vraagt."),
    }
    return told.get(verdict, "")


def _article(kind: str) -> str:
    """The article of a right: "AVG 7 lid 3", or in English "GDPR 7(3)"."""
    dutch = ARTICLE[kind]
    if get_language() != Language.ENGLISH:
        return dutch
    return re.sub(r" lid (\d+)", r"(\1)", dutch.replace("AVG", "GDPR"))


def _part(part: RequestPart) -> PartFacts:
    ground = part.restriction_ground
    return PartFacts(
        kind=part.get_kind_display(),
        article=_article(part.kind),
        verdict=part.get_verdict_display(),
        plainly=_plainly(part.verdict),
        grounds=tuple(part.ground_words),
        reasons=part.reasons,
        handled_as=str(RequestKind(part.handled_as).label) if part.handled_as else "",
        erasure_grounds=tuple(part.erasure_words),
        restriction_ground=str(RestrictionGround(ground).label) if ground else "",
        balancing=part.balancing,
        redactions=tuple(part.redaction_words),
        send_to=part.send_to if part.verdict in {Verdict.GRANTED, Verdict.PARTLY} else "",
    )
