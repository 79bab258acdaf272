"""The requests and complaints of the demo board, entered by the acts that people use."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from privacyboard.demo.people import CONTENT, email_of
from privacyboard.organisation.models import School, User
from registers.exchange import Codes, read_toml
from registers.models import DataSubjectGroup, ProcessingActivity
from requests_ar.actions.answering import Sent, send_answer
from requests_ar.actions.asking import extend_term, record_check
from requests_ar.actions.complaints import Filed, end_step, file_complaint, take_to
from requests_ar.actions.deciding import decide, judge_part
from requests_ar.actions.guarding import make_confidential
from requests_ar.actions.handling import choose_activities, take_up
from requests_ar.actions.receiving import Received, Someone, confirm_address, receive_request
from requests_ar.actions.searching import Asked, ask_search
from requests_ar.choices import (
    Authority,
    DeliveryWay,
    ErasureGround,
    ExtensionReason,
    PauseKind,
    Relation,
    RemedyBody,
    RequestKind,
    Verdict,
)
from requests_ar.models import SubjectRequest
from requests_ar.rules.decisions import Decided


def load_requests(*, at: datetime) -> None:
    """Enter everything; each step on the day it would have been taken."""
    content = read_toml(CONTENT / "requests.toml")
    codes = Codes()
    made = {row["name"]: _load_request(row, codes, at) for row in content["request"]}
    for row in content["complaint"]:
        _load_complaint(row, made, codes, at)


def _load_request(row: dict[str, Any], codes: Codes, at: datetime) -> SubjectRequest:
    came = at - timedelta(days=row["days_ago"])
    by = User.objects.filter(email=row.get("handler", "")).first()
    asks_self = row["relation"] == Relation.SELF
    born_on = localdate(at) - timedelta(days=row["age"] * 365 + 120)
    request = receive_request(
        received=Received(
            school=codes.find(School, row["school"]),
            group=codes.find(DataSubjectGroup, row.get("group", "pupils")),
            kinds=row["kinds"],
            text=row["text"],
            channel=row["channel"],
            received_on=localdate(came),
            requester=Someone(row["requester"], row["email"], address=row.get("address", "")),
            subject=Someone(row["subject"], born_on=born_on, key=row["key"]),
            relation=row["relation"],
            authority=Authority.UNKNOWN if asks_self else Authority.YES,
        ),
        by=by,
        at=came,
    )
    if by is not None:
        _work_on(row, request, by, codes, came + timedelta(days=1))
    if "confidential" in row:
        manager = User.objects.get(email=email_of("ibp_manager"))
        make_confidential(request=request, reason=row["confidential"], by=manager, at=came)
    return request


def _work_on(
    row: dict[str, Any], request: SubjectRequest, by: User, codes: Codes, at: datetime
) -> None:
    if row["channel"] == "form":
        confirm_address(request=request, by=None, at=at)
    take_up(request=request, handler=by, by=by, at=at)
    if "check" in row:
        record_check(
            request=request,
            about=PauseKind.IDENTITY,
            method=row["check"],
            is_established=True,
            checked_on=localdate(at),
            by=by,
            at=at,
        )
    if "activities" in row:
        chosen = codes.find_all(ProcessingActivity, row["activities"])
        choose_activities(request=request, activities=chosen, by=by, at=at)
    if "search" in row:
        asked = Asked(
            row["search"],
            due_on=localdate(at) + timedelta(days=20),
            assignee=User.objects.get(email=row["searcher"]),
        )
        ask_search(request=request, asked=asked, by=by, at=at)
    if "extend" in row:
        extend_term(
            request=request,
            reason=ExtensionReason.COMPLEXITY,
            text=row["extend"],
            by=by,
            at=at + timedelta(days=15),
        )
    if row.get("answer"):
        _answer(request, by, at + timedelta(days=6))


def _answer(request: SubjectRequest, by: User, at: datetime) -> None:
    for part in request.parts.all():
        grounds = {ErasureGround.NOT_NEEDED} if part.kind == RequestKind.ERASURE else ()
        decided = Decided(part.kind, Verdict.GRANTED, erasure_grounds=frozenset(grounds))
        judge_part(part=part, decided=decided, by=by, at=at)
    decide(request=request, deviates=False, deviation_reason="", by=by, at=at)
    send_answer(request=request, sent=Sent(DeliveryWay.HANDED, localdate(at)), by=by, at=at)


def _load_complaint(
    row: dict[str, Any], made: dict[str, SubjectRequest], codes: Codes, at: datetime
) -> None:
    came = at - timedelta(days=row["days_ago"])
    by = User.objects.get(email=email_of("ibp_manager"))
    about = made.get(row.get("request", ""))
    filed = Filed(
        channel=row["channel"],
        received_on=localdate(came),
        name=row["name"],
        email=row["email"],
        text=row["text"],
        school=codes.find_or_none(School, row.get("school", "")),
        request=about,
    )
    complaint = file_complaint(filed=filed, by=by, at=came)
    if "director" in row:
        later = came + timedelta(days=10)
        day = localdate(later)
        step = complaint.steps.get()
        end_step(step=step, ended_on=day, result=row["director"], by=by, at=later)
        take_to(
            complaint=complaint, body=RemedyBody.BOARD, began_on=day, reason="", by=by, at=later
        )
