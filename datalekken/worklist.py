"""What around breaches needs somebody, for this person, at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from datalekken.choices import BreachState, NotificationKind, TellGround
from datalekken.models import Assessment, Breach, Measure, Notification, ToldPerson
from datalekken.rules.clocks import Times, careful_clock
from datalekken.rules.states import UNDECIDED
from privacyboard.clockwork.worklist import MOST, Row, Words, listed
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Appointment, Board, User
from privacyboard.organisation.rules import RIGHTS
from privacyboard.vocabulary import CalendarDay, Tone, WorkItem

_HANDLING = [role for role, rights in RIGHTS.items() if Right.HANDLE_BREACHES in rights]
# The moment that counts, as long as it counts: not once the AP heard of it, or need not hear.
_UNTIL = Case(
    When(
        Q(notified_at__isnull=True) & (Q(state__in=UNDECIDED) | Q(notifies=True)),
        then=F("notify_by"),
    )
)
_HOUR = timedelta(hours=1)
# From so many days before its last day a measure stands out.
SOON = timedelta(days=7)


def days_for(user: User, *, most: int) -> list[CalendarDay]:
    """The day on which the term ends of each file that waits for the AP, the soonest first.

    For who handles or decides. As long as nothing is certain: counted from the first signal, for
    who plays safe. The internal target has passed or was met by the time that there is a file.
    """
    if not user.standing.everywhere & {Right.HANDLE_BREACHES, Right.DECIDE_BREACHES}:
        return []
    seen = Breach.objects.visible_to(user)
    rows = (seen.running() | seen.to_notify() | seen.uncertain()).order_by(
        F("notify_by").asc(nulls_last=True), "registered_at", "id"
    )
    days = [
        _day(number, notify_by, Times(reported_at=reported_at, first_signal_at=first_signal_at))
        for number, notify_by, reported_at, first_signal_at in rows.values_list(
            "number", "notify_by", "reported_at", "first_signal_at"
        )[:most]
    ]
    return sorted(days, key=lambda each: each.day)


def _day(number: str, notify_by: datetime | None, times: Times) -> CalendarDay:
    careful = _("Uiterste dag %(number)s (vanaf het eerste signaal)")
    title = _("Uiterste dag %(number)s") if notify_by else careful
    return CalendarDay(
        key=f"breach-{number}",
        title=title % {"number": number},
        day=timezone.localdate(notify_by or careful_clock(times).ends_at),
        url=reverse("breach", args=[number]),
    )


def sources(user: User, at: datetime) -> Iterator[QuerySet[Any, Any]]:
    """Every task of this person around breaches (see `clockwork.worklist`)."""
    rights = user.standing.everywhere
    if user.standing.may_sign_in:
        yield _own_measures(user)
    if not user.standing.holds(Right.VIEW_BREACHES):
        yield _named(user)
    seen = Breach.objects.visible_to(user)
    if Right.HANDLE_BREACHES in rights:
        yield _new(seen)
        yield _investigated(seen)
        yield _decided(seen)
        yield _letters(seen, user)
        yield _measures_of_others(user, at)
        yield _to_change(seen)
    else:
        if Right.DECIDE_BREACHES in rights:
            yield _to_decide(seen)
        if Right.ADVISE_BREACHES in rights:
            yield _to_advise(seen)
        if rights & {Right.DECIDE_BREACHES, Right.ADVISE_BREACHES}:
            yield _late(seen, at)
    if rights & {Right.DECIDE_BREACHES, Right.ADVISE_BREACHES, Right.MANAGE_ACCOUNTS}:
        yield _nobody_on_duty(at, "accounts" if Right.VIEW_ACCOUNTS in rights else "")


# What an investigation asks next, and what a decided file still asks: the first that is true.
_INVESTIGATED = Case(
    When(notified_at__isnull=False, then=Value("notified")),
    When(notify_by__isnull=True, then=Value("uncertain")),
    When(assessment__isnull=False, then=Value("assessed")),
    default=Value(""),
    output_field=CharField(),
)
_LAST_KIND = Subquery(
    Notification.objects.filter(breach=OuterRef("pk")).order_by("-number").values("kind")[:1]
)
_DECIDED = Case(
    When(notifies=True, notified_at__isnull=True, then=Value("notify")),
    When(tells=True, told_at__isnull=True, then=Value("tell")),
    When(last_kind=NotificationKind.PRELIMINARY, then=Value("preliminary")),
    When(
        tell_ground=TellGround.DISPROPORTIONATE, public_notice_on__isnull=True, then=Value("notice")
    ),
    default=Value("close"),
    output_field=CharField(),
)


def _new(seen: Any) -> QuerySet[Any, Any]:
    """Reports that nobody took up."""
    rows = seen.filter(state=BreachState.REPORTED).order_by("reported_at", "id")
    return listed(
        rows, "breach new", "number", day=TruncDate("reported_at"), is_new=True, until=_UNTIL
    )


def _investigated(seen: Any) -> QuerySet[Any, Any]:
    # One row of each file: asked as EXISTS, the database first reads every assessment there is.
    rows = _first_due(seen).alias(assessment=_one_of(Assessment.objects))
    return listed(rows, "breach investigated", "number", _INVESTIGATED, until=_UNTIL)


def _decided(seen: Any) -> QuerySet[Any, Any]:
    rows = seen.filter(state=BreachState.DECIDED).alias(last_kind=_LAST_KIND)
    return listed(
        rows.order_by("decided_at", "id"), "breach decided", "number", _DECIDED, until=_UNTIL
    )


def _letters(seen: Any, user: User) -> QuerySet[Any, Any]:
    """Files with letters on paper that lie here, or mail that did not arrive."""
    people = ToldPerson.objects.visible_to(user)
    waiting = _files(people.to_post()).union(_files(people.undelivered()))
    state = Case(
        When(undelivered__isnull=False, then=Value("failed")),
        default=Value("post"),
        output_field=CharField(),
    )
    undelivered = _one_of(ToldPerson.objects.undelivered())
    rows = seen.filter(pk__in=waiting).alias(undelivered=undelivered)
    return listed(rows.order_by("id"), "breach letters", "number", state)


def _files(rows: Any) -> Any:
    """The first files that these rows belong to, no more than a list shows.

    From the rows to the files: most files of many years have none. The number is what tells the
    database so, which cannot know how few wait.
    """
    return rows.order_by("breach_id").distinct("breach_id").values("breach")[:MOST]


def _own_measures(user: User) -> QuerySet[Any, Any]:
    """What one promised to do, whether or not one may read the file."""
    rows = Measure.objects.of_owner(user).order_by("due_on", "id")
    return listed(rows, "breach measure", "pk", day=F("due_on"))


def _measures_of_others(user: User, at: datetime) -> QuerySet[Any, Any]:
    """Files with a measure of somebody else that is late; the day is that of the oldest."""
    late = Measure.objects.visible_to(user).overdue(timezone.localdate(at)).exclude(owner=user)
    oldest = late.order_by("breach_id", "due_on", "id").distinct("breach_id")
    return listed(oldest, "breach late measure", "breach__number", day=F("due_on"))


def _to_change(seen: Any) -> QuerySet[Any, Any]:
    rows = seen.register_must_change().order_by("id")
    state = Case(
        When(register_must_change=True, then=Value("register")),
        default=Value("dpia"),
        output_field=CharField(),
    )
    return listed(rows, "breach change", "number", state)


def _to_decide(seen: Any) -> QuerySet[Any, Any]:
    """What is weighed waits for a decision."""
    return listed(_weighed(seen), "breach decide", "number", until=_UNTIL)


def _to_advise(seen: Any) -> QuerySet[Any, Any]:
    rows = _weighed(seen).filter(fg_advised_at__isnull=True)
    return listed(rows, "breach advise", "number", until=_UNTIL)


def _first_due(seen: Any) -> Any:
    """What is investigated, in the order of its index: the first rows cost the same of any many."""
    order = F("notify_by").asc(nulls_last=True)
    return seen.filter(state=BreachState.IN_PROGRESS).order_by(order, "id")


def _weighed(seen: Any) -> Any:
    """What is investigated and assessed."""
    rows = _first_due(seen).alias(assessment=_one_of(Assessment.objects))
    return rows.filter(assessment__isnull=False)


def _one_of(rows: Any) -> Subquery:
    """The key of any row of the file, looked up file by file; nothing when there is none."""
    return Subquery(rows.filter(breach=OuterRef("pk")).order_by().values("pk")[:1])


def _late(seen: Any, at: datetime) -> QuerySet[Any, Any]:
    """For who supervises: the term has passed, and the AP has heard nothing."""
    rows = (seen.running() | seen.to_notify()).filter(notify_by__lt=at)
    return listed(rows.order_by("notify_by", "id"), "breach late", "number", until=_UNTIL)


def _named(user: User) -> QuerySet[Any, Any]:
    """Open files that somebody without the right may read, being named on them."""
    rows = Breach.objects.visible_to(user).open().order_by("-registered_at", "-id")
    return listed(rows, "breach named", "number")


def _nobody_on_duty(at: datetime, way: str) -> QuerySet[Any, Any]:
    """The board, as long as nobody may handle a breach today: no alert would reach anybody."""
    able = Appointment.objects.running(timezone.localdate(at))
    able = able.filter(role__in=_HANDLING, user__is_active=True)
    return listed(Board.objects.filter(~Exists(able)).order_by("pk"), "breach duty", "pk", way)


# --- in words -------------------------------------------------------------------------------------


def _left(until: datetime, at: datetime) -> str:
    hours = (until - at) // _HOUR
    if hours < 1:
        return _("nog minder dan een uur")
    return ngettext("nog %(hours)s uur", "nog %(hours)s uur", hours) % {"hours": hours}


def _item(row: Row, at: datetime, sentence: str, act: str, part: str = "") -> WorkItem:
    """About one file. With a term: the hours that are left, red when there are none."""
    url = reverse("breach", args=[row.ref]) + (f"#{part}" if part else "")
    words = sentence % {"number": row.ref}
    if row.until is None:
        return WorkItem(words, url, act, Tone.ATTENTION, row.day)
    due = timezone.localdate(row.until)
    if row.until < at:
        return WorkItem(f"{words} {_('De 72 uur zijn voorbij.')}", url, act, Tone.LATE, due)
    left = _("U hebt %(left)s.") % {"left": _left(row.until, at)}
    return WorkItem(f"{words} {left}", url, act, Tone.ATTENTION, due)


def _new_item(row: Row, at: datetime) -> WorkItem:
    return _item(row, at, _("Nieuwe melding van een datalek: %(number)s."), _("Oppakken"))


def _investigated_item(row: Row, at: datetime) -> WorkItem:
    if row.state == "notified":
        words = _("Datalek %(number)s is al gemeld, maar er is nog geen besluit.")
        return _item(row, at, words, _("Besluiten"), "besluit")
    if row.state == "uncertain":
        words = _("Melding %(number)s: leg vast of het zeker een datalek is.")
        return _item(row, at, words, _("Tijden invullen"), "tijden")
    if row.state == "assessed":
        return _item(row, at, _("Datalek %(number)s wacht op een besluit."), _("Besluiten"))
    return _item(row, at, _("Datalek %(number)s: beoordeel het risico."), _("Beoordelen"))


def _decided_item(row: Row, at: datetime) -> WorkItem:
    if row.state == "notify":
        words = _("Datalek %(number)s: meld het bij de AP, zoals is besloten.")
        return _item(row, at, words, _("Melden"), "ap")
    words, act, part = {
        "tell": (
            _("Datalek %(number)s: vertel het de mensen, zoals is besloten."),
            _("Vertellen"),
            "mensen",
        ),
        "preliminary": (
            _("Datalek %(number)s: de melding bij de AP was voorlopig. Vul haar aan."),
            _("Aanvullen"),
            "ap",
        ),
        "notice": (
            _("Datalek %(number)s: plaats het openbare bericht."),
            _("Bekijken"),
            "besluit",
        ),
        "close": (
            _("Datalek %(number)s: schrijf de lessen op en sluit het af."),
            _("Verder"),
            "maatregelen",
        ),
    }[row.state]
    item = _item(row, at, words, act, part)
    if row.state == "close":
        return WorkItem(item.sentence, item.url, item.act_label, Tone.CALM)
    return item


def _letters_item(row: Row, at: datetime) -> WorkItem:
    if row.state == "failed":
        words = _("Datalek %(number)s: een brief kwam niet aan. Stuur hem per post.")
        item = _item(row, at, words, _("Bekijken"), "mensen")
        return WorkItem(item.sentence, item.url, item.act_label, Tone.LATE)
    words = _("Datalek %(number)s: er liggen brieven voor de post.")
    return _item(row, at, words, _("Naar de brieven"), "mensen")


def _measure_item(row: Row, at: datetime) -> WorkItem:
    """No number: who takes care of a measure may not always read the file."""
    assert row.day is not None, "every measure has its last day"  # noqa: S101
    today = timezone.localdate(at)
    if row.day < today:
        words, tone = _("Een maatregel na een datalek is te laat. Rond hem af."), Tone.LATE
    else:
        words = _("U zou een maatregel nemen na een datalek.")
        tone = Tone.ATTENTION if row.day - today <= SOON else Tone.CALM
    url = reverse("breach_measure", args=[row.ref])
    return WorkItem(words, url, _("Bekijken"), tone, row.day)


def _late_measure_item(row: Row, at: datetime) -> WorkItem:
    words = _("Datalek %(number)s: een maatregel van een ander is te laat.")
    item = _item(row, at, words, _("Bekijken"), "maatregelen")
    return WorkItem(item.sentence, item.url, item.act_label, Tone.LATE, row.day)


def _change_item(row: Row, at: datetime) -> WorkItem:
    words = {
        "register": _("Datalek %(number)s: het register moet anders."),
        "dpia": _("Datalek %(number)s: een DPIA moet anders."),
    }[row.state]
    return _item(row, at, words, _("Bekijken"), "maatregelen")


def _decide_item(row: Row, at: datetime) -> WorkItem:
    return _item(row, at, _("Datalek %(number)s wacht op een besluit."), _("Lezen"), "besluit")


def _advise_item(row: Row, at: datetime) -> WorkItem:
    return _item(row, at, _("Datalek %(number)s wacht op uw advies."), _("Adviseren"), "besluit")


def _late_item(row: Row, at: datetime) -> WorkItem:
    return _item(row, at, _("Datalek %(number)s is nog niet gemeld of besloten."), _("Bekijken"))


def _named_item(row: Row, at: datetime) -> WorkItem:
    item = _item(row, at, _("U mag datalek %(number)s bekijken."), _("Bekijken"))
    return WorkItem(item.sentence, item.url, item.act_label, Tone.CALM)


def _duty_item(row: Row, at: datetime) -> WorkItem:
    """To the accounts for who may see them, else to the turns."""
    words = _("Niemand behandelt nu datalekken. Zorg dat iemand IBP-manager is.")
    to_accounts = row.state == "accounts"
    url = reverse("admin:organisation_user_changelist" if to_accounts else "breach_duty")
    return WorkItem(words, url, _("Bekijken"), Tone.LATE)


SUBJECT = gettext_lazy("Datalekken")
WORDS: Words = {
    "breach new": _new_item,
    "breach investigated": _investigated_item,
    "breach decided": _decided_item,
    "breach letters": _letters_item,
    "breach measure": _measure_item,
    "breach late measure": _late_measure_item,
    "breach change": _change_item,
    "breach decide": _decide_item,
    "breach advise": _advise_item,
    "breach late": _late_item,
    "breach named": _named_item,
    "breach duty": _duty_item,
}
