"""What a matrix says as rows of the register: one concept activity with its lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from registers.choices import (
    AccessLevel,
    DataSource,
    LegalBasis,
    Medium,
    Obligation,
    ProcessGroup,
    RecipientKind,
)
from registers.exchange.rows import Origin, Row, Tables
from registers.exchange.sector_names import Lists
from registers.models import DataLine, ProcessingActivity, PurposeLine
from registers.rules.data_matrix import CHANGES, PROCESSOR


@dataclass(frozen=True)
class Subject:
    """About whom a matrix is: the activity that it becomes, and what stands in it for now."""

    words: tuple[str, ...]
    code: str
    group: str
    process_group: str
    basis: str


# The workbook tells no basis for the board's own purposes: the usual one is filled in to look at.
SUBJECTS = (
    Subject(
        ("medewerker", "personeel", "staf"),
        "SECTOR-MW",
        "Medewerkers",
        ProcessGroup.STAFF,
        LegalBasis.CONTRACT,
    ),
    Subject(
        ("leerling", "ouder", "student"),
        "SECTOR-LL",
        "Leerlingen",
        ProcessGroup.ENROLMENT,
        LegalBasis.PUBLIC_TASK,
    ),
    Subject(
        ("overig", "relatie", "bezoeker"),
        "SECTOR-OV",
        "Externe relaties",
        ProcessGroup.GOVERNANCE,
        LegalBasis.PUBLIC_TASK,
    ),
)


@dataclass
class Crosses:
    """What the cells of a matrix say, by codes, each with the row where it stands first."""

    purposes: dict[str, int] = field(default_factory=dict)
    # (group, category) to its row and the letters of its purposes.
    data: dict[tuple[str, str], tuple[int, set[str]]] = field(default_factory=dict)
    # (role, category) to its row and x or xw.
    access: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    # (kind, party, basis) to the categories.
    recipients: dict[tuple[str, str, str], dict[str, None]] = field(default_factory=dict)


def write_crosses(
    found: Crosses,
    *,
    subject: Subject,
    lists: Lists,
    tables: Tables,
    origin: Origin,
    file_name: str,
    taken: set[str],
) -> None:
    """Add the activity and its lines to the tables; `origin` is where the names stand.

    What the board already wrote in an activity that came from an earlier file stays as it is.
    Guarded data (AVG 9, 10, UAVG 46) get no line: no workbook names their ground. Their crosses
    stay, so that the register says that they are used and that the ground is missing.
    """
    code = _free_code(subject.code, taken)
    guarded = list(dict.fromkeys(key[1] for key in found.data if lists.is_guarded(key[1])))
    if ProcessingActivity.objects.filter(code=code).exists():
        tables.add("activities", Row(origin, {"code": code}))
    else:
        names = [lists.category_names.get(each, each) for each in guarded]
        tables.add(
            "activities", Row(origin, _activity(code, subject, origin.sheet, file_name, names))
        )
    _write_purposes(found, code, subject, tables, origin.sheet)
    _write_data(found, code, set(guarded), tables, origin.sheet)
    for (role, category), (row, mark) in found.access.items():
        level = AccessLevel.CHANGE if mark == CHANGES else AccessLevel.VIEW
        values = {"activity": code, "role": role, "category": category, "level": level.value}
        tables.add("activity_access", Row(Origin(origin.sheet, row), values))
    numbers: Counter[tuple[str, str]] = Counter()
    for (kind, party, basis), categories in found.recipients.items():
        numbers[kind, party] += 1
        line = recipient(code, kind, party, lists)
        line |= {"number": numbers[kind, party], "basis": basis, "data": list(categories)}
        tables.add("activity_recipients", Row(origin, line))


def _free_code(code: str, taken: set[str]) -> str:
    number, free = 1, code
    while free in taken:
        number += 1
        free = f"{code}-{number}"
    taken.add(free)
    return free


def _activity(
    code: str, subject: Subject, sheet: str, file_name: str, guarded: list[str]
) -> dict[str, Any]:
    told = _(
        "Overgenomen uit het werkboek “%(file)s”, blad “%(sheet)s”. Dat werkboek is niet per "
        "verwerking ingedeeld: verdeel dit over uw verwerkingen, of vul hier aan wat ontbreekt."
    )
    words = told % {"file": file_name[:100], "sheet": sheet}
    if guarded:
        more = _("Nog toe te voegen, want de wet vraagt er een grond bij: %(names)s.")
        words += " " + more % {"names": ", ".join(guarded)}
    return {
        "code": code,
        "name": (_("Dataregister van de sector: %(sheet)s") % {"sheet": sheet})[:200],
        "description": words,
        "process_group": str(subject.process_group),
        "owner": _("nog te bepalen"),
        "all_schools": True,
        "medium": Medium.BOTH.value,
        "source": (_("werkboek %(file)s") % {"file": file_name})[:200],
    }


def _write_purposes(
    found: Crosses, code: str, subject: Subject, tables: Tables, sheet: str
) -> None:
    there = set(
        PurposeLine.objects.filter(activity__code=code).values_list("purpose__letter", flat=True)
    )
    told = _(
        "Uit het werkboek. De grondslag staat daar niet in: “%(basis)s” is ingevuld om na te gaan."
    )
    explanation = told % {"basis": LegalBasis(subject.basis).label}
    for letter, row in found.purposes.items():
        if letter not in there:
            values = {"activity": code, "purpose": letter, "basis": str(subject.basis)}
            values["explanation"] = explanation
            tables.add("activity_purposes", Row(Origin(sheet, row), values))


def _write_data(found: Crosses, code: str, guarded: set[str], tables: Tables, sheet: str) -> None:
    lines = DataLine.objects.filter(activity__code=code)
    there = set(lines.values_list("group__code", "category__code"))
    for (group, category), (row, letters) in found.data.items():
        if category in guarded or (group, category) in there:
            continue
        told = _("Doelen volgens het werkboek: %(letters)s.")
        values = {
            "activity": code,
            "group": group,
            "category": category,
            "source": DataSource.DATA_SUBJECT.value,
            "source_explanation": _("Staat niet in het werkboek: ga na waar dit vandaan komt."),
            "obligation": Obligation.VOLUNTARY.value,
            "necessity": told % {"letters": ", ".join(sorted(letters))} if letters else "",
        }
        tables.add("activity_data", Row(Origin(sheet, row), values))


def recipient(activity: str, kind: str, code: str, lists: Lists) -> dict[str, Any]:
    """The columns that say who receives: a processor, or a party in the role that it has."""
    if kind == PROCESSOR:
        role, processor, party = RecipientKind.PROCESSOR.value, code, ""
    else:
        role = lists.party_kinds.get(code, RecipientKind.CONTROLLER.value)
        processor, party = "", code
    return {"activity": activity, "kind": role, "processor": processor, "party": party}
