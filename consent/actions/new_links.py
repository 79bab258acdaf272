"""A new link for who lost theirs: asking and writing are two things, so that asking tells nothing.

What is done when an address is typed is the same for one that is known and one that is not: a count
and a row. The sweep writes to who is known, and drops the row.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from consent.letters import family as letters
from consent.letters.invitations import borrowing
from consent.models import LinkRequest
from consent.models.family import frame_alone
from consent.rules.family import decides_alone
from privacyboard.organisation.models import Guardian, Pupil, User
from privacyboard.publicforms.models import FormCount
from privacyboard.publicforms.rules import Bound

_PURPOSE = "consent-link"
BATCH = 100


class TooManyLinks(Exception):
    """This network or mailbox asked so often that it waits."""

    def __init__(self, bound: Bound) -> None:
        super().__init__(str(bound))
        self.bound = bound


@transaction.atomic
def ask_new_link(*, email: str, language: str, network: str, by: User | None, at: datetime) -> None:
    """Note that somebody typed this address. Raises TooManyLinks."""
    bound = FormCount.objects.count_form(_PURPOSE, network=network, mailbox=email, at=at)
    if bound is not None:
        raise TooManyLinks(bound)
    LinkRequest.objects.create(email=email.strip().lower(), language=language, asked_at=at)


def send_new_links(*, by: User | None, at: datetime) -> int:
    """Write to everybody who asked and is known; returns how many letters that were."""
    sent = 0
    while (found := _send_batch(at)) is not None:
        sent += found
    return sent


@transaction.atomic
def _send_batch(at: datetime) -> int | None:
    waiting = LinkRequest.objects.order_by("pk").select_for_update(skip_locked=True)[:BATCH]
    asked = list(waiting)
    if not asked:
        return None
    frame = frame_alone()
    sent = 0
    for each in asked:
        people = _people_at(each.email, at=at)
        if people:
            letters.new_link(
                people,
                to=each.email,
                board_name=frame.board_name,
                language=each.language,
                key=f"consent/new_link:{each.pk}",
                at=at,
            )
            sent += 1
    LinkRequest.objects.filter(pk__in=[each.pk for each in asked]).delete()
    return sent


def _people_at(email: str, *, at: datetime) -> list[Guardian | Pupil]:
    """Everybody with this address who has a page: guardians, and pupils who decide."""
    day = timezone.localdate(at)
    guardians = Guardian.objects.at_address(email).order_by("pk")
    pupils = list(Pupil.objects.enrolled_on(day).filter(email__iexact=email).order_by("pk"))
    borrowed = borrowing(each.pk for each in pupils)
    own = [
        each
        for each in pupils
        if each.pk not in borrowed
        and decides_alone(each.born_on, has_curator=each.has_curator, on=day)
    ]
    return [*guardians, *own]
