"""A picture before it is published: who stands in the way, and whether publishing is wise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from consent.choices import Means
from consent.models import PhotoCheck, Question
from consent.models.holding import rulings_on
from privacyboard.audit.acts import refused
from privacyboard.organisation.models import Group, Pupil, User


@transaction.atomic
def check_photo(
    *,
    group: Group,
    pupils: Sequence[Pupil],
    question: Question,
    is_sensitive: bool,
    by: User,
    at: datetime,
) -> PhotoCheck:
    """Ask whether a picture of these children can go there today, and keep that it was asked.

    Raises ActRefused: a sensitive picture goes on the closed part only (INNOVO).
    """
    if not question.is_picture:
        raise refused("Dit gaat niet over beeld. Kies waar het beeld komt te staan.", "question")
    if is_sensitive and question.means != Means.PARENT_PORTAL:
        raise refused(
            "Gevoelig beeld komt alleen op het besloten ouderdeel. Kies dat, of plaats het niet.",
            "question",
        )
    made = PhotoCheck(
        school=group.school,
        group=group,
        question=question,
        is_sensitive=is_sensitive,
        asked_at=at,
        asked_by=by,
        in_the_way=len(_in_the_way(pupils, question, at)),
    )
    made.save()
    made.pupils.set(pupils)
    return made


@transaction.atomic
def weigh_photo(
    *, check: PhotoCheck, publishes: bool, note: str, by: User, at: datetime
) -> PhotoCheck:
    """Decide whether it is published, and why. Raises ActRefused.

    What holds is asked again: somebody can have withdrawn since (VOG: no publication without
    consent).
    """
    held: PhotoCheck = PhotoCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    if held.decided_at is not None:
        raise refused("Deze afweging is al gemaakt. Begin een nieuwe foto-check.")
    pupils = list(held.pupils.all())
    # The pupils' rows are the lock of an answer: who says no at this moment comes before or after.
    keys = [each.pk for each in pupils]
    list(Pupil.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    now_in_the_way = _in_the_way(pupils, held.question, at)
    if publishes and now_in_the_way:
        raise refused(
            "Plaatsen kan niet: niet van iedereen op het beeld is er toestemming. "
            "Maak die kinderen onherkenbaar, of kies een ander beeld.",
            "publishes",
        )
    if not note.strip():
        raise refused("Schrijf kort op waarom u dit verstandig vindt, of niet.", "note")
    held.in_the_way = len(now_in_the_way)
    held.publishes, held.note, held.decided_at = publishes, note.strip(), at
    held.save()
    return held


def _in_the_way(pupils: Sequence[Pupil], question: Question, at: datetime) -> list[Pupil]:
    rulings = rulings_on(pupils, [question], on=timezone.localdate(at))
    return [each for each in pupils if not rulings[each.pk][question.pk].is_yes]
