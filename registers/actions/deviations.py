"""Board standard, local truth: deviate, end it, answer a new version; test a changed purpose."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from privacyboard.organisation.models import School, User
from registers.choices import CompatibilityOutcome, DeviatingField, VersionReply
from registers.models import (
    ActivityVersion,
    CompatibilityTest,
    ProcessingActivity,
    SchoolDeviation,
    VersionAnswer,
)


class DeviationRefused(ValueError):
    """This school cannot deviate here now; the message says why."""


class AnswerRefused(ValueError):
    """This version cannot be answered so by this school; the message says why."""


class JudgementRefused(ValueError):
    """A compatibility test needs a version to change from, and an answer to every question."""


def _lock(activity: ProcessingActivity) -> ProcessingActivity:
    held: ProcessingActivity = ProcessingActivity.objects.select_for_update().get(pk=activity.pk)
    return held


def _holds_at(activity: ProcessingActivity, school: School) -> bool:
    return activity.all_schools or activity.schools.filter(pk=school.pk).exists()


@transaction.atomic
def deviate(
    *,
    activity: ProcessingActivity,
    school: School,
    field: str,
    text: str,
    reason: str,
    by: User | None,
    at: datetime,
) -> SchoolDeviation:
    """Record that a school does one thing otherwise than the board's standard, and why.

    A deviation on the same field is ended by the new one. Raises DeviationRefused.
    """
    held = _lock(activity)
    if not held.versions.in_force().exists():
        raise DeviationRefused("Afwijken kan pas als de verwerking is vastgesteld.")
    if not _holds_at(held, school):
        raise DeviationRefused("Deze verwerking geldt niet voor deze school.")
    if field not in DeviatingField.values:
        raise DeviationRefused("Op dit onderdeel kan een school niet afwijken.")
    if not text.strip() or not reason.strip():
        raise DeviationRefused("Schrijf op hoe het op deze school is, en waarom.")
    for former in held.deviations.in_force().filter(school=school, field=field):
        former.ended_at = at
        former.record(by=by, why="vervangen door een nieuwe afwijking")
    deviation = SchoolDeviation(
        activity=held, school=school, field=field, text=text, reason=reason, decided_at=at
    )
    deviation.record(by=by, why=reason)
    return deviation


@transaction.atomic
def end_deviation(
    *, deviation: SchoolDeviation, reason: str, by: User | None, at: datetime
) -> SchoolDeviation:
    """The school does as the board's standard says again. Raises DeviationRefused if it ended."""
    held: SchoolDeviation = SchoolDeviation.objects.select_for_update().get(pk=deviation.pk)
    if held.ended_at is not None:
        raise DeviationRefused("Deze afwijking was al beëindigd.")
    held.ended_at = at
    held.record(by=by, why=reason)
    return held


@transaction.atomic
def answer_version(
    *,
    version: ActivityVersion,
    school: School,
    reply: str,
    by: User | None,
    at: datetime,
    remark: str = "",
) -> VersionAnswer:
    """A school accepts the board's new version, or keeps its own deviation. Raises AnswerRefused.

    Accepting ends the school's deviations on this activity; keeping needs one to keep.
    """
    activity = _lock(version.activity)
    held: ActivityVersion = ActivityVersion.objects.select_for_update().get(pk=version.pk)
    if held.ended_at is not None:
        raise AnswerRefused("Deze versie geldt niet meer. Bekijk de nieuwste versie.")
    if not _holds_at(activity, school):
        raise AnswerRefused("Deze verwerking geldt niet voor deze school.")
    given = VersionAnswer.objects.filter(version=held, school=school).first()
    if given is not None:
        raise AnswerRefused(f"Deze school heeft al geantwoord: {given.get_reply_display()}.")
    deviations = activity.deviations.in_force().filter(school=school)
    if reply == VersionReply.KEPT and not deviations.exists():
        raise AnswerRefused("Er is geen afwijking om te houden. Leg die eerst vast.")
    if reply == VersionReply.ACCEPTED:
        for deviation in deviations:
            end_deviation(deviation=deviation, reason="nieuwe versie overgenomen", by=by, at=at)
    answer: VersionAnswer = VersionAnswer.objects.create(
        version=held, school=school, reply=reply, remark=remark, answered_at=at, answered_by=by
    )
    return answer


_QUESTIONS = ("link", "context", "nature", "consequences", "safeguards")


@transaction.atomic
def judge_compatibility(
    *,
    activity: ProcessingActivity,
    answers: dict[str, str],
    outcome: str,
    by: User | None,
    at: datetime,
) -> CompatibilityTest:
    """Record whether a changed purpose is compatible (AVG 6(4)). Raises JudgementRefused."""
    held = _lock(activity)
    version = held.versions.in_force().first()
    if version is None:
        raise JudgementRefused("Er is geen vastgestelde versie waarvan het doel verandert.")
    if any(not answers.get(question, "").strip() for question in _QUESTIONS):
        raise JudgementRefused("Beantwoord alle vijf de vragen (AVG 6 lid 4).")
    if outcome not in CompatibilityOutcome.values:
        raise JudgementRefused("Kies of het doel verenigbaar is.")
    test = CompatibilityTest(
        activity=held,
        from_version=version,
        outcome=outcome,
        tested_at=at,
        tested_by=by,
        **{question: answers[question] for question in _QUESTIONS},
    )
    test.record(by=by, why="verenigbaarheid getoetst")
    return test
