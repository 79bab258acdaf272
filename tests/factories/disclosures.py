"""Disclosures and agreements on confidential data. Whatever is not given is in order."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from privacyboard.organisation.models import School, User
from registers import actions
from registers.models import ConfidentialityNote, Disclosure, DisclosureGround
from tests.factories import registers as make


def ground(code: str = "attendance_officer", **values: Any) -> DisclosureGround:
    """A ground that makes disclosure a legal duty, unless another basis is given."""
    found = DisclosureGround.objects.filter(code=code).first()
    if found is not None:
        return found
    made = DisclosureGround(**{"code": code, "name": f"Grond {code}", **values})
    made.full_clean()
    made.record(by=None, why="proef")
    return made


def values(school: School, **changes: Any) -> dict[str, Any]:
    """What a disclosure says: one pupil's name, to DUO, by legal duty."""
    filled: dict[str, Any] = {
        "school": school,
        "kind": "single",
        "disclosed_on": date(2026, 3, 2),
        "person_key": "L-1001",
        "party": make.party(),
        "data": [make.category()],
        "purpose": "De bekostiging.",
        "basis": "legal_duty",
        "subsidiarity": "Lichter kan niet.",
        "proportionality": "Het is in verhouding.",
        "minimisation": "Alleen de naam.",
    }
    if "ground" not in changes:
        filled["ground"] = ground()
    return {**filled, **changes}


def disclosure(
    school: School, *, at: datetime, by: User | None = None, **changes: Any
) -> Disclosure:
    """A recorded disclosure, by the act that people use."""
    filled = values(school, **changes)
    data = filled.pop("data")
    return actions.record_disclosure(disclosure=Disclosure(**filled), data=data, by=by, at=at)


def note(school: School, **changes: Any) -> ConfidentialityNote:
    """An agreement with the parents on who may know."""
    filled: dict[str, Any] = {
        "pupil_key": "L-1001",
        "who_may_know": "De directeur en de intern begeleider.",
        "agreed_with": "Beide ouders",
        "agreed_on": date(2026, 3, 2),
    }
    made = ConfidentialityNote(**{"school": school, **filled, **changes})
    made.full_clean()
    made.record(by=None, why="proef")
    return made
