"""What comes next in a request: one step, in one sentence, for who never read the law."""

from __future__ import annotations

from dataclasses import dataclass

from requests_ar.choices import RequestState

TAKE_UP = "oppakken"
CHECK = "controle"
ANSWERED = "vraag-beantwoord"
PEOPLE = "personen"
ACTIVITIES = "verwerkingen"
SEARCH = "zoeken"
TASKS = "taken"
JUDGE = "onderdeel"
DECIDE = "besluiten"
ITEMS = "antwoord"
SEND = "versturen"
CODE = "code"
CARRY_OUT = "uitgevoerd"
RECIPIENTS = "ontvangers"
RESTRICT = "beperken"
CLOSE = "afsluiten"
NOTHING = ""


@dataclass(frozen=True)
class Situation:
    """What the case page knows of a request."""

    state: str
    may_ask: bool | None
    identity_known: bool = False
    waits_for_requester: bool = False
    has_activities: bool = False
    asks_search: bool = False
    tasks: int = 0
    open_tasks: int = 0
    undecided: int = 0
    asks_items: bool = False
    items_missing: int = 0
    code_untold: bool = False
    undone: int = 0
    recipients_open: int = 0
    lacks_restriction: bool = False


@dataclass(frozen=True)
class Next:
    """The one act that comes next, why, and the words on its button."""

    act: str
    title: str
    why: str
    button: str = ""


def next_step(now: Situation) -> Next:
    """The step that brings the answer nearer; what only waits is said as waiting."""
    match now.state:
        case RequestState.RECEIVED:
            return Next(
                TAKE_UP,
                "Pak het verzoek op",
                "Dan weet iedereen dat u het behandelt. De termijn loopt al.",
                "Ik pak dit op",
            )
        case RequestState.IN_PROGRESS:
            return _in_progress(now)
        case RequestState.DECIDED:
            return _decided(now)
        case RequestState.ANSWERED:
            return _after(now)
        case RequestState.WITHDRAWN:
            return Next(NOTHING, "Ingetrokken", "De vrager trok het verzoek in.")
        case _:
            return Next(NOTHING, "Afgesloten", "U hoeft niets meer te doen.")


def _in_progress(now: Situation) -> Next:
    if now.waits_for_requester and now.undecided:
        return Next(
            ANSWERED,
            "Wacht op de vrager",
            "Er staat een vraag open. Besluit ook zonder antwoord uiterlijk op de laatste dag.",
            "Het antwoord is binnen",
        )
    if not now.identity_known:
        return Next(
            CHECK,
            "Ga na wie het vraagt",
            "Geef nooit gegevens aan iemand die u niet kent. Maak geen kopie van een paspoort.",
            "Identiteit vastleggen",
        )
    if now.may_ask is None:
        return Next(
            PEOPLE,
            "Ga na of deze persoon dit mag vragen",
            "Het hangt af van leeftijd en gezag. Vul in wat u weet.",
            "Personen aanvullen",
        )
    if now.may_ask is False and now.undecided:
        return Next(
            JUDGE,
            "Deze persoon mag dit niet vragen",
            "Wijs het verzoek af met uitleg, of laat de juiste persoon het vragen.",
            "Beoordelen",
        )
    if now.may_ask is False:
        return _decide()
    return _working(now)


def _working(now: Situation) -> Next:
    if not now.has_activities:
        return Next(
            ACTIVITIES,
            "Kies om welke gegevens het gaat",
            "Kies uit het register waar de school gegevens van deze persoon heeft.",
            "Verwerkingen kiezen",
        )
    if now.asks_search and not now.tasks:
        return Next(
            SEARCH,
            "Vraag collega’s om te zoeken",
            "Wie de gegevens beheert, zoekt ze op en levert ze hier aan.",
            "Iemand laten zoeken",
        )
    if now.open_tasks:
        waiting = "1 zoektaak is" if now.open_tasks == 1 else f"{now.open_tasks} zoektaken zijn"
        return Next(
            TASKS,
            "Wacht op wie zoekt",
            f"Nog {waiting} niet klaar. Ondertussen kunt u al beoordelen.",
            "Zoektaken bekijken",
        )
    if now.undecided:
        parts = "1 onderdeel" if now.undecided == 1 else f"{now.undecided} onderdelen"
        return Next(
            JUDGE,
            "Beoordeel wat gevraagd wordt",
            f"Nog {parts} zonder oordeel. Elk onderdeel krijgt een eigen oordeel.",
            "Beoordelen",
        )
    return _decide()


def _decide() -> Next:
    return Next(
        DECIDE,
        "Neem het besluit",
        "Alle onderdelen zijn beoordeeld. De directeur beslist.",
        "Naar het besluit",
    )


def _decided(now: Situation) -> Next:
    if now.asks_items and now.items_missing:
        items = "1 onderdeel" if now.items_missing == 1 else f"{now.items_missing} onderdelen"
        return Next(
            ITEMS,
            "Maak het antwoord af",
            f"Nog {items} van de tien leeg zonder reden. Daarna kunt u het versturen.",
            "Antwoord aanvullen",
        )
    return Next(
        SEND,
        "Verstuur het antwoord",
        "Het besluit ligt klaar. De termijn loopt tot het antwoord weg is.",
        "Antwoord versturen",
    )


def _after(now: Situation) -> Next:
    if now.code_untold:
        return Next(
            CODE,
            "Vertel de code",
            "Zonder code kan de persoon het antwoord niet openen. Bel, of vertel het aan de balie.",
            "Code maken en vertellen",
        )
    if now.undone:
        return Next(
            CARRY_OUT,
            "Voer het besluit uit",
            "U wees het verzoek toe. Verander of wis de gegevens, en leg vast dat het gedaan is.",
            "Vastleggen wat gedaan is",
        )
    if now.lacks_restriction:
        return Next(
            RESTRICT,
            "Leg de beperking vast",
            "U wees de beperking toe. Zolang het merkteken er niet staat, ziet niemand het.",
            "Gebruik beperken",
        )
    if now.recipients_open:
        who = "1 ontvanger" if now.recipients_open == 1 else f"{now.recipients_open} ontvangers"
        return Next(
            RECIPIENTS,
            "Licht de ontvangers in",
            f"Nog {who}: vertel dat de gegevens veranderd zijn (AVG 19).",
            "Ontvangers bekijken",
        )
    return Next(
        CLOSE, "Sluit het verzoek af", "Het antwoord is weg en alles is gedaan.", "Afsluiten"
    )
