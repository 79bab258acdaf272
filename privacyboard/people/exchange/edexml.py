"""EDEXML 1.03 to 2.1: pupils, groups and teachers; element by element, and no more than we keep.

The school year is checked by its pattern: the published schema lists years up to 2024-2025.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from privacyboard.people.choices import Field
from privacyboard.people.exchange.sink import NOTHING, Sink, array_text, day_text
from privacyboard.people.exchange.table import LIMITS, RowRefused, bsn_column
from privacyboard.people.rules.cells import addresses_of
from privacyboard.people.rules.days import NoDay, read_day
from privacyboard.people.rules.mapping import label_of
from privacyboard.people.rules.names import level_of, name_key
from privacyboard.sheets.faults import FileUnreadable

MOST_BYTES = 64 * 1024 * 1024
MOST_PUPILS = 100_000
MOST_TEACHERS = 5_000
MOST_GROUPS = 5_000
MOST_INSIDE = 2_000  # elements of one pupil
_YEAR = re.compile(r"(\d{4})\s*[-/]\s*(\d{4})\Z")
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", re.ASCII)
# What a pupil has there and we do not keep, and what it is called.
_UNTAKEN = {
    **dict.fromkeys(("bsn", "sofinummer"), "BSN"),
    "bsn_ondwnr-4": "laatste vier cijfers van het BSN",
    "onderwijsnummer": "onderwijsnummer",
    "rijksregisternummer": "rijksregisternummer",
    "etniciteit": "etniciteit",
    **dict.fromkeys(("land", "land_vader", "land_moeder"), "geboorteland"),
    **dict.fromkeys(("gewicht", "gewicht_nieuw"), "leerlinggewicht"),
    **dict.fromkeys(("postcodenl", "postnummerbe", "postcodeoverig"), "postcode"),
    "fotourl": "foto",
    "geslacht": "geslacht",
    "gebruikersnaam": "gebruikersnaam",
    "voorletters-1": "voorletters",
    "start_ondw_jgr3": "start in jaargroep 3",
    "toevoegingen": "toevoegingen",
}


def looks_like_xml(content: bytes) -> bool:
    """Whether a file begins as XML does."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = content[:400].decode("utf-16", errors="replace").encode()
    return content.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<"


def school_year_in(content: bytes) -> int:
    """The school year that the file tells, by its first calendar year; raises FileUnreadable."""
    for path, element in _elements(content):
        if path == ("EDEX", "school", "schooljaar"):
            return _school_year(element.text or "")
        if path[1:2] in {("groepen",), ("leerlingen",)}:
            break
    raise FileUnreadable(_("In dit bestand staat geen schooljaar. Maak de export opnieuw."))


def _school_year(text: str) -> int:
    found = _YEAR.match(text.strip())
    if found is None or int(found[2]) != int(found[1]) + 1 or not 1990 < int(found[1]) < 2200:
        raise FileUnreadable(
            _("Het schooljaar in dit bestand (“%(text)s”) is niet van de vorm 2026-2027.")
            % {"text": text.strip()[:20]}
        )
    return int(found[1])


def read_edexml(content: bytes, *, sink: Sink) -> None:
    """Put every pupil, group and teacher into the sink; raises FileUnreadable."""
    reader = _Reader(sink)
    sink.names_all_groups = True
    for path, element in _elements(content):
        reader.take(path, element)
    if not reader.has_pupils:
        raise FileUnreadable(_("In dit bestand staan geen leerlingen. Kies een export met hen."))
    if sink.keys_are_bsn:
        raise FileUnreadable(bsn_column())


