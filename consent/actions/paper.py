"""Who has no address gets the letter on paper, through the school: made by the worker.

One file for each school and reason (a round, a changed text, sixteen years old), in the order of
its classes, each with its bookmark. A file's letters are one transaction: a killed worker leaves
them waiting, never half made.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from consent.choices import DocumentKind, InvitedBecause
from consent.letters.on_paper import PaperWriter, bundle_title, group_of
from consent.models import Invitation, Round
from privacyboard.audit.acts import day_problem, refused
from privacyboard.documents import rendering, storage
from privacyboard.documents.binding import bind_letters
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.press import Press
from privacyboard.documents.rules import PDF
from privacyboard.organisation.models import User
from privacyboard.organisation.rules import group_key

# So many letters in one file: who hands them out can hold them in a hand.
BUNDLE = 250
# Asked whenever it happens, and not between two days.
_ALWAYS = (InvitedBecause.CHANGED, InvitedBecause.SIXTEEN)


class LettersNotMade(RuntimeError):
    """Letters that could not be made wait on; the others were made."""


def print_invitations(*, at: datetime) -> int:
    """Print every letter on paper that waits; returns how many were made.

    Raises LettersNotMade, when the others are made.
    """
    piles = _piles(timezone.localdate(at))
    made, failed = 0, set[int]()
    if not piles:
        return 0
    with rendering.letter_press() as press:
        for pile in piles:
            while count := _print_pile(press, pile, failed, at):
                made += count
    if failed:
        raise LettersNotMade(f"{len(failed)} of {made + len(failed)}")
    return made


class Pile(NamedTuple):
    """Letters that go in one file: of one school, for one reason."""

    because: str
    round: int | None
    school: int


def _piles(day: date) -> list[Pile]:
    """The files to make; a round only while it runs."""
    running = Round.objects.running(day).order_by().values("pk")
    waiting = Invitation.objects.to_print().filter(
        Q(because=InvitedBecause.ROUND, round__in=running) | Q(because__in=_ALWAYS)
    )
    # While some letters are still to be written, a pile is not complete.
    unwritten = Invitation.objects.to_write().values_list("because", "round")
    busy = set(unwritten.order_by().distinct())
    found = waiting.order_by("because", "round", "school").distinct()
    piles = [Pile(*row) for row in found.values_list("because", "round", "school")]
    return [each for each in piles if (each.because, each.round) not in busy]


@transaction.atomic
def _print_pile(press: Press, pile: Pile, failed: set[int], at: datetime) -> int:
    """Print the next letters of one school into one file; how many were looked at."""
    held = (
        Invitation.objects.to_print()
        .filter(**pile._asdict())
        .exclude(pk__in=failed)
        .select_related("guardian", "pupil", "school", "round")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")[:BUNDLE]
    )
    invitations = list(held)
    if not invitations:
        return 0
    writer = PaperWriter(at=at)
    groups: dict[int, str] = {}
    needless: list[int] = []
    for each in invitations:
        family = writer.family(each)
        groups[each.pk] = group_of(each, family)
        if page := writer.page(each, family):
            press.take(str(each.pk), page)
        else:
            needless.append(each.pk)
    # Nothing is asked of them any more: they are done, without a letter.
    Invitation.objects.filter(pk__in=needless).update(on_paper_since=None, queued_at=at)
    printed = dict(press.made("letter of invitation", failed))
    made = [each for each in invitations if each.pk in printed]
    made.sort(key=lambda each: (group_key(groups[each.pk]), _sort_name(each), each.pk))
    if made:
        pages = [(groups[each.pk] or "Zonder groep", printed[each.pk]) for each in made]
        bundle = _keep(invitations[0], bind_letters(pages), at)
        Invitation.objects.filter(pk__in=[each.pk for each in made]).update(document=bundle)
    return len(invitations)


def _sort_name(invitation: Invitation) -> str:
    who = invitation.guardian or invitation.pupil
    return str(who.sort_name) if who is not None else ""


def _keep(first: Invitation, pdf: bytes, at: datetime) -> StoredDocument:
    """The name of a file and of a document tells no person: logs repeat them."""
    school = first.school
    return storage.store(
        content=pdf,
        title=bundle_title(first),
        file_name=f"toestemming-{first.round_id or first.because}-{school.slug}.pdf",
        media_type=PDF,
        kind=DocumentKind.LETTER,
        by=None,
        at=at,
        school=school,
    )


@transaction.atomic
def hand_over_all(
    *, document: StoredDocument, handed_on: date, by: User | None, at: datetime
) -> int:
    """Note that the school handed over the letters of a file; how many. Raises ActRefused."""
    letters = Invitation.objects.to_hand_over().filter(document=document)
    held = list(letters.select_for_update(of=("self",)).values_list("pk", flat=True))
    if not held:
        raise refused("Deze brieven zijn al meegegeven.")
    if problem := day_problem(handed_on, at=at, not_before=timezone.localdate(document.stored_at)):
        raise refused(problem, "handed_on")
    Invitation.objects.filter(pk__in=held).update(handed_on=handed_on)
    return len(held)
