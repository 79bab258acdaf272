"""What a notification must say before it can be recorded (AVG 33(1), 33(4)), and its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datalekken.choices import NotificationKind
from datalekken.rules.notification.facts import plain


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What somebody says was sent to the AP. `at`: now; `last_*`: the notification before it.

    `owes_reason`: it follows one that turned out late afterwards, and nobody wrote down why.
    """

    kind: str
    sent_at: datetime
    at: datetime
    known_at: datetime | None
    notify_by: datetime | None
    notifies: bool | None
    delay_reason: str = ""
    withdrawal_reason: str = ""
    last_kind: str = ""
    last_sent_at: datetime | None = None
    owes_reason: bool = False

    @property
    def is_new(self) -> bool:
        return self.kind in {NotificationKind.COMPLETE, NotificationKind.PRELIMINARY}

    @property
    def is_late(self) -> bool:
        """Whether a new notification came after the term; its last moment is in time."""
        return self.is_new and self.notify_by is not None and self.sent_at > self.notify_by

    @property
    def asks_delay(self) -> bool:
        """Whether the reason for the delay belongs in it (AVG 33(1))."""
        return self.is_late or (self.kind == NotificationKind.FOLLOW_UP and self.owes_reason)


def recording_problems(sent: Sent) -> Mapping[str, str]:
    """What is missing or cannot be, in words per field; empty when it can be recorded.

    A notification after the term asks the reason for the delay; a follow-up or a withdrawal asks an
    earlier notification that still stands; a decision not to notify is first taken back.
    """
    problems = dict(_moment_problem(sent))
    stands = sent.last_kind not in ("", NotificationKind.WITHDRAWAL)
    if sent.is_new and stands:
        problems["kind"] = "Er is al een melding. Kies “aanvulling” of “intrekking”."
    elif sent.is_new and sent.notifies is False:
        problems["kind"] = "Besloten is om niet te melden. Heropen het dossier en beslis opnieuw."
    elif not sent.is_new and not stands:
        problems["kind"] = "Er is nog geen melding om aan te vullen of in te trekken."
    if sent.asks_delay and not plain(sent.delay_reason):
        problems["delay_reason"] = (
            "Dit is later dan de termijn. Schrijf op waarom (AVG, artikel 33 lid 1)."
            if sent.is_late
            else "De eerste melding was later dan de termijn. Schrijf op waarom (AVG, artikel 33 "
            "lid 1)."
        )
    is_withdrawal = sent.kind == NotificationKind.WITHDRAWAL
    if is_withdrawal and not plain(sent.withdrawal_reason):
        problems["withdrawal_reason"] = "Schrijf op waarom u de melding intrekt."
    return problems


def _moment_problem(sent: Sent) -> Mapping[str, str]:
    if sent.sent_at > sent.at:
        return {"sent_at": "Dit moment is nog niet geweest. Controleer datum en tijd."}
    if sent.known_at is None:
        return {"": "Leg eerst bij “tijden” vast wanneer u het zeker wist. Daarna kan dit."}
    if sent.sent_at < sent.known_at:
        return {"sent_at": "Toen wist u het nog niet zeker. Controleer datum en tijd."}
    if sent.last_sent_at is not None and sent.sent_at < sent.last_sent_at:
        return {"sent_at": "Dit ligt voor de vorige melding. Controleer datum en tijd."}
    return {}


def digest(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a frozen notification, whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
