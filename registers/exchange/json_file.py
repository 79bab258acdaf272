"""The register as JSON: the same tables, with values instead of words, and attachments in it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from privacyboard.documents.models import StoredDocument
from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.reading import MOST_PACKED, MOST_ROWS
from registers.exchange.rows import Origin, Problem, Row, Tables
from registers.exchange.snapshot import Snapshot
from registers.exchange.tables import TABLE, Table
from registers.exchange.xlsx import too_many

FORMAT, VERSION = "privacyboard-register", 1
_TOP = frozenset({"format", "version", "made_at", "tables", "attachments"})
# A whole number longer than this is no number of a register, and slow to read.
_MOST_DIGITS = 18


def write_json(
    snapshot: Snapshot, *, made_at: str, attachments: Iterable[StoredDocument] = ()
) -> bytes:
    """The tables as JSON (UTF-8); attachments as base64 under their SHA-256."""
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": made_at,
        "tables": snapshot,
        "attachments": {each.sha256: _base64_of(each) for each in attachments},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _base64_of(document: StoredDocument) -> str:
    with document.file.open("rb") as file:
        return base64.b64encode(file.read()).decode("ascii")


def read_json(content: bytes) -> Tables:
    """The tables of a JSON file; raises FileUnreadable for what is no file of the register."""
    whole = _parse(content)
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise FileUnreadable(
            _("Dit is geen register van privacyboard: “format” is niet “%(format)s”.")
            % {"format": FORMAT}
        )
    if whole.get("version") != VERSION or isinstance(whole["version"], bool):
        raise FileUnreadable(_("Deze versie van het bestand kennen wij niet."))
    tables = Tables()
    for key in whole.keys() - _TOP:
        _complain(tables, Origin("JSON", 1), key, _("Dit onderdeel kennen wij niet. Haal het weg."))
    found = whole.get("tables")
    if not isinstance(found, dict):
        raise FileUnreadable(_("In dit bestand staat geen onderdeel “tables” met de tabellen."))
    total = 0
    for name, rows in found.items():
        table = TABLE.get(name)
        if table is None or not isinstance(rows, list):
            sentence = _("Deze tabel kennen wij niet. Haal haar weg, of geef haar de goede naam.")
            _complain(tables, Origin(name[:60], 1), "", sentence)
            continue
        total += len(rows)
        if total > MOST_ROWS:
            raise FileUnreadable(too_many())
        _read_table(table, rows, tables)
    _read_attachments(whole.get("attachments", {}), tables)
    return tables


def _parse(content: bytes) -> Any:
    if len(content) > MOST_PACKED:
        raise FileUnreadable(_("Dit bestand is te groot. Ten hoogste 25 MB kan worden ingelezen."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise FileUnreadable(
            _("De tekens van dit bestand zijn niet te lezen. Sla het op als UTF-8.")
        ) from problem
    try:
        return json.loads(
            text, parse_constant=_no_constant, parse_int=_whole, object_pairs_hook=_once
        )
    except RecursionError as problem:
        raise FileUnreadable(_("Dit bestand is te diep genest om te lezen.")) from problem
    except json.JSONDecodeError as problem:
        raise FileUnreadable(
            _("Dit is geen geldige JSON: het gaat mis op regel %(row)s, teken %(column)s.")
            % {"row": problem.lineno, "column": problem.colno}
        ) from problem


def _no_constant(word: str) -> NoReturn:
    raise FileUnreadable(_("“%(word)s” is geen waarde in JSON.") % {"word": word})


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise FileUnreadable(_("In dit bestand staat een getal dat te groot is."))
    return int(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FileUnreadable(
            _("“%(name)s” staat er binnen één onderdeel twee keer.") % {"name": twice[:60]}
        )
    return found


def _read_table(table: Table, rows: list[Any], tables: Tables) -> None:
    title = str(table.title)
    into = tables.rows.setdefault(table.name, [])
    for number, values in enumerate(rows, start=1):
        origin = Origin(title, number)
        if not isinstance(values, dict):
            _complain(tables, origin, "", _("Dit is geen regel met namen en waarden."))
            continue
        if None in values.values():
            values = {name: "" if value is None else value for name, value in values.items()}
        into.append(Row(origin, values))


def _read_attachments(found: Any, tables: Tables) -> None:
    here = Origin("attachments", 1)
    if not isinstance(found, dict):
        _complain(tables, here, "", _("De bijlagen kunnen niet worden gelezen."))
        return
    for sha256, text in found.items():
        content = _decoded(text)
        if content is None or hashlib.sha256(content).hexdigest() != sha256:
            _complain(tables, here, sha256[:60], _("De inhoud van deze bijlage klopt niet."))
        else:
            tables.attachments[sha256] = _giving(content)


def _decoded(text: Any) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except (binascii.Error, ValueError):
        return None


def _giving(content: bytes) -> Callable[[], bytes]:
    return partial(bytes, content)


def _complain(tables: Tables, origin: Origin, column: str, sentence: str) -> None:
    tables.problems.append(Problem(origin, column[:60], sentence))
