"""What around consent needs somebody, for this person, at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, QuerySet, When
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consent.choices import RoundState
from consent.models import CleanUp, Dispute, Invitation, Question, Round
from privacyboard.clockwork.worklist import Row, Words, listed
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Guardianship, Pupil, School, User
from privacyboard.vocabulary import Tone, WorkItem

# So many days before its last day a clean-up stands out.
SOON = timedelta(days=3)


def sources(user: User, at: datetime) -> Iterator[QuerySet[Any, Any]]:
    """Every task of this person around consent (see `clockwork.worklist`)."""
    standing, today = user.standing, timezone.localdate(at)
    if Right.MANAGE_CONSENT in standing.everywhere:
        yield _to_open(today)
        yield _without_basis()
    if standing.holds(Right.RECORD_CONSENT):
        schools = School.objects.where(user, Right.RECORD_CONSENT).values("pk")
        yield _disputes(schools)
        yield _clean_ups(schools)
        yield _letters(schools)
    if standing.holds(Right.CHANGE_PEOPLE):
        yield _unreachable(user, today)


def _to_open(today: date) -> QuerySet[Any, Any]:
    """Rounds that should have begun, and wait for somebody to open them."""
    rows = Round.objects.filter(state=RoundState.DRAFT, opens_on__lte=today)
    return listed(rows.order_by("opens_on", "id"), "consent round", "pk", F("name"), F("opens_on"))


def _without_basis() -> QuerySet[Any, Any]:
    """Questions in use whose activity rests on consent no longer: nobody is asked."""
    rows = Question.objects.without_basis().order_by("place", "id")
    return listed(rows, "consent basis", "pk", F("name"))


def _disputes(schools: Any) -> QuerySet[Any, Any]:
    rows = Dispute.objects.filter(settled_at=None, pupil__school__in=schools)
    return listed(
        rows.order_by("opened_at", "id"), "consent dispute", "pk", day=TruncDate("opened_at")
    )


def _clean_ups(schools: Any) -> QuerySet[Any, Any]:
    rows = CleanUp.objects.filter(done_on=None, pupil__school__in=schools)
    return listed(
        rows.order_by("due_on", "id"),
        "consent clean-up",
        "pk",
        Case(
            When(question__published_at="", then=F("question__name")),
            default=F("question__published_at"),
            output_field=CharField(),
        ),
        day=F("due_on"),
    )


def _letters(schools: Any) -> QuerySet[Any, Any]:
    """Files of letters that lie here, with how many are in each."""
    waiting = Invitation.objects.to_hand_over().filter(school__in=schools)
    rows = waiting.order_by().values("school__slug").annotate(n=Count("*"))
    return listed(rows.order_by("school__slug"), "consent letters", "school__slug", F("n"))


def _unreachable(user: User, today: date) -> QuerySet[Any, Any]:
    """One line for each school, with how many of its parents mail does not reach."""
    pupils = Pupil.objects.at(user, Right.CHANGE_PEOPLE).enrolled_on(today)
    ties = Guardianship.objects.filter(
        guardian__unreachable_since__isnull=False, pupil__in=pupils.values("pk")
    )
    rows = (
        ties.order_by().values("pupil__school__slug").annotate(n=Count("guardian", distinct=True))
    )
    return listed(
        rows.order_by("pupil__school__slug"), "consent unreachable", "pupil__school__slug", F("n")
    )


# --- in words -------------------------------------------------------------------------------------


def _round_item(row: Row, _at: datetime) -> WorkItem:
    words = _("De ronde “%(name)s” kan open.") % {"name": row.state}
    url = reverse("consent_round", args=[row.ref])
    return WorkItem(words, url, _("Openen"), Tone.ATTENTION, row.day)


def _basis_item(row: Row, _at: datetime) -> WorkItem:
    words = _("De vraag “%(name)s” wordt niet gesteld: het register noemt geen toestemming meer.")
    url = reverse("consent_question", args=[row.ref])
    return WorkItem(words % {"name": row.state}, url, _("Bekijken"), Tone.ATTENTION)


def _dispute_item(row: Row, _at: datetime) -> WorkItem:
    """No name: a worklist can stand on a screen that others see."""
    words = _("Ouders verschillen over toestemming. Praat met hen.")
    url = reverse("consent_dispute", args=[row.ref])
    return WorkItem(words, url, _("Bekijken"), Tone.ATTENTION, row.day)


def _clean_up_item(row: Row, at: datetime) -> WorkItem:
    today = timezone.localdate(at)
    words = _("Haal iets weg: %(place)s.") % {"place": row.state}
    late = row.day is not None and row.day < today
    soon = row.day is not None and row.day - today <= SOON
    tone = Tone.LATE if late else Tone.ATTENTION if soon else Tone.CALM
    return WorkItem(
        words, reverse("consent_clean_up", args=[row.ref]), _("Bekijken"), tone, row.day
    )


def _letters_item(row: Row, _at: datetime) -> WorkItem:
    many = int(row.state)
    words = ngettext(
        "Er ligt %(many)s brief over toestemming om mee te geven.",
        "Er liggen %(many)s brieven over toestemming om mee te geven.",
        many,
    )
    return WorkItem(words % {"many": many}, _tasks(row.ref, "brieven"), _("Naar de brieven"))


def _unreachable_item(row: Row, _at: datetime) -> WorkItem:
    many = int(row.state)
    words = ngettext(
        "%(many)s ouder krijgt onze mail niet. Vraag het goede adres.",
        "%(many)s ouders krijgen onze mail niet. Vraag het goede adres.",
        many,
    )
    url = _tasks(row.ref, "adressen")
    return WorkItem(words % {"many": many}, url, _("Bekijken"), Tone.ATTENTION)


def _tasks(school: str, part: str) -> str:
    return f"{reverse('consent_tasks')}?school={school}#{part}"


SUBJECT = gettext_lazy("Toestemmingen")
WORDS: Words = {
    "consent round": _round_item,
    "consent basis": _basis_item,
    "consent dispute": _dispute_item,
    "consent clean-up": _clean_up_item,
    "consent letters": _letters_item,
    "consent unreachable": _unreachable_item,
}
