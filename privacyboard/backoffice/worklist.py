"""What around accounts and roles needs somebody, for this person, on this day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacyboard.backoffice.querysets import ending, idle
from privacyboard.clockwork.worklist import Row, Words, listed
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import Appointment, Board, School, User
from privacyboard.vocabulary import Tone, WorkItem

# As the reminder: two weeks before.
SOON = timedelta(days=14)


def sources(user: User, at: datetime) -> Iterator[QuerySet[Any, Any]]:
    """Schools where an appointment ends, for who leads them; of the rest, the IBP manager.

    Accounts without a role, for who keeps the accounts.
    """
    on = timezone.localdate(at)
    standing = user.standing
    if standing.has_role(Role.DIRECTOR):
        own = School.objects.where(user, Right.REVIEW_ACCESS).values("pk")
        yield _schools(School.objects.filter(pk__in=own), on)
    if standing.has_role(Role.IBP_MANAGER):
        led = Appointment.objects.running(on).filter(role=Role.DIRECTOR, school=OuterRef("pk"))
        yield _schools(School.objects.filter(~Exists(led)), on)
        yield _board_wide(on)
    if standing.holds(Right.MANAGE_ACCOUNTS):
        yield listed(idle(on).order_by("last_day", "pk"), "idle", "pk", day=F("last_day"))


def _schools(schools: Any, on: date) -> QuerySet[Any, Any]:
    here = ending(on).filter(ends_on__lte=on + SOON, school=OuterRef("pk")).order_by("ends_on")
    found = schools.annotate(first_day=Subquery(here.values("ends_on")[:1]))
    found = found.filter(first_day__isnull=False).order_by("first_day", "pk")
    return listed(found, "appointments", "name", day=F("first_day"))


def _board_wide(on: date) -> QuerySet[Any, Any]:
    here = ending(on).filter(ends_on__lte=on + SOON, school__isnull=True).order_by("ends_on")
    found = Board.objects.annotate(first_day=Subquery(here.values("ends_on")[:1]))
    found = found.filter(first_day__isnull=False).order_by("pk")
    return listed(found, "appointments", "name", day=F("first_day"))


def _appointments_item(row: Row, at: datetime) -> WorkItem:
    words = _("Er loopt een aanstelling af (%(place)s). Beslis wat er daarna komt.")
    page = reverse("appointments_ending")
    return WorkItem(words % {"place": row.ref}, page, _("Bekijken"), Tone.ATTENTION, row.day)


def _idle_item(row: Row, at: datetime) -> WorkItem:
    words = _("Een account heeft geen rol meer. Sluit het, of geef het een rol.")
    page = reverse("admin:organisation_user_change", args=[row.ref])
    return WorkItem(words, page, _("Bekijken"), Tone.ATTENTION)


SUBJECT = gettext_lazy("Accounts en rollen")
WORDS: Words = {"appointments": _appointments_item, "idle": _idle_item}
