"""Which column of a table means what: proposed by its heading, chosen by a person."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from privacyboard.people.choices import Field, GuardianField, TableKind

MOST_GUARDIANS = 4

_PUPIL = {
    Field.KEY: "leerlingnummer leerlingnr leerlnr llnr llnummer stamnr stamnummer leerlingcode "
    "leerlingid leerlingkey nummerleerling administratienummer studentnummer leerlingsleutel",
    Field.FIRST: "roepnaam voornaam roepnaamleerling voornaamleerling leerlingroepnaam",
    Field.INFIX: "tussenvoegsel tussenvoegsels tussenv tussenvoegselleerling voorvoegsel "
    "voorvoegsels voorvoegselleerling tv",
    Field.LAST: "achternaam familienaam geslachtsnaam achternaamleerling leerlingachternaam",
    Field.NAME: "naam leerling naamleerling leerlingnaam volledigenaam",
    Field.BORN_ON: "geboortedatum gebdatum gebdat geboren geborenop geboortedag geboortedat "
    "geboortedatumleerling datumgeboorte",
    Field.GROUP: "groep klas stamgroep stamklas klasnaam groepsnaam groepnaam basisgroep "
    "huidigegroep groepklas klasgroep groepleerling",
    Field.LEVEL: "leerjaar jaargroep jaarlaag",
    Field.EMAIL: "email emailadres mail mailadres emailleerling emailadresleerling "
    "leerlingemail leerlingemailadres schoolmail",
    Field.ARRIVED_ON: "instroomdatum inschrijfdatum inschrijvingsdatum datuminschrijving "
    "datuminstroom opschoolsinds ingeschrevenop",
    Field.LEFT_ON: "uitstroomdatum uitschrijfdatum uitschrijvingsdatum datumuitschrijving "
    "datumuitstroom uitgeschrevenop",
    Field.ECK_ID: "eckid ketenid eckidentifier",
    Field.LANGUAGE: "taal thuistaal voertaal moedertaal gezinstaal",
    Field.PUPIL_KEYS: "leerlingcodes leerlingnummers leerlingnrs stamnummers stamnrs kinderen "
    "leerlingen codesleerlingen",
}
_OF_HEADING = {word: field for field, words in _PUPIL.items() for word in words.split()}
# Taken only where the better one is missing.
_SECOND_CHOICE = {"voornamen": Field.FIRST, "code": Field.KEY, "nummer": Field.KEY}

_GUARDIAN = {
    GuardianField.NAME: "naam volledigenaam",
    GuardianField.FIRST: "roepnaam voornaam voornamen voorletters initialen",
    GuardianField.INFIX: "tussenvoegsel tussenvoegsels tussenv voorvoegsel voorvoegsels tv",
    GuardianField.LAST: "achternaam familienaam geslachtsnaam",
    GuardianField.EMAIL: "email emailadres mail mailadres",
    GuardianField.KIND: "soort relatie rol type relatietype soortrelatie relatiemetleerling",
    GuardianField.AUTHORITY: "gezag ouderlijkgezag heeftgezag wettelijkgezag juridischgezag "
    "gezagsdrager wettelijkvertegenwoordiger",
    GuardianField.LANGUAGE: "taal thuistaal voertaal moedertaal",
    GuardianField.KEY: "code nummer nr id key sleutel relatienummer relatiecode",
}
_OF_GUARDIAN = {word: field for field, words in _GUARDIAN.items() for word in words.split()}
_WHO = re.compile(
    r"(?P<before>eerste|tweede|derde|vierde|[1-4]e?)?"
    r"(?P<who>ouders?verzorgers?|verzorgers?|ouders?|contactpersoon|contact|voogd|"
    r"vertegenwoordiger|gezagsdrager|vader|moeder)(?P<after>[1-4])?"
)
_ORDINALS = {"eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "moeder": 1, "vader": 2}


@dataclass(frozen=True)
class Mapping:
    """What the columns of a table mean, in order; "" for a column that is not taken.

    `header_row` is the number of the row with the headings; 0 when the table has none.
    """

    columns: tuple[str, ...]
    headings: tuple[str, ...] = ()
    header_row: int = 1
    sheet: int = 0

    @property
    def kind(self) -> TableKind:
        """Whether a row is a pupil with its guardians, or a guardian with the keys of pupils."""
        return TableKind.GUARDIANS if Field.PUPIL_KEYS in self.columns else TableKind.PUPILS

    def positions(self, meaning: str) -> list[int]:
        """The columns, from 0, that mean this."""
        return [at for at, each in enumerate(self.columns) if each == meaning]

    def guardians(self) -> list[int]:
        """The numbers of the guardians that have a column."""
        found = {int(each[8:].partition(".")[0]) for each in self.columns if is_guardian(each)}
        return sorted(found)

    def problems(self) -> list[str]:
        """Why rows cannot be read in this way, as sentences; empty when they can."""
        return [*self._missing(), *self._doubled()]

    def _missing(self) -> list[str]:
        names = {"name", "first", "last"}
        found: list[str] = []
        if self.kind == TableKind.GUARDIANS:
            if not {f"guardian1.{each}" for each in (*names, "email")} & set(self.columns):
                found.append(_("Kies de kolom met de naam of het e-mailadres van de ouder."))
        elif Field.KEY not in self.columns:
            found.append(
                _("Kies de kolom met het leerlingnummer. Daaraan herkennen wij een leerling.")
            )
        elif not names & set(self.columns) and not self.guardians():
            found.append(_("Kies de kolommen met de naam van de leerling."))
        return found

    def _doubled(self) -> list[str]:
        # Several columns can hold addresses of one guardian: the first is written to.
        counted = Counter(each for each in self.columns if each and not each.endswith(".email"))
        return [
            _("“%(what)s” is bij %(count)s kolommen gekozen. Kies het bij één kolom.")
            % {"what": label_of(each), "count": count}
            for each, count in counted.items()
            if count > 1
        ]

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the file."""
        return {
            "columns": list(self.columns),
            "headings": list(self.headings),
            "header_row": self.header_row,
            "sheet": self.sheet,
        }

    @classmethod
    def from_json(cls, kept: MappingOf[str, Any]) -> Mapping:
        """The same back; what it does not know means nothing."""
        known = {code for code, _label in all_meanings()}
        columns = (each if each in known else "" for each in kept.get("columns", ()))
        return cls(
            columns=tuple(columns),
            headings=tuple(kept.get("headings", ())),
            header_row=int(kept.get("header_row", 1)),
            sheet=int(kept.get("sheet", 0)),
        )


