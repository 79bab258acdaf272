"""What comes next in a breach file: one step, in one sentence, for who never read the law.

The order is that of the boards' protocols: take up, times, assess, ask the FG, decide, notify the
AP, tell the people, measures, lessons, close.
"""

from __future__ import annotations

from dataclasses import dataclass

from datalekken.choices import BreachState, Nature
from datalekken.rules.closing import ClosingFacts, closing_gaps

TAKE_UP = "oppakken"
TIMES = "tijden"
ASSESS = "beoordelen"
ADVISE = "advies"
DECIDE = "besluiten"
NOTIFY = "melden"
WRITE = "bericht"
TELL = "mensen"
NOTICE = "openbaar-bericht"
MEASURE = "maatregel"
MEASURES = "maatregelen"
LEARN = "lessen"
CLOSE = "afsluiten"
NOTHING = ""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What the page knows of a file. `is_urgent`: the term has passed, or nearly so."""

    state: str
    closing: ClosingFacts
    is_certain: bool = False
    is_assessed: bool = False
    is_advised: bool = False
    is_urgent: bool = False
    tellings: int = 0
    open_measures: int = 0


@dataclass(frozen=True)
class Next:
    """The one act that comes next, why, and the words on its button."""

    act: str
    title: str
    why: str
    button: str = ""

    @property
    def whose(self) -> str:
        """Whose turn it is, for who waits."""
        return _WHOSE.get(self.act, "de IBP-manager")

    @property
    def for_others(self) -> str:
        """The title for who waits."""
        return "De FG geeft advies" if self.act == ADVISE else self.title


# Who handles the file does every other step.
_WHOSE = {ADVISE: "de FG", DECIDE: "het bestuur of de IBP-manager"}


def next_step(now: Situation) -> Next:
    """The step that brings the file nearer to its end."""
    match now.state:
        case BreachState.REPORTED:
            return Next(
                TAKE_UP,
                "Pak de melding op",
                "Dan weet iedereen dat u het uitzoekt.",
                "Melding oppakken",
            )
        case BreachState.IN_PROGRESS:
            return _in_progress(now)
        case BreachState.DECIDED:
            return _decided(now)
        case _:
            return _closed(now)


def _in_progress(now: Situation) -> Next:
    can_be_breach = now.closing.nature in {Nature.UNKNOWN, Nature.BREACH}
    if can_be_breach and not now.is_certain:
        return Next(
            TIMES,
            "Zoek uit wanneer het gebeurde",
            "Vul de tijden in. Weet u zeker dat het een datalek is? Vanaf dat moment loopt de "
            "termijn om het te melden bij de AP.",
            "Tijden invullen",
        )
    if can_be_breach and not now.is_assessed:
        return Next(
            ASSESS,
            "Beoordeel het risico",
            "Beantwoord de vragen. U krijgt een advies met de redenen erbij.",
            "Risico beoordelen",
        )
    if can_be_breach and not now.is_advised and not now.is_urgent:
        return Next(
            ADVISE,
            "Vraag de FG om advies",
            "De FG legt het advies hier zelf vast. Dringt de tijd? Dan kunt u ook zonder advies "
            "besluiten.",
            "Advies vastleggen",
        )
    waited = "" if now.is_advised or not can_be_breach else " Wacht niet langer op het advies."
    return Next(
        DECIDE,
        "Neem het besluit",
        "Beslis of u het meldt bij de AP en of u het de mensen vertelt, met uw redenen." + waited,
        "Naar het besluit",
    )


def _decided(now: Situation) -> Next:
    """First whoever must hear it, then the people who learn from it."""
    facts = now.closing
    if facts.stands_against_decision:
        return Next(
            NOTIFY,
            "Trek de melding bij de AP in",
            "Besloten is om niet te melden, maar de melding staat nog bij de AP.",
            "Intrekking vastleggen",
        )
    if facts.nature == Nature.BREACH:
        outward = _outward(now)
        if outward is not None:
            return outward
        if not facts.measures:
            return Next(
                MEASURE,
                "Leg de maatregelen vast",
                "Wat deed u meteen, en wat doet u om het te voorkomen? Bij elke maatregel hoort "
                "iemand en een dag.",
                "Maatregel vastleggen",
            )
    if closing_gaps(facts):
        return Next(
            LEARN,
            "Schrijf op wat u ervan leert",
            "Waardoor kon het gebeuren, en wat moet er veranderen?",
            "Lessen opschrijven",
        )
    return Next(
        CLOSE,
        "Sluit het dossier af",
        "Alles is besloten, verteld en opgeschreven. Het dossier blijft in het register staan.",
        "Afsluiten",
    )


def _outward(now: Situation) -> Next | None:
    """Whoever still has to hear of it: the AP, the people, everyone; None when all have."""
    facts = now.closing
    if facts.notifies and not facts.notification_stands:
        return Next(
            NOTIFY,
            "Meld het bij de AP",
            "U besloot te melden. Neem het dossier over in het formulier van de AP, en leg daarna "
            "het nummer hier vast.",
            "Melding vastleggen",
        )
    if facts.tells and not now.tellings and not facts.people_told:
        return Next(
            WRITE,
            "Vertel het de mensen",
            "U besloot het te vertellen. Schrijf in gewone woorden wat er gebeurde en wat zij "
            "kunnen doen.",
            "Bericht schrijven",
        )
    if facts.tells and not facts.people_told:
        return Next(
            TELL,
            "Verstuur het bericht",
            "Het bericht is geschreven, maar nog niet verstuurd.",
            "Naar het bericht",
        )
    if facts.letters_waiting:
        waiting = (
            "Nog 1 brief is niet weg."
            if facts.letters_waiting == 1
            else f"Nog {facts.letters_waiting} brieven zijn niet weg."
        )
        return Next(TELL, "Verstuur de laatste brieven", waiting, "Naar de brieven")
    if facts.has_notice_to_place:
        return Next(
            NOTICE,
            "Plaats het openbare bericht",
            "Zet het bericht waar de mensen het zien, en leg vast waar en wanneer.",
            "Plaats vastleggen",
        )
    if facts.notification_stands and facts.last_is_preliminary:
        return Next(
            NOTIFY,
            "Vul de melding bij de AP aan",
            "De melding was voorlopig. Meld de AP wat u nu weet.",
            "Aanvulling vastleggen",
        )
    return None


def _closed(now: Situation) -> Next:
    if now.open_measures:
        still = (
            "1 maatregel is" if now.open_measures == 1 else f"{now.open_measures} maatregelen zijn"
        )
        return Next(
            MEASURES,
            "Afgesloten, maar nog niet klaar",
            f"Nog {still} niet klaar.",
            "Naar de maatregelen",
        )
    return Next(NOTHING, "Afgesloten", "U hoeft niets meer te doen.")
