"""Letters about a breach and who gets them, as the acts save them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from datalekken.actions.telling import Words, add_people, send_telling, write_telling
from datalekken.models import Breach, Telling
from datalekken.rules.told import Candidate
from privacyboard.organisation.models import User


def words(**values: str) -> Words:
    """A letter about a lost stick."""
    return Words(
        **{
            "title": "Een USB-stick met rapporten is kwijt",
            "what_happened": "Een leraar verloor een USB-stick.\nEr stonden rapporten op.",
            "consequences": "Iemand kan de cijfers lezen.",
            "measures": "Wij zoeken de stick en gebruiken geen sticks meer.",
            "advice": "U hoeft niets te doen. Let op vreemde berichten.",
            "contact": "Bel de directeur: 012-3456789.",
            **values,
        }
    )


def candidate(name: str, **values: Any) -> Candidate:
    """A parent of a child of eight, with an e-mail address."""
    first = name.split()[0].lower()
    return Candidate(
        **{
            "role": "parent",
            "name": name,
            "about": f"Kind van {name}",
            "born_on": date(2018, 1, 1),
            "email": f"{first}@ouders.example",
            **values,
        }
    )


def on_paper(name: str, **values: Any) -> Candidate:
    """The same without e-mail: a letter to a house."""
    return candidate(name, **{"email": "", "address": "Dorpsstraat 1\n1234 AB Proefstad", **values})


def telling(
    made: Breach,
    people: Sequence[Candidate] = (),
    *,
    at: datetime,
    by: User,
    sent: bool = False,
    **values: str,
) -> Telling:
    """A round of letters; with people, and sent where that is asked."""
    found = write_telling(breach=made, words=words(**values), by=by, at=at)
    if people:
        add_people(telling=found, people=[(each, "op de lijst") for each in people], by=by, at=at)
    if sent:
        found = send_telling(telling=found, voluntarily=True, by=by, at=at)
    return found
