"""What the home page shows, collected from the apps: one small collector each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent import worklist as consent_worklist
from datalekken import worklist as breach_worklist
from privacyboard.backoffice import worklist as accounts_worklist
from privacyboard.clockwork import sweeps
from privacyboard.clockwork.worklist import Worklist, items_of
from privacyboard.frontdesk import worklist as holiday_worklist
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import Board, School, User
from privacyboard.vocabulary import CalendarDay, Tone, WorkItem
from registers import worklist as register_worklist
from registers.choices import ActivityStatus
from registers.letters import register_figures
from registers.models.remembered import Remembered
from requests_ar import worklist as request_worklist

_ORDER = {Tone.LATE: 0, Tone.ATTENTION: 1, Tone.CALM: 2, Tone.DONE: 3}


def greeting(first_name: str, hour: int) -> str:
    """A greeting for the hour of the day."""
    if hour < 12:
        return _("Goedemorgen, %(name)s") % {"name": first_name}
    if hour < 18:
        return _("Goedemiddag, %(name)s") % {"name": first_name}
    return _("Goedenavond, %(name)s") % {"name": first_name}


def roles_in_words(user: User) -> str:
    """Every role that runs today, with its school."""
    ids = [school_id for _role, school_id in user.standing.roles if school_id]
    names = dict(School.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    words = [
        f"{Role(role).label} {names[school_id]}" if school_id else str(Role(role).label)
        for role, school_id in user.standing.roles
    ]
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


# Each app gives its rows; they are read in one statement, however many apps there are.
_WORKLISTS: tuple[Worklist, ...] = (
    request_worklist,
    breach_worklist,
    consent_worklist,
    accounts_worklist,
    holiday_worklist,
)


def worklist(user: User, at: datetime, remembered: Remembered | None = None) -> list[WorkItem]:
    """Everything that needs this person, what is late first, then what is due soonest.

    What the register says without a heading of its own stands under "Register".
    """
    register = register_worklist.items_for(user, timezone.localdate(at), remembered)
    items = [replace(each, subject=each.subject or _("Register")) for each in register]
    items += items_of(_WORKLISTS, user, at)
    if user.standing.holds(Right.VIEW_OPERATION):
        items += _operation(user, at)
    return sorted(items, key=lambda item: (_ORDER[Tone(item.tone)], item.due or date.max))


# As many as one overlooks; more are put together by subject.
FLAT_AT_MOST = 8
SHOWN_AT_ONCE = 3


@dataclass(frozen=True)
class Subject:
    """What waits on one subject, the most urgent first: what is shown at once, and the rest."""

    title: str
    shown: tuple[WorkItem, ...]
    folded: tuple[WorkItem, ...]

    @property
    def number(self) -> int:
        """How many in all."""
        return len(self.shown) + len(self.folded)

    @property
    def late(self) -> int:
        """How many of them are late: shown and folded."""
        return _late(self.shown) + self.folded_late

    @property
    def folded_late(self) -> int:
        """How many late ones one sees after unfolding only."""
        return _late(self.folded)


def _late(items: Iterable[WorkItem]) -> int:
    return sum(each.tone == Tone.LATE for each in items)


def by_subject(items: Sequence[WorkItem]) -> list[Subject]:
    """A worklist under its subjects, the one with the most urgent item first.

    A short list stays one list, without a heading.
    """
    if len(items) <= FLAT_AT_MOST:
        return [Subject("", tuple(items), ())] if items else []
    found: dict[str, list[WorkItem]] = {}
    for item in items:
        found.setdefault(item.subject, []).append(item)
    return [_subject(title, tuple(of)) for title, of in found.items()]


def _subject(title: str, items: tuple[WorkItem, ...]) -> Subject:
    # One alone is not folded: the words to unfold it take as much room.
    at_once = SHOWN_AT_ONCE if len(items) > SHOWN_AT_ONCE + 1 else len(items)
    return Subject(title, items[:at_once], items[at_once:])


def _operation(user: User, at: datetime) -> list[WorkItem]:
    """Tasks that stand still, and letters that did not arrive: one line for each of the two."""
    page, found, subject = reverse("operation"), [], _("Taken en post")
    late = sum(each.is_overdue for each in sweeps.health_on(now=at))
    if late:
        words = ngettext("%d taak loopt achter.", "%d taken lopen achter.", late) % late
        found.append(WorkItem(words, page, _("Bekijken"), Tone.LATE, subject=subject))
    failed = OutboundLetter.objects.visible_to(user).to_look_at().count()
    if failed:
        words = ngettext("%d brief kwam niet aan.", "%d brieven kwamen niet aan.", failed) % failed
        found.append(WorkItem(words, page, _("Bekijken"), Tone.ATTENTION, subject=subject))
    return found


def in_words(every: timedelta) -> str:
    """How often, in words: "elke 5 seconden", "elk uur"."""
    seconds = int(every.total_seconds())
    if seconds % 3600 == 0:
        hours = seconds // 3600
        return {1: _("elk uur"), 24: _("elke dag")}.get(hours, _("elke %d uur") % hours)
    if seconds % 60 == 0:
        minutes = seconds // 60
        return _("elke minuut") if minutes == 1 else _("elke %d minuten") % minutes
    return _("elke %d seconden") % seconds


# More than anybody keeps an eye on; a calendar must stay quick to read.
MOST_DAYS = 1000


def calendar_days(user: User) -> list[CalendarDay]:
    """The days that this person's calendar shows."""
    days = request_worklist.days_for(user, most=MOST_DAYS)
    return days + breach_worklist.days_for(user, most=MOST_DAYS)


def figures(
    user: User,
    today: date,
    remembered: Remembered | None = None,
    board: Board | None = None,
) -> list[tuple[str, int | str, str]]:
    """A few numbers that lead to their lists."""
    if not user.standing.holds(Right.VIEW_REGISTER):
        return []
    found = register_figures(user=user, on=today, remembered=remembered, board=board)
    page = reverse("admin:registers_processingactivity_changelist")
    return [
        (
            _("vastgestelde verwerkingen"),
            found.established,
            f"{page}?status__exact={ActivityStatus.ESTABLISHED}",
        ),
        (
            _("compleet"),
            f"{found.percentage}%",
            reverse("completeness"),
        ),
    ]
