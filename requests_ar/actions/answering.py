"""The answer: its ten items, and how it reaches the person who is to have it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from privacyboard.audit.acts import ActRefused, day_problem, last_act, refuse_second, refused
from privacyboard.mail.outbox import NoAddress
from privacyboard.organisation.models import User
from requests_ar.actions.afterwards import plan_recipients
from requests_ar.actions.writing import send_letter
from requests_ar.choices import CodeWay, DeliveryWay, LetterWay, RequestState
from requests_ar.letters import delivery as letters
from requests_ar.letters.answers import (
    addressee,
    contents_of,
    decision_as_it_stands,
    gives_access,
    items_of,
    lacks_copy,
    sending_problems,
    wants_link,
)
from requests_ar.models import (
    AnswerItem,
    Delivery,
    RequestLetter,
    RequestPerson,
    SubjectRequest,
    locked,
    step,
)
from requests_ar.rules.answer_items import Item
from requests_ar.rules.states import Step

MOST_TRIES = 5
CODE_DIGITS = 8


class WrongCode(ValueError):
    """Not the code of this answer; `left` tries remain."""

    def __init__(self, left: int) -> None:
        self.left = left
        super().__init__(f"{left}")


class AnswerShut(ValueError):
    """No code opens this answer: too many tries, no code made yet, or the time has run out."""


@dataclass(frozen=True)
class Sent:
    """How the answer leaves, and on which day.

    `why_this_way`: why not by link where that was asked; `why_no_copy`: why without files.
    """

    way: str
    on: date
    why_this_way: str = ""
    why_no_copy: str = ""


@transaction.atomic
def fill_items(
    *,
    request: SubjectRequest,
    items: Sequence[Item],
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> list[AnswerItem]:
    """Keep the ten items as somebody read and corrected them. Empty ones are kept too.

    `seen` is the edition of the items that was on the screen. Raises ActRefused.
    """
    held = locked(request)
    if held.state not in {RequestState.IN_PROGRESS, RequestState.DECIDED}:
        raise refused(f"Het verzoek is “{RequestState(held.state).label}”. {last_act(held)}")
    present = {each.item: each for each in held.items.select_for_update()}
    refuse_second(*present.values(), seen=seen)
    kept = []
    for item in items:
        row = present.get(item.number) or AnswerItem(request=held, item=item.number)
        if row.pk is None or (row.text, row.why_empty) != (item.text, item.why_empty):
            row.text, row.why_empty = item.text, item.why_empty
            row.record(by=by, why="antwoord bijgewerkt")
        kept.append(row)
    return kept


@transaction.atomic
def send_answer(*, request: SubjectRequest, sent: Sent, by: User | None, at: datetime) -> Delivery:
    """Send the answer by link, or record that it was posted or handed over. Raises ActRefused.

    The term ends on the day it left. By link the mail says only that a letter waits.
    """
    held = locked(request)
    step(held, Step.ANSWER)
    today = timezone.localdate(at)
    to = addressee(held, on=today)
    problems = sending_problems(held, way=sent.way, to=to, on=today)
    problems |= _unexplained(held, sent)
    on = today if sent.way == DeliveryWay.LINK else sent.on
    decided = timezone.localdate(held.decided_at) if held.decided_at else held.received_on
    if wrong := day_problem(on, at=at, not_before=decided):
        problems["on"] = wrong
    if problems:
        raise ActRefused(problems)
    letter = _write_decision(held, to=to, by=by, at=at)
    by_link = sent.way == DeliveryWay.LINK
    letter.way = LetterWay.EMAIL if by_link else LetterWay.PAPER
    letter.posted_on = None if by_link else on
    letter.save(update_fields=["way", "posted_on"])
    delivery = Delivery(
        request=held,
        way=sent.way,
        why_this_way=sent.why_this_way.strip(),
        why_no_copy=sent.why_no_copy.strip(),
        delivered_on=on,
        delivered_by=by,
    )
    if sent.way == DeliveryWay.LINK:
        delivery.expires_at = at + timedelta(days=letters.DAYS)
    delivery.record(by=by, why=f"antwoord aan {to.name}")
    held.answered_on = on
    held.record(by=by, why="antwoord verstuurd")
    plan_recipients(request=held, contents=contents_of(held), by=by, at=at)
    if sent.way == DeliveryWay.LINK:
        _mail(delivery, to=to, at=at)
    return delivery


def _unexplained(request: SubjectRequest, sent: Sent) -> dict[str, str]:
    """Asked electronically and sent otherwise, or access without a copy: which reason misses."""
    problems = {}
    asks_why = sent.way != DeliveryWay.LINK and wants_link(request)
    if asks_why and not sent.why_this_way.strip():
        problems["why_this_way"] = (
            "Het verzoek kwam digitaal binnen. Schrijf op waarom het antwoord anders gaat."
        )
    if lacks_copy(request) and not sent.why_no_copy.strip():
        problems["why_no_copy"] = (
            "Bij inzage hoort een kopie van de gegevens. Kruis bestanden aan in het dossier, of "
            "schrijf op waarom er geen meegaan."
        )
    return problems


def _write_decision(
    request: SubjectRequest, *, to: RequestPerson, by: User | None, at: datetime
) -> RequestLetter:
    """The letter that goes along with the answer, with the ten items where access is given."""
    if gives_access(request):
        # What is told is kept: the register may say something else tomorrow.
        fill_items(request=request, items=items_of(request), by=by, at=at)
    written = decision_as_it_stands(request, at=at)
    return send_letter(request=request, written=written, to=to, with_mail=False, by=by, at=at)


def _mail(delivery: Delivery, *, to: RequestPerson, at: datetime) -> None:
    try:
        letters.answer_waits(delivery, to=to, at=at)
    except NoAddress:
        raise refused(f"Het e-mailadres van {to.name} klopt niet. Verbeter het.", "way") from None


def _sent(delivery: Delivery) -> None:
    """Raises ActRefused unless the request is answered: only then a link is at work."""
    request = locked(delivery.request)
    if request.state not in {RequestState.ANSWERED, RequestState.CLOSED}:
        raise refused(f"Het verzoek is “{RequestState(request.state).label}”. {last_act(request)}")


def _held(delivery: Delivery) -> Delivery:
    held: Delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if held.way != DeliveryWay.LINK:
        raise refused("Dit antwoord ging niet met een link.")
    return held


@transaction.atomic
def tell_code(*, delivery: Delivery, way: str, reason: str, by: User | None, at: datetime) -> str:
    """Make a new code and return it, to be told now; an older code no longer serves.

    By another way than the link: telephone, desk, paper. A second e-mail only with a reason.
    """
    _sent(delivery)
    held = _held(delivery)
    if held.expires_at is None or at > held.expires_at:
        raise refused("De link is verlopen. Stuur eerst een nieuwe link.")
    if way not in CodeWay.values:
        raise refused("Kies hoe u de code vertelt.", "way")
    if way == CodeWay.SECOND_MAIL and not reason.strip():
        raise refused("Schrijf op waarom het niet anders kan.", "reason")
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    held.code_hash = make_password(code)
    held.code_way, held.code_reason, held.wrong_codes = way, reason[:300], 0
    held.record(by=by, why="code gemaakt en verteld")
    if way == CodeWay.SECOND_MAIL:
        to = addressee(held.request, on=held.delivered_on)
        edition = held.history.count()
        try:
            letters.answer_code(held, to=to, code=code, edition=edition, at=at)
        except NoAddress:
            raise refused("Er is geen e-mailadres bekend. Vertel de code anders.", "way") from None
    return code


@transaction.atomic
def renew_link(*, delivery: Delivery, by: User | None, at: datetime) -> Delivery:
    """Mail a new link for another thirty days; the old one and its code no longer serve."""
    _sent(delivery)
    held = _held(delivery)
    held.link_number += 1
    held.code_hash, held.code_way, held.code_reason, held.wrong_codes = "", "", "", 0
    held.expires_at = at + timedelta(days=letters.DAYS)
    held.record(by=by, why="nieuwe link gestuurd")
    to = addressee(held.request, on=timezone.localdate(at))
    if not to.email:
        raise refused(f"Van {to.name} is geen e-mailadres bekend.")
    _mail(held, to=to, at=at)
    return held


def open_answer(*, delivery: Delivery, code: str, by: User | None, at: datetime) -> Delivery:
    """Let in who has the code. Raises WrongCode, and AnswerShut after five wrong ones.

    A try is counted before it is looked at, and stays counted whatever follows.
    """
    with transaction.atomic():
        held = _held(delivery)
        shut = held.expires_at is None or at > held.expires_at or not held.code_hash
        if shut or held.wrong_codes >= MOST_TRIES:
            raise AnswerShut
        held.wrong_codes += 1
        held.record(by=by, why="code ingevuld")
    digits = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    if not check_password(digits, held.code_hash):
        if held.wrong_codes >= MOST_TRIES:
            raise AnswerShut
        raise WrongCode(MOST_TRIES - held.wrong_codes)
    with transaction.atomic():
        held = _held(delivery)
        held.wrong_codes = 0
        held.record(by=by, why="code klopt")
    return held


@transaction.atomic
def count_download(*, delivery: Delivery, by: User | None, at: datetime) -> Delivery:
    """The person fetched a file of the answer."""
    held = _held(delivery)
    held.downloads += 1
    held.last_download_at = at
    held.record(by=by, why="antwoord opgehaald")
    return held
