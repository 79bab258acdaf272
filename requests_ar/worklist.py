"""What in requests and complaints needs somebody, for this person, on this day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacyboard.clockwork.worklist import Row, Words, listed
from privacyboard.mail.models import UNDELIVERED
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from privacyboard.vocabulary import CalendarDay, Tone, WorkItem
from requests_ar.choices import RemedyBody, RequestKind, RequestState
from requests_ar.letters.reminders import close_words
from requests_ar.models import (
    Complaint,
    ComplaintStep,
    RecipientTask,
    RequestLetter,
    RequestPart,
    Restriction,
    SearchTask,
    SubjectRequest,
)
from requests_ar.rules.complaints import SCHEME
from requests_ar.rules.decisions import CARRIED_OUT
from requests_ar.rules.states import CLOSE_AFTER, OPEN, RAISE_AFTER

# From so many days before the last day a request stands out.
SOON = 7


def days_for(user: User, *, most: int) -> list[CalendarDay]:
    """The last day of each open request that this person may read, the soonest first."""
    rows = SubjectRequest.objects.visible_to(user).open().order_by("last_day", "id")
    return [
        CalendarDay(
            key=f"request-{number}",
            title=_("Uiterste dag %(number)s") % {"number": number},
            day=last_day,
            url=_case_url(number),
        )
        for number, last_day in rows.values_list("number", "last_day")[:most]
    ]


def sources(user: User, at: datetime) -> Iterator[QuerySet[Any, Any]]:
    """Every task of this person around requests (see `clockwork.worklist`)."""
    on = timezone.localdate(at)
    standing = user.standing
    yield _tasks(user)
    if standing.holds(Right.HANDLE_REQUESTS):
        yield _requests(user, on)
        yield _to_close(user, on)
        yield _recipients(user)
        yield _undelivered(user)
        yield _complaints(user)
    elif standing.holds(Right.ADVISE_REQUESTS):
        late = SubjectRequest.objects.visible_to(user).overdue(on)
        yield listed(late, "late", "number", F("state"), F("last_day"))


def _handled(user: User) -> Q:
    """Cases at schools where this person handles requests."""
    if Right.HANDLE_REQUESTS in user.standing.everywhere:
        return Q()
    schools = School.objects.where(user, Right.HANDLE_REQUESTS)
    return Q(school__in=schools.values("pk"))


def _requests(user: User, on: date) -> QuerySet[Any, Any]:
    """One's own, what nobody handles yet, and what is late.

    Who handles for the whole board is not shown what a school's director is there for.
    """
    found = SubjectRequest.objects.visible_to(user).open().filter(_handled(user))
    found = found.filter(_own(user) | Q(last_day__lt=on))
    return listed(
        found.order_by("last_day", "id"),
        "request",
        "number",
        F("state"),
        F("last_day"),
        is_new=Q(handler__isnull=True),
    )


def _own(user: User) -> Q:
    """One's own, and what nobody handles yet."""
    waiting = Q(handler__isnull=True)
    if Right.HANDLE_REQUESTS in user.standing.everywhere:
        waiting &= Q(school__isnull=True) | Q(is_confidential=True)
    return Q(handler=user) | waiting


def _to_close(user: User, on: date) -> QuerySet[Any, Any]:
    """Answered: what was granted has to be done at once, and after some weeks it can be closed.

    What nobody closes longer is shown to everybody who could. Where recipients wait to be told,
    that is said first (see `_recipients`).
    """
    parts = RequestPart.objects.filter(request=OuterRef("pk"))
    undone = Q(Exists(parts.granted(CARRIED_OUT).filter(carried_out_on__isnull=True)))
    # A restriction is done by recording it: then everybody sees it (see `models.left_to_do`).
    recorded = Restriction.objects.filter(request=OuterRef("pk"))
    undone |= Exists(parts.granted([RequestKind.RESTRICTION])) & ~Exists(recorded)
    found = SubjectRequest.objects.visible_to(user).filter(
        _handled(user),
        _own(user) | Q(answered_on__lte=on - timedelta(days=RAISE_AFTER)),
        undone | Q(answered_on__lte=on - timedelta(days=CLOSE_AFTER)),
        ~Exists(_untold()),
        state=RequestState.ANSWERED,
    )
    return listed(
        found.order_by("answered_on", "id"),
        "close",
        "number",
        Case(When(undone, then=Value("undone")), default=Value("")),
        F("answered_on"),
    )


def _untold() -> QuerySet[RecipientTask]:
    return RecipientTask.objects.filter(request=OuterRef("pk"), told_on__isnull=True, why_not="")


def _tasks(user: User) -> QuerySet[Any, Any]:
    tasks = SearchTask.objects.asked_of(user).order_by("due_on", "id")
    return listed(tasks, "task", "pk", F("request__number"), F("due_on"))


def _recipients(user: User) -> QuerySet[Any, Any]:
    """Answered requests of which a recipient was not told yet (AVG 19)."""
    found = SubjectRequest.objects.visible_to(user).filter(
        _handled(user), Exists(_untold()), state=RequestState.ANSWERED
    )
    return listed(found.order_by("answered_on", "id"), "recipients", "number", F("state"))


