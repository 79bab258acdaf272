"""The assessment advises, the FG advises, people decide: with reasons, whatever they decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from datalekken.choices import Nature, TellGround
from datalekken.models import Assessment, Breach, locked, locked_in, step
from datalekken.rules.assessment import Facts, assess, fact_problems
from datalekken.rules.clocks import legal_clock
from datalekken.rules.decisions import decision_problems
from datalekken.rules.states import IN_PROGRESS, UNDECIDED, Step
from privacyboard.audit.acts import ActRefused, refuse_second, refused
from privacyboard.organisation.models import User


@transaction.atomic
def assess_breach(
    *,
    breach: Breach,
    facts: Facts,
    explanation: str = "",
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Assessment:
    """Weigh the facts as they are known now; every assessment is kept.

    Raises ActRefused: answers that contradict each other (`fact_problems`), or the same form sent
    twice.
    """
    held = locked_in(breach, {IN_PROGRESS})
    refuse_second(held, seen=seen)
    problems = fact_problems(facts)
    if problems:
        raise ActRefused(problems)
    clock = legal_clock(held.times)
    outcome = assess(facts, threshold=clock.threshold if clock else "risk")
    held.kind = facts.kind
    # A new edition of the file: who decides on an older assessment is told of this one.
    held.record(by=by, why=f"risico beoordeeld: {outcome.risk.label}")
    found: Assessment = Assessment.objects.create(
        breach=held,
        facts=facts.plain(),
        outcome=outcome.plain(),
        score=outcome.enisa.score,
        severity=outcome.enisa.severity,
        risk=outcome.risk,
        people_count=facts.people,
        explanation=explanation,
        made_at=at,
        made_by=by,
    )
    return found


@transaction.atomic
def advise(
    *,
    breach: Breach,
    advice: str,
    advises_notifying: bool,
    advises_telling: bool,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Breach:
    """The FG's advice, with its moment (AVG 39(1)). Nobody else writes here. Raises ActRefused."""
    held = locked_in(breach, UNDECIDED)
    refuse_second(held, seen=seen)
    if not advice.strip():
        raise refused("Schrijf uw advies op.", "advice")
    held.fg_advice, held.fg_advised_at = advice, at
    held.fg_advises_notifying, held.fg_advises_telling = advises_notifying, advises_telling
    held.record(by=by, why="advies van de FG")
    return held


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is decided, each with its reasons; see `rules.decisions`."""

    notifies: bool
    notify_reasons: str
    tells: bool
    tell_reasons: str
    tell_ground: str = ""
    public_notice: str = ""
    public_notice_where: str = ""
    public_notice_on: date | None = None
    deviation_reason: str = ""
    nature: str = Nature.BREACH


@transaction.atomic
def decide(
    *, breach: Breach, decision: Decision, seen: int | None = None, by: User | None, at: datetime
) -> Breach:
    """Decide on notifying the AP and on telling people (AVG 33(1), 34).

    Not to notify is a decision with reasons too. Raises ActRefused: without reasons, without
    assessment, against the FG without saying why, a ground without its public notice, or when
    somebody else decided first.
    """
    held = locked_in(breach, {IN_PROGRESS})
    refuse_second(held, seen=seen)
    last = held.assessments.last()
    problems = decision_problems(
        notifies=decision.notifies,
        notify_reasons=decision.notify_reasons,
        tells=decision.tells,
        tell_reasons=decision.tell_reasons,
        tell_ground=decision.tell_ground,
        public_notice=decision.public_notice,
        deviation_reason=decision.deviation_reason,
        risk=last.risk if last else "",
        nature=decision.nature,
        fg_advises_notifying=held.fg_advises_notifying,
        fg_advises_telling=held.fg_advises_telling,
    )
    if problems:
        raise ActRefused(problems)
    step(held, Step.DECIDE)
    for name in (
        "notifies",
        "notify_reasons",
        "tells",
        "tell_reasons",
        "tell_ground",
        "deviation_reason",
        "nature",
    ):
        setattr(held, name, getattr(decision, name))
    has_notice = decision.tell_ground == TellGround.DISPROPORTIONATE
    held.public_notice = decision.public_notice if has_notice else ""
    # A notice that was placed before a reopening still stands where it stood.
    where, on = decision.public_notice_where, decision.public_notice_on
    held.public_notice_where = (where or held.public_notice_where) if has_notice else ""
    held.public_notice_on = (on or held.public_notice_on) if has_notice else None
    held.decided_at, held.decided_by = at, by
    held.record(by=by, why="besloten: " + ("melden" if decision.notifies else "niet melden"))
    return held


@transaction.atomic
def reopen(*, breach: Breach, reason: str, by: User | None, at: datetime) -> Breach:
    """Investigate again; what was decided and sent stays as it was. Raises ActRefused."""
    held = locked(breach)
    step(held, Step.REOPEN, reason=reason)
    held.closed_at = None
    held.record(by=by, why=f"heropend: {reason.strip()}")
    return held
