"""Who has no address gets the letter on paper, through the school: made by the worker.

One file for each school, in the order of its classes, each with its bookmark. A school's letters
are one transaction: a killed worker leaves them waiting, never half made.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from pypdf import PdfWriter

from consent.choices import DocumentKind, InvitedBecause
from consent.letters.invitations import RoundWriter, bundle_title, group_of
from consent.models import Invitation, Round
from privacyboard.audit.acts import day_problem, refused
from privacyboard.documents import rendering, storage
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.press import Press, kind_of
from privacyboard.documents.printing import Printed
from privacyboard.documents.rules import PDF
from privacyboard.organisation.models import School, User
from privacyboard.organisation.rules import group_key

logger = logging.getLogger(__name__)

# So many letters in one file: who hands them out can hold them in a hand.
BUNDLE = 250


class LettersNotMade(RuntimeError):
    """Letters that could not be made wait on; the others were made."""


def print_invitations(*, at: datetime) -> int:
    """Print every letter on paper that waits; returns how many were made.

    Raises LettersNotMade, when the others are made.
    """
    rounds = {each.pk: each for each in Round.objects.running(timezone.localdate(at))}
    waiting = Invitation.objects.to_print().filter(because=InvitedBecause.ROUND, round__in=rounds)
    # While some letters of a school are still to be written, its pile is not complete.
    unwritten = Invitation.objects.to_write().filter(round__in=rounds).values("round")
    piles = waiting.exclude(round__in=unwritten).order_by().values_list("round", "school")
    made, failed = 0, set[int]()
    with rendering.letter_press() as press:
        for round_key, school in sorted(set(piles)):
            while count := _print_pile(press, rounds[round_key], school, failed, at):
                made += count
    if failed:
        raise LettersNotMade(f"{len(failed)} of {made + len(failed)}")
    return made


@transaction.atomic
def _print_pile(press: Press, asked: Round, school: int, failed: set[int], at: datetime) -> int:
    """Print the next letters of one school into one file; how many were looked at."""
    held = (
        Invitation.objects.to_print()
        .filter(round=asked, school=school, because=InvitedBecause.ROUND)
        .exclude(pk__in=failed)
        .select_related("guardian", "pupil", "school")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")[:BUNDLE]
    )
    invitations = list(held)
    if not invitations:
        return 0
    writer = RoundWriter(at=at)
    groups: dict[int, str] = {}
    for each in invitations:
        family = writer.family(each)
        groups[each.pk] = group_of(each, family)
        press.take(str(each.pk), writer.page(each, asked, family))
    printed: dict[int, bytes] = {}
    for name, outcome in press.outcomes():
        if isinstance(outcome, Printed):
            printed[int(name)] = outcome.pdf
        else:
            logger.error("letter of invitation %s could not be made: %s", name, kind_of(outcome))
            failed.add(int(name))
    made = [each for each in invitations if each.pk in printed]
    made.sort(key=lambda each: (group_key(groups[each.pk]), _sort_name(each), each.pk))
    if made:
        pages = [(groups[each.pk], printed[each.pk]) for each in made]
        bundle = _keep(asked, invitations[0].school, _bound(pages), at)
        Invitation.objects.filter(pk__in=[each.pk for each in made]).update(document=bundle)
    return len(invitations)


def _sort_name(invitation: Invitation) -> str:
    who = invitation.guardian or invitation.pupil
    return str(who.sort_name) if who is not None else ""


def _bound(letters: Sequence[tuple[str, bytes]]) -> bytes:
    """All letters in one file, with a bookmark where a class begins."""
    writer = PdfWriter()
    last = None
    for group, pdf in letters:
        first_page = len(writer.pages)
        writer.append(io.BytesIO(pdf), import_outline=False)
        if group != last:
            writer.add_outline_item(title=group or "Zonder groep", page_number=first_page)
            last = group
    writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _keep(asked: Round, school: School, pdf: bytes, at: datetime) -> StoredDocument:
    return storage.store(
        content=pdf,
        title=bundle_title(asked, school),
        file_name=f"toestemming-{asked.pk}-{school.slug}.pdf",
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
