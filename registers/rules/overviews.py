"""What a national service says, laid beside the board's own agreements. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacyboard.organisation.rules import sort_key
from registers.choices import AgreementModel, AgreementState
from registers.rules.agreements import best_state

# Dropped from the end of a name: the same company with and without its legal form.
_LEGAL_FORMS = frozenset(
    {"bv", "nv", "vof", "cv", "ua", "coop", "gmbh", "ltd", "inc", "llc", "holding", "group"}
)
# A board has some hundreds of agreements; what is kept of a file stays small.
MOST_ROWS = 5_000
SIGNED, UNSIGNED, ENDED = "signed", "unsigned", "ended"

# Read from the start of a status: "niet getekend" before "getekend".
_STATUSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        UNSIGNED,
        (
            *("niet", "nog ", "open", "in behandeling", "wacht", "aangeboden", "concept"),
            *("te onderteken", "te teken", "ter onderteken", "verzonden", "uitgenodigd", "nieuw"),
            *("not ", "pending", "draft", "sent"),
        ),
    ),
    (ENDED, ("verlopen", "beeindigd", "opgezegd", "ingetrokken", "vervallen", "expired")),
    (
        SIGNED,
        (
            *("getekend", "ondertekend", "digitaal ondertekend", "akkoord", "actief", "geldig"),
            *("afgerond", "voltooid", "compleet", "signed", "active", "completed", "ja"),
        ),
    ),
)
_STATE_GROUP: dict[str, str] = {
    AgreementState.VALID: SIGNED,
    AgreementState.EXPIRING: SIGNED,
    AgreementState.FUTURE: SIGNED,
    AgreementState.UNSIGNED: UNSIGNED,
    AgreementState.EXPIRED: ENDED,
}
_VERSION = re.compile(r"(\d+)[.,](\d+)")
_MODEL_VERSION: dict[str, str] = {
    AgreementModel.CONVENANT_40: "4.0",
    AgreementModel.GENERAL_40: "4.0",
    AgreementModel.CONVENANT_30: "3.0",
}


@dataclass(frozen=True)
class NationalRow:
    """One line of a file: what stands there; empty where it says nothing."""

    supplier: str = ""
    product: str = ""
    status: str = ""
    signed_on: date | None = None
    version: str = ""
    school: str = ""
    outcome: str = ""
    tested_on: date | None = None
    remark: str = ""

    @classmethod
    def of(cls, plain: Mapping[str, str]) -> NationalRow:
        """A row as it was kept, with dates as ISO texts; what we do not know is left out."""
        values: dict[str, Any] = {
            each.name: plain[each.name] for each in fields(cls) if plain.get(each.name)
        }
        for name in {"signed_on", "tested_on"} & set(values):
            values[name] = date.fromisoformat(values[name])
        return cls(**values)

    @property
    def name(self) -> str:
        """The product with its supplier, as far as they are said."""
        return " – ".join(each for each in (self.product, self.supplier) if each)


@dataclass(frozen=True)
class OwnAgreement:
    """An agreement of the board. `schools` are BRINs, sort keys of names; empty for all schools."""

    pk: int
    supplier: str
    products: tuple[str, ...]
    reference: str
    state: str
    signed_on: date | None
    model: str
    starts_on: date
    schools: tuple[str, ...] = ()

    @property
    def state_label(self) -> str:
        """Its state in words."""
        return str(AgreementState(self.state).label)

    def holds_at(self, school: str) -> bool:
        """Whether it holds at a school named in a file; without one: anywhere."""
        return not school or not self.schools or bool(_school_keys(school) & set(self.schools))


@dataclass(frozen=True)
class Difference:
    """One field that differs, both sides in words."""

    field: str
    there: str
    here: str


@dataclass(frozen=True)
class Different:
    row: NationalRow
    agreement: OwnAgreement
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class NotThere:
    """A product of an agreement that the file does not name; `product` empty: the whole of it."""

    agreement: OwnAgreement
    product: str


@dataclass(frozen=True)
class Tested:
    """A national test result with the best agreement here, when there is one."""

    row: NationalRow
    agreement: OwnAgreement | None


@dataclass
class Comparison:
    missing_here: list[NationalRow] = field(default_factory=list)
    missing_there: list[NotThere] = field(default_factory=list)
    different: list[Different] = field(default_factory=list)
    same: int = 0


def name_key(name: str) -> str:
    """A name of a company or product for comparing: no accents, capitals, signs or legal form."""
    joined = re.sub(r"(?<=\b[a-z])\.", "", sort_key(name))  # b.v. is bv
    words = re.sub(r"[^a-z0-9]+", " ", joined).split()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def status_group(status: str) -> str:
    """Signed, unsigned, ended; empty for a status that we do not know."""
    key = sort_key(status)
    return next((group for group, starts in _STATUSES if key.startswith(starts)), "")


def compare(rows: Iterable[NationalRow], agreements: Sequence[OwnAgreement]) -> Comparison:
    """The signing service's overview beside the own agreements, in three groups."""
    found = Comparison()
    shelf = _Shelf(agreements)
    named: set[tuple[int, str]] = set()
    for row in rows:
        agreement = shelf.best_for(row)
        if agreement is None:
            found.missing_here.append(row)
            continue
        # Every agreement about it is there: the file does not tell which one it means.
        named |= {(each.pk, name_key(row.product)) for each in shelf.all_for(row)}
        differences = _differences(row, agreement)
        if differences:
            found.different.append(Different(row, agreement, differences))
        else:
            found.same += 1
    found.missing_there = [
        NotThere(each, product)
        for each in agreements
        if each.state != AgreementState.EXPIRED
        for product in each.products or ("",)
        if not _is_named(each, product, named)
    ]
    return found


