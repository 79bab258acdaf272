"""The yearly round: made, changed while nobody was asked, opened, closed, broken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from consent.choices import RoundState
from consent.models import Invitation, Question, QuestionText, Round, Wording
from consent.models.inviting import invite
from privacyboard.audit.acts import ActRefused, refuse_second, refused
from privacyboard.mail import outbox
from privacyboard.organisation.models import School, User
from privacyboard.vocabulary import FamilyLanguage


@dataclass(frozen=True, kw_only=True)
class RoundPlan:
    """What a round is: who is asked what, and when. `reminder_days`: days before closing."""

    name: str
    schools: Sequence[School]
    questions: Sequence[Question]
    opens_on: date
    closes_on: date
    valid_until: date
    reminder_days: Sequence[int]


@transaction.atomic
def make_round(*, plan: RoundPlan, by: User | None, at: datetime) -> Round:
    """Keep a plan; nobody is asked yet. Raises ActRefused."""
    return _write(Round(), plan, by=by, why="ronde gemaakt")


@transaction.atomic
def change_round(
    *, asked: Round, plan: RoundPlan, seen: int | None = None, by: User | None, at: datetime
) -> Round:
    """Change a plan of which nobody was asked yet. Raises ActRefused."""
    held = _held(asked)
    refuse_second(held, seen=seen)
    if held.state != RoundState.DRAFT:
        raise refused("Deze ronde is al geopend. Wat er gevraagd wordt, verandert niet meer.")
    return _write(held, plan, by=by, why="ronde gewijzigd")


@transaction.atomic
def open_round(*, asked: Round, by: User | None, at: datetime) -> Round:
    """Let the round begin on its first day, or now if that is past: the sweep writes to everybody.

    Raises ActRefused with everything that is not in order yet.
    """
    held = _held(asked)
    if held.state != RoundState.DRAFT:
        raise refused(f"Deze ronde is al {held.get_state_display()}.")
    if problems := _not_ready(held, on=timezone.localdate(at)):
        raise ActRefused({"": " ".join(problems)})
    held.state = RoundState.OPEN
    held.record(by=by, why="ronde geopend")
    return held


@transaction.atomic
def close_round(*, asked: Round, by: User | None, at: datetime) -> Round:
    """End the asking: no more letters or reminders. Every link keeps serving. Raises ActRefused."""
    held = _held(asked)
    if held.state != RoundState.OPEN:
        raise refused("Alleen een ronde die loopt, kan sluiten.")
    held.state = RoundState.CLOSED
    held.record(by=by, why="ronde gesloten")
    _call_back(held)
    return held


@transaction.atomic
def cancel_round(*, asked: Round, why: str, by: User | None, at: datetime) -> Round:
    """Break the round off; letters that wait are called back, answers stay. Raises ActRefused."""
    held = _held(asked)
    if held.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise refused("Deze ronde is al afgelopen.")
    if not why.strip():
        raise refused("Schrijf op waarom de ronde stopt.", "why")
    held.state = RoundState.CANCELLED
    held.record(by=by, why=f"ronde afgebroken: {why.strip()}"[:400])
    _call_back(held)
    return held


def invite_all(*, asked: Round, by: User | None, at: datetime) -> int:
    """Ask everybody whom the round is for and who was not asked yet; how many that were.

    Who comes to school while the round runs is asked too.
    """
    today = timezone.localdate(at)
    made = invite(asked, on=today, at=at)
    if asked.invited_at is None:
        with transaction.atomic():
            held = _held(asked)
            if held.invited_at is None:
                held.invited_at = at
                held.record(by=by, why="iedereen uitgenodigd")
    return made


def invite_to_new_rounds(*, by: User | None, at: datetime) -> int:
    """Ask everybody of each round whose first day has come."""
    begun = Round.objects.running(timezone.localdate(at)).filter(invited_at=None)
    return sum(invite_all(asked=each, by=by, at=at) for each in begun)


def invite_to_running_rounds(*, by: User | None, at: datetime) -> int:
    """Ask who came to school since a round began."""
    begun = Round.objects.running(timezone.localdate(at)).filter(invited_at__isnull=False)
    return sum(invite_all(asked=each, by=by, at=at) for each in begun)


def close_past_rounds(*, by: User | None, at: datetime) -> int:
    """Close what ran to its last day."""
    over = Round.objects.filter(state=RoundState.OPEN, closes_on__lt=timezone.localdate(at))
    rounds = list(over)
    for each in rounds:
        try:
            close_round(asked=each, by=by, at=at)
        except ActRefused:
            continue  # somebody closed it this moment
    return len(rounds)


def _held(asked: Round) -> Round:
    held: Round = Round.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    return held


def _write(asked: Round, plan: RoundPlan, *, by: User | None, why: str) -> Round:
    if errors := _wrong(plan):
        raise ActRefused(errors)
    asked.name = plan.name
    asked.opens_on, asked.closes_on = plan.opens_on, plan.closes_on
    asked.valid_until = plan.valid_until
    asked.reminder_days = sorted(set(plan.reminder_days), reverse=True)
    asked.record(by=by, why=why)
    asked.schools.set(plan.schools)
    asked.questions.set(plan.questions)
    return asked


def _wrong(plan: RoundPlan) -> Mapping[str, str]:
    """What cannot be in any plan, per field."""
    errors = {}
    if not plan.schools:
        errors["schools"] = "Kies ten minste één school."
    if not plan.questions:
        errors["questions"] = "Kies ten minste één vraag."
    if plan.closes_on < plan.opens_on:
        errors["closes_on"] = "De ronde sluit voordat hij opent."
    elif plan.valid_until <= plan.closes_on:
        errors["valid_until"] = "Een ja moet langer gelden dan de ronde duurt."
    if any(not 0 < days <= 365 for days in plan.reminder_days):
        errors["reminder_days"] = "Een herinnering komt 1 tot 365 dagen voor het sluiten."
    return errors


def _not_ready(asked: Round, *, on: date) -> list[str]:
    """Why nobody can be asked yet, each in a sentence."""
    questions = list(asked.questions.prefetch_related("schools"))
    keys = [each.pk for each in questions]
    askable = set(Question.objects.askable().filter(pk__in=keys).values_list("pk", flat=True))
    last = QuestionText.objects.filter(question__in=keys).order_by("question_id", "-number")
    dutch = Wording.objects.filter(
        text__in=last.distinct("question_id").values("pk"), language=FamilyLanguage.DUTCH
    )
    in_dutch = set(dutch.values_list("text__question", flat=True))
    problems = [] if questions else ["Er is geen vraag gekozen."]
    for question in questions:
        if question.pk not in askable:
            problems.append(
                f"“{question.name}” kan nu niet gevraagd worden: zet de vraag in gebruik, en laat "
                "de verwerking in het register vaststellen met toestemming als grondslag."
            )
        elif question.pk not in in_dutch:
            problems.append(f"“{question.name}” heeft nog geen tekst in het Nederlands.")
    everywhere = any(each.all_schools for each in questions)
    somewhere = {school.pk for each in questions for school in each.schools.all()}
    schools = list(asked.schools.all())
    problems += [] if schools else ["Er is geen school gekozen."]
    problems += [
        f"Voor {school.name} is geen enkele vraag gekozen."
        for school in schools
        if not everywhere and school.pk not in somewhere
    ]
    if asked.closes_on < on:
        problems.append("De laatste dag van de ronde is al geweest.")
    return problems


def _call_back(asked: Round) -> None:
    """Take back the letters of a round that still wait: nobody is asked after it ended."""
    outbox.call_back(Invitation, asked.invitations.order_by())
