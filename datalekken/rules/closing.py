"""What a file must hold before it is closed: decision, reasons, measures, people told, lessons."""

from __future__ import annotations

from dataclasses import dataclass

from datalekken.choices import Nature

# So many days after the decision a file that is still open is told to who handles it; and so many
# to the board. Rules of the board: only what is closed is forgotten when its term is over.
CLOSE_AFTER = 28
RAISE_AFTER = 56


@dataclass(frozen=True, kw_only=True)
class ClosingFacts:
    """What counts for closing. `tells` and `notifies` as decided."""

    nature: str
    notifies: bool
    has_notification: bool
    last_is_preliminary: bool
    tells: bool
    people_told: bool
    letters_waiting: int
    has_notice_to_place: bool
    measures: int
    cause: str
    root_cause: str
    lessons: str
    register_must_change: bool | None
    dpia_must_change: bool | None
    last_is_withdrawal: bool = False

    @property
    def notification_stands(self) -> bool:
        """Whether the AP has a notification that was not withdrawn."""
        return self.has_notification and not self.last_is_withdrawal

    @property
    def stands_against_decision(self) -> bool:
        """Whether the AP still has what, by the last decision, is not notified."""
        return self.notification_stands and not self.notifies


def closing_gaps(facts: ClosingFacts) -> tuple[str, ...]:
    """What is still missing, each in a sentence that says what to do; empty when it can close.

    A near miss, or what was no breach, asks its lesson only, and that no notification of it stands
    at the AP (AVG 33(5) asks the facts, the effects and the measures of a breach).
    """
    gaps = []
    if not facts.lessons.strip():
        gaps.append("Schrijf op wat u ervan leert, ook als dat niets is.")
    if facts.stands_against_decision:
        gaps.append(
            "Besloten is om niet te melden, maar de melding bij de AP staat nog. Trek haar in."
        )
    if facts.nature != Nature.BREACH:
        return tuple(gaps)
    if facts.notifies and not facts.notification_stands:
        gaps.append("Leg vast dat u het bij de AP meldde.")
    if facts.notifies and facts.notification_stands and facts.last_is_preliminary:
        gaps.append("De melding bij de AP is voorlopig. Vul haar aan, of trek haar in.")
    if facts.tells and not facts.people_told:
        gaps.append("Vertel het de mensen, en leg dat vast.")
    if facts.letters_waiting:
        gaps.append(f"Er zijn nog {facts.letters_waiting} brieven niet verstuurd.")
    if facts.has_notice_to_place:
        gaps.append("Leg vast waar en wanneer het openbare bericht geplaatst is.")
    if not facts.measures:
        gaps.append("Leg vast welke maatregelen u nam of neemt.")
    if not (facts.cause and facts.root_cause.strip()):
        gaps.append("Schrijf op waardoor het kon gebeuren.")
    if facts.register_must_change is None or facts.dpia_must_change is None:
        gaps.append("Kies of het register en een DPIA moeten veranderen.")
    return tuple(gaps)
