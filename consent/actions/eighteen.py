"""At eighteen authority ends (BW 1:233, 1:245): each is told once, by the row of a reminder.

Who decides is computed at the moment of asking; nothing else has to change here. Where mail does
not reach the pupil alone, the school is asked to tell. Late runs heal, up to a year back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consent.letters.eighteen import EighteenWriter
from consent.letters.invitations import borrowing
from consent.models.sixteen import just_eighteen
from consent.rules.standing import PARENTS_UNTIL
from privacyboard.clockwork import reminders
from privacyboard.clockwork.models import DigestLine, Reminder
from privacyboard.clockwork.reminders import Alert, Reach, Said
from privacyboard.mail import outbox
from privacyboard.mail.outbox import is_address
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Pupil
from privacyboard.organisation.rules import birthday_of

BATCH = 100
KIND = "consent_eighteen"


def tell_eighteen(*, at: datetime) -> int:
    """Tell every pupil who turned eighteen and was not told; returns how many were.

    With nobody at the school or above it who can be asked to tell, it waits for who comes.
    """
    day, told, after = timezone.localdate(at), 0, 0
    reach = Reach(day)
    while keys := _due(day, after):
        told += _tell(keys, day, reach, at=at)
        after = keys[-1]
    return told


def _due(day: date, after: int) -> list[int]:
    """The next pupils to tell."""
    told = Reminder.objects.filter(
        subject_type=Pupil._meta.label_lower,
        subject_id=Cast(OuterRef("pk"), CharField()),
        kind=KIND,
    )
    rows = just_eighteen(day).filter(~Exists(told), pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _tell(keys: Sequence[int], day: date, reach: Reach, *, at: datetime) -> int:
    rows = Pupil.objects.select_related("school").select_for_update(skip_locked=True, of=("self",))
    held = list(rows.filter(pk__in=keys).order_by("pk"))
    borrowed = borrowing(keys)
    writer, letters, alerts = EighteenWriter(at=at), [], []
    for pupil in held:
        if pupil.pk not in borrowed and is_address(pupil.email):
            stage = _stage(pupil)
            if reminders.claim(subject=pupil, kind=KIND, stage=stage, at=at):
                letters.append(writer.posting(pupil, pupil.email))
        else:
            alerts.append(_alert(pupil, reach))
    outbox.queue_all(letters, at=at)
    return len(letters) + reminders.tell(alerts, at=at)


def _stage(pupil: Pupil) -> str:
    return f"{_birthday(pupil):%Y%m%d}:0"


def _birthday(pupil: Pupil) -> date:
    assert pupil.born_on is not None  # noqa: S101 - found by it
    return birthday_of(pupil.born_on, PARENTS_UNTIL)


def _alert(pupil: Pupil, reach: Reach) -> Alert:
    sentence, path, people = _say(pupil, reach)
    return Alert(
        subject=pupil,
        kind=KIND,
        stages=(_stage(pupil),),
        due_on=_birthday(pupil),
        sentence=sentence,
        path=path,
        people=people,
    )


def _say(pupil: Pupil, reach: Reach) -> Said:
    words = _(
        "Een leerling is 18 geworden en heeft geen eigen e-mailadres. Vertel dat de ouders niet "
        "meer voor de leerling beslissen."
    )
    path = reverse("consent_pupil", args=[pupil.pk])
    return words, path, reach.of(Role.DIRECTOR, pupil.school_id)


def _said(lines: Sequence[DigestLine], today: date) -> dict[int, Said]:
    """What the lines say on the morning: of pupils who are still at the school."""
    reach = Reach(today)
    keys = {int(line.subject_id) for line in lines}
    pupils = {each.pk: each for each in Pupil.objects.enrolled_on(today).filter(pk__in=keys)}
    return {
        line.pk: _say(pupil, reach)
        for line in lines
        if (pupil := pupils.get(int(line.subject_id))) is not None
    }


LINES = reminders.Kind(name=KIND, title="Leerlingen", said=_said)
