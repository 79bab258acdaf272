"""Mail that did not arrive: the guardian is marked, mail stops, and the letter goes on paper."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from consent.models import Invitation
from privacyboard.clockwork.models import Reminder
from privacyboard.clockwork.reminders import claim
from privacyboard.clockwork.turns import in_turn
from privacyboard.mail.bounces import COMPLAINT
from privacyboard.mail.models import UNDELIVERED, OutboundLetter
from privacyboard.organisation.choices import Unreachable
from privacyboard.organisation.models import Guardian, User

BATCH = 200
_KIND = "consent.unreachable"
_STAGE = "seen"
_INVITATION = Invitation._meta.label_lower
_GUARDIAN = Guardian._meta.label_lower
# The mail server refused the address itself; a refusal of our text says nothing about it.
_REFUSED = "SMTPRecipientsRefused 5"
State = OutboundLetter.State


def mark_unreachable(*, by: User | None, at: datetime) -> int:
    """Deal with every letter to a family that did not arrive, once; how many that were.

    Raises the first problem, when all had their turn.
    """
    seen, after = 0, 0
    with in_turn() as turn:
        while keys := _unseen(after):
            for key in keys:
                with turn():
                    seen += _deal_with(key, by, at)
            after = keys[-1]
    return seen


def _unseen(after: int) -> list[int]:
    """The next letters that nobody dealt with."""
    dealt_with = Reminder.objects.filter(
        subject_type=OutboundLetter._meta.label_lower,
        subject_id=Cast(OuterRef("pk"), CharField()),
        kind=_KIND,
    )
    letters = OutboundLetter.objects.filter(
        ~Exists(dealt_with),
        state__in=UNDELIVERED,
        about_type__in=[_INVITATION, _GUARDIAN],
        pk__gt=after,
    )
    return list(letters.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _deal_with(key: int, by: User | None, at: datetime) -> int:
    letter = OutboundLetter.objects.defer("text", "html").get(pk=key)
    if not claim(subject=letter, kind=_KIND, stage=_STAGE, at=at):
        return 0
    about = int(letter.about_id)
    if letter.about_type == _GUARDIAN:
        _mark(about, letter, by, at)
        return 1
    invitation = Invitation.objects.filter(pk=about).first()
    if invitation is None:
        return 1
    if invitation.number > 1 and not letter.key.startswith(invitation.key):
        return 1  # a letter to an earlier address: another one went out since
    if invitation.guardian_id is not None:
        _mark(invitation.guardian_id, letter, by, at)
    # Also when only our text was refused: somebody has to hear it some other way.
    unhanded = Invitation.objects.filter(pk=about, on_paper_since=None, document=None)
    unhanded.update(on_paper_since=at)
    return 1


def _mark(key: int, letter: OutboundLetter, by: User | None, at: datetime) -> None:
    """Stop mail to this address, unless it was changed since."""
    held = Guardian.objects.select_for_update().filter(pk=key).first()
    if held is None or held.unreachable_since is not None or held.email != letter.to.lower():
        return
    if letter.state == State.BOUNCED:
        complained = letter.last_error == COMPLAINT
        why = Unreachable.COMPLAINT if complained else Unreachable.BOUNCED
    elif letter.last_error.startswith(_REFUSED):
        why = Unreachable.REFUSED
    else:
        return
    held.unreachable_since, held.unreachable_why = at, why
    held.record(by=by, why=str(why.label))
