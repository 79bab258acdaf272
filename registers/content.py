"""What an activity says, as plain data: what is checked, frozen, compared and published.

Codes stand beside names: a snapshot stays readable when a list is renamed later.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from registers.choices import ActsAs


@dataclass(frozen=True)
class Named:
    """An entry of a list: its code and its name at this moment."""

    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True)
class TextContent:
    """The activity in the words of one audience and language, for the statement."""

    audience: str
    language: str
    name: str
    text: str


@dataclass(frozen=True)
class PurposeContent:
    letter: str
    name: str
    explanation: str
    basis: str
    statute: str
    interest: str
    balancing: str
    child_interest: str
    name_en: str = ""


@dataclass(frozen=True)
class RetentionContent:
    code: str
    name: str
    term: str
    fate: str
    legal_ground: str
    condition: str
    bound: str = ""
    months: int = 0
    term_en: str = ""


@dataclass(frozen=True)
class DataContent:
    group: Named
    category: Named
    kind: str
    source: str
    source_explanation: str
    identifiability: str
    obligation: str
    consequence: str
    retention: RetentionContent | None
    special_ground: str
    criminal_ground: str
    national_number_ground: str
    necessity: str


@dataclass(frozen=True)
class AccessContent:
    role: Named
    category: Named | None
    level: str


@dataclass(frozen=True)
class RecipientContent:
    kind: str
    party: Named
    service: str
    basis: str
    statute: str
    data: tuple[Named, ...]
    purpose: str


@dataclass(frozen=True)
class TransferContent:
    country: str
    party: Named | None
    instrument: str
    document: str
    review_on: str


@dataclass(frozen=True)
class MeasureContent:
    code: str
    name: str
    kind: str


@dataclass(frozen=True)
class ActivityContent:
    """Everything that a processing activity says. Dates are ISO texts."""

    code: str
    name: str
    description: str
    process_group: str
    owner: str
    all_schools: bool
    schools: tuple[Named, ...]
    medium: str
    place: str
    minimisation: str
    proportionality: str
    subsidiarity: str
    dpia_needed: str
    dpia_reason: str
    dpia_reference: str
    dpia_adopted_on: str
    automation: str
    automation_logic: str
    automation_significance: str
    human_intervention: str
    next_review_on: str
    source: str
    acts_as: str
    on_behalf_of: str
    on_behalf_contact: str
    processing_kinds: str
    systems: tuple[Named, ...]
    products: tuple[Named, ...]
    measures: tuple[MeasureContent, ...]
    purposes: tuple[PurposeContent, ...]
    data: tuple[DataContent, ...]
    access: tuple[AccessContent, ...]
    recipients: tuple[RecipientContent, ...]
    transfers: tuple[TransferContent, ...]
    texts: tuple[TextContent, ...]

    @property
    def is_own(self) -> bool:
        """Whether the board is the controller; else it works for another (AVG 30(2))."""
        return self.acts_as != ActsAs.PROCESSOR

    def holds_at(self, school_slug: str) -> bool:
        """Whether the activity is carried out at this school."""
        return self.all_schools or any(school.code == school_slug for school in self.schools)


def to_json(content: ActivityContent) -> dict[str, Any]:
    """The content as JSON values; `from_json` gives the same content back."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(content)))
    return plain


def digest(plain: dict[str, Any]) -> str:
    """SHA-256 of JSON values in one canonical form: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def from_json(plain: dict[str, Any]) -> ActivityContent:
    """Rebuild content from `to_json`; raises TypeError or KeyError for another shape."""
    lines: dict[str, Any] = {
        "schools": tuple(Named(**each) for each in plain["schools"]),
        "systems": tuple(Named(**each) for each in plain["systems"]),
        "products": tuple(Named(**each) for each in plain["products"]),
        "measures": tuple(MeasureContent(**each) for each in plain["measures"]),
        "purposes": tuple(PurposeContent(**each) for each in plain["purposes"]),
        "data": tuple(_data(each) for each in plain["data"]),
        "access": tuple(_access(each) for each in plain["access"]),
        "recipients": tuple(_recipient(each) for each in plain["recipients"]),
        "transfers": tuple(_transfer(each) for each in plain["transfers"]),
        "texts": tuple(TextContent(**each) for each in plain["texts"]),
    }
    names = {each.name for each in fields(ActivityContent)}
    return ActivityContent(**{name: lines.get(name, plain[name]) for name in names})


def _named(plain: dict[str, Any] | None) -> Named | None:
    return Named(**plain) if plain else None


def _data(plain: dict[str, Any]) -> DataContent:
    retention = plain["retention"]
    return DataContent(
        **{
            **plain,
            "group": Named(**plain["group"]),
            "category": Named(**plain["category"]),
            "retention": RetentionContent(**retention) if retention else None,
        }
    )


def _access(plain: dict[str, Any]) -> AccessContent:
    return AccessContent(
        **{**plain, "role": Named(**plain["role"]), "category": _named(plain["category"])}
    )


def _recipient(plain: dict[str, Any]) -> RecipientContent:
    data = tuple(Named(**each) for each in plain["data"])
    return RecipientContent(**{**plain, "party": Named(**plain["party"]), "data": data})


def _transfer(plain: dict[str, Any]) -> TransferContent:
    return TransferContent(**{**plain, "party": _named(plain["party"])})
