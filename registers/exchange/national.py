"""The files of national services: the signing service's overview, and the national test's results.

Nobody promises what their columns are called: they are read by what their headings mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from privacyboard.organisation.models import School
from privacyboard.organisation.rules import numbers_like_bsn, sort_key
from privacyboard.sheets.dates import read_date
from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.reading import Line, Sheet, column_name, plain_text, read_sheets
from registers.choices import OverviewKind
from registers.exchange.rows import Origin, Problem
from registers.models import Agreement
from registers.rules.overviews import MOST_ROWS, OwnAgreement

_LONGEST = 300
_MOST_PROBLEMS = 200
# Above the headings there can be a title, a date, and a word of explanation.
_HEADING_WITHIN = 30

_SUPPLIER = (
    *("leverancier", "naam leverancier", "leveranciersnaam", "verwerker", "bedrijf", "organisatie"),
    *("aanbieder", "supplier", "vendor"),
)
_PRODUCT = (
    *("product", "productnaam", "naam product", "applicatie", "dienst", "toepassing", "leermiddel"),
    *("product of dienst", "product/dienst", "naam applicatie"),
)
_HEADINGS: dict[str, dict[str, tuple[str, ...]]] = {
    OverviewKind.SIGNING_SERVICE: {
        "supplier": _SUPPLIER,
        "product": _PRODUCT,
        "status": ("status", "stand", "ondertekenstatus", "status overeenkomst", "state"),
        "signed_on": (
            *("datum ondertekend", "datum ondertekening", "ondertekend op", "getekend op"),
            *("ondertekeningsdatum", "datum getekend", "tekendatum", "signed on"),
        ),
        "version": (
            *("versie", "modelversie", "versie model", "versie overeenkomst", "model", "version"),
            "versie verwerkersovereenkomst",
        ),
        "school": (
            *("school", "brin", "brin-nummer", "brinnummer", "brincode", "brin code", "instelling"),
            *("schoolnaam", "vestiging", "vestigingsnummer"),
        ),
    },
    OverviewKind.NATIONAL_TEST: {
        "supplier": _SUPPLIER,
        "product": _PRODUCT,
        "outcome": (
            *("uitkomst", "resultaat", "oordeel", "uitslag", "conclusie", "advies", "status"),
            *("outcome", "result", "risico", "restrisico"),
        ),
        "tested_on": (
            *("datum", "datum toets", "toetsdatum", "datum uitslag", "datum uitkomst", "date"),
            *("publicatiedatum", "gepubliceerd op", "laatst bijgewerkt", "datum dpia"),
        ),
        "remark": ("opmerking", "opmerkingen", "toelichting", "remark", "bijzonderheden"),
    },
}
_DATES = frozenset({"signed_on", "tested_on"})


@dataclass
class OverviewRead:
    """What a file says: rows as plain values, headings that mean nothing to us, and what is wrong.

    Dates are ISO texts. With a problem nothing of it is kept.
    """

    rows: list[dict[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_overview(content: bytes, *, file_name: str, kind: str) -> OverviewRead:
    """Read the first sheet that has headings we know; raises FileUnreadable."""
    for sheet in read_sheets(content, file_name=file_name):
        columns = _Columns.find(sheet, _HEADINGS[kind])
        if columns is not None:
            return _read(sheet, columns)
    raise FileUnreadable(
        _(
            "Er is geen regel met koppen gevonden. Nodig is een kolom “Leverancier” of “Product”, "
            "en nog een kolom zoals “%(other)s”."
        )
        % {"other": _("Status") if kind == OverviewKind.SIGNING_SERVICE else _("Uitkomst")}
    )


@dataclass
class _Columns:
    """Where the headings stand, and which column (from 0) holds which field."""

    row: int
    fields: dict[str, int]
    unknown: list[str]
    problems: list[Problem]

    @classmethod
    def find(cls, sheet: Sheet, headings: dict[str, tuple[str, ...]]) -> _Columns | None:
        names = {name: key for key, words in headings.items() for name in words}
        for line in islice(sheet.lines(), _HEADING_WITHIN):
            cells = [plain_text(value) for value in line.values]
            known = {names[_heading(each)] for each in cells if _heading(each) in names}
            if known & {"supplier", "product"} and len(known) > 1:
                return cls._of(sheet.name, line.row, cells, names)
        return None

    @classmethod
    def _of(cls, sheet: str, row: int, cells: list[str], names: dict[str, str]) -> _Columns:
        made = cls(row, {}, [], [])
        for at, cell in enumerate(cells):
            key = names.get(_heading(cell), "")
            if not cell:
                continue
            if not key:
                made.unknown.append(cell[:_LONGEST])
            elif key in made.fields:
                sentence = _("Deze kolom staat er twee keer: hij betekent hetzelfde als %(other)s.")
                other = column_name(made.fields[key] + 1)
                made.problems.append(
                    Problem(Origin(sheet, row), column_name(at + 1), sentence % {"other": other})
                )
            else:
                made.fields[key] = at
        return made


def _heading(text: str) -> str:
    return sort_key(text.replace("_", " ")).strip(" :*.")


def _read(sheet: Sheet, columns: _Columns) -> OverviewRead:
    found = OverviewRead(unknown=columns.unknown, problems=list(columns.problems))
    for line in sheet.lines():
        if line.row <= columns.row:
            continue
        if len(found.rows) == MOST_ROWS:
            raise FileUnreadable(
                _("Dit overzicht heeft meer dan 5.000 regels. Maak het kleiner en lees het in.")
            )
        values, problems = _values(sheet.name, line, columns.fields)
        found.problems += problems
        if any(values.values()):
            found.rows.append(values)
        if len(found.problems) >= _MOST_PROBLEMS:
            return found
    if not found.rows and not found.problems:
        raise FileUnreadable(_("Onder de koppen staan geen regels."))
    return found


def _values(
    sheet: str, line: Line, columns: dict[str, int]
) -> tuple[dict[str, str], list[Problem]]:
    origin = Origin(sheet, line.row)
    used = {at + 1 for at in columns.values()}
    problems = [
        Problem(origin, column_name(each.column) if each.column else "", each.sentence)
        for each in line.faults
        if not each.column or each.column in used
    ]
    values: dict[str, str] = {}
    for key, at in columns.items():
        text, sentence = _value(key, line.value(at))
        values[key] = text
        if sentence:
            problems.append(Problem(origin, column_name(at + 1), sentence))
    named = values.get("supplier") or values.get("product")
    if any(values.values()) and not named and not problems:
        problems.append(
            Problem(origin, "", _("Deze regel noemt geen leverancier en geen product."))
        )
    return values, problems


def _value(key: str, value: Any) -> tuple[str, str]:
    text = plain_text(value)
    if key in _DATES:
        try:
            day = read_date(value)
        except ValueError:
            told = _("“%(text)s” is geen datum. Schrijf hem als 2-3-2026.")
            return "", told % {"text": text[:40]}
        return (day.isoformat() if day else ""), ""
    if len(text) > _LONGEST:
        return "", _("Deze tekst is langer dan %(most)s tekens.") % {"most": _LONGEST}
    if numbers_like_bsn(text):
        return "", _("Hier staat een nummer dat een BSN kan zijn. Haal het weg.")
    return text, ""


def own_agreements(*, on: date) -> list[OwnAgreement]:
    """Every agreement of the board with its state on a day, for laying a file beside it."""
    agreements = Agreement.objects.select_related("processor").prefetch_related(
        "products", "schools"
    )
    return [
        OwnAgreement(
            pk=each.pk,
            supplier=each.processor.name,
            products=tuple(product.name for product in each.products.all()),
            reference=each.reference,
            state=each.state_on(on),
            signed_on=each.signed_by_both_on,
            model=each.model,
            starts_on=each.starts_on,
            schools=() if each.all_schools else tuple(school_keys(each.schools.all())),
        )
        for each in agreements
    ]


def school_keys(schools: Iterable[School]) -> Iterator[str]:
    """How a file can name these schools: by BRIN or by name."""
    for school in schools:
        yield sort_key(school.brin)
        yield sort_key(school.name)


def problems_in_words(problems: list[Problem]) -> Iterator[str]:
    """Each problem with its place: "Blad X, regel 4, kolom C: …"."""
    for each in problems:
        place = {"sheet": each.origin.sheet, "row": each.origin.row, "column": each.column}
        where = (
            _("%(sheet)s, regel %(row)s, kolom %(column)s")
            if each.column
            else _("%(sheet)s, regel %(row)s")
        )
        yield f"{where % place}: {each.sentence}"
