"""The legal acts of the register: propose, establish, revise, expire, remark, publish."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from privacyboard.documents import rules as files
from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Board, School, User
from registers import letters
from registers.choices import DocumentKind
from registers.content import digest, to_json
from registers.models import (
    LINE_MODELS,
    ActivityVersion,
    ProcessingActivity,
    PublishedStatement,
    read_content,
)
from registers.rules.completeness import Gap, blocking_gaps
from registers.rules.states import EDITABLE, TRANSITIONS, Step, step_problem


class StepRefused(ValueError):
    """The step cannot be taken from the present status, or misses its reason."""


class NotComplete(ValueError):
    """Something that the law asks is empty; `gaps` names each."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self.gaps = tuple(gaps)
        super().__init__(" ".join(f"{gap.sentence} ({gap.article})" for gap in gaps))


class NotEditable(ValueError):
    """What was proposed or established is not changed or destroyed: it is revised first."""


def _take(
    activity: ProcessingActivity, step: Step, *, reason: str, by: User | None
) -> ProcessingActivity:
    """Lock the activity, check the step against its present status, and take it."""
    held: ProcessingActivity = ProcessingActivity.objects.select_for_update().get(pk=activity.pk)
    problem = step_problem(step, status=held.status, reason=reason)
    if problem:
        raise StepRefused(problem)
    held.status = TRANSITIONS[step].target
    return held


@transaction.atomic
def propose(*, activity: ProcessingActivity, by: User | None, at: datetime) -> ProcessingActivity:
    """Offer a concept for decision. Raises StepRefused from any other status."""
    held = _take(activity, Step.PROPOSE, reason="", by=by)
    held.proposed_by, held.proposed_at = by, at
    held.record(by=by, why="voorgesteld")
    return held


@transaction.atomic
def send_back(
    *, activity: ProcessingActivity, reason: str, by: User | None, at: datetime
) -> ProcessingActivity:
    """Return a proposal to concept, with the reason. Raises StepRefused."""
    held = _take(activity, Step.SEND_BACK, reason=reason, by=by)
    held.record(by=by, why=f"teruggestuurd: {reason}")
    return held


@transaction.atomic
def establish(*, activity: ProcessingActivity, by: User | None, at: datetime) -> ActivityVersion:
    """Establish a proposal: freeze its content as the version in force (AVG 5(2), 30).

    Raises StepRefused from any other status, and NotComplete naming what is missing while purpose,
    basis, necessity and minimisation, retention or the DPIA answer is empty (AVG 5, 6, 35).
    """
    held = _take(activity, Step.ESTABLISH, reason="", by=by)
    content = read_content(held)
    missing = blocking_gaps(content)
    if missing:
        raise NotComplete(missing)
    held.record(by=by, why="vastgesteld")
    _end_version(held, at)
    plain = to_json(content)
    last = held.versions.aggregate(last=Max("number"))["last"] or 0
    version: ActivityVersion = ActivityVersion.objects.create(
        activity=held,
        number=last + 1,
        content=plain,
        sha256=digest(plain),
        proposed_by=held.proposed_by,
        established_by=by,
        established_at=at,
        fg_remark=held.fg_remark,
    )
    return version


def _end_version(activity: ProcessingActivity, at: datetime) -> None:
    for version in activity.versions.in_force().select_for_update():
        version.ended_at = at
        version.save(update_fields=["ended_at"])


@transaction.atomic
def revise(
    *, activity: ProcessingActivity, reason: str, by: User | None, at: datetime
) -> ProcessingActivity:
    """Open an established activity for a next version; the last one stays in force meanwhile."""
    held = _take(activity, Step.REVISE, reason=reason, by=by)
    held.record(by=by, why=f"herzien: {reason}")
    return held


@transaction.atomic
def expire(
    *, activity: ProcessingActivity, reason: str, by: User | None, at: datetime
) -> ProcessingActivity:
    """End an activity that is no longer carried out; its version ends with it."""
    held = _take(activity, Step.EXPIRE, reason=reason, by=by)
    _end_version(held, at)
    held.record(by=by, why=f"vervallen: {reason}")
    return held