def beside_tests(
    rows: Iterable[NationalRow], agreements: Sequence[OwnAgreement]
) -> tuple[Tested, ...]:
    """Each national test result with the agreement here."""
    shelf = _Shelf(agreements)
    return tuple(Tested(row, shelf.best_for(row)) for row in rows)


def for_reader(
    found: Comparison, *, agreements: frozenset[int], schools: frozenset[str]
) -> Comparison:
    """What somebody of some schools may read: their agreements, and lines not about other schools.

    `agreements` are the ids that the reader may see, `schools` the sort keys of BRINs and names.
    """
    return Comparison(
        missing_here=[each for each in found.missing_here if _is_about(each, schools)],
        missing_there=[each for each in found.missing_there if each.agreement.pk in agreements],
        different=[
            each
            for each in found.different
            if each.agreement.pk in agreements and _is_about(each.row, schools)
        ],
    )


def _is_about(row: NationalRow, schools: frozenset[str]) -> bool:
    return not row.school or bool(_school_keys(row.school) & schools)


def _school_keys(school: str) -> set[str]:
    """A school as a file names it; the number of a branch is the BRIN with two digits behind it."""
    key = sort_key(school)
    return {key, key[:4]} if re.fullmatch(r"\d{2}[a-z]{2}\d{2}", key) else {key}


def _is_named(agreement: OwnAgreement, product: str, named: set[tuple[int, str]]) -> bool:
    if not product:
        return any(pk == agreement.pk for pk, _product in named)
    # A line that names the supplier only is about everything that it supplies.
    return bool({(agreement.pk, name_key(product)), (agreement.pk, "")} & named)


class _Shelf:
    """The agreements, findable by product and by supplier: a file of 5,000 lines stays quick."""

    def __init__(self, agreements: Sequence[OwnAgreement]) -> None:
        self._by_product: dict[str, list[OwnAgreement]] = {}
        self._by_supplier: dict[str, list[OwnAgreement]] = {}
        for each in agreements:
            self._by_supplier.setdefault(name_key(each.supplier), []).append(each)
            for product in each.products:
                self._by_product.setdefault(name_key(product), []).append(each)

    def all_for(self, row: NationalRow) -> list[OwnAgreement]:
        """The product decides; without a product, or for an agreement without any, the supplier."""
        of_supplier = self._by_supplier.get(name_key(row.supplier), []) if row.supplier else []
        if row.product:
            found = self._by_product.get(name_key(row.product), [])
            found = found or [each for each in of_supplier if not each.products]
        else:
            found = of_supplier
        return [each for each in found if each.holds_at(row.school)]

    def best_for(self, row: NationalRow) -> OwnAgreement | None:
        found = self.all_for(row)
        if not found:
            return None
        state = best_state(each.state for each in found)
        return max((each for each in found if each.state == state), key=lambda each: each.starts_on)


def _differences(row: NationalRow, agreement: OwnAgreement) -> tuple[Difference, ...]:
    found = []
    group = status_group(row.status)
    if group and group != _STATE_GROUP.get(agreement.state):
        found.append(Difference(_("stand"), row.status, agreement.state_label))
    if row.signed_on and row.signed_on != agreement.signed_on:
        here = _day(agreement.signed_on) if agreement.signed_on else _("niet getekend")
        found.append(Difference(_("getekend op"), _day(row.signed_on), here))
    version = _version(row.version)
    if version and version != _MODEL_VERSION.get(agreement.model, ""):
        here = str(AgreementModel(agreement.model).label)
        found.append(Difference(_("versie"), row.version, here))
    if row.supplier and name_key(row.supplier) != name_key(agreement.supplier):
        found.append(Difference(_("leverancier"), row.supplier, agreement.supplier))
    return tuple(found)


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def _version(text: str) -> str:
    found = _VERSION.search(text)
    if found:
        return f"{found.group(1)}.{found.group(2)}"
    digits = re.fullmatch(r"\D*(\d)\D*", text)
    return f"{digits.group(1)}.0" if digits else ""
