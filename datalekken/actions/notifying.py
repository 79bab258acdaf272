"""Notifying the AP: the answers that only its form asks, and what was sent, frozen (AVG 33)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from datalekken.choices import DocumentKind, NotificationKind
from datalekken.letters.dossier import (
    breach_facts,
    draft_notice,
    frozen_content,
    notification_html,
)
from datalekken.models import ApNumber, Breach, Notification, NotificationPaper, locked, locked_in
from datalekken.rules.clocks import known_at
from datalekken.rules.notification import (
    Sent,
    answer_problems,
    digest,
    kept,
    plain,
    recording_problems,
)
from datalekken.rules.states import OPEN
from privacyboard.audit.acts import ActRefused, refuse_second, refused
from privacyboard.documents import rendering, storage
from privacyboard.documents.press import Press
from privacyboard.documents.rules import PDF
from privacyboard.organisation.models import User

# So many at a time are held by one worker; others take the next.
BATCH = 20


class DossiersNotMade(RuntimeError):
    """Notifications of which no PDF could be made wait on; the others were made."""


@transaction.atomic
def keep_answers(
    *,
    breach: Breach,
    answers: Mapping[str, Any],
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Breach:
    """Keep what the forms ask and no other field tells. Raises ActRefused, per question."""
    held = locked_in(breach, OPEN)
    refuse_second(held, seen=seen)
    problems = answer_problems(answers)
    if problems:
        raise ActRefused(problems)
    held.form_answers = {
        key: plain(value) if isinstance(value, str) else value
        for key, value in kept(answers).items()
    }
    held.record(by=by, why="gegevens voor de melding bij de AP")
    return held


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What was sent to the AP: which kind, when, under which number, by whom (else by who acts)."""

    kind: str
    sent_at: datetime
    ap_number: str = ""
    sender: User | None = None
    delay_reason: str = ""
    withdrawal_reason: str = ""


@transaction.atomic
def record_notification(
    *,
    breach: Breach,
    delivery: Delivery,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Notification:
    """Freeze both forms as they are, with what was sent to the AP (AVG 33(1), 33(4)).

    The worker makes the PDF. Raises ActRefused with the field: a moment to come or before the board
    knew, a notification after the term without the reason for the delay, a withdrawal without its
    reason, or a follow-up of nothing.
    """
    held = locked_in(breach, OPEN)
    refuse_second(held, seen=seen)
    sent = _sent(held, delivery, at)
    problems = recording_problems(sent)
    if problems:
        raise ActRefused(problems)
    is_withdrawal = delivery.kind == NotificationKind.WITHDRAWAL
    sender = delivery.sender or by
    facts = breach_facts(held)
    notice = replace(
        draft_notice(held, facts, by=sender, at=delivery.sent_at),
        kind=NotificationKind(delivery.kind),
        delay_reason=plain(delivery.delay_reason) if sent.asks_delay else "",
        withdrawal_reason=plain(delivery.withdrawal_reason) if is_withdrawal else "",
    )
    content = frozen_content(facts, notice)
    number = held.notifications.aggregate(last=Max("number"))["last"] or 0
    made: Notification = Notification.objects.create(
        breach=held,
        number=number + 1,
        kind=notice.kind,
        sent_at=delivery.sent_at,
        ap_number=plain(delivery.ap_number),
        sender=sender,
        content=content,
        sha256=digest(content),
        delay_reason=notice.delay_reason,
        withdrawal_reason=notice.withdrawal_reason,
        recorded_at=at,
    )
    if held.notified_at is None:
        held.notified_at = delivery.sent_at
    held.record(by=by, why=f"melding {made.number} bij de AP: {notice.kind.label}")
    return made


def _sent(held: Breach, delivery: Delivery, at: datetime) -> Sent:
    last = held.notifications.last()
    return Sent(
        kind=delivery.kind,
        sent_at=delivery.sent_at,
        at=at,
        known_at=known_at(held.times),
        notify_by=held.notify_by,
        notifies=held.notifies,
        delay_reason=delivery.delay_reason,
        withdrawal_reason=delivery.withdrawal_reason,
        last_kind=last.kind if last else "",
        last_sent_at=last.sent_at if last else None,
        owes_reason=_owes_reason(held),
    )


def _owes_reason(held: Breach) -> bool:
    """Whether the times, changed since, made the notification late, and no reason was given."""
    if held.notified_at is None or held.notify_by is None or held.notified_at <= held.notify_by:
        return False
    return not held.notifications.exclude(delay_reason="").exists()


@transaction.atomic
def record_ap_number(
    *,
    notification: Notification,
    ap_number: str,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> ApNumber:
    """The number that the AP gave later, or the right one; also when the file is closed.

    What was frozen stands; the number stands beside it. Raises ActRefused.
    """
    held = locked(notification.breach)
    refuse_second(held, seen=seen)
    given = plain(ap_number).strip()
    if not given:
        raise refused("Vul het nummer in dat de AP gaf.", "ap_number")
    standing = Notification.objects.numbered().get(pk=notification.pk).known_number
    if given == standing:
        raise refused("Dit nummer staat er al.", "ap_number")
    made: ApNumber = notification.numbers.create(ap_number=given, recorded_at=at, recorded_by=by)
    why = f"nummer bij de AP van melding {notification.number}: {given}"
    held.record(by=by, why=f"{why} (was {standing})" if standing else why)
    return made


def make_waiting_dossiers(*, at: datetime) -> int:
    """Make the PDF of every notification that has none; returns how many were taken.

    Raises DossiersNotMade, when the others are made.
    """
    taken = 0
    failed: set[int] = set()
    with rendering.letter_press() as press:
        while batch := _make_batch(press, failed, at):
            taken += batch
    if failed:
        raise DossiersNotMade(f"{len(failed)} of {taken}")
    return taken


@transaction.atomic
def _make_batch(press: Press, failed: set[int], at: datetime) -> int:
    waiting = (
        # Of what was forgotten there is nothing to print any more.
        Notification.objects.filter(paper=None, breach__forgotten_at__isnull=True)
        .exclude(pk__in=failed)
        .select_related("breach", "sender")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("recorded_at", "id")[:BATCH]
    )
    held = {each.pk: each for each in waiting}
    for key, each in held.items():
        press.take(str(key), notification_html(each))
    for key, pdf in press.made("notification", failed):
        _keep(held[key], pdf, at)
    return len(held)


def _keep(made: Notification, pdf: bytes, at: datetime) -> None:
    breach = made.breach
    schools = list(breach.schools.all()[:2])
    document = storage.store(
        content=pdf,
        title=f"Melding {made.number} bij de AP ({breach.number})",
        file_name=f"{breach.number}-melding-{made.number}.pdf",
        media_type=PDF,
        kind=DocumentKind.DOSSIER,
        by=made.sender,
        at=at,
        # As everywhere: the log of a school does not tell of a confidential breach.
        school=schools[0] if len(schools) == 1 and not breach.is_confidential else None,
    )
    NotificationPaper.objects.create(notification=made, document=document)