@transaction.atomic
def reopen(
    *, activity: ProcessingActivity, reason: str, by: User | None, at: datetime
) -> ProcessingActivity:
    """Take an expired activity up again, as a concept."""
    held = _take(activity, Step.REOPEN, reason=reason, by=by)
    held.record(by=by, why=f"heropend: {reason}")
    return held


@transaction.atomic
def remark(
    *, activity: ProcessingActivity, text: str, by: User | None, at: datetime
) -> ProcessingActivity:
    """Record the FG's remark, in any status: the FG's own, nobody else edits it (AVG 38, 39)."""
    held: ProcessingActivity = ProcessingActivity.objects.select_for_update().get(pk=activity.pk)
    held.fg_remark, held.fg_remark_at, held.fg_remark_by = text.strip(), at, by
    held.record(by=by, why="opmerking van de FG")
    return held


@transaction.atomic
def destroy_concept(
    *, activity: ProcessingActivity, reason: str, by: User | None, at: datetime
) -> None:
    """Destroy a concept that was never established; its history stays.

    Raises NotEditable for what is proposed or was ever established, StepRefused without a reason.
    """
    held: ProcessingActivity = ProcessingActivity.objects.select_for_update().get(pk=activity.pk)
    if held.status not in EDITABLE or held.versions.exists():
        raise NotEditable(
            "Alleen een concept dat nooit is vastgesteld kan weg. "
            "Laat een vastgestelde verwerking vervallen."
        )
    if not reason.strip():
        raise StepRefused("Schrijf op waarom u dit doet.")
    why = f"vernietigd: {reason}"
    for model in LINE_MODELS:
        for line in model.objects.filter(activity=held):
            line.erase(by=by, why=why)
    held.erase(by=by, why=why)


def publish_statement(
    *, school: School | None, by: User | None, at: datetime
) -> PublishedStatement:
    """Publish the privacy statement of the board, or of a school, with its PDF (AVG 12-14).

    It rests on the versions in force. Raises NotComplete while AVG 13 or 14 asks something that
    it cannot say. Content that is published already is not published again: that row returns.
    """
    draft = letters.draft_statement(school=school, on=timezone.localdate(at))
    if draft.gaps:
        raise NotComplete(draft.gaps)
    plain: dict[str, Any] = json.loads(json.dumps(asdict(draft.statement)))
    seal = digest({key: value for key, value in plain.items() if key != "day"})
    standing = _statement_in_force(school)
    if standing is not None and standing.sha256 == seal:
        return standing
    pdf = letters.statement_pdf(plain)  # takes seconds: made before anything is locked
    with transaction.atomic():
        Board.objects.select_for_update().get()  # one publisher at a time
        if _statement_in_force(school) == standing:
            if standing is not None:
                standing.ended_at = at
                standing.save(update_fields=["ended_at"])
            number = standing.number + 1 if standing else 1
            made: PublishedStatement = PublishedStatement.objects.create(
                school=school,
                number=number,
                content=plain,
                sha256=seal,
                pdf=_store_statement(pdf, school=school, number=number, by=by, at=at),
                published_at=at,
                published_by=by,
            )
            return made
    # Somebody else published while the PDF was made: begin again from what stands now.
    return publish_statement(school=school, by=by, at=at)


def _statement_in_force(school: School | None) -> PublishedStatement | None:
    return PublishedStatement.objects.in_force().filter(school=school).first()


def _store_statement(
    pdf: bytes, *, school: School | None, number: int, by: User | None, at: datetime
) -> StoredDocument:
    place = school.slug if school else "bestuur"
    return storage.store(
        content=pdf,
        title=f"Privacyverklaring {school.name if school else 'bestuur'}, versie {number}",
        file_name=f"privacyverklaring-{place}-{number}.pdf",
        media_type=files.PDF,
        kind=DocumentKind.STATEMENT,
        by=by,
        at=at,
        school=school,
    )