def _undelivered(user: User) -> QuerySet[Any, Any]:
    """Open requests of which a letter did not arrive, and was not posted either."""
    failed = RequestLetter.objects.filter(
        request=OuterRef("pk"), mail__state__in=UNDELIVERED, posted_on__isnull=True
    )
    found = SubjectRequest.objects.visible_to(user).filter(_handled(user), Exists(failed))
    found = found.filter(state__in=[*OPEN, RequestState.ANSWERED])
    return listed(
        found.order_by("last_day", "id"), "undelivered", "number", F("state"), F("last_day")
    )


def _complaints(user: User) -> QuerySet[Any, Any]:
    """At the director for the director; what lies higher, or nowhere, for the whole board too."""
    running = ComplaintStep.objects.filter(complaint=OuterRef("pk"), ended_on__isnull=True)
    in_scheme = running.filter(body__in=SCHEME).order_by("-began_on", "-id")
    body = Coalesce(Subquery(in_scheme.values("body")[:1]), Value(""))
    found = Complaint.objects.visible_to(user).open().filter(_handled(user)).annotate(at=body)
    if Right.HANDLE_REQUESTS in user.standing.everywhere:
        found = found.filter(
            ~Q(at=RemedyBody.DIRECTOR) | Q(school__isnull=True) | Q(is_confidential=True)
        )
    else:
        found = found.filter(at__in=["", RemedyBody.DIRECTOR])
    return listed(found.order_by("received_on", "id"), "complaint", "number", F("at"))


def _case_url(number: str) -> str:
    return reverse("request_case", args=[number])


def _request_item(row: Row, at: datetime) -> WorkItem:
    assert row.day is not None, "every request has a last day"  # noqa: S101
    told = {"number": row.ref}
    on = timezone.localdate(at)
    if row.day < on:
        return _late_item(row, at)
    tone = Tone.ATTENTION if (row.day - on).days <= SOON else Tone.CALM
    if row.is_new:
        words, tone, act = _("Nieuw: verzoek %(number)s."), Tone.ATTENTION, _("Oppakken")
    elif row.state == RequestState.DECIDED:
        words, tone, act = _("Verstuur het antwoord op %(number)s."), Tone.ATTENTION, _("Versturen")
    else:
        words, act = _("Verzoek %(number)s is in behandeling."), _("Verder")
    return WorkItem(words % told, _case_url(row.ref), act, tone, row.day)


def _late_item(row: Row, at: datetime) -> WorkItem:
    words = _("Verzoek %(number)s is te laat. Antwoord zo snel mogelijk.") % {"number": row.ref}
    return WorkItem(words, _case_url(row.ref), _("Bekijken"), Tone.LATE, row.day)


def _task_item(row: Row, at: datetime) -> WorkItem:
    late = row.day is not None and row.day < timezone.localdate(at)
    return WorkItem(
        _("Zoek gegevens voor verzoek %(number)s.") % {"number": row.state},
        reverse("search_task", args=[row.ref]),
        _("Zoeken"),
        Tone.LATE if late else Tone.ATTENTION,
        row.day,
    )


def _close_item(row: Row, at: datetime) -> WorkItem:
    assert row.day is not None, "an answered request says when"  # noqa: S101
    words = close_words(bool(row.state))
    told = {"number": row.ref, "day": formats.date_format(row.day, "j F Y")}
    act = _("Verder") if row.state else _("Sluiten")
    return WorkItem(words % told, _case_url(row.ref), act, Tone.ATTENTION)


def _recipients_item(row: Row, at: datetime) -> WorkItem:
    words = _("Verzoek %(number)s: vertel de ontvangers wat er veranderd is.")
    return WorkItem(words % {"number": row.ref}, _case_url(row.ref), _("Vertellen"), Tone.ATTENTION)


def _undelivered_item(row: Row, at: datetime) -> WorkItem:
    words = _("Een brief over verzoek %(number)s kwam niet aan. Stuur hem per post.")
    return WorkItem(words % {"number": row.ref}, _case_url(row.ref), _("Bekijken"), Tone.LATE)


def _complaint_item(row: Row, at: datetime) -> WorkItem:
    words = _("Klacht %(number)s wacht op een volgende stap of een uitkomst.")
    if row.state:
        words = _("Klacht %(number)s ligt bij: %(body)s.")
    told = {"number": row.ref, "body": str(RemedyBody(row.state).label) if row.state else ""}
    url = reverse("complaint", args=[row.ref])
    return WorkItem(words % told, url, _("Bekijken"), Tone.ATTENTION)


SUBJECT = gettext_lazy("Verzoeken en klachten")
WORDS: Words = {
    "request": _request_item,
    "late": _late_item,
    "task": _task_item,
    "close": _close_item,
    "recipients": _recipients_item,
    "undelivered": _undelivered_item,
    "complaint": _complaint_item,
}
