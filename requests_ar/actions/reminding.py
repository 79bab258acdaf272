"""Reminding people of the last day of a request: once per stage, per person and per last day.

Early stages wait for the morning letter; the last ones are a letter of their own, at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from privacyboard.clockwork.models import DigestLine, Reminder
from privacyboard.clockwork.reminders import Alert, Kind, Said, claim, write_lines
from privacyboard.clockwork.turns import in_turn
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.context_processors import board_name
from privacyboard.organisation.models import Appointment, User
from privacyboard.organisation.rules import RIGHTS
from requests_ar.letters.reminders import Reader, digest_words, term_reminder
from requests_ar.models import RequestUserPermission, SubjectRequest
from requests_ar.rules.terms import CANNOT_WAIT, LATE, REMINDER_DAYS, reminder_stages

KIND = "request_term"
# Who handles requests by role; and who hears of it when one is late.
_HANDLING = [role for role, rights in RIGHTS.items() if Right.HANDLE_REQUESTS in rights]
_SUPERVISING = [Role.IBP_MANAGER, Role.FG]


@dataclass
class _Staff:
    """The people of a day who can be reminded, by their role."""

    at_school: dict[int, list[User]] = field(default_factory=lambda: defaultdict(list))
    everywhere: list[User] = field(default_factory=list)
    fg: list[User] = field(default_factory=list)
    supervising: list[User] = field(default_factory=list)
    named: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def handling(self, request: SubjectRequest) -> list[User]:
        """Who may handle this request: for a confidential one only who may see it."""
        here = self.at_school.get(request.school_id or 0, [])
        if request.is_confidential:
            here = [each for each in here if each.pk in self.named[request.pk]]
        return [*here, *self.everywhere]

    def to_remind(self, request: SubjectRequest) -> list[User]:
        """The handler; without one (or one who may not handle it any more) the role.

        Where nobody can handle it the FG is told: nobody else above them may read a request.
        """
        able = self.handling(request)
        own = [each for each in able if each.pk == request.handler_id]
        if own:
            return own
        at_school = [each for each in able if each not in self.everywhere]
        return at_school or self.everywhere or self.fg


def remind_of_terms(*, by: User | None, at: datetime) -> int:
    """Tell everybody who should hear of a term by now and did not; returns how many were told.

    Only the most urgent of the stages that are due is told: after days without a worker nobody
    gets four at once. Raises the first problem (NoAddress) when all others were told.
    """
    today = timezone.localdate(at)
    soon = today + timedelta(days=max(REMINDER_DAYS))
    due = list(SubjectRequest.objects.due_by(soon).select_related("school"))
    if not due:
        return 0
    staff = _staff_on(today, due)
    told = set(
        Reminder.objects.filter(
            subject_type=SubjectRequest._meta.label_lower,
            subject_id__in=[str(each.pk) for each in due],
            kind=KIND,
        ).values_list("subject_id", "stage")
    )
    name, sent = board_name(), 0
    with in_turn() as turn:
        for request in due:
            for user, stages, reader in _asked(request, staff, today):
                rows = [(str(request.pk), _row(request, stage, user)) for stage in stages]
                if told.issuperset(rows):
                    continue
                with turn():
                    sent += _remind(request, user, stages, reader, name, today, at)
    return sent


def _asked(
    request: SubjectRequest, staff: _Staff, today: date
) -> Iterator[tuple[User, tuple[str, ...], Reader]]:
    """Each person to remind, at which stages, and as whom."""
    stages = reminder_stages(last_day=request.last_day, today=today)
    own, able = staff.to_remind(request), staff.handling(request)
    for user in own:
        yield user, stages, Reader.OWN if user in able else Reader.ALONE
    if LATE in stages:
        for user in staff.supervising:
            if user not in own:
                yield user, (LATE,), Reader.ABOVE


def _row(request: SubjectRequest, stage: str, user: User) -> str:
    # An extended request has another last day: its reminders begin anew.
    return f"{request.last_day:%Y%m%d}:{stage}:{user.pk}"


@transaction.atomic
def _remind(
    request: SubjectRequest,
    user: User,
    stages: tuple[str, ...],
    reader: Reader,
    name: str,
    today: date,
    at: datetime,
) -> int:
    made = [
        stage
        for stage in stages
        if claim(subject=request, kind=KIND, stage=_row(request, stage, user), at=at)
    ]
    if stages[-1] not in made:
        return 0
    if stages[-1] not in CANNOT_WAIT:
        sentence, path = digest_words(request)
        line = Alert(
            subject=request,
            kind=KIND,
            stages=(_row(request, stages[-1], user),),
            due_on=request.last_day,
            sentence=sentence,
            path=path,
            people=(user.pk,),
        )
        write_lines([line], at=at)
        return 1
    term_reminder(
        request,
        to=user,
        stage=stages[-1],
        reader=reader,
        board_name=name,
        today=today,
        at=at,
    )
    return 1


def _said(lines: Sequence[DigestLine], today: date) -> dict[int, Said]:
    """What is said of those that are open by the same last day, to who should hear of it still.

    Everybody has a claim of his own: whoever handles it now was told by it.
    """
    keys = {int(line.subject_id) for line in lines}
    requests = list(SubjectRequest.objects.due_by(date.max).filter(pk__in=keys))
    staff = _staff_on(today, requests)
    known = {str(each.pk): (each, staff.to_remind(each)) for each in requests}
    found: dict[int, Said] = {}
    for line in lines:
        request, people = known.get(line.subject_id, (None, []))
        if request and line.due_on == request.last_day >= today:
            own = tuple(each.pk for each in people if each.pk == line.user_id)
            found[line.pk] = (*digest_words(request), own)
    return found


KINDS = (Kind(name=KIND, title="Verzoeken", said=_said),)


def _staff_on(day: date, due: Iterable[SubjectRequest]) -> _Staff:
    staff = _Staff()
    appointments = (
        Appointment.objects.running(day)
        .filter(role__in={*_HANDLING, *_SUPERVISING}, user__is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    for each in appointments:
        lists = []
        if each.role in _HANDLING:
            lists += [staff.at_school[each.school_id] if each.school_id else staff.everywhere]
        if each.role in _SUPERVISING and each.school_id is None:
            lists += [staff.supervising]
        if each.role == Role.FG:
            lists += [staff.fg]
        for people in lists:
            if each.user not in people:
                people.append(each.user)
    closed = [each.pk for each in due if each.is_confidential]
    named = RequestUserPermission.objects.filter(
        content_object__in=closed, permission__codename="open_case"
    )
    for request_id, user_id in named.values_list("content_object_id", "user_id"):
        staff.named[request_id].add(user_id)
    return staff
