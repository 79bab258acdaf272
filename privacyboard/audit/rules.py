"""How a record goes from state to state: each app fills in a table that a lawyer can read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from django.db.models import TextChoices

from privacyboard.organisation.choices import Right

Step = TypeVar("Step", bound=StrEnum)
State = TypeVar("State", bound=TextChoices)


@dataclass(frozen=True)
class Transition(Generic[Step, State]):
    """One row of such a table: from which states a step leads to which, and who may take it."""

    step: Step
    sources: frozenset[State]
    target: State
    right: Right
    asks_reason: bool = False

    def problem(self, *, called: str, state: str, reason: str) -> str:
        """Say why the step cannot be taken from this state; empty when it can.

        `called`: how a sentence about the record begins ("Het verzoek").
        """
        if state not in self.sources:
            states = type(self.target)
            asked = " of ".join(f"“{each.label}”" for each in states if each in self.sources)
            return f"Dit kan alleen bij {asked}. {called} is nu “{states(state).label}”."
        if self.asks_reason and not reason.strip():
            return "Schrijf op waarom u dit doet."
        return ""
