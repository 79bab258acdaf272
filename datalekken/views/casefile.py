"""All that the page of one breach shows, read in a fixed number of queries.

A part of the page that needs more adds a field here, and its rows to `_rows` as JSON: so no part
asks anything of the database by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from datalekken.choices import MeasureKind, NotificationKind, TellGround
from datalekken.models import (
    Assessment,
    Breach,
    BreachFile,
    BreachUserPermission,
    Measure,
    Notification,
    Telling,
)
from datalekken.rules import guide
from datalekken.rules.acts import ACTS
from datalekken.rules.clocks import (
    INTERNAL_TARGET,
    careful_clock,
    legal_clock,
    met_agreed_hours,
    met_internal_target,
)
from datalekken.rules.closing import ClosingFacts, closing_gaps
from datalekken.rules.states import OPEN
from datalekken.rules.ticking import Ticking, clock_runs
from datalekken.views.desk import Forgotten, is_open
from datalekken.views.dossier import may_see
from datalekken.views.weighed import DECIDED_WHY, Decided, Weighed, decided, in_force, weighed
from privacyboard.backoffice.fetching import Small, WrittenOnce, plain, same, small
from privacyboard.organisation.models import User

# The steps that are no page of their own: what one must be able to do for a button to the part.
_ON_PAGE = {guide.TELL: "op_de_post", guide.MEASURES: "maatregel_klaar"}


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """One breach as its page shows it.

    `may` says for each act (a dash written as _) whether its link stands on the page. The small
    rows are dictionaries with the names of the model's fields, oldest first; see `_rows`.
    """

    case: Breach
    at: datetime
    is_open: bool
    # The term of the law, while it still counts; the careful clock beside it.
    legal: Ticking | None
    careful: Ticking
    clock_runs: bool
    notified_late: bool
    internal_by: datetime | None
    met_internal: bool | None
    hours_agreed: int | None
    hours_taken: int | None
    met_agreed: bool | None
    files: list[Small]
    measures: list[Small]
    notifications: list[Small]
    tellings: list[Small]
    named: list[Small]
    # The last one counts; `outcome` and `facts` are what the rules wrote (rules.assessment).
    assessment: Small | None
    assessments: int
    # Every assessment in words, the last one first; see `views.weighed`.
    weighed: list[Weighed]
    # The decision that stands, and those before it, the last one first.
    decision: Decided | None
    decisions_before: list[Decided]
    activities: list[Small]
    closing_gaps: tuple[str, ...]
    next: guide.Next
    next_url: str
    # Whether this person does the next step, asks for it, or sees that there is none.
    is_next_mine: bool
    may: Mapping[str, bool]
    # Whether this person may read the dossier for the AP, and what was sent.
    may_dossier: bool

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    @property
    def open_measures(self) -> list[Small]:
        return [each for each in self.measures if each["done_on"] is None]


_small = partial(small, link="breach")


def _lists() -> dict[str, Any]:
    """What belongs to a breach, each as a short list."""
    return {
        "small_files": _small(
            BreachFile,
            document="document_id",
            name="document__file_name",
            size="document__size",
            added_at="document__stored_at",
            **same("note", "is_from_reporter"),
        ),
        "small_measures": _small(
            Measure,
            order="due_on",
            first="owner__first_name",
            infix="owner__infix",
            last="owner__last_name",
            **same("kind", "text", "owner_name", "due_on", "done_on", "result"),
        ),
        "small_notifications": _small(
            Notification.objects.numbered(),
            order="number",
            document="paper__document_id",
            ap_number="known_number",
            first="sender__first_name",
            infix="sender__infix",
            last="sender__last_name",
            **same(
                "number",
                "kind",
                "sent_at",
                "sha256",
                "delay_reason",
                "withdrawal_reason",
            ),
        ),
        "small_tellings": _small(
            Telling.objects.counted(),
            people="people_count",
            first="sent_by__first_name",
            infix="sent_by__infix",
            last="sent_by__last_name",
            **same("title", "sent_at", "made", "mails", "mails_sent", "mails_failed"),
            **same("papers", "posted", "waiting", "people_forgotten_at", "forgotten_people"),
        ),
        "small_named": _small(
            BreachUserPermission,
            link="content_object",
            user="user_id",
            first="user__first_name",
            infix="user__infix",
            last="user__last_name",
        ),
        "small_decisions": _small(
            Breach.history.filter(history_change_reason__startswith=DECIDED_WHY),
            link="id",
            order="history_id",
            first="decided_by__first_name",
            infix="decided_by__infix",
            last="decided_by__last_name",
            **same(
                "decided_at",
                "notifies",
                "notify_reasons",
                "tells",
                "tell_reasons",
                "tell_ground",
                "deviation_reason",
            ),
        ),
        "small_activities": _small(
            Breach.activities.through,
            order="processingactivity__code",
            code="processingactivity__code",
            name="processingactivity__name",
        ),
        "small_assessments": _small(
            Assessment,
            first="made_by__first_name",
            infix="made_by__infix",
            last="made_by__last_name",
            **same(
                "facts",
                "outcome",
                "score",
                "severity",
                "risk",
                "people_count",
                "explanation",
                "made_at",
            ),
        ),
    }


_LISTS = WrittenOnce(Breach, _lists)


def _rows(user: User) -> QuerySet[Breach]:
    rows: QuerySet[Breach] = (
        Breach.objects.visible_to(user)
        .select_related(
            "handler",
            "decided_by",
            "registered_by",
            "reporter",
            "processor",
            "agreement",
            "product",
        )
        .prefetch_related("schools")
        .annotate(**_LISTS.lists)
    )
    return rows


def _told(rows: Iterable[Small], words: Any = None) -> list[Small]:
    """With moments made again, the name of who did it, and the words of the kind."""
    found = []
    for row in plain(rows):
        if "first" in row:
            row["by"] = " ".join(part for part in (row["first"], row["infix"], row["last"]) if part)
        if words is not None:
            row["label"] = words(row["kind"]).label
        found.append(row)
    return found


def read_case(user: User, number: str, *, at: datetime) -> CaseFile:
    """Everything about a breach that this person may read; 404 otherwise. Raises Forgotten."""
    case: Any = get_object_or_404(_rows(user), number=number)
    if case.forgotten_at is not None:
        raise Forgotten(case)
    legal, careful = legal_clock(case.times), careful_clock(case.times)
    measures = _told(case.small_measures, MeasureKind)
    notifications = _told(case.small_notifications, NotificationKind)
    tellings = _told(case.small_tellings)
    assessments = _told(case.small_assessments)
    in_words = weighed(assessments)
    decision, decisions_before = in_force(case, decided(_told(case.small_decisions), in_words))
    closing = _closing(case, measures, notifications, tellings)
    ticking = Ticking(legal, at) if legal else None
    step = guide.next_step(
        guide.Situation(
            state=case.state,
            closing=closing,
            is_certain=legal is not None,
            is_assessed=bool(assessments),
            is_advised=case.fg_advised_at is not None,
            is_urgent=ticking is not None and ticking.is_urgent,
            tellings=len(tellings),
            open_measures=sum(each["done_on"] is None for each in measures),
        )
    )
    may = {act.replace("-", "_"): is_open(user, act, case) for act in ACTS}
    agreed = case.agreement.breach_notice_hours if case.agreement else None
    return CaseFile(
        case=case,
        at=at,
        is_open=case.state in OPEN,
        legal=ticking,
        careful=Ticking(careful, at),
        clock_runs=clock_runs(
            state=case.state, notifies=case.notifies, notified_at=case.notified_at
        ),
        notified_late=bool(legal and case.notified_at and case.notified_at > legal.ends_at),
        internal_by=case.first_signal_at + INTERNAL_TARGET if case.first_signal_at else None,
        met_internal=met_internal_target(case.times),
        hours_agreed=agreed,
        hours_taken=_hours(case.processor_discovered_at, case.processor_noticed_at),
        met_agreed=met_agreed_hours(case.times, agreed_hours=agreed),
        files=_told(case.small_files),
        measures=measures,
        notifications=notifications,
        tellings=tellings,
        named=_told(case.small_named),
        assessment=assessments[-1] if assessments else None,
        assessments=len(assessments),
        weighed=in_words,
        decision=decision,
        decisions_before=decisions_before,
        activities=case.small_activities,
        closing_gaps=closing_gaps(closing) if case.decided_at else (),
        next=step,
        next_url=_next_url(case, step, may),
        is_next_mine=_is_mine(case, step, may),
        may=may,
        may_dossier=may_see(user, case),
    )


def _hours(start: datetime | None, end: datetime | None) -> int | None:
    """Hours from one moment to the other; an hour that began counts."""
    return -((start - end) // timedelta(hours=1)) if start and end else None


def _closing(
    case: Breach, measures: list[Small], notifications: list[Small], tellings: list[Small]
) -> ClosingFacts:
    """The same as `actions.closing.closing_facts`, from what is read already."""
    needs_notice = case.tell_ground == TellGround.DISPROPORTIONATE
    last = notifications[-1]["kind"] if notifications else ""
    return ClosingFacts(
        nature=case.nature,
        notifies=bool(case.notifies),
        has_notification=bool(notifications),
        last_is_preliminary=last == NotificationKind.PRELIMINARY,
        last_is_withdrawal=last == NotificationKind.WITHDRAWAL,
        tells=bool(case.tells),
        people_told=case.told_at is not None,
        letters_waiting=sum(each["waiting"] for each in tellings if each["sent_at"]),
        has_notice_to_place=needs_notice and case.public_notice_on is None,
        measures=len(measures),
        cause=case.cause,
        root_cause=case.root_cause,
        lessons=case.lessons,
        register_must_change=case.register_must_change,
        dpia_must_change=case.dpia_must_change,
    )


def _next_url(case: Breach, step: guide.Next, may: Mapping[str, bool]) -> str:
    """Where the next step is done; nothing for who may not do it."""
    if step.act in _ON_PAGE:
        return f"#{step.act}" if may[_ON_PAGE[step.act]] else ""
    if not may.get(step.act.replace("-", "_"), False):
        return ""
    return reverse("breach_act", args=[case.number, step.act])


def _is_mine(case: Breach, step: guide.Next, may: Mapping[str, bool]) -> bool:
    """Whether this person does the next step; who handles the file asks the FG for the advice."""
    asks = step.act == guide.ADVISE and may["tijden"]
    return asks or not step.act or bool(_next_url(case, step, may))
