"""At sixteen the pupil decides (UAVG 5): each is asked once, by e-mail or by a letter from school.

Late runs heal: who turned sixteen in the past year and was not asked yet is asked. Who is older
when the school first brings in its pupils is asked by the yearly round.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from consent.choices import InvitedBecause
from consent.letters.invitations import address_of, borrowing
from consent.letters.sixteen import SixteenWriter
from consent.models import Answer, Invitation, LanguageRelease, Question
from consent.models.sixteen import just_sixteen
from privacyboard.mail import outbox
from privacyboard.organisation.models import Pupil

BATCH = 100


def ask_sixteen(*, at: datetime) -> int:
    """Ask every pupil who turned sixteen and was not asked; returns how many were.

    Who has no address, or whose e-mail came back, gets the letter on paper (`actions.paper`). Whom
    somebody is busy with is not waited for: the next run has them.
    """
    day, asked, after = timezone.localdate(at), 0, 0
    schools = _asking_schools()
    while keys := _due(day, schools, after):
        asked += _ask(keys, at=at)
        after = keys[-1]
    return asked


def _asking_schools() -> Q:
    """Schools where there is anything to ask."""
    questions = Question.objects.askable()
    if questions.filter(all_schools=True).exists():
        return Q()
    return Q(school__in=questions.values("schools"))


def _due(day: date, schools: Q, after: int) -> list[int]:
    """The next pupils to ask: not asked for this reason, and without an answer of their own."""
    asked = Invitation.objects.filter(because=InvitedBecause.SIXTEEN, pupil=OuterRef("pk"))
    own = Answer.objects.filter(pupil=OuterRef("pk"), guardian__isnull=True)
    rows = just_sixteen(day).filter(schools, ~Exists(asked), ~Exists(own), pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _ask(keys: Sequence[int], *, at: datetime) -> int:
    """Invite these pupils: by e-mail, or else on paper."""
    rows = Pupil.objects.select_related("school").select_for_update(skip_locked=True, of=("self",))
    held = list(rows.filter(pk__in=keys).order_by("pk"))
    # Asked anew with the rows held: another worker may have been here.
    done = Invitation.objects.filter(because=InvitedBecause.SIXTEEN, pupil__in=keys)
    seen = set(done.values_list("pupil", flat=True))
    borrowed = borrowing(keys)
    made = [_invitation(pupil, borrowed, at) for pupil in held if pupil.pk not in seen]
    Invitation.objects.bulk_create(made)
    writer = SixteenWriter(at=at, released=_released())
    mailed = [(each, to) for each in made if (to := address_of(each, borrowed))]
    outbox.queue_all([writer.posting(each, to) for each, to in mailed], at=at)
    return len(made)


def _invitation(pupil: Pupil, borrowed: frozenset[int], at: datetime) -> Invitation:
    made = Invitation(because=InvitedBecause.SIXTEEN, pupil=pupil, school=pupil.school, made_at=at)
    if address_of(made, borrowed):
        made.queued_at = at
    else:
        made.on_paper_since = at
    return made


def _released() -> frozenset[str]:
    rows = LanguageRelease.objects.filter(is_on=True)
    return frozenset(rows.values_list("language", flat=True))
