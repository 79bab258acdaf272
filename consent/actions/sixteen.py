"""At sixteen the pupil decides (UAVG 5): each is asked once, by e-mail or by a letter from school.

Late runs heal: who turned sixteen in the past year and was not asked yet is asked. Who is older
when the school first brings in its pupils is asked by the yearly round.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from consent.choices import DocumentKind, InvitedBecause
from consent.letters.sixteen import SixteenWriter
from consent.models import Answer, Invitation, LanguageRelease, Question
from consent.models.sixteen import just_sixteen
from privacyboard.documents import rendering, storage
from privacyboard.documents.press import Press, kind_of
from privacyboard.documents.printing import Printed
from privacyboard.documents.rules import PDF
from privacyboard.mail.outbox import NoAddress
from privacyboard.organisation.models import Pupil

logger = logging.getLogger(__name__)

BATCH = 100
_WRITTEN = ["queued_at", "on_paper_since", "document"]


class LettersNotMade(RuntimeError):
    """Letters that could not be made wait on; the others were made."""


def ask_sixteen(*, at: datetime) -> int:
    """Ask every pupil who turned sixteen and was not asked; returns how many letters were made.

    Whose e-mail came back gets the letter on paper. Raises LettersNotMade when the others are made.
    """
    day = timezone.localdate(at)
    schools = _asking_schools()
    asked, failed = 0, set[int]()
    with rendering.letter_press() as press:
        while keys := _due(day, schools, failed):
            asked += _ask(keys, press, failed, at=at)
        if Invitation.objects.to_print().filter(because=InvitedBecause.SIXTEEN).exists():
            asked += _print_returned(press, failed, at=at)
    if failed:
        raise LettersNotMade(f"{len(failed)} of {asked + len(failed)}")
    return asked


def _asking_schools() -> Q:
    """Schools where there is anything to ask."""
    questions = Question.objects.askable()
    if questions.filter(all_schools=True).exists():
        return Q()
    return Q(school__in=questions.values("schools"))


def _due(day: date, schools: Q, failed: set[int]) -> list[int]:
    """The next pupils to ask: not asked for this reason, and without an answer of their own."""
    asked = Invitation.objects.filter(because=InvitedBecause.SIXTEEN, pupil=OuterRef("pk"))
    own = Answer.objects.filter(pupil=OuterRef("pk"), guardian__isnull=True)
    rows = (
        just_sixteen(day)
        .filter(schools, ~Exists(asked), ~Exists(own))
        .exclude(pk__in=failed)
        .order_by("born_on", "pk")
    )
    keys = rows.values_list("pk", flat=True)
    return list(keys[:BATCH])


@transaction.atomic
def _ask(keys: Sequence[int], press: Press, failed: set[int], *, at: datetime) -> int:
    """Invite these pupils, and make their letters; who fails is noted and waits."""
    rows = Pupil.objects.select_related("school").select_for_update(of=("self",))
    held = list(rows.filter(pk__in=keys).order_by("pk"))
    # Asked anew with the rows held: another worker may have been here.
    done = Invitation.objects.filter(because=InvitedBecause.SIXTEEN, pupil__in=keys)
    seen = set(done.values_list("pupil", flat=True))
    writer = SixteenWriter(at=at, released=_released())
    made = [(pupil, _invitation(pupil, at)) for pupil in held if pupil.pk not in seen]
    Invitation.objects.bulk_create([each for _pupil, each in made])
    problems = [each for each in made if each[0].email and not _mail(writer, *each, at)]
    on_paper = {str(pupil.pk): (pupil, each) for pupil, each in made if not pupil.email}
    for name, (pupil, _each) in on_paper.items():
        press.take(name, writer.page(pupil))
    for name, outcome in press.outcomes():
        if isinstance(outcome, Printed):
            _keep(on_paper[name][1], outcome.pdf, at)
        else:
            logger.error("letter of sixteen %s could not be made: %s", name, kind_of(outcome))
            problems.append(on_paper[name])
    Invitation.objects.bulk_update([each for _pupil, each in made], _WRITTEN)
    failed.update(pupil.pk for pupil, _each in problems)
    Invitation.objects.filter(pk__in=[each.pk for _pupil, each in problems]).delete()
    return len(made) - len(problems)


@transaction.atomic
def _print_returned(press: Press, failed: set[int], *, at: datetime) -> int:
    """On paper for whom the e-mail did not reach."""
    waiting = Invitation.objects.to_print().filter(because=InvitedBecause.SIXTEEN)
    rows = waiting.exclude(pupil__in=failed).select_related("pupil", "school", "pupil__school")
    held = rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:BATCH]
    by_name = {str(each.pk): each for each in held}
    writer = SixteenWriter(at=at, released=_released())
    for name, each in by_name.items():
        press.take(name, writer.page(each.pupil))
    printed = []
    for name, outcome in press.outcomes():
        if isinstance(outcome, Printed):
            _keep(by_name[name], outcome.pdf, at)
            printed.append(by_name[name])
        else:
            logger.error("letter of sixteen %s could not be made: %s", name, kind_of(outcome))
            failed.add(by_name[name].pupil_id)
    Invitation.objects.bulk_update(printed, ["document"])
    return len(printed)


def _invitation(pupil: Pupil, at: datetime) -> Invitation:
    return Invitation(
        because=InvitedBecause.SIXTEEN, pupil=pupil, school_id=pupil.school_id, made_at=at
    )


def _released() -> frozenset[str]:
    rows = LanguageRelease.objects.filter(is_on=True)
    return frozenset(rows.values_list("language", flat=True))


def _mail(writer: SixteenWriter, pupil: Pupil, invitation: Invitation, at: datetime) -> bool:
    try:
        writer.mail(pupil, invitation)
    except NoAddress:
        logger.error("mail of sixteen %s has no address", invitation.pk)
        return False
    invitation.queued_at = at
    return True


def _keep(invitation: Invitation, pdf: bytes, at: datetime) -> None:
    """The name of a file and of a document tells no person: logs repeat them."""
    invitation.on_paper_since = invitation.on_paper_since or at
    invitation.document = storage.store(
        content=pdf,
        title="Brief over toestemming vanaf 16 jaar",
        file_name=f"toestemming-16-{invitation.pk}.pdf",
        media_type=PDF,
        kind=DocumentKind.LETTER,
        by=None,
        at=at,
        school=invitation.school,
    )