def _elements(content: bytes) -> Iterator[tuple[tuple[str, ...], Element]]:
    """Each element at its end, with where it stands; what was read is let go of."""
    if len(content) > MOST_BYTES:
        raise FileUnreadable(_("Dit bestand is te groot. Ten hoogste 64 MB kan worden ingelezen."))
    path: list[str] = []
    parents: list[Element] = []
    inside = 0
    try:
        for event, element in iterparse(_source(content), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                _open(path, element)
                parents.append(element)
                inside = inside + 1 if len(path) > 3 else 0
                if inside > MOST_INSIDE:
                    raise FileUnreadable(_("Dit is geen EDEXML: er staat te veel in elkaar."))
                continue
            parents.pop()
            yield tuple(path), element
            path.pop()
            # Below a pupil or a teacher everything stays until its own end was handled.
            if len(path) <= 2:
                element.clear()
                if parents:
                    parents[-1].remove(element)
    except DefusedXmlException as problem:
        raise FileUnreadable(
            _(
                "Dit bestand bevat verwijzingen (entiteiten) die niet veilig zijn. Maak de export "
                "opnieuw, of vraag de leverancier van uw leerlingsysteem om een gewone EDEXML."
            )
        ) from problem
    except (ParseError, LookupError, ValueError) as problem:
        if isinstance(problem, FileUnreadable):
            raise
        raise FileUnreadable(_broken(problem)) from problem


def _open(path: list[str], element: Element) -> None:
    if len(path) > 12:
        raise FileUnreadable(_("Dit is geen EDEXML: er staat te veel in elkaar."))
    element.tag = element.tag.rpartition("}")[2]
    path.append(element.tag)
    if len(path) == 1 and element.tag != "EDEX":
        raise FileUnreadable(
            _("Dit is geen EDEXML. Maak in uw leerlingsysteem een export “EDEXML” of “EDEX”.")
        )


def _broken(problem: Exception) -> str:
    line = getattr(problem, "position", (0, 0))[0]
    if line:
        return _("Dit bestand is beschadigd: op regel %(line)s is het geen XML meer.") % {
            "line": line
        }
    return _("Dit bestand is beschadigd of heeft tekens die niet te lezen zijn.")


def _source(content: bytes) -> IO[bytes] | _Mended:
    """The bytes for the parser; Windows-1252 that says it is UTF-8 is read as what it is."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return io.BytesIO(content)
    content = content.removeprefix(codecs.BOM_UTF8).lstrip()
    declared = _DECLARED.match(content[:200])
    if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii"}:
        return io.BytesIO(content)
    return io.BytesIO(content) if _is_utf8(content) else _Mended(content)


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(content), 1 << 20):
            decoder.decode(content[at : at + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class _Mended(io.RawIOBase):
    """Windows-1252 made UTF-8 while it is read."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def read(self, size: int = -1) -> bytes:
        size = 1 << 16 if size < 0 else size
        piece = self.content[self.at : self.at + size]
        self.at += size
        return piece.decode("cp1252", errors="replace").encode()


class _Reader:
    """What is made of each element."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.has_pupils = False
        self.pupils = 0
        self.names: dict[tuple[str, str], str] = {}
        self.untold: set[str] = set()

    def take(self, path: tuple[str, ...], element: Element) -> None:
        match path:
            case ("EDEX", "leerlingen"):
                self.has_pupils = True
            case ("EDEX", "groepen", "groep" | "samengestelde_groep"):
                self._group(element)
            case ("EDEX", "leerlingen", "leerling"):
                self._next_pupil(element)
            case ("EDEX", "leerkrachten", "leerkracht"):
                self._teacher(element)

    def _group(self, element: Element) -> None:
        key = (element.get("key") or "").rstrip()
        name = _text(element, "naam") or key
        if not key or key.startswith("#") or len(key) > LIMITS["key"] or len(name) > 100:
            self.sink.remark(0, "groep", _("Groep “%(key)s” is niet te lezen.") % {"key": key[:40]})
            return
        if len(self.sink.groups) >= MOST_GROUPS:
            raise FileUnreadable(_("In dit bestand staan te veel groepen."))
        combined = element.tag == "samengestelde_groep"
        self.sink.group(key, name, level_of(_text(element, "jaargroep")), combined=combined)

    def _next_pupil(self, element: Element) -> None:
        self.pupils += 1
        if self.pupils > MOST_PUPILS:
            raise FileUnreadable(_("In dit bestand staan meer dan 100.000 leerlingen."))
        self.sink.next_row()
        for child in element:
            untaken = _UNTAKEN.get(child.tag)
            if untaken and (len(child) or (child.text or "").strip()):
                self.sink.dropped[untaken] += 1
        key = (element.get("key") or "").strip()
        try:
            self._pupil(element, key)
        except RowRefused as problem:
            self.sink.refuse(self.pupils, problem.column, problem.sentence, key=key[:256])

    def _pupil(self, element: Element, key: str) -> None:
        _check_key(key)
        self.sink.see_key(key)
        first = _text(element, "roepnaam") or _text(element, "voornamen")
        infix, last = _text(element, "voorvoegsel"), _text(element, "achternaam")
        eck_id = (element.get("eckid") or "").strip()
        for part, text in (("first", first), ("infix", infix), ("last", last), ("eck_id", eck_id)):
            if len(text) > LIMITS[part]:
                raise RowRefused(
                    label_of(part),
                    _("Deze tekst is te lang: ten hoogste %(most)s tekens.")
                    % {"most": LIMITS[part]},
                )
        if not first and not last:
            raise RowRefused("", _("Deze leerling heeft geen naam."))
        born = self._day(element, "geboortedatum", Field.BORN_ON)
        if born and not date(1920, 1, 1) <= born <= self.sink.today:
            raise RowRefused(
                label_of(Field.BORN_ON), _("%(day)s kan geen geboortedatum zijn.") % {"day": born}
            )
        arrived = self._day(element, "instroomdatum", Field.ARRIVED_ON)
        left = self._day(element, "uitstroomdatum", Field.LEFT_ON)
        if arrived and left and left < arrived:
            raise RowRefused(
                label_of(Field.LEFT_ON), _("De dag van vertrek ligt voor die van aankomst.")
            )
        said = (
            *(first, infix, last, name_key(first, infix, last), day_text(born)),
            *(self._email(element), eck_id, day_text(arrived), day_text(left), NOTHING),
            array_text(self._groups(element)),
        )
        self.sink.pupil(self.pupils, key, "\t".join(said))

    def _groups(self, element: Element) -> list[str]:
        keys = [
            (each.get("key") or "").rstrip()
            for each in (*element.findall("groep"), *element.findall("samengestelde_groepen/*"))
        ]
        for key in keys:
            if key and key not in self.sink.groups:
                self.sink.remark(
                    self.pupils,
                    label_of(Field.GROUP),
                    _("Groep “%(key)s” staat niet in de lijst van groepen: niet geplaatst.")
                    % {"key": key[:40]},
                )
        return [key for key in dict.fromkeys(keys) if key in self.sink.groups]

    def _day(self, element: Element, tag: str, field: Field) -> date | None:
        text = _text(element, tag)
        try:
            return read_day(text, today=self.sink.today)[0]
        except NoDay as problem:
            raise RowRefused(
                label_of(field), _("“%(text)s” is geen datum.") % {"text": text[:40]}
            ) from problem

    def _email(self, element: Element) -> str:
        text = _text(element, "emailadres")
        good, bad = addresses_of(text) if text else ([], [])
        if bad:
            self.sink.remark(
                self.pupils,
                label_of(Field.EMAIL),
                _("“%(text)s” is geen e-mailadres: niet overgenomen.") % {"text": text[:60]},
            )
        return good[0] if good else ""

    def _teacher(self, element: Element) -> None:
        number = len(self.sink.teachers) + 1
        if number > MOST_TEACHERS:
            raise FileUnreadable(_("In dit bestand staan te veel leerkrachten."))
        key = (element.get("key") or "").strip()
        first = _text(element, "roepnaam") or _text(element, "voornamen")
        infix, last = _text(element, "voorvoegsel"), _text(element, "achternaam")
        text = _text(element, "emailadres")
        good = addresses_of(text)[0] if text else []
        names = (first, infix, last)
        limits = (LIMITS["first"], LIMITS["infix"], LIMITS["last"])
        try:
            _check_key(key)
            if not (first or last) or any(
                len(name) > most for name, most in zip(names, limits, strict=True)
            ):
                raise RowRefused("", _("Deze leerkracht heeft geen naam, of een te lange."))
        except RowRefused as problem:
            told = _("Leerkracht %(number)s is niet overgenomen: %(why)s") % {
                "number": number,
                "why": problem.sentence,
            }
            self.sink.remark(0, "leerkracht", told)
            return
        found: list[Any] = element.findall("groepen/*")
        self.sink.teachers.append(
            {
                "key": key,
                "first_name": first,
                "infix": infix,
                "last_name": last,
                "email": good[0] if good else "",
                "groups": [(each.get("key") or "").rstrip() for each in found],
            }
        )


def _check_key(key: str) -> None:
    if not key or key.startswith("#"):
        raise RowRefused(
            label_of(Field.KEY),
            _("Deze regel heeft geen echte sleutel (leeg, of beginnend met #)."),
        )
    if len(key) > LIMITS["key"]:
        raise RowRefused(label_of(Field.KEY), _("Deze sleutel is te lang."))


def _text(element: Element, tag: str) -> str:
    """The text of a child on one line."""
    return " ".join((element.findtext(tag) or "").split())
