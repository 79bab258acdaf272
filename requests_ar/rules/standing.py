"""Who may ask, and who gets the answer: by age, authority and protection (UAVG 5, BW 1:245)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacyboard.organisation.rules import age_on
from requests_ar.choices import PROTECTING, Authority, PersonRole, Protection, Relation

DECIDES_FROM = 16  # AVG 8 and UAVG 5: from sixteen the young person decides
ADULT_FROM = 18  # BW 1:233 and 1:245: parental authority ends

_PARENTAL = frozenset({Relation.PARENT, Relation.GUARDIAN})
_PROTECTORS = {Protection.CURATELE: Relation.CURATOR, Protection.MENTORSCHAP: Relation.MENTOR}


@dataclass(frozen=True)
class Position:
    """Who stands where on one day. A missing day of birth is an unknown age."""

    relation: str
    authority: str = Authority.UNKNOWN
    protection: str = Protection.NONE
    born_on: date | None = None
    # Staff, applicants and visitors are of age; of a pupil without a day of birth nobody knows.
    is_of_age: bool = False


@dataclass(frozen=True)
class Say:
    """Whether this requester may ask (None: not known yet), who gets the answer, and why."""

    may_ask: bool | None
    answer_to: PersonRole
    explanation: str


def say(position: Position, *, on: date, asked_on: date | None = None) -> Say:
    """The rule that applies on a day: of asking, and again of answering.

    Who turned 16 since the request was received gets the answer in person; what the parent asked
    in time stays asked.
    """
    found = _say_on(position, on)
    if asked_on is None or found.answer_to != PersonRole.SUBJECT or found.may_ask is not False:
        return found
    before = _say_on(position, asked_on)
    return found if before.may_ask is False else _grown_up(before)


def _say_on(position: Position, on: date) -> Say:
    age = age_on(position.born_on, on) if position.born_on else None
    if position.protection != Protection.NONE and (age is None or age >= DECIDES_FROM):
        return _protected(position)
    if position.relation in PROTECTING and (age is None or age >= DECIDES_FROM):
        return _says_to_protect(position)
    if position.is_of_age or (age is not None and age >= ADULT_FROM):
        return _of_age(position)
    if age is None:
        return _age_unknown(position)
    return _young(position) if age >= DECIDES_FROM else _child(position)


def _protected(position: Position) -> Say:
    protector = _PROTECTORS[Protection(position.protection)]
    if position.relation == protector:
        return Say(
            True,
            PersonRole.REPRESENTATIVE,
            f"De {protector.label} vraagt en krijgt het antwoord (UAVG 5). "
            "Vraag naar de beschikking van de rechter.",
        )
    return Say(
        False,
        PersonRole.REPRESENTATIVE,
        f"De persoon staat onder {Protection(position.protection)}: het verzoek komt van de "
        f"{protector.label} (UAVG 5).",
    )


def _says_to_protect(position: Position) -> Say:
    return Say(
        None,
        PersonRole.REPRESENTATIVE,
        f"De vrager zegt {Relation(position.relation).label} te zijn. Vraag naar de beschikking "
        "van de rechter. Klopt het, vul dan bij de persoon over wie het gaat de curatele of het "
        "mentorschap in.",
    )


def _grown_up(before: Say) -> Say:
    """A parent asked for a child that is sixteen now."""
    doubt = "" if before.may_ask else " Ga nog na of deze ouder toen gezag had."
    return Say(
        before.may_ask,
        PersonRole.SUBJECT,
        "Toen het verzoek binnenkwam was de leerling nog geen 16, en vroeg een ouder of voogd het. "
        "Nu is de leerling 16: die beslist zelf en krijgt het antwoord (UAVG 5). Vraag de leerling "
        f"of het verzoek blijft staan.{doubt}",
    )


def _of_age(position: Position) -> Say:
    if position.relation == Relation.SELF:
        return Say(True, PersonRole.SUBJECT, "Wie 18 of ouder is, vraagt en beslist zelf.")
    if position.relation == Relation.AUTHORISED:
        return _authorised()
    return Say(
        False,
        PersonRole.SUBJECT,
        "De persoon is 18 of ouder: ouders hebben geen gezag meer (BW 1:245). "
        "Alleen een machtiging helpt.",
    )


def _young(position: Position) -> Say:
    if position.relation == Relation.SELF:
        return Say(True, PersonRole.SUBJECT, "Vanaf 16 jaar vraagt en beslist de leerling zelf.")
    if position.relation == Relation.AUTHORISED:
        return _authorised()
    return Say(
        False,
        PersonRole.SUBJECT,
        "De leerling is 16 of 17 en vraagt zelf (UAVG 5). Een ouder kan het alleen met een "
        "machtiging van de leerling.",
    )


def _child(position: Position) -> Say:
    if position.relation == Relation.SELF:
        return Say(
            False,
            PersonRole.REPRESENTATIVE,
            "De leerling is jonger dan 16: een ouder of voogd met gezag vraagt namens het kind "
            "(UAVG 5). Luister wel naar het kind zelf.",
        )
    if position.relation == Relation.AUTHORISED:
        return Say(
            None,
            PersonRole.REPRESENTATIVE,
            "De machtiging moet van een ouder of voogd met gezag zijn. Vraag ernaar.",
        )
    if position.relation not in _PARENTAL:
        return Say(
            False,
            PersonRole.REPRESENTATIVE,
            "Voor een kind jonger dan 16 vraagt een ouder of voogd met gezag (UAVG 5).",
        )
    if position.authority == Authority.YES:
        return Say(
            True,
            PersonRole.REPRESENTATIVE,
            "De leerling is jonger dan 16: de ouder of voogd met gezag vraagt en krijgt het "
            "antwoord (UAVG 5).",
        )
    if position.authority == Authority.NO:
        return Say(
            False,
            PersonRole.REPRESENTATIVE,
            "Deze ouder heeft geen gezag en kan dit recht niet gebruiken. Wel mag de ouder weten "
            "hoe het met het kind gaat (BW 1:377c): stuur daarover de brief.",
        )
    return Say(
        None,
        PersonRole.REPRESENTATIVE,
        "Ga na of deze ouder gezag heeft. De school mag vragen dat te laten zien.",
    )


def _authorised() -> Say:
    return Say(
        True,
        PersonRole.REPRESENTATIVE,
        "De gemachtigde vraagt namens de persoon. Bekijk de machtiging.",
    )


def _age_unknown(position: Position) -> Say:
    who = PersonRole.SUBJECT if position.relation == Relation.SELF else PersonRole.REPRESENTATIVE
    return Say(
        None,
        who,
        "De geboortedatum is niet bekend, dus niet wie er beslist: de leerling (vanaf 16) of een "
        "ouder met gezag. Vul haar in.",
    )
