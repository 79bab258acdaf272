"""Rows of a CSV or an Excel file, read after a mapping of its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from privacyboard.organisation.choices import GuardianKind
from privacyboard.people.choices import Field, TableKind
from privacyboard.people.exchange.sink import NOTHING, Sink, array_text, day_text
from privacyboard.people.rules.cells import (
    addresses_of,
    authority_of,
    kind_of,
    language_of,
)
from privacyboard.people.rules.days import NoDay, read_day
from privacyboard.people.rules.mapping import Mapping, known_headings, label_of
from privacyboard.people.rules.names import level_of, name_key, split_name
from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.reading import Line, column_name, plain_text, read_sheets

LIMITS = {"key": 256, "first": 100, "infix": 30, "last": 100, "group": 100, "eck_id": 200}
_HEADINGS_WITHIN = 10  # rows


def bsn_column() -> str:
    """Why a column of keys is not taken."""
    return _(
        "In een kolom met nummers staan burgerservicenummers (BSN). Die mogen wij niet "
        "bewaren. Kies een andere kolom, of maak een bestand met de nummers van uw leerlingsysteem."
    )


class RowRefused(Exception):
    """This row is not taken: the column, and the sentence."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column, self.sentence = column, sentence


def find_headings(content: bytes, *, file_name: str) -> tuple[int, list[str], int]:
    """The sheet (from 0), the headings, and the number of their row, 0 where there seem to be none.

    Raises FileUnreadable.
    """
    best: tuple[int, int, list[str], int] = (0, 0, [], 0)
    for number, sheet in enumerate(read_sheets(content, file_name=file_name)):
        for at, line in enumerate(sheet.lines()):
            if at == _HEADINGS_WITHIN:
                break
            values = [plain_text(each) for each in line.values]
            known = known_headings(values)
            if known > best[0] or not best[2]:
                best = (known, number, values, line.row)
    known, sheet_number, headings, row = best
    if not headings:
        raise FileUnreadable(_("In dit bestand staan geen regels."))
    if known == 0 and any(any(sign.isdigit() for sign in each) for each in headings):
        return sheet_number, [column_name(at + 1) for at in range(len(headings))], 0
    return sheet_number, headings, row


def sample(content: bytes, *, file_name: str, mapping: Mapping, most: int) -> list[list[str]]:
    """The first rows below the headings, as texts."""
    found: list[list[str]] = []
    for line in _lines(content, file_name, mapping):
        found.append([plain_text(each) for each in line.values])
        if len(found) == most:
            break
    return found


def _lines(content: bytes, file_name: str, mapping: Mapping) -> Iterator[Line]:
    sheets = read_sheets(content, file_name=file_name)
    if mapping.sheet >= len(sheets):
        raise FileUnreadable(_("Het gekozen blad staat niet in dit bestand."))
    for line in sheets[mapping.sheet].lines():
        if line.row > mapping.header_row:
            yield line


def read_table(content: bytes, *, file_name: str, mapping: Mapping, sink: Sink) -> None:
    """Put every row into the sink; raises FileUnreadable."""
    reader = _Reader(mapping, sink)
    take = reader.guardian if mapping.kind == TableKind.GUARDIANS else reader.pupil
    for line in _lines(content, file_name, mapping):
        reader.take(line, take)
    reader.tell_dropped()
    if sink.keys_are_bsn:
        raise FileUnreadable(bsn_column())


