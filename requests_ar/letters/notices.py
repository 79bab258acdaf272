"""The letters on the way to an answer: one function each, in the requester's language."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _

from requests_ar.choices import LetterKind, PauseKind
from requests_ar.letters.facts import Head, Written, head_of, write
from requests_ar.models import Fee, Pause, SubjectRequest


@dataclass(frozen=True)
class QuestionFacts(Head):
    """What the school must know first, and why it asks."""

    about: str
    reason: str


@dataclass(frozen=True)
class ExtensionFacts(Head):
    """The new last day, and why the first month is not enough (AVG 12(3))."""

    why: str
    explanation: str
    first_last_day: date


@dataclass(frozen=True)
class FeeFacts(Head):
    """What is charged, on which ground and why: told before anything is charged."""

    amount: str
    ground: str
    reasons: str


@dataclass(frozen=True)
class WithdrawnFacts(Head):
    """That nobody works on the request any more, since when and why."""

    withdrawn_on: date
    reason: str


def receipt(request: SubjectRequest, *, at: datetime) -> Written:
    """We have your request: its number, its last day, and whom to ask."""
    with translation.override(request.language):
        title = _("Wij hebben uw verzoek ontvangen")
        return write(LetterKind.RECEIPT, head_of(request, title=title, at=at))


def question(request: SubjectRequest, pause: Pause, *, at: datetime) -> Written:
    """Please show who you are, that you have authority, or what you mean; never a copy."""
    is_explanation = pause.kind == PauseKind.CLARIFICATION
    kind = LetterKind.CLARIFICATION if is_explanation else LetterKind.IDENTITY
    with translation.override(request.language):
        titles = {
            PauseKind.IDENTITY: _("Wilt u laten zien wie u bent?"),
            PauseKind.AUTHORITY: _("Wilt u laten zien dat u gezag hebt?"),
            PauseKind.CLARIFICATION: _("Wilt u uw verzoek uitleggen?"),
        }
        head = head_of(request, title=titles[PauseKind(pause.kind)], at=at)
        return write(kind, QuestionFacts(**_plain(head), about=pause.kind, reason=pause.reason))


def extension(request: SubjectRequest, *, first_last_day: date, at: datetime) -> Written:
    """It takes longer, until which day, and why."""
    with translation.override(request.language):
        head = head_of(request, title=_("Wij hebben meer tijd nodig voor uw verzoek"), at=at)
        facts = ExtensionFacts(
            **_plain(head),
            why=request.get_extension_reason_display(),
            explanation=request.extension_text,
            first_last_day=first_last_day,
        )
        return write(LetterKind.EXTENSION, facts)


def fee(request: SubjectRequest, charged: Fee, *, at: datetime) -> Written:
    """We would ask a fee; you can withdraw first."""
    with translation.override(request.language):
        head = head_of(request, title=_("Voor uw verzoek vragen wij een vergoeding"), at=at)
        facts = FeeFacts(
            **_plain(head),
            amount=f"€ {formats.number_format(charged.amount, 2)}",
            ground=charged.get_ground_display(),
            reasons=charged.reasons,
        )
        return write(LetterKind.FEE, facts)


def withdrawn(request: SubjectRequest, *, at: datetime) -> Written:
    """You withdrew the request: we stop."""
    day = request.withdrawn_on
    if day is None:
        raise ValueError("a request that is not withdrawn has no such letter")
    with translation.override(request.language):
        head = head_of(request, title=_("Uw verzoek is ingetrokken"), at=at)
        facts = WithdrawnFacts(**_plain(head), withdrawn_on=day, reason=request.withdrawal_reason)
        return write(LetterKind.WITHDRAWN, facts)


def other_right(request: SubjectRequest, *, at: datetime) -> Written:
    """A parent without authority has another right: to hear how the child does (BW 1:377c)."""
    with translation.override(request.language):
        title = _("Welke informatie u als ouder wel kunt krijgen")
        return write(LetterKind.OTHER_RIGHT, head_of(request, title=title, at=at))


def _plain(head: Head) -> dict[str, Any]:
    return {**asdict(head), "contacts": head.contacts}
