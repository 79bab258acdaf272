"""Tabs F and G of the sector's workbook: other controllers, and processors with their products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from privacyboard.organisation.rules import numbers_like_bsn, sort_key
from privacyboard.sheets.dates import read_date
from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.reading import Line, Sheet, column_name, read_sheets
from registers.choices import (
    AgreementModel,
    LegalBasis,
    Medium,
    ProcessGroup,
    SharingKind,
)
from registers.exchange.rows import Origin, Problem, Row, Tables
from registers.exchange.sector_activity import recipient
from registers.exchange.sector_layout import LETTER_BASIS, cell_text
from registers.exchange.sector_names import LONGEST_NAME, Lists
from registers.models import Agreement, ProcessingActivity, SharingAgreement
from registers.rules.data_matrix import CONTROLLER

ACTIVITY = "SECTOR-F"
_HEADING_WITHIN = 30
_MOST_PROBLEMS = 1_000

_F: dict[str, tuple[str, ...]] = {
    "name": (
        *("organisatie", "andere verwerkingsverantwoordelijke", "verwerkingsverantwoordelijke"),
        *("naam", "partij", "externe partij", "ontvanger", "naam organisatie"),
    ),
    "data": (
        *("gegevens", "welke gegevens", "persoonsgegevens", "soort gegevens", "categorie gegevens"),
    ),
    "purpose": ("doel", "doelen", "doeleinde", "doel van de uitwisseling", "waarvoor"),
    "basis": ("grondslag", "wettelijke grondslag", "rechtsgrond"),
    "statute": ("wetsartikel", "wet", "artikel"),
    "exchange": (
        *("wijze van uitwisseling", "hoe uitgewisseld", "hoe", "uitwisseling", "manier"),
        *("wijze van uitwisselen", "via"),
    ),
    "agreed_on": ("datum afspraak", "datum afspraken", "datum overeenkomst", "datum convenant"),
}
_G: dict[str, tuple[str, ...]] = {
    "name": (
        *("verwerker", "naam", "naam verwerker", "leverancier", "bedrijf", "organisatie"),
        "naam leverancier",
    ),
    "product": ("applicatie", "product", "applicatie/product", "naam applicatie", "dienst"),
    "keeper": (
        *("applicatiebeheerder intern", "applicatiebeheerder", "interne applicatiebeheerder"),
        "beheerder",
    ),
    "location": ("datalocatie", "locatie data", "locatie van de data", "opslaglocatie", "locatie"),
    "agreed_on": (
        *("datum verwerkersovereenkomst", "datum bewerkersovereenkomst", "datum overeenkomst"),
        *("verwerkersovereenkomst", "verwerkersovereenkomst d.d", "datum"),
    ),
}
# Headings that boards add and that say nothing to us.
_HARMLESS = frozenset({"nr", "nummer", "toelichting", "opmerking", "opmerkingen"})
_LONGEST: dict[str, int] = {"statute": 200, "purpose": 300, "location": 200}


@dataclass
class _Reader:
    """A tab with headings: its rows by field, and what is wrong with them."""

    sheet: Sheet
    row: int
    columns: dict[str, int]
    problems: list[Problem] = field(default_factory=list)

    def problem(self, row: int, at: int | None, sentence: str) -> None:
        column = "" if at is None else column_name(at + 1)
        self.problems.append(Problem(Origin(self.sheet.name, row), column, sentence))

    def rows(self) -> Iterator[tuple[Origin, dict[str, str], date | None]]:
        """Each row that names a party, as texts, with its date; headings between them left out."""
        for line in self.sheet.lines():
            if line.row <= self.row or len(self.problems) >= _MOST_PROBLEMS:
                continue
            for fault in line.faults:
                at = fault.column - 1 if fault.column else None
                if at is None or at in self.columns.values():
                    self.problem(line.row, at, fault.sentence)
            texts = {key: cell_text(line, at) for key, at in self.columns.items()}
            if self._is_heading(texts) or line.faults:
                continue
            if not texts["name"]:
                told = _("Hier ontbreekt de naam van de organisatie.")
                self.problem(line.row, self.columns["name"], told)
                continue
            self._check(line.row, texts)
            yield Origin(self.sheet.name, line.row), texts, self._day(line)

    def _is_heading(self, texts: dict[str, str]) -> bool:
        """A line such as "Grote verwerkers", or the headings once more; nothing beside them."""
        if not any(texts.values()):
            return True
        alone = not any(text for key, text in texts.items() if key != "name")
        key = sort_key(texts["name"])
        return alone and (key.startswith(("grote ", "overige", "kleine ")) or key.endswith(":"))

    def _check(self, row: int, texts: dict[str, str]) -> None:
        for key, text in texts.items():
            most = _LONGEST.get(key, LONGEST_NAME if key in {"name", "product"} else 2_000)
            if len(text) > most:
                told = _("Deze tekst is langer dan %(most)s tekens.") % {"most": most}
                self.problem(row, self.columns[key], told)
            if numbers_like_bsn(text):
                told = _("Hier staat een nummer dat een BSN kan zijn. Haal het weg.")
                self.problem(row, self.columns[key], told)

    def _day(self, line: Line) -> date | None:
        at = self.columns.get("agreed_on")
        if at is None:
            return None
        try:
            return read_date(line.value(at) if cell_text(line, at) not in {"-", "nee"} else None)
        except ValueError:
            told = _("“%(text)s” is geen datum. Schrijf hem als 2-3-2026, of laat de cel leeg.")
            self.problem(line.row, at, told % {"text": cell_text(line, at)[:40]})
            return None


def _find(content: bytes, file_name: str, headings: dict[str, tuple[str, ...]]) -> _Reader:
    """The first tab with these headings: the name of the party, and at least one more."""
    names = {word: key for key, words in headings.items() for word in words}
    for sheet in read_sheets(content, file_name=file_name):
        for line in islice(sheet.lines(), _HEADING_WITHIN):
            cells = [cell_text(line, at) for at in range(len(line.values))]
            keys = [names.get(_heading(cell), "") for cell in cells]
            if "name" in keys and len(set(keys) - {""}) > 1:
                return _reader(sheet, line.row, cells, keys)
    needed = "”, “".join(words[0].capitalize() for words in headings.values())
    raise FileUnreadable(
        _("Er is geen regel met koppen gevonden. Bedoeld zijn kolommen als “%(names)s”.")
        % {"names": needed}
    )


def _heading(text: str) -> str:
    return sort_key(text).strip(" :*.")


def _reader(sheet: Sheet, row: int, cells: list[str], keys: list[str]) -> _Reader:
    reader = _Reader(sheet, row, {})
    for at, (cell, key) in enumerate(zip(cells, keys, strict=True)):
        if key in reader.columns:
            told = _("Kolom “%(name)s” staat er twee keer: ook in kolom %(other)s.")
            other = column_name(reader.columns[key] + 1)
            reader.problem(row, at, told % {"name": cell, "other": other})
        elif key:
            reader.columns[key] = at
        elif cell and _heading(cell) not in _HARMLESS:
            told = _(
                "Kolom “%(name)s” is onbekend. Haal deze kolom weg of geef hem een andere naam."
            )
            reader.problem(row, at, told % {"name": cell[:60]})
    return reader


def read_processors(content: bytes, *, file_name: str) -> Tables:
    """Tab G: processors, their products, and the agreement of which a date is given.

    Who signed when is not in the workbook, so the agreement comes in unsigned: a supplier does not
    become active by a date in a list. Raises FileUnreadable.
    """
    reader = _find(content, file_name, _G)
    tables = Tables()
    lists = Lists.read(source=_("werkboek %(file)s") % {"file": file_name})
    agreements: dict[tuple[str, date], tuple[Origin, list[str]]] = {}
    made: set[str] = set()
    for origin, texts, agreed_on in reader.rows():
        processor = lists.processors.find_or_make(texts["name"], tables=tables, origin=origin)
        product = ""
        if texts.get("product"):
            product = _product(lists, tables, origin, texts, processor, made)
        if agreed_on:
            _first, products = agreements.setdefault((processor, agreed_on), (origin, []))
            products += [product] if product and product not in products else []
    there = _agreements_there()
    for (processor, day), (origin, products) in agreements.items():
        if (processor, day) not in there:
            values = _agreement(processor, day, products, file_name)
            tables.add("agreements", Row(origin, values))
    tables.problems += reader.problems
    return tables


def _product(
    lists: Lists,
    tables: Tables,
    origin: Origin,
    texts: dict[str, str],
    processor: str,
    made: set[str],
) -> str:
    """The product; what the board knows already is only told where its data stand now."""
    location, keeper = texts.get("location", ""), texts.get("keeper", "")
    known = lists.products.find(texts["product"])
    values = {"processor": processor, "data_location": location}
    if keeper:
        values["description"] = _("Applicatiebeheer binnen de school: %(who)s.") % {"who": keeper}
    if not known:
        code = lists.products.find_or_make(texts["product"], tables=tables, origin=origin, **values)
        made.add(code)
        return code
    if location and known not in made:
        made.add(known)
        tables.add("products", Row(origin, {"code": known, "data_location": location}))
    return known


def _agreements_there() -> set[tuple[str, date | None]]:
    """Which agreements the board has already: by processor, and by any day that a list can name."""
    rows = Agreement.objects.values_list(
        "processor__code", "starts_on", "signed_by_board_on", "signed_by_processor_on"
    )
    return {(code, day) for code, *days in rows for day in days}


def _agreement(processor: str, day: date, products: list[str], file_name: str) -> dict[str, Any]:
    note = _(
        "Overgenomen uit het werkboek “%(file)s”. Daar staat alleen een datum: vul in wie wanneer "
        "tekende, welk model het is, en voeg het bestand toe."
    )
    return {
        "processor": processor,
        "reference": _("Werkboek, %(day)s") % {"day": day.isoformat()},
        "number": 1,
        "model": AgreementModel.OWN.value,
        "products": products,
        "all_schools": True,
        "starts_on": day,
        "note": note % {"file": file_name[:100]},
    }


def read_controllers(content: bytes, *, file_name: str) -> Tables:
    """Tab F: who else gets data, what, why and on which basis: one concept activity.

    Where a date is given there is an agreement too: it comes in unsigned. Raises FileUnreadable.
    """
    reader = _find(content, file_name, _F)
    tables = Tables()
    lists = Lists.read(source=_("werkboek %(file)s") % {"file": file_name})
    origin = Origin(reader.sheet.name, reader.row)
    tables.add("activities", Row(origin, _exchange_activity(origin.sheet, file_name)))
    there = set(SharingAgreement.objects.values_list("party__code", "starts_on"))
    numbers: Counter[str] = Counter()
    for origin, texts, agreed_on in reader.rows():
        party = lists.parties.find_or_make(texts["name"], tables=tables, origin=origin)
        data = _categories(lists, tables, origin, texts.get("data", ""))
        basis = _basis(texts.get("basis", ""))
        if not basis:
            told = _(
                "Hier staat geen grondslag die wij kennen. Gebruik W (wettelijke verplichting), "
                "a, b, d, e of f."
            )
            reader.problem(origin.row, reader.columns.get("basis"), told)
            continue
        numbers[party] += 1
        row = recipient(ACTIVITY, CONTROLLER, party, lists) | {
            "number": numbers[party],
            "basis": basis,
            "statute": texts.get("statute", ""),
            "purpose": _purpose(reader, origin, texts, agreed_on),
            "data": data,
        }
        tables.add("activity_recipients", Row(origin, row))
        if agreed_on and (party, agreed_on) not in there:
            there.add((party, agreed_on))
            values = _sharing(party, agreed_on, data, texts, file_name)
            tables.add("sharing_agreements", Row(origin, values))
    tables.problems += reader.problems
    return tables


def _purpose(reader: _Reader, origin: Origin, texts: dict[str, str], agreed_on: date | None) -> str:
    """What for; without an agreement this is also the only place that says how it is exchanged."""
    purpose, how = texts.get("purpose", ""), texts.get("exchange", "")
    if agreed_on or not how:
        return purpose
    told = _("%(purpose)s Uitwisseling: %(how)s") % {"purpose": purpose, "how": how}
    if len(told) > _LONGEST["purpose"]:
        sentence = _("Doel en wijze van uitwisseling zijn samen langer dan %(most)s tekens.")
        most = {"most": _LONGEST["purpose"]}
        reader.problem(origin.row, reader.columns["exchange"], sentence % most)
    return told.strip()


def _categories(lists: Lists, tables: Tables, origin: Origin, text: str) -> list[str]:
    """The data of a cell: one entry when it is one, or several with ; or commas between them."""
    whole = lists.categories.find(text)
    if whole or not text:
        return [whole] if whole else []
    names = [each.strip() for each in text.split(";" if ";" in text else ",")]
    found = [
        lists.categories.find_or_make(name[:LONGEST_NAME], tables=tables, origin=origin)
        for name in names
        if name
    ]
    return list(dict.fromkeys(found))


def _basis(text: str) -> str:
    """A basis by its letter, or by its name as it stands in our own list."""
    key = sort_key(text).strip(" .()")
    if key in LETTER_BASIS:
        return LETTER_BASIS[key]
    for basis in LegalBasis:
        label = sort_key(str(basis.label))
        if key and (key == label or key.startswith(f"{label} (") or key.endswith(f" {label}")):
            return basis.value
    return ""


def _exchange_activity(sheet: str, file_name: str) -> dict[str, Any]:
    if ProcessingActivity.objects.filter(code=ACTIVITY).exists():
        return {"code": ACTIVITY}
    told = _(
        "Overgenomen uit het werkboek “%(file)s”, blad “%(sheet)s”: wie krijgt welke gegevens. "
        "Verdeel dit over uw verwerkingen, of vul hier aan wat ontbreekt."
    )
    return {
        "code": ACTIVITY,
        "name": _("Uitwisseling met andere organisaties"),
        "description": told % {"file": file_name[:100], "sheet": sheet},
        "process_group": ProcessGroup.GOVERNANCE.value,
        "owner": _("nog te bepalen"),
        "all_schools": True,
        "medium": Medium.BOTH.value,
        "source": (_("werkboek %(file)s") % {"file": file_name})[:200],
    }


def _sharing(
    party: str, day: date, data: list[str], texts: dict[str, str], file_name: str
) -> dict[str, Any]:
    note = _("Overgenomen uit het werkboek “%(file)s”: vul in wanneer er getekend is.")
    return {
        "party": party,
        "reference": _("Werkboek, %(day)s") % {"day": day.isoformat()},
        "number": 1,
        "kind": SharingKind.SHARING.value,
        "starts_on": day,
        "data": data,
        "purpose": texts.get("purpose") or _("Staat niet in het werkboek."),
        "exchange": texts.get("exchange", ""),
        "note": note % {"file": file_name[:100]},
    }