class _Reader:
    """The columns of one file, and what is made of a row. Its lines run 100,000 times."""

    def __init__(self, mapping: Mapping, sink: Sink) -> None:
        self.sink, self.mapping = sink, mapping
        self.width = len(mapping.columns)
        self.at = {each: mapping.positions(each) for each in set(mapping.columns) if each}
        self.first = {each: places[0] for each, places in self.at.items()}
        # Numbers of columns, looked up once: a row asks ten times, and there are 100,000.
        self.names = self._places("")
        self.key, self.group, self.level, self.email, self.eck_id, self.language = (
            self.first.get(each.value, -1)
            for each in (
                *(Field.KEY, Field.GROUP, Field.LEVEL),
                *(Field.EMAIL, Field.ECK_ID, Field.LANGUAGE),
            )
        )
        self.born_on, self.arrived_on, self.left_on = (
            self.first.get(each.value, -1)
            for each in (Field.BORN_ON, Field.ARRIVED_ON, Field.LEFT_ON)
        )
        self.guardians = [_Guardian(number, self) for number in mapping.guardians()]
        self.untaken = [at for at, each in enumerate(mapping.columns) if not each]
        self.filled: Counter[int] = Counter()
        # Guardians of this row by who they are: how many times.
        self.twins: Counter[str] = Counter()
        self.values: list[str] = []
        self.raw: tuple[Any, ...] = ()

    def take(self, line: Line, make: Callable[[int], None]) -> None:
        raw = line.values
        if len(raw) < self.width:
            raw = (*raw, *(None,) * (self.width - len(raw)))
        self.raw = raw
        values = self.values = [
            " ".join(each.split()) if type(each) is str else plain_text(each) for each in raw
        ]
        values.append("")  # what a column says that is not there
        for at in self.untaken:
            if values[at]:
                self.filled[at] += 1
        self.sink.next_row()
        for fault in line.faults:
            if fault.column == 0 or (
                fault.column <= self.width and self.mapping.columns[fault.column - 1]
            ):
                self.sink.remark(line.row, self._heading(fault.column - 1), fault.sentence)
        try:
            make(line.row)
        except RowRefused as problem:
            self.sink.refuse(
                line.row, problem.column, problem.sentence, key=self.values[self.key][:256]
            )

    def tell_dropped(self) -> None:
        for at, count in self.filled.items():
            self.sink.dropped[self._heading(at)] += count

    def _heading(self, at: int) -> str:
        if at < 0:
            return ""
        heading = self.mapping.headings[at] if at < len(self.mapping.headings) else ""
        return heading[:100] or _("kolom %(name)s") % {"name": column_name(at + 1)}

    def _places(self, prefix: str) -> tuple[int, ...]:
        """Where first name, infix, last name and whole name stand."""
        parts = (Field.FIRST, Field.INFIX, Field.LAST, Field.NAME)
        return tuple(self.first.get(prefix + each.value, -1) for each in parts)

    @staticmethod
    def _fit(meaning: str, text: str) -> None:
        if len(text) > LIMITS[meaning]:
            raise RowRefused(
                label_of(meaning),
                _("Deze tekst is te lang: ten hoogste %(most)s tekens.")
                % {"most": LIMITS[meaning]},
            )

    # --- pupils -------------------------------------------------------------------------------

    def pupil(self, row: int) -> None:
        values = self.values
        key = values[self.key]
        if not key:
            raise RowRefused(label_of(Field.KEY), _("Deze regel heeft geen leerlingnummer."))
        group, eck_id = values[self.group], values[self.eck_id]
        if len(key) > 256 or len(group) > 100 or len(eck_id) > 200:
            for meaning, text in (("key", key), ("group", group), ("eck_id", eck_id)):
                self._fit(meaning, text)
        self.sink.see_key(key)
        first, infix, last = self._name(self.names)
        if group:
            self.sink.group(group, group, level_of(values[self.level]))
        email = self._pupil_email(row) if values[self.email] else ""
        language = self._language(row, self.language, Field.LANGUAGE)
        born = self._birth_day()
        arrived = self._day(self.arrived_on, Field.ARRIVED_ON)[0]
        left = self._day(self.left_on, Field.LEFT_ON)[0]
        if arrived and left and left < arrived:
            raise RowRefused(
                label_of(Field.LEFT_ON), _("De dag van vertrek ligt voor die van aankomst.")
            )
        said = (
            f"{first}\t{infix}\t{last}\t{name_key(first, infix, last)}\t{day_text(born)}\t"
            f"{email}\t{eck_id}\t{day_text(arrived)}\t{day_text(left)}\t{language or NOTHING}\t"
            f"{array_text([group] if group else ())}"
        )
        if not self.sink.pupil(row, key, said):
            return
        self.twins.clear()
        for each in self.guardians:
            self._tie(row, [key], each, language)

    def _name(self, places: tuple[int, ...]) -> tuple[str, str, str]:
        values = self.values
        first, infix, last = values[places[0]], values[places[1]], values[places[2]]
        if not last and (whole := values[places[3]]):
            split = split_name(whole)
            first, infix, last = first or split[0], infix or split[1], split[2]
        if len(first) > 100 or len(infix) > 30 or len(last) > 100:
            for part, text in (("first", first), ("infix", infix), ("last", last)):
                self._fit(part, text)
        return first, infix, last

    def _day(self, at: int, meaning: Field) -> tuple[date | None, bool]:
        """The day in a column, and whether its year had two digits."""
        if at < 0:
            return None, False
        try:
            return read_day(self.raw[at], today=self.sink.today)
        except NoDay as problem:
            raise RowRefused(
                label_of(meaning),
                _("“%(text)s” is geen datum. Schrijf een datum als 31-12-2017.")
                % {"text": str(problem)[:40]},
            ) from problem

    def _birth_day(self) -> date | None:
        day, short = self._day(self.born_on, Field.BORN_ON)
        if day is None:
            return None
        if not 1920 <= day.year <= self.sink.today.year:
            raise RowRefused(
                label_of(Field.BORN_ON), _("%(day)s kan geen geboortedatum zijn.") % {"day": day}
            )
        if day > self.sink.today:
            raise RowRefused(label_of(Field.BORN_ON), _("Deze dag is nog niet geweest."))
        self.sink.two_digit_years += short
        return day

    def _pupil_email(self, row: int) -> str:
        good, bad = addresses_of(self.values[self.email])
        if bad:
            self.sink.remark(row, label_of(Field.EMAIL), _no_address(bad))
        return good[0] if good else ""

    def _language(self, row: int, at: int, meaning: str) -> str:
        text = self.values[at]
        if not text:
            return ""
        language = language_of(text)
        if language is None:
            self.sink.remark(
                row,
                label_of(meaning),
                _("In deze taal (%(text)s) kunnen wij niet schrijven: Nederlands gekozen.")
                % {"text": text[:30]},
            )
        return language.value if language else ""

    # --- guardians ----------------------------------------------------------------------------

    def guardian(self, row: int) -> None:
        cells = [self.values[at] for at in self.at[Field.PUPIL_KEYS]]
        keys = list(
            dict.fromkeys(
                each for cell in cells for each in cell.replace(";", " ").replace(",", " ").split()
            )
        )
        if not keys:
            raise RowRefused(
                label_of(Field.PUPIL_KEYS), _("Deze regel noemt geen leerling van deze ouder.")
            )
        for key in keys:
            self._fit("key", key)
            self.sink.see_key(key)
        if not self._tie(row, keys, self.guardians[0], ""):
            raise RowRefused("", _("Deze regel heeft geen naam en geen e-mailadres."))

    def _tie(self, row: int, keys: list[str], of: _Guardian, language: str) -> bool:
        """One guardian of these pupils; whether there was one."""
        values = self.values
        emails = self._emails(row, of)
        own_key = values[of.key]
        try:
            first, infix, last = self._name(of.names)
            if len(own_key) > 256:
                self._fit("key", own_key)
            if own_key:
                self.sink.see_key(own_key, "guardian")
        except RowRefused as problem:  # the pupil is taken all the same
            told = _("Deze ouder of verzorger is niet overgenomen. %(why)s")
            self.sink.remark(row, problem.column, told % {"why": problem.sentence})
            return True
        if not (first or last or emails):
            return False
        kind, authority, when_new = self._standing(row, of)
        if values[of.language]:
            language = self._language(row, of.language, of.language_meaning) or language
        sort_name = name_key(first, infix, last)
        email = emails[0] if emails else ""
        said = (
            f"{own_key}\t{first}\t{infix}\t{last}\t{sort_name}\t{email}\t"
            f"{array_text(emails[1:])}\t{kind}\t{authority}\t{when_new}\t{language or NOTHING}"
        )
        for key in keys:
            if own_key:
                identity = f"k{own_key}"
            elif email:
                identity = f"e{email} {sort_name}"
            else:
                identity = f"p{key} {sort_name}"
            self.sink.tie(row, key, self._apart(row, of, identity, bool(email)), said)
        return True

    def _apart(self, row: int, of: _Guardian, identity: str, has_address: bool) -> str:
        """Of two in one row who are called the same: one person with one address, else two.

        Two parents without an address stay two: each of them can say no.
        """
        if self.mapping.kind == TableKind.GUARDIANS or identity.startswith("k"):
            return identity
        self.twins[identity] = many = self.twins[identity] + 1
        if many == 1:
            return identity
        one = _("Twee ouders met dezelfde naam en hetzelfde adres: gelezen als één persoon.")
        two = _("Twee ouders met dezelfde naam en zonder adres: gelezen als twee personen.")
        self.sink.remark(row, label_of(of.name_meaning), one if has_address else two)
        return identity if has_address else f"{identity} {many}"

    def _emails(self, row: int, of: _Guardian) -> list[str]:
        texts = [self.values[at] for at in of.emails if self.values[at]]
        if not texts:
            return []
        emails, bad = addresses_of(texts[0] if len(texts) == 1 else "; ".join(texts))
        if bad:
            self.sink.remark(row, label_of(of.email_meaning), _no_address(bad))
        if len(emails) > 1:
            told = _(
                "Er staan %(count)s adressen. Wij schrijven naar %(first)s en bewaren de andere."
            )
            told %= {"count": len(emails), "first": emails[0]}
            self.sink.remark(row, label_of(of.email_meaning), told)
        return emails

    def _standing(self, row: int, of: _Guardian) -> tuple[str, str, str]:
        """The kind, authority (`t`, `f`, NOTHING where the file is silent), and that of a new one.

        Silence changes nothing of somebody whom we know.
        """
        said, word = self.values[of.authority], self.values[of.kind]
        authority = authority_of(said) if said else None
        kind = kind_of(word) if word else None
        told = ""
        if said and authority is None:
            told = _("“%(text)s” is geen ja en geen nee. Het gezag blijft zoals het is.")
            self.sink.remark(row, label_of(of.authority_meaning), told % {"text": said[:30]})
            told = ""
        if word and kind is None:
            told = _("“%(text)s” is geen ouder of voogd. Wie nieuw is, is ingelezen zonder gezag.")
            if authority is not None:
                told = _("“%(text)s” kennen wij niet als soort: ingelezen als ouder.")
        elif kind == GuardianKind.FOSTER and authority is None:
            told = _(
                "Het gezag van deze pleegouder staat er niet bij. Wie nieuw is, heeft geen gezag."
            )
        if told:
            self.sink.remark(row, label_of(of.kind_meaning), told % {"text": word[:30]})
        when_new = not (word and kind is None) and kind != GuardianKind.FOSTER
        sign = NOTHING if authority is None else "t" if authority else "f"
        return (kind.value if kind else ""), sign, ("t" if when_new else "f")


class _Guardian:
    """Where one guardian stands in a row; -1 for what has no column."""

    def __init__(self, number: int, reader: _Reader) -> None:
        prefix = f"guardian{number}."
        self.names = reader._places(prefix)
        parts = ("name", "email", "kind", "authority", "language")
        self.name_meaning, self.email_meaning, *rest = (f"{prefix}{each}" for each in parts)
        self.kind_meaning, self.authority_meaning, self.language_meaning = rest
        self.emails = reader.at.get(self.email_meaning, [])
        self.key = reader.first.get(f"{prefix}key", -1)
        self.kind = reader.first.get(self.kind_meaning, -1)
        self.authority = reader.first.get(self.authority_meaning, -1)
        self.language = reader.first.get(self.language_meaning, -1)


def _no_address(bad: list[str]) -> str:
    return _("“%(text)s” is geen e-mailadres: niet overgenomen.") % {"text": " ".join(bad)[:60]}