def is_guardian(meaning: str) -> bool:
    """Whether a column tells something of a guardian."""
    return meaning.startswith("guardian")


def all_meanings() -> list[tuple[str, str]]:
    """Everything that a column can mean, with its Dutch words, in the order of a list to choose."""
    found = [(str(each.value), str(each.label)) for each in Field]
    for number in range(1, MOST_GUARDIANS + 1):
        for each in GuardianField:
            label = _("ouder of verzorger %(number)s: %(what)s") % {
                "number": number,
                "what": each.label,
            }
            found.append((f"guardian{number}.{each.value}", label))
    return found


def label_of(meaning: str) -> str:
    """The Dutch words of one meaning."""
    return dict(all_meanings()).get(meaning, meaning)


def plain(heading: str) -> str:
    """A heading without accents, capitals, spaces and signs: E-mailadres is emailadres."""
    decomposed = unicodedata.normalize("NFKD", heading)
    return "".join(sign for sign in decomposed.casefold() if sign.isalnum() and sign.isascii())


def propose_mapping(headings: Sequence[str], *, header_row: int = 1, sheet: int = 0) -> Mapping:
    """What these headings of ParnasSys, ESIS, Magister, Somtoday and the like probably mean."""
    words = [plain(each) for each in headings]
    of_guardians = any(_OF_HEADING.get(word) == Field.PUPIL_KEYS for word in words)
    found = [_of_guardian_file(word) if of_guardians else _of_pupil_file(word) for word in words]
    if not of_guardians:
        for at, word in enumerate(words):
            second = _SECOND_CHOICE.get(word)
            if second and second not in found:
                found[at] = second
    seen: set[str] = set()
    columns = []
    for each in found:
        again = each in seen and not each.endswith(".email")
        columns.append("" if again else each)
        seen.add(each)
    return Mapping(tuple(columns), tuple(headings), header_row, sheet)


def known_headings(values: Sequence[str]) -> int:
    """How many of these texts are headings that we know."""
    return sum(bool(each) for each in propose_mapping(values).columns)


def _of_pupil_file(word: str) -> str:
    exact = _OF_HEADING.get(word)
    return str(exact) if exact else _of_guardian(word)


def _of_guardian_file(word: str) -> str:
    if _OF_HEADING.get(word) == Field.PUPIL_KEYS:
        return str(Field.PUPIL_KEYS)
    found = _OF_GUARDIAN.get(re.sub(r"\d+\Z", "", word))
    return f"guardian1.{found.value}" if found else _of_guardian(word)


def _of_guardian(word: str) -> str:
    """Verzorger 1 e-mail, E-mailadres ouder/verzorger 2, Tweede verzorger achternaam."""
    found = _WHO.search(word)
    if found is None:
        return ""
    mark = found["after"] or (found["before"] or "").rstrip("e") or found["before"] or ""
    number = int(mark) if mark.isdigit() else _ORDINALS.get(found["before"] or found["who"], 1)
    rest = re.sub(r"\d+\Z", "", word[: found.start()] + word[found.end() :])
    rest = rest.removeprefix("van").removesuffix("van")
    field = _OF_GUARDIAN.get(rest) if rest else GuardianField.NAME
    return f"guardian{number}.{field.value}" if field else ""
