"""The legal acts of the register: propose, establish, revise, expire, remark, publish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from privacyboard.organisation.models import User
from registers.choices import CompatibilityOutcome
from registers.content import ActivityContent, digest, to_json
from registers.models import (
    LINE_MODELS,
    ActivityVersion,
    Agreement,
    ProcessingActivity,
    Processor,
    read_content,
)
from registers.rules.completeness import Gap, blocking_gaps
from registers.rules.differences import purpose_changes
from registers.rules.states import EDITABLE, TRANSITIONS, Step, step_problem


class StepRefused(ValueError):
    """The step cannot be taken from the present status, or misses its reason."""


class NotComplete(ValueError):
    """Something that the law asks is empty; `gaps` names each."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self.gaps = tuple(gaps)
        self.sentences = tuple(f"{gap.sentence} ({gap.article})" for gap in gaps)
        super().__init__(" ".join(self.sentences))


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
    """Offer a concept for decision, when it says what a decision rests on.

    Raises StepRefused from any other status, and NotComplete while something is missing that would
    stop establishing it: the FG and the board cannot judge an empty page.
    """
    held = _take(activity, Step.PROPOSE, reason="", by=by)
    missing = blocking_gaps(read_content(held))
    if missing:
        raise NotComplete(missing)
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
def establish(
    *, activity: ProcessingActivity, by: User | None, at: datetime, exception: str = ""
) -> ActivityVersion:
    """Establish a proposal: freeze its content as the version in force (AVG 5(2), 30).

    `exception` is the reason why it is established while a processor has no valid agreement; it is
    recorded with its date, and asked for only then. Raises StepRefused from any other status, and
    NotComplete naming what is missing while purpose, basis, necessity and minimisation, retention
    or the DPIA answer is empty (AVG 5, 6, 35), a changed purpose was not found compatible
    (AVG 6(4)), or an agreement is missing without a reason (AVG 28(3)).
    """
    held = _take(activity, Step.ESTABLISH, reason="", by=by)
    content = read_content(held)
    unsigned = _processors_without_agreement(held, timezone.localdate(at))
    missing = [*blocking_gaps(content), *_untested_purposes(held, content)]
    if unsigned and not exception.strip():
        missing += [_agreement_gap(name) for name in unsigned]
    if missing:
        raise NotComplete(missing)
    held.exception_reason = exception.strip() if unsigned else ""
    held.exception_on = timezone.localdate(at) if unsigned else None
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


def _processors_without_agreement(activity: ProcessingActivity, on: date) -> list[str]:
    """The processors that an activity names and that have no valid agreement on a day."""
    valid = Agreement.objects.valid_on(on).filter(processor=OuterRef("pk"))
    named = Processor.objects.filter(recipient_lines__activity=activity)
    missing = named.exclude(Exists(valid)).order_by("sort_name").distinct()
    return list(missing.values_list("name", flat=True))


def _agreement_gap(processor: str) -> Gap:
    return Gap(
        "AVG 28 lid 3",
        "verwerkers",
        f"{processor} heeft geen geldige overeenkomst. Teken die eerst, of schrijf op waarom het "
        "nu toch moet.",
        blocks=True,
    )


def _untested_purposes(activity: ProcessingActivity, content: ActivityContent) -> list[Gap]:
    """A purpose that changed since the version in force asks a compatibility test (AVG 6(4))."""
    version = activity.versions.in_force().first()
    if version is None or not purpose_changes(version.read(), content):
        return []
    test = activity.compatibility_tests.filter(from_version=version).first()
    if test is None:
        sentence = "Het doel is veranderd: leg de verenigbaarheidstoets vast."
    elif test.outcome != CompatibilityOutcome.COMPATIBLE:
        sentence = "Het nieuwe doel is niet verenigbaar: maak er een eigen verwerking van."
    else:
        return []
    return [Gap("AVG 6 lid 4", "doelen", sentence, blocks=True)]


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
