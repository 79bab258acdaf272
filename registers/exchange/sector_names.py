"""From the names in a workbook to the entries of the board's lists; what is new becomes an entry.

A workbook writes "DUO" where the list says "Dienst Uitvoering Onderwijs (DUO)".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from registers.choices import CategoryKind, RecipientKind
from registers.exchange.rows import Origin, Row, Tables
from registers.models import (
    DataCategory,
    DataSubjectGroup,
    ExternalParty,
    InternalRole,
    Processor,
    Product,
    Purpose,
)
from registers.rules.overviews import name_key

LONGEST_NAME = 200

# Words of the trade, by the code that the preloaded lists have. A code that a board does not have
# is left out. Only what means the whole entry: a workbook that shares the name and not the date
# of birth says less than our "naam, geboortedatum en geslacht".
_SYNONYMS: dict[str, dict[str, str]] = {
    "data_categories": {
        **dict.fromkeys(["bsn", "burgerservicenummer", "persoonsgebonden nummer", "pgn"], "bsn"),
        **dict.fromkeys(["verzuim", "absentie", "aanwezigheid"], "absence"),
        **dict.fromkeys(["cijfers", "toetsresultaten", "studievoortgang"], "results"),
        **dict.fromkeys(["ketenid", "eckid"], "eck_id"),
    },
    "internal_roles": {
        **dict.fromkeys(["docent", "leerkracht", "leraar", "onderwijzend personeel"], "teacher"),
        **dict.fromkeys(["directie", "directeur", "schoolleiding", "schoolleider"], "management"),
        **dict.fromkeys(["administratie", "administratief medewerker"], "school_office"),
        **dict.fromkeys(["ib", "ib er", "intern begeleider"], "internal_counsellor"),
        **dict.fromkeys(["ict", "ict er", "ict coordinator"], "ict_support"),
        **dict.fromkeys(["p o", "personeelszaken", "hrm", "hr"], "hr"),
        **dict.fromkeys(["bestuur", "bestuurder"], "board"),
    },
    "external_parties": {
        **dict.fromkeys(["leerplicht", "leerplichtambtenaar"], "attendance_officer"),
        **dict.fromkeys(["inspectie", "onderwijsinspectie"], "inspectorate"),
        **dict.fromkeys(["samenwerkingsverband"], "swv"),
        **dict.fromkeys(["abp"], "abp"),
        **dict.fromkeys(["arbodienst", "bedrijfsarts"], "company_doctor"),
        **dict.fromkeys(["ggd", "schoolarts"], "school_doctor"),
        **dict.fromkeys(["ap"], "dpa"),
        **dict.fromkeys(["ministerie van ocw", "ocw"], "ocw"),
    },
    "data_subject_groups": {
        **dict.fromkeys(["leerling", "leerlingen"], "pupils"),
        **dict.fromkeys(["ouder", "ouders", "verzorgers", "ouders verzorgers"], "guardians"),
        **dict.fromkeys(["medewerker", "personeel", "werknemers"], "staff"),
        **dict.fromkeys(["sollicitant"], "applicants"),
        **dict.fromkeys(["externe relaties", "relaties"], "external_relations"),
    },
}


@dataclass
class Lookup:
    """One list: codes by every name that stands for one entry, and the entries made on the way."""

    table: str
    defaults: dict[str, Any] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    by_key: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, table: str, entries: Iterable[tuple[str, str]], defaults: dict[str, Any] | None = None
    ) -> Lookup:
        made = cls(table, defaults or {})
        found: dict[str, set[str]] = {}
        whole: dict[str, str] = {}
        for code, name in entries:
            made.codes.add(code)
            whole.setdefault(name_key(name), code)
            for key in _other_names(code, name):
                found.setdefault(key, set()).add(code)
        # What stands for two entries ("OP") stands for none.
        made.by_key = {key: min(codes) for key, codes in found.items() if len(codes) == 1}
        synonyms = _SYNONYMS.get(table, {})
        made.by_key.update({key: code for key, code in synonyms.items() if code in made.codes})
        made.by_key.update(whole)
        return made

    def find(self, name: str) -> str:
        """The code of the entry that this name stands for; empty when there is none."""
        return self.by_key.get(name_key(name), "")

    def find_or_make(self, name: str, *, tables: Tables, origin: Origin, **values: Any) -> str:
        """The same; a name that is not there becomes a new entry of the board's own list."""
        code = self.find(name)
        if not code:
            code = self._new_code(name)
            self.codes.add(code)
            self.by_key[name_key(name)] = code
            row = {"code": code, "name": name, **self.defaults, **values}
            tables.add(self.table, Row(origin, row))
        return code

    def _new_code(self, name: str) -> str:
        stem = slugify(name)[:50].strip("-") or "onbekend"
        number, code = 1, stem
        while code in self.codes:
            number += 1
            code = f"{stem}-{number}"
        return code


def _other_names(code: str, name: str) -> Iterator[str]:
    yield name_key(code.replace("_", " "))
    short = re.search(r"\(([^)]+)\)", name)
    if short:
        yield name_key(short.group(1))
        yield name_key(name[: short.start()])


@dataclass
class Lists:
    """The board's lists as they are now, for reading one workbook."""

    categories: Lookup
    roles: Lookup
    parties: Lookup
    processors: Lookup
    products: Lookup
    groups: Lookup
    letters: frozenset[str]
    # How heavily the law guards a category, what it is called, and the role of a party; by code.
    kinds: dict[str, str]
    category_names: dict[str, str]
    party_kinds: dict[str, str]

    @classmethod
    def read(cls, *, source: str) -> Lists:
        """Read every list once; `source` is written at the entries that are made on the way."""
        said = {"source": source[:200]}
        categories = DataCategory.objects.values_list("code", "name", "kind")
        check = _("Uit een werkboek van de sector: ga na of dit gewone gegevens zijn.")
        ordinary = {"kind": CategoryKind.ORDINARY.value, "description": check, **said}
        controller = {"kind": RecipientKind.CONTROLLER.value, **said}
        return cls(
            categories=Lookup.of(
                "data_categories", [(code, name) for code, name, _kind in categories], ordinary
            ),
            roles=Lookup.of("internal_roles", _entries(InternalRole), said),
            parties=Lookup.of("external_parties", _entries(ExternalParty), controller),
            processors=Lookup.of("processors", _entries(Processor), said),
            products=Lookup.of("products", _entries(Product), said),
            groups=Lookup.of("data_subject_groups", _entries(DataSubjectGroup), said),
            letters=frozenset(Purpose.objects.values_list("letter", flat=True)),
            kinds={code: kind for code, _name, kind in categories},
            category_names={code: name for code, name, _kind in categories},
            party_kinds=dict(ExternalParty.objects.values_list("code", "kind")),
        )

    def is_guarded(self, category: str) -> bool:
        """Whether the law asks a ground for these data that no workbook names."""
        guarded = {CategoryKind.SPECIAL, CategoryKind.CRIMINAL, CategoryKind.NATIONAL_NUMBER}
        return self.kinds.get(category, CategoryKind.ORDINARY) in guarded


def _entries(model: type[Any]) -> list[tuple[str, str]]:
    return list(model.objects.values_list("code", "name"))
