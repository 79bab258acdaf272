"""Telling of what is done and was not closed: as long as nobody closes it, no term begins.

Two weeks after the answer who handles it hears of it, two weeks later the role above too. A request
is read by nobody higher than the IBP manager: above that one stands the FG, who supervises.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from privacyboard.clockwork import reminders
from privacyboard.clockwork.reminders import Reach, Said, Watch
from privacyboard.clockwork.rules import Stages
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User
from requests_ar.choices import ComplaintOutcome, RemedyBody, RequestState
from requests_ar.letters.reminders import close_words
from requests_ar.models import Complaint, ComplaintStep, SubjectRequest, left_to_do
from requests_ar.rules.states import CLOSE_AFTER, RAISE_AFTER

LEFT_OPEN = Stages((-CLOSE_AFTER, -RAISE_AFTER))
# The AP and a court take their time: twice a year somebody looks whether they are done.
ELSEWHERE = Stages((-182, -364))


def remind_to_close(*, by: User | None, at: datetime) -> int:
    """Tell of everything that is done and was not closed; returns how many were told."""
    return reminders.remind(WATCHES, at=at)


# --- which ------------------------------------------------------------------------------------


def _answered(_today: date) -> QuerySet[SubjectRequest]:
    rows = SubjectRequest.objects.filter(state=RequestState.ANSWERED)
    return rows.prefetch_related("parts", "recipients")


def _running(**of: Any) -> Exists:
    return Exists(
        ComplaintStep.objects.filter(complaint=OuterRef("pk"), ended_on__isnull=True, **of)
    )


def _lying_nowhere(_today: date) -> QuerySet[Complaint]:
    """Open, and no body is busy with it since a day."""
    steps = ComplaintStep.objects.filter(complaint=OuterRef("pk")).order_by().values("complaint")
    last = Subquery(steps.annotate(last=Max("ended_on")).values("last"))
    return (
        Complaint.objects.open()
        .filter(~_running())
        .select_related("request")
        .annotate(since=Greatest("received_on", Coalesce(last, "received_on")))
    )


def _lying_elsewhere(_today: date) -> QuerySet[Complaint]:
    """Closed here, and a body outside the board is busy with it since a day."""
    busy = ComplaintStep.objects.filter(complaint=OuterRef("pk"), ended_on__isnull=True)
    began = Subquery(busy.order_by("-began_on").values("began_on")[:1])
    return (
        Complaint.objects.exclude(outcome=ComplaintOutcome.OPEN)
        .filter(_running(), forgotten_at__isnull=True)
        .select_related("request")
        .annotate(since=Greatest("closed_on", began))
    )


# --- what is said, and to whom ----------------------------------------------------------------


def _say_answered(request: SubjectRequest, reach: Reach) -> Said:
    people = _people(request, reach, since=request.answered_on, handler=request.handler_id)
    if request.is_confidential:
        words = _("Een vertrouwelijk verzoek is beantwoord en nog niet gesloten. Sluit het.")
        return words, reverse("requests"), people
    words = close_words(bool(left_to_do(request)))
    assert request.answered_on is not None  # noqa: S101 - the database says so
    told = {"number": request.number, "day": formats.date_format(request.answered_on, "j F Y")}
    return words % told, reverse("request_case", args=[request.number]), people


def _say_nowhere(complaint: Any, reach: Reach) -> Said:
    people = _people(complaint, reach, since=complaint.since)
    words = _("Klacht %(number)s wacht op een volgende stap of een uitkomst.")
    return _of_complaint(complaint, words, people)


def _say_elsewhere(complaint: Any, reach: Reach) -> Said:
    busy = complaint.steps.filter(ended_on__isnull=True).values_list("body", flat=True)
    words = _("Klacht %(number)s is gesloten en ligt nog bij: %(bodies)s. Is dat klaar?")
    bodies = ", ".join(str(RemedyBody(each).label) for each in busy)
    people = reach.at(Role.IBP_MANAGER) or reach.at(Role.FG)
    return _of_complaint(complaint, words, tuple(people), bodies=bodies)


def _of_complaint(complaint: Any, words: str, people: tuple[int, ...], **told: str) -> Said:
    if _is_shut(complaint):
        return _("Kijk of een vertrouwelijke klacht klaar is."), reverse("complaints"), people
    path = reverse("complaint", args=[complaint.number])
    return words % {"number": complaint.number, **told}, path, people


def _is_shut(case: Any) -> bool:
    about = case.request if isinstance(case, Complaint) else None
    return bool(case.is_confidential or (about and about.is_confidential))


def _people(
    case: Any, reach: Reach, *, since: date | None, handler: int | None = None
) -> tuple[int, ...]:
    """Who handles it, else the role; after some weeks also the role above."""
    managers, fg = reach.at(Role.IBP_MANAGER), reach.at(Role.FG)
    at_school = reach.at(Role.DIRECTOR, case.school_id) if case.school_id else []
    if _is_shut(case):
        named = case.userpermissions.filter(permission__codename="open_case")
        at_school = sorted({*at_school} & {*named.values_list("user", flat=True)})
    first = [handler] if handler in (*at_school, *managers) else at_school or managers or fg
    if since is None or (reach.day - since).days < RAISE_AFTER:
        return tuple(first)
    above = (managers if {*first}.isdisjoint(managers) else []) or fg
    return tuple(dict.fromkeys([*first, *above]))


WATCHES = (
    Watch(
        kind="request_close",
        title="Verzoeken",
        rows=_answered,
        due="answered_on",
        stages=LEFT_OPEN,
        say=_say_answered,
    ),
    Watch(
        kind="complaint_close",
        title="Klachten",
        rows=_lying_nowhere,
        due="since",
        stages=LEFT_OPEN,
        say=_say_nowhere,
    ),
    Watch(
        kind="complaint_elsewhere",
        title="Klachten",
        rows=_lying_elsewhere,
        due="since",
        stages=ELSEWHERE,
        say=_say_elsewhere,
    ),
)
