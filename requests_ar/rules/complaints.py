"""The board's own scheme for complaints: director, bevoegd gezag, klachtencommissie, in order.

The FG, the AP and the court are open at any moment, beside the scheme and after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from requests_ar.choices import ComplaintOutcome, RemedyBody

# The scheme, in its order.
SCHEME = (RemedyBody.DIRECTOR, RemedyBody.BOARD, RemedyBody.COMMITTEE)
ALWAYS_OPEN = frozenset({RemedyBody.FG, RemedyBody.AP, RemedyBody.COURT})

# What ends a complaint by somebody's judgement asks words; what ends by itself need not.
JUDGED = frozenset({ComplaintOutcome.UPHELD, ComplaintOutcome.PARTLY, ComplaintOutcome.DISMISSED})
CONCLUSIONS = tuple(each for each in ComplaintOutcome if each != ComplaintOutcome.OPEN)


@dataclass(frozen=True)
class Lies:
    """The complaint lay (or lies) with a body, from a day until a day."""

    body: str
    began_on: date
    ended_on: date | None = None


def next_body(steps: Iterable[Lies]) -> RemedyBody | None:
    """Where the scheme leads after these steps; None after the committee."""
    taken = {each.body for each in steps}
    last = max((SCHEME.index(each) for each in SCHEME if each in taken), default=-1)
    return SCHEME[last + 1] if last + 1 < len(SCHEME) else None


def step_problem(body: str, *, steps: Iterable[Lies], reason: str) -> str:
    """Say why a complaint cannot go to a body now; empty when it can.

    In the scheme it goes one place further, when the former place is done; skipping a place (the
    complaint is about the director) asks a reason.
    """
    taken = list(steps)
    if body not in RemedyBody.values:
        return "Kies bij wie de klacht nu ligt."
    if any(each.body == body and each.ended_on is None for each in taken):
        return f"De klacht ligt al bij: {RemedyBody(body).label}."
    if body in ALWAYS_OPEN:
        return ""
    running = [each for each in taken if each.body in SCHEME and each.ended_on is None]
    if running:
        return f"Rond eerst af wat nog loopt bij: {RemedyBody(running[0].body).label}."
    expected = next_body(taken)
    if expected is None:
        return "Na de klachtencommissie blijven de AP en de rechter over."
    place = SCHEME.index(RemedyBody(body))
    if place < SCHEME.index(expected):
        return f"De klacht is al verder. De volgende stap is: {expected.label}."
    if place > SCHEME.index(expected) and not reason.strip():
        return (
            f"Volgens de regeling is de volgende stap: {expected.label}. "
            "Schrijf op waarom die stap wordt overgeslagen."
        )
    return ""


def conclusion_problems(
    *, outcome: str, text: str, closed_on: date, received_on: date, steps: Iterable[Lies]
) -> dict[str, str]:
    """What stops a complaint from being closed, per field; empty when it can be.

    A step of the scheme is ended first; what runs at the FG, the AP or the court can run on.
    """
    problems: dict[str, str] = {}
    if outcome not in CONCLUSIONS:
        problems["outcome"] = "Kies hoe de klacht is afgelopen."
    if outcome in JUDGED and not text.strip():
        problems["outcome_text"] = "Leg uit waarom. De klager heeft recht op uitleg."
    taken = list(steps)
    running = [each for each in taken if each.body in SCHEME and each.ended_on is None]
    if running and outcome in JUDGED:
        label = RemedyBody(running[0].body).label
        problems["outcome"] = f"Rond eerst af wat nog loopt bij: {label}."
    days = [received_on, *(each.ended_on or each.began_on for each in taken)]
    if closed_on < max(days):
        problems["closed_on"] = f"Deze dag ligt voor de laatste stap ({max(days):%d-%m-%Y})."
    return problems
