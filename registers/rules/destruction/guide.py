"""What is to do next with a list, in the words of who reads it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from registers.choices.destruction import DestructionState as S

# The act that is about one line of the list: a choice between two terms.
DECIDE = "beslissen"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a list is, and what this person may do with it."""

    state: str
    undecided: int
    to_destroy: int
    open_tasks: int
    may_check: bool
    may_approve: bool
    checked_it: bool
    # This person made a term shorter on which something of the list rests.
    shortened_it: bool
    # Who has to do it where this person cannot.
    checker: str


@dataclass(frozen=True)
class Next:
    """The next step: what, why, and the act with its button (empty: nothing to do here)."""

    title: str
    why: str
    act: str = ""
    button: str = ""


def kinds_of_data(number: int) -> str:
    """So many kinds of data, in words."""
    return "1 soort gegevens" if number == 1 else f"{number} soorten gegevens"


def next_step(now: Standing) -> Next:
    """The one thing to do now."""
    if now.state == S.PROPOSED:
        return _proposed(now)
    if now.state == S.CHECKED:
        return _checked(now)
    if now.state == S.APPROVED:
        return _approved(now)
    if now.state == S.HANDED:
        return _handed(now)
    if now.state == S.CLOSED:
        return Next(
            "Klaar: alles is vernietigd",
            "De nummers zijn van de lijst gehaald. De aantallen en de verklaring blijven.",
        )
    return Next("Deze lijst is ingetrokken", "Wat erop stond, komt later op een nieuwe lijst.")


def _proposed(now: Standing) -> Next:
    if not now.may_check:
        return Next(
            "De lijst wacht op controle", f"{now.checker} kijkt of alles op de lijst weg mag."
        )
    if now.undecided:
        kinds = kinds_of_data(now.undecided)
        return Next(
            "Beslis eerst wat er weg mag",
            f"Over {kinds} moet u kiezen: er gelden twee termijnen, of geen.",
            DECIDE,
            "Kies wat er gebeurt" if now.undecided == 1 else "Kies de eerste",
        )
    if not now.to_destroy:
        return Next(
            "Er mag nu niets weg",
            "Alles op deze lijst wordt vastgehouden of blijft langer. Trek de lijst in.",
            "intrekken",
            "Lijst intrekken",
        )
    return Next(
        "Controleer de lijst",
        "Kijk of er iets bij staat dat langer moet blijven. Klopt alles, leg dat dan vast. Er "
        "gaat nog niets weg: een ander keurt de lijst daarna goed.",
        "controleren",
        "Controle vastleggen",
    )


def _checked(now: Standing) -> Next:
    if now.may_approve and not now.checked_it and now.shortened_it:
        return Next(
            "De lijst wacht op goedkeuring",
            "U maakte een bewaartermijn van deze lijst korter. Daarom keurt een ander hem goed: "
            "een bestuurder of een andere IBP-manager.",
        )
    if now.may_approve and not now.checked_it:
        return Next(
            "Keur de lijst goed",
            "De school heeft gecontroleerd. U bent de tweede die kijkt.",
            "goedkeuren",
            "Goedkeuren",
        )
    why = "Een ander dan wie controleerde, keurt de lijst goed: de IBP-manager of een bestuurder."
    return Next("De lijst wacht op goedkeuring", why)


def _approved(now: Standing) -> Next:
    if not now.may_check:
        return Next("De lijst is goedgekeurd", f"{now.checker} zet de lijst uit.")
    return Next(
        "Zet de lijst uit",
        "Kies in welke systemen de gegevens staan. Wie daar vernietigt, krijgt een taak.",
        "uitzetten",
        "Lijst uitzetten",
    )


def _handed(now: Standing) -> Next:
    if now.open_tasks:
        places = "1 plaats" if now.open_tasks == 1 else f"{now.open_tasks} plaatsen"
        return Next(
            "Vernietigen, en vastleggen dat het weg is",
            f"Van {places} is er nog geen bewijs. Leg het vast bij de plaats.",
        )
    if not now.may_check:
        return Next("Alles is vernietigd", f"{now.checker} sluit de lijst af.")
    return Next(
        "Sluit de lijst af",
        "Van elke plaats is er bewijs. U krijgt de verklaring van vernietiging; de nummers gaan "
        "dan van de lijst.",
        "afsluiten",
        "Afsluiten",
    )
