"""What around the days off needs somebody, for this person, on this day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacyboard.clockwork.worklist import Row, Words, listed
from privacyboard.frontdesk.rules import year_to_know
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Board, School, SchoolHoliday, User
from privacyboard.vocabulary import Tone, WorkItem


def sources(user: User, at: datetime) -> Iterator[QuerySet[Any, Any]]:
    """One row when a school knows no holiday of the year, for who keeps those of the board."""
    if Right.KEEP_HOLIDAYS not in user.standing.everywhere:
        return
    year = year_to_know(timezone.localdate(at))
    known = SchoolHoliday.objects.of_year(year).filter(
        Q(school__isnull=True) | Q(school=OuterRef("pk"))
    )
    without = School.objects.filter(~Exists(known))
    board = Board.objects.filter(Exists(without)).order_by("pk")
    yield listed(board, "holidays", "pk")


def _holidays_item(row: Row, at: datetime) -> WorkItem:
    year = year_to_know(timezone.localdate(at))
    words = _("Niet van elke school zijn de vakanties van schooljaar %(first)d-%(next)d bekend.")
    sentence = words % {"first": year, "next": year + 1}
    return WorkItem(sentence, reverse("holidays_paste"), _("Invoeren"), Tone.ATTENTION)


SUBJECT = gettext_lazy("Vakanties en vrije dagen")
WORDS: Words = {"holidays": _holidays_item}
