"""Who is told of a breach about a person, by the age on the day (AVG 34; UAVG 5; BW 1:245).

| whose data | on the day | who gets the letter |
|---|---|---|
| a pupil | under 16 | the parents or guardians |
| a pupil | 16 or 17 | the pupil; the parents too only where they still need it, with the reason |
| a pupil | from 18 | the pupil alone |
| a pupil | age unknown | whoever is named, and the letter's row says that the age is unknown |
| anybody else, a parent's own data too | any | that person |

Who was born on 29 February turns older on 1 March in a common year (`organisation.rules.age_on`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from datalekken.choices import ToldRole
from privacyboard.organisation.rules import age_on

SPEAKS_FOR_ITSELF = 16
OF_AGE = 18


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may have to be told.

    `about` is the pupil whose data they are where a parent is told, else empty. `born_on` is the
    birthday of whose data they are. `parents_reason` says why parents from 16 need it too.
    """

    role: str
    name: str
    about: str = ""
    born_on: date | None = None
    email: str = ""
    address: str = ""
    school_id: int | None = None
    parents_reason: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether this person gets the letter, and the sentence that says why (or why not)."""

    is_told: bool
    rule: str
    is_age_unknown: bool = False


def verdict(who: Candidate, *, on: date) -> Verdict:
    """Decide by the table above."""
    if who.role not in {ToldRole.PUPIL, ToldRole.PARENT}:
        return Verdict(True, "het gaat om de eigen gegevens")
    if who.role == ToldRole.PARENT and not who.about:
        return Verdict(True, "het gaat om de eigen gegevens van de ouder")
    if who.born_on is None:
        return _unknown_age(who)
    age = age_on(who.born_on, on)
    return _pupil(age) if who.role == ToldRole.PUPIL else _parent(age, who.parents_reason)


def _unknown_age(who: Candidate) -> Verdict:
    told = "aan de leerling" if who.role == ToldRole.PUPIL else "aan de ouder of verzorger"
    return Verdict(
        True,
        f"geboortedatum niet bekend: {told}, zoals is opgegeven",
        is_age_unknown=True,
    )


def _pupil(age: int) -> Verdict:
    if age < SPEAKS_FOR_ITSELF:
        return Verdict(
            False,
            "Deze leerling is nog geen 16: de ouders of verzorgers krijgen de brief. "
            "Zet hen op de lijst.",
        )
    if age < OF_AGE:
        return Verdict(True, "16 of 17 jaar: de leerling zelf")
    return Verdict(True, "18 jaar of ouder: alleen de leerling zelf")


def _parent(age: int, reason: str) -> Verdict:
    if age < SPEAKS_FOR_ITSELF:
        return Verdict(True, "jonger dan 16: de ouders of verzorgers")
    if age >= OF_AGE:
        return Verdict(
            False,
            "Deze leerling is 18 of ouder: alleen de leerling zelf krijgt de brief, "
            "de ouders niet.",
        )
    if not reason.strip():
        return Verdict(
            False,
            "Deze leerling is 16 of 17: de leerling zelf krijgt de brief. Moeten de ouders het "
            "ook weten? Kruis dat dan aan en schrijf op waarom.",
        )
    return Verdict(True, f"16 of 17 jaar: ook de ouders, want {reason.strip()}")


def candidate_problems(who: Candidate, *, on: date) -> dict[str, str]:
    """What is missing or cannot be so, in words per field; empty when the row can stand."""
    problems: dict[str, str] = {}
    if who.role not in set(ToldRole):
        problems["role"] = "Kies leerling, ouder, medewerker of anders."
    if not who.name.strip():
        problems["name"] = "Vul de naam in."
    if not who.email and not who.address.strip():
        problems["email"] = "Vul een e-mailadres of een postadres in."
    if who.born_on is not None and not (date(1900, 1, 1) <= who.born_on <= on):
        problems["born_on"] = "Deze geboortedatum kan niet. Controleer dag, maand en jaar."
    elif who.role == ToldRole.PARENT and not who.about and who.born_on is not None:
        problems["about"] = (
            "Vul in over welk kind het gaat. Gaat het om gegevens van de ouder zelf? "
            "Laat dan de geboortedatum leeg."
        )
    return problems


@dataclass(frozen=True)
class Known:
    """One who stands on the list already, or earlier in the same one; `where` in words."""

    name: str
    about: str
    reached_at: str
    where: str


@dataclass(frozen=True)
class Fate:
    """What becomes of one candidate: added, or not, and why; `note` can also stand at an added."""

    who: Candidate
    is_added: bool
    rule: str = ""
    note: str = ""
    is_age_unknown: bool = False


class Roll:
    """The people of one round of letters, to see doubles; order of asking is order of the list."""

    def __init__(self, known: list[Known]) -> None:
        # By person: where each stands, by where the letter goes.
        self._by_person: dict[tuple[str, str], dict[str, str]] = {}
        for each in known:
            self._enter(each)

    def fate(self, who: Candidate, *, on: date, where: str) -> Fate:
        """Whether this one is added; who is, is known from now on as standing at `where`."""
        problems = candidate_problems(who, on=on)
        if problems:
            return Fate(who, False, note=" ".join(problems.values()))
        found = verdict(who, on=on)
        if not found.is_told:
            return Fate(who, False, note=found.rule)
        me = Known(who.name, who.about, reach_of(who.email, who.address), where)
        namesakes = self._by_person.get(_person(me), {})
        if me.reached_at in namesakes:
            there = namesakes[me.reached_at]
            return Fate(who, False, note=f"Dubbel: staat al {there}.")
        note = ""
        if namesakes:
            there = next(iter(namesakes.values()))
            note = f"Lijkt op wie {there} staat: zelfde naam, ander adres."
        elif found.is_age_unknown:
            note = "Geboortedatum niet bekend: controleer de leeftijd."
        self._enter(me)
        return Fate(who, True, found.rule, note, is_age_unknown=found.is_age_unknown)

    def _enter(self, one: Known) -> None:
        self._by_person.setdefault(_person(one), {}).setdefault(one.reached_at, one.where)


def reach_of(email: str, address: str) -> str:
    """Where a letter goes, for comparing: the e-mail address, or else the address by post."""
    return (email or " ".join(address.split())).casefold()


def _person(one: Known) -> tuple[str, str]:
    return (" ".join(one.name.split()).casefold(), " ".join(one.about.split()).casefold())
