"""A text changed: who said yes to the old one is asked again, when the office says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from consent.choices import InvitedBecause
from consent.letters.changed import ChangedWriter
from consent.letters.invitations import address_of, borrowing, who_is_asked
from consent.models import Invitation, Question
from consent.models.basis import rests_on_consent
from consent.models.touched import people_touched
from privacyboard.audit.acts import refused
from privacyboard.mail import outbox
from privacyboard.organisation.models import Guardian, Pupil, User

CHUNK = 500


@dataclass(frozen=True)
class AskedAgain:
    """How many get an e-mail, and how many a letter on paper: without an address that works."""

    mailed: int
    on_paper: int


@transaction.atomic
def ask_now(*, question: Question, by: User | None, at: datetime) -> AskedAgain:
    """Invite everybody whose yes no longer holds because the text changed.

    The sweep of letters writes to them; who has no address that works gets the letter on paper.
    Who was invited since this version is not invited again. Raises ActRefused.
    """
    held: Question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    text = held.texts.filter(asks_again=True).first()
    if text is None:
        raise refused("Er is geen tekst die opnieuw vraagt.")
    if not rests_on_consent(held.activity):
        raise refused("De verwerking rust niet meer op toestemming. Pas eerst het register aan.")
    since = Invitation.objects.filter(because=InvitedBecause.CHANGED, made_at__gte=text.made_at)
    asked = set(since.values_list("guardian", "pupil"))
    people = [
        each
        for each in people_touched(held, before=text.number, at=at)
        if (each.guardian, each.pupil) not in asked
    ]
    able = _with_address(
        {each.guardian for each in people if each.guardian is not None},
        {each.pupil for each in people if each.pupil is not None},
    )
    rows = [
        Invitation(
            because=InvitedBecause.CHANGED,
            guardian_id=each.guardian,
            pupil_id=each.pupil,
            school_id=each.school,
            made_at=at,
        )
        for each in people
    ]
    Invitation.objects.bulk_create(rows, batch_size=1000)
    mailed = sum((each.guardian, each.pupil) in able for each in people)
    return AskedAgain(mailed, len(rows) - mailed)


def _with_address(guardians: set[int], pupils: set[int]) -> set[tuple[int | None, int | None]]:
    found = Guardian.objects.filter(~Q(email=""), pk__in=guardians, unreachable_since=None)
    own = Pupil.objects.filter(~Q(email=""), pk__in=pupils).exclude(pk__in=borrowing(pupils))
    able: set[tuple[int | None, int | None]] = {
        (pk, None) for pk in found.values_list("pk", flat=True)
    }
    return able | {(None, pk) for pk in own.values_list("pk", flat=True)}


def write_to_asked_again(*, at: datetime) -> int:
    """Put the letters of everybody who is asked again in the outbox; returns how many."""
    writer, written = ChangedWriter(at=at), 0
    while count := _write_chunk(writer, at):
        written += count
    return written


@transaction.atomic
def _write_chunk(writer: ChangedWriter, at: datetime) -> int:
    rows = (
        Invitation.objects.to_write()
        .filter(because=InvitedBecause.CHANGED)
        .select_related("guardian", "pupil", "school")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")[:CHUNK]
    )
    invitations = list(rows)
    borrowed = borrowing(each.pupil_id for each in invitations)
    by_mail = [(each, to) for each in invitations if (to := address_of(each, borrowed))]
    outbox.queue_all([writer.posting(each, who_is_asked(each), to) for each, to in by_mail], at=at)
    mailed = {each.pk for each, _to in by_mail}
    on_paper = {each.pk for each in invitations} - mailed
    Invitation.objects.filter(pk__in=mailed).update(queued_at=at)
    Invitation.objects.filter(pk__in=on_paper).update(on_paper_since=at)
    return len(invitations)
