"""What a cell may say, per column: read to the value of the field, or refused with a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext as _

from privacyboard.sheets.dates import read_date
from registers.exchange.cells import split_codes
from registers.exchange.tables import Column, Kind

# A cell that says nothing about its field: a new row gets the field's default, an old one keeps.
NOTHING: Any = object()
_BOOLS = {
    **dict.fromkeys(("ja", "j", "waar", "true", "yes", "1", "x"), True),
    **dict.fromkeys(("nee", "n", "onwaar", "false", "no", "0"), False),
}
_DIGITS = re.compile(r"[0-9]{1,9}\Z")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_MOST_NUMBER = 32_767  # of a small whole number in the database

Read = Callable[[Any], Any]


class CellRefused(ValueError):
    """What a cell says cannot be taken; the text is the sentence."""


def reader_of(column: Column) -> Read:
    """How this column is read. References are read to their codes; raises CellRefused."""
    if column.kind is Kind.TEXT:
        return _text_reader(column)
    if column.kind is Kind.CHOICE:
        return _choice_reader(column)
    if column.kind is Kind.DAY:
        return _required_unless_null(column, _day)
    if column.kind is Kind.BOOL:
        return _bool
    if column.kind is Kind.NUMBER:
        return _number_reader(column)
    if column.kind is Kind.MANY:
        return _codes
    return _required_unless_null(column, _code)


def _required() -> str:
    return _("Dit moet ingevuld zijn.")


def _text_reader(column: Column) -> Read:
    field: Any = column.field
    most, blank, has_default = field.max_length, field.blank, field.has_default()
    validators = [
        each
        for each in field.validators
        if not isinstance(each, (MaxLengthValidator, ProhibitNullCharactersValidator))
    ]

    # Rows under one record name it again and again.
    check = lru_cache(maxsize=64)(partial(_validate, validators)) if validators else None

    def read(raw: Any) -> Any:
        text = raw if isinstance(raw, str) else _as_text(raw)
        if not text:
            if not blank and not has_default:
                raise CellRefused(_required())
            return "" if blank else NOTHING
        if most is not None and len(text) > most:
            raise CellRefused(
                _("Deze tekst is te lang: %(length)s tekens, ten hoogste %(most)s.")
                % {"length": len(text), "most": most}
            )
        if not text.isascii() or "\x00" in text:
            _check_characters(text)
        if check is not None:
            check(text)
        return text

    return read


def _validate(validators: list[Any], text: str) -> None:
    for validator in validators:
        try:
            validator(text)
        except ValidationError as problem:
            raise CellRefused(" ".join(problem.messages)) from problem


def _check_characters(text: str) -> None:
    try:
        fits = "\x00" not in text and bool(text.encode())
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise CellRefused(_("Hier staat een teken dat niet bewaard kan worden."))


def _as_text(raw: Any) -> str:
    if isinstance(raw, str) or raw is None:
        return raw or ""
    if isinstance(raw, bool):
        return "ja" if raw else "nee"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, int | float):
        return str(raw)
    if isinstance(raw, datetime) and not (raw.hour or raw.minute or raw.second):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    raise CellRefused(_("Hier hoort tekst te staan."))


def _choice_reader(column: Column) -> Read:
    field: Any = column.field
    choices = {value: str(label) for value, label in field.flatchoices}
    known: dict[Any, str] = {label.lower(): value for value, label in choices.items()}
    known |= {value: value for value in choices}
    empty = "" if field.blank else NOTHING

    def read(raw: Any) -> Any:
        try:
            return known[raw]
        except (KeyError, TypeError):
            text = _as_text(raw).strip()
        if not text:
            if empty is NOTHING and not field.has_default():
                raise CellRefused(_required())
            return empty
        if text.lower() in known:
            return known[text.lower()]
        options = ", ".join(f"“{label}”" for label in choices.values())
        raise CellRefused(
            _("“%(text)s” staat niet in de lijst. Kies uit: %(options)s.")
            % {"text": text[:60], "options": options}
        )

    return read


def _required_unless_null(column: Column, read: Read) -> Read:
    field: Any = column.field
    null = field.null

    def checked(raw: Any) -> Any:
        value = read(raw)
        if (value is None or value == "") and not null:
            raise CellRefused(_required())
        return value

    return checked


def _day(raw: Any) -> date | None:
    if isinstance(raw, str) and _ISO_DAY.match(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    try:
        return read_date(raw if not isinstance(raw, bool | int | float | list | dict) else "?")
    except ValueError as problem:
        raise CellRefused(
            _("“%(text)s” is geen datum. Schrijf haar als 2026-03-02 of als 2-3-2026.")
            % {"text": str(raw)[:40]}
        ) from problem


def _bool(raw: Any) -> Any:
    if raw is True or raw is False:
        return raw
    text = _as_text(raw).strip().lower()
    if not text:
        return NOTHING
    try:
        return _BOOLS[text]
    except KeyError as problem:
        raise CellRefused(_("Vul “ja” of “nee” in.")) from problem


def _number_reader(column: Column) -> Read:
    field: Any = column.field
    empty = None if field is not None and field.null else NOTHING

    def read(raw: Any) -> Any:
        text = str(raw) if isinstance(raw, int) and raw is not True else _as_text(raw).strip()
        if not text:
            return empty
        if not _DIGITS.match(text) or int(text) > _MOST_NUMBER:
            raise CellRefused(_("Vul een heel getal in, zonder punt of komma."))
        return int(text)

    return read


def _code(raw: Any) -> str:
    code = (raw if isinstance(raw, str) else _as_text(raw)).strip()
    if not code.isascii() or "\x00" in code:  # an attachment is looked up by it
        _check_characters(code)
    return code


def _codes(raw: Any) -> list[str]:
    if not isinstance(raw, list):
        return split_codes(_as_text(raw))
    if not all(isinstance(each, str) for each in raw):
        raise CellRefused(_("Hier horen codes te staan."))
    return raw
