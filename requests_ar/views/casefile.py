"""All that the page of one request shows, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.urls import reverse

from privacyboard.backoffice.fetching import Small, WrittenOnce, plain, same, small
from privacyboard.organisation.models import User
from requests_ar.choices import (
    PROTECTING,
    CodeWay,
    ComplaintOutcome,
    DeliveryWay,
    ExtensionReason,
    FeeGround,
    IdentityMethod,
    LetterDelivery,
    LetterKind,
    PauseKind,
    PersonRole,
    RequestKind,
    RestrictionGround,
)
from requests_ar.models import (
    AnswerItem,
    Complaint,
    Delivery,
    DossierFile,
    Fee,
    IdentityCheck,
    Pause,
    RecipientTask,
    RequestLetter,
    RequestPart,
    RequestPerson,
    RequestUserPermission,
    Restriction,
    SearchTask,
    SubjectRequest,
    say_of,
)
from requests_ar.rules import guide, terms
from requests_ar.rules.acts import ACTS, is_allowed
from requests_ar.rules.answer_items import NUMBERS
from requests_ar.rules.decisions import ACCESSES
from requests_ar.rules.standing import Say
from requests_ar.rules.states import OPEN
from requests_ar.views.casepeople import in_words, people_on
from requests_ar.views.desk import Forgotten, holds

_SEARCHED = frozenset(RequestKind) - {
    RequestKind.CONSENT,
    RequestKind.OBJECTION,
    RequestKind.CAMERA_OBJECTION,
}
# Where the button of the next step leads when it is not a page of its own.
_ON_PAGE = frozenset({guide.TASKS, guide.RECIPIENTS})


@dataclass(frozen=True)
class Deadline:
    """What pieces/deadline.html asks."""

    last_day: date
    days_left: int
    target: date


@dataclass(frozen=True)
class CaseFile:
    """One request as its page shows it."""

    case: SubjectRequest
    today: date
    deadline: Deadline
    is_open: bool
    was_late: bool
    last_day_with_pauses: date | None
    people: Mapping[str, RequestPerson]
    say: Say
    answer_to: RequestPerson
    parts: list[RequestPart]
    tasks: list[SearchTask]
    files: list[DossierFile]
    letters: list[RequestLetter]
    checks: list[Small]
    pauses: list[Small]
    fees: list[Small]
    activities: list[Small]
    deliveries: list[Small]
    recipients: list[Small]
    restrictions: list[Small]
    named: list[Small]
    complaints: list[Small]
    next: guide.Next
    next_url: str
    may: Mapping[str, bool]
    why_not_extend: str

    @property
    def undelivered(self) -> list[RequestLetter]:
        """Letters that did not arrive, or still wait to be posted."""
        lost = {LetterDelivery.FAILED, LetterDelivery.TO_POST}
        # The decision goes with the answer: its delivery is told there.
        told = (each for each in self.letters if each.kind != LetterKind.DECISION)
        return [each for each in told if each.delivery in lost]

    @property
    def shown_people(self) -> list[RequestPerson]:
        """Who represents is left out where that is who asks."""
        requester = self.people[PersonRole.REQUESTER]
        return [
            each
            for each in self.people.values()
            if each.role != PersonRole.REPRESENTATIVE
            or (each.name, each.email) != (requester.name, requester.email)
        ]

    @property
    def open_tasks(self) -> int:
        return sum(task.done_at is None and task.dropped_at is None for task in self.tasks)

    @property
    def tasks_done(self) -> int:
        return sum(task.done_at is not None for task in self.tasks)

    @property
    def tasks_asked(self) -> int:
        return sum(task.dropped_at is None for task in self.tasks)

    @property
    def running_restrictions(self) -> list[Small]:
        """Marks that stand today."""
        return [
            each
            for each in self.restrictions
            if each["ends_on"] is None or each["ends_on"] >= self.today
        ]


_small = partial(small, link="request")


def _lists() -> dict[str, Any]:
    """What belongs to a request, each as a short list."""
    known = SubjectRequest.activities.through
    return {
        "small_checks": _small(
            IdentityCheck,
            about="about",
            method="method",
            is_established="is_established",
            checked_on="checked_on",
            first="checked_by__first_name",
            last="checked_by__last_name",
            note="note",
        ),
        "small_pauses": _small(Pause, **same("kind", "reason", "asked_on", "answered_on")),
        "small_fees": _small(Fee, **same("ground", "amount", "reasons", "announced_on")),
        "small_activities": _small(
            known,
            link="subjectrequest",
            order="processingactivity__code",
            activity="processingactivity_id",
            code="processingactivity__code",
            name="processingactivity__name",
        ),
        "small_deliveries": _small(
            Delivery,
            way="way",
            why_this_way="why_this_way",
            why_no_copy="why_no_copy",
            delivered_on="delivered_on",
            expires_at="expires_at",
            code_way="code_way",
            wrong_codes="wrong_codes",
            downloads="downloads",
            last_download_at="last_download_at",
        ),
        "small_recipients": _small(
            RecipientTask,
            name=Coalesce(F("party__name"), F("processor__name")),
            told_on="told_on",
            why_not="why_not",
        ),
        "small_restrictions": _small(
            Restriction, ground="ground", what="what", starts_on="starts_on", ends_on="ends_on"
        ),
        "small_named": _small(
            RequestUserPermission,
            link="content_object",
            user="user_id",
            first="user__first_name",
            last="user__last_name",
        ),
        "small_items": _small(AnswerItem, item="item", text="text", why_empty="why_empty"),
    }


_LISTS = WrittenOnce(SubjectRequest, _lists)


def _rows(user: User, today: date) -> QuerySet[SubjectRequest]:
    rows: QuerySet[SubjectRequest] = (
        SubjectRequest.objects.visible_to(user)
        .select_related("school", "group", "handler", "decided_by")
        .annotate(
            **_LISTS.lists,
            small_complaints=_small(
                Complaint.objects.visible_to(user), **same("number", "received_on", "outcome")
            ),
        )
        .prefetch_related(
            Prefetch("people", queryset=people_on(today)),
            "parts",
            Prefetch(
                "tasks",
                queryset=SearchTask.objects.select_related("assignee", "system", "processor"),
            ),
            Prefetch("files", queryset=DossierFile.objects.select_related("document")),
            Prefetch(
                "letters",
                queryset=RequestLetter.objects.select_related("document", "mail").defer("html"),
            ),
        )
    )
    return rows


def _in_words(rows: list[Small], key: str, words: Any) -> list[Small]:
    """Beside each code its words, under `label`."""
    return [{**row, "label": words(row[key]).label if row[key] else ""} for row in rows]


def read_case(user: User, number: str, *, today: date) -> CaseFile:
    """Everything about a request that this person may read; 404 otherwise. Raises Forgotten."""
    case: Any = get_object_or_404(_rows(user, today), number=number)
    if case.forgotten_at is not None:
        raise Forgotten(case)
    people = {person.role: person for person in case.people.all()}
    in_words(people)
    found = say_of(case, on=today)
    checks = _in_words(plain(case.small_checks), "method", IdentityMethod)
    pauses = _in_words(plain(case.small_pauses), "kind", PauseKind)
    counted = [terms.Pause(each["asked_on"], each["answered_on"]) for each in pauses]
    with_pauses = terms.last_day_with_pauses(case.target, counted, today=today)
    deliveries = [
        {**each, "code_label": CodeWay(each["code_way"]).label if each["code_way"] else ""}
        for each in _in_words(plain(case.small_deliveries), "way", DeliveryWay)
    ]
    recipients = [
        {**each, "is_settled": bool(each["told_on"] or each["why_not"].strip())}
        for each in plain(case.small_recipients)
    ]
    step = guide.next_step(
        _situation(case, found, checks, pauses, deliveries, recipients, list(case.parts.all()))
    )
    may = {
        act.replace("-", "_"): is_allowed(
            act, state=case.state, holds=lambda right: holds(user, right, case.school_id)
        )
        for act in ACTS
    }
    return CaseFile(
        case=case,
        today=today,
        deadline=Deadline(case.last_day, (case.last_day - today).days, case.target),
        is_open=case.state in OPEN,
        was_late=terms.was_late(answered_on=case.answered_on, last_day=case.last_day),
        last_day_with_pauses=with_pauses if with_pauses > case.last_day else None,
        people=people,
        say=found,
        answer_to=_answer_to(people, found),
        parts=list(case.parts.all()),
        tasks=list(case.tasks.all()),
        files=list(case.files.all()),
        letters=list(case.letters.all()),
        checks=checks,
        pauses=pauses,
        fees=_in_words(plain(case.small_fees), "ground", FeeGround),
        activities=case.small_activities,
        deliveries=deliveries,
        recipients=recipients,
        restrictions=_in_words(plain(case.small_restrictions), "ground", RestrictionGround),
        named=case.small_named,
        complaints=_in_words(plain(case.small_complaints), "outcome", ComplaintOutcome),
        next=step,
        next_url=_next_url(case, step, people, may),
        may=may,
        why_not_extend=terms.extension_problem(
            state=case.state,
            received_on=case.received_on,
            is_extended=case.extended_on is not None,
            # The form asks these; here only the days and the state count.
            reason=ExtensionReason.COMPLEXITY,
            text="-",
            today=today,
        ),
    )


def _answer_to(people: Mapping[str, RequestPerson], found: Say) -> RequestPerson:
    requester = people[PersonRole.REQUESTER]
    if found.answer_to == PersonRole.SUBJECT:
        return people.get(PersonRole.SUBJECT, requester)
    return people.get(PersonRole.REPRESENTATIVE, requester)


def _situation(
    case: Any,
    found: Say,
    checks: list[Small],
    pauses: list[Small],
    deliveries: list[Small],
    recipients: list[Small],
    parts: list[RequestPart],
) -> guide.Situation:
    tasks = [task for task in case.tasks.all() if task.dropped_at is None]
    kinds = {part.kind for part in parts}
    granted = {part.granted for part in parts}
    in_order = {
        each["item"]
        for each in case.small_items
        if each["text"].strip() or each["why_empty"].strip()
    }
    sent_by_link = [each for each in deliveries if each["way"] == DeliveryWay.LINK]
    return guide.Situation(
        state=case.state,
        may_ask=found.may_ask,
        identity_known=any(
            each["about"] == PauseKind.IDENTITY and each["is_established"] for each in checks
        ),
        waits_for_requester=any(each["answered_on"] is None for each in pauses),
        has_activities=bool(case.small_activities),
        asks_search=bool(kinds & _SEARCHED),
        tasks=len(tasks),
        open_tasks=sum(task.done_at is None for task in tasks),
        undecided=sum(not part.verdict for part in parts),
        asks_items=bool(granted & ACCESSES),
        items_missing=len(set(NUMBERS) - in_order),
        code_untold=any(not each["code_way"] for each in sent_by_link[-1:]),
        undone=sum(part.waits_for_doing for part in parts),
        recipients_open=sum(not each["is_settled"] for each in recipients),
        lacks_restriction=not case.small_restrictions and RequestKind.RESTRICTION in granted,
    )


def _next_url(
    case: SubjectRequest,
    step: guide.Next,
    people: Mapping[str, RequestPerson],
    may: Mapping[str, bool],
) -> str:
    """Where the next step is done; nothing for who may not do it."""
    if step.act in _ON_PAGE:
        return f"#{step.act}"
    target: int | None
    if step.act == guide.PEOPLE:
        # The age and the curatele stand with whom it is about, authority with who asks.
        subject, requester = people[PersonRole.SUBJECT], people[PersonRole.REQUESTER]
        about_subject = subject.born_on is None or requester.relation in PROTECTING
        person = subject if about_subject else requester
        act, target = "persoon", person.pk
    elif step.act == guide.JUDGE:
        undecided = next((part for part in case.parts.all() if not part.verdict), None)
        act, target = "onderdeel", undecided.pk if undecided else None
    elif step.act == guide.CARRY_OUT:
        undone = next((part for part in case.parts.all() if part.waits_for_doing), None)
        act, target = "uitgevoerd", undone.pk if undone else None
    elif step.act == guide.ANSWERED:
        open_pauses = (each for each in case.small_pauses if not each["answered_on"])  # type: ignore[attr-defined]
        act, target = step.act, next(open_pauses)["pk"]
    elif step.act == guide.CODE:
        act, target = "code", case.small_deliveries[-1]["pk"]  # type: ignore[attr-defined]
    else:
        act, target = step.act, None
    if not act or not may.get(act.replace("-", "_"), False):
        return ""
    given = [case.number, act] if target is None else [case.number, act, target]
    return reverse("request_act_on" if target is not None else "request_act", args=given)
