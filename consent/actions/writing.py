"""The letters of a round that runs: into the outbox in chunks, and once for each stage reminded.

A chunk is one transaction and holds its rows: other workers skip them, and what a killed worker
held waits again. The letter's key and the row of the reminder are the locks.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from consent.choices import InvitedBecause
from consent.letters.invitations import RoundWriter, address_of, borrowing
from consent.models import Invitation, Round
from consent.models.response import claim_reminders
from consent.rules.rounds import stage_day, stage_on
from privacyboard.mail import outbox
from privacyboard.organisation.models import User

CHUNK = 500


def write_invitations(*, by: User | None, at: datetime) -> int:
    """Put the invitation of everybody who has none yet in the outbox, or note that it goes on
    paper; returns how many were dealt with."""
    taken = 0
    writer = RoundWriter(at=at)
    for asked in Round.objects.running(timezone.localdate(at)):
        while count := _write_chunk(asked, writer, at):
            taken += count
    return taken


@transaction.atomic
def _write_chunk(asked: Round, writer: RoundWriter, at: datetime) -> int:
    waiting = (
        asked.invitations.to_write()
        .filter(because=InvitedBecause.ROUND)
        .select_related("guardian", "pupil", "school")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")[:CHUNK]
    )
    invitations = list(waiting)
    borrowed = borrowing(each.pupil_id for each in invitations)
    by_mail = [(each, to) for each in invitations if (to := address_of(each, borrowed))]
    outbox.queue_all([writer.invitation(each, asked, to) for each, to in by_mail], at=at)
    mailed = {each.pk for each, _to in by_mail}
    on_paper = {each.pk for each in invitations} - mailed
    Invitation.objects.filter(pk__in=mailed).update(queued_at=at)
    Invitation.objects.filter(pk__in=on_paper).update(on_paper_since=at)
    return len(invitations)


def remind_of_rounds(*, by: User | None, at: datetime) -> int:
    """Remind who has not answered every question; returns how many letters were queued."""
    today = timezone.localdate(at)
    writer = RoundWriter(at=at)
    reminded = 0
    for asked in Round.objects.running(today):
        stage = stage_on(asked.reminder_days, closes_on=asked.closes_on, on=today)
        if stage is not None:
            while count := _remind_chunk(asked, stage, writer, at):
                reminded += count
    return reminded


@transaction.atomic
def _remind_chunk(asked: Round, stage: int, writer: RoundWriter, at: datetime) -> int:
    keys = claim_reminders(
        asked,
        stage=stage,
        # Who was asked on the day of this reminder or later has just had a letter.
        asked_before=stage_day(stage, asked.closes_on),
        most=CHUNK,
        at=at,
    )
    rows = Invitation.objects.filter(pk__in=keys).select_related("guardian", "pupil", "school")
    invitations = list(rows.order_by("pk"))
    borrowed = borrowing(each.pupil_id for each in invitations)
    letters = [
        writer.reminder(each, asked, to, stage=stage)
        for each in invitations
        if (to := address_of(each, borrowed))
    ]
    outbox.queue_all(letters, at=at)
    return len(keys)
