"""Holding the rows of a file against the register."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from privacyboard.organisation.models import School
from privacyboard.organisation.rules import numbers_like_bsn, sort_key
from registers.choices import ActivityStatus
from registers.exchange.attaching import Attachment, Attachments
from registers.exchange.blanks import Blank, may_be_empty
from registers.exchange.checking import check_agreements, check_each, check_once
from registers.exchange.planning import Fate, Plan, Planned, unknown_column
from registers.exchange.present import (
    Key,
    Present,
    References,
    parent_table,
    read_parents,
    read_present,
)
from registers.exchange.rows import Problem, Row, Tables
from registers.exchange.tables import TABLES, Kind, Table
from registers.exchange.values import NOTHING, CellRefused, reader_of
from registers.rules.states import EDITABLE

TELL_EVERY = 1_000  # rows


def make_plan(tables: Tables, *, tell: Callable[[int], None] | None = None) -> Plan:
    """The fate of every row; nothing is saved. `tell` hears now and then how many rows are done."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if tell is not None and done % TELL_EVERY == 0:
            tell(done)

    plan = Plan(problems=list(tables.problems))
    references = References()
    known: dict[str, dict[Key, Any]] = {}
    present: dict[str, Present] = {}
    for table in TABLES:
        if table.name in tables.rows:
            planner = _TablePlanner(table, tables, plan, references, known)
            plan.tables[table.name] = planner.run(count)
            present[table.name] = planner.present
    check_once(plan)
    if "agreements" in present:
        check_agreements(plan, present["agreements"], list(references.of(School).values()))
    return plan


_BSN_DIGITS = 9
_DIGIT = re.compile(r"\d")
# What an agreement covers follows from these, also where a file does not name them.
_COVERING = frozenset({"products", "schools"})


class _TablePlanner:
    """One table: its readers and what is there are looked up once, for all of its rows."""

    def __init__(
        self,
        table: Table,
        tables: Tables,
        plan: Plan,
        references: References,
        known: dict[str, dict[Key, Any]],
    ) -> None:
        self.table, self.plan, self.references = table, plan, references
        self.rows = tables.rows[table.name]
        self.columns = table.by_name
        self.texts = [each.name for each in table.columns if each.kind is Kind.TEXT]
        self.readers = {name: reader_of(column) for name, column in self.columns.items()}
        self.above = [name for name, _heading in table.parent.columns] if table.parent else []
        self.parents = self._parents(known)
        self.parent_keys = [self._parent_key(row) for row in self.rows]
        self.given = set[str]().union(*(row.values for row in self.rows))
        self.present = self._present()
        self.known = known.setdefault(table.name, dict(self.present.records))
        self.files = Attachments(table, self.rows, tables) if table.document_kind else None
        self.by_code = {
            name: references.of(column.target)
            for name, column in self.columns.items()
            if column.kind in {Kind.REFERENCE, Kind.MANY}
        }
        self.blank = Blank(table)
        self.key = [self._key_part(name) for name in table.full_key]
        self.lists = [name for name, each in self.columns.items() if each.kind is Kind.MANY]
        self.seen: dict[Key, Row] = {}

    def _parents(self, known: dict[str, dict[Key, Any]]) -> dict[Key, Any]:
        above = parent_table(self.table)
        if above is None:
            return {}
        if above.name not in known:
            known[above.name] = read_parents(above, references=self.references)
        return known[above.name]

    def _present(self) -> Present:
        lists = [
            column
            for name, column in self.columns.items()
            if column.kind is Kind.MANY
            and (name in self.given or (self.table.name == "agreements" and name in _COVERING))
        ]
        wanted = self._parents_named() if self.table.parent else ()
        return read_present(self.table, references=self.references, parents=wanted, lists=lists)

    def _parents_named(self) -> list[Any]:
        parents = self.parents
        return [parents[key] for key in dict.fromkeys(self.parent_keys) if key in parents]

    def _key_part(self, name: str) -> tuple[str, Any, bool]:
        """A column of the key: what it says where a row does not name it, and whether it must."""
        default = 1 if name.endswith("number") else self.blank.value(name)
        return name, default, not may_be_empty(self.columns[name])

    def _parent_key(self, row: Row) -> Key:
        try:
            return tuple(
                _number_or_one(value) if name.endswith("_number") else str(value).strip()
                for name, value in ((name, row.values.get(name, "")) for name in self.above)
            )
        except (OverflowError, ValueError):
            return ()

    def run(self, count: Callable[[], None]) -> list[Planned]:
        """Every row of the table with its fate; each is counted."""
        planned = []
        for row, above in zip(self.rows, self.parent_keys, strict=True):
            planned.append(self._plan(row, above))
            count()
        if self.table.parent is None and "code" in self.table.key:
            for each in planned:
                if each.record is not None and each.fate is not Fate.REFUSED:
                    self.references.add(each.record)
        if self.table.numbered:
            self._check_numbers(planned)
        return planned

    def _plan(self, row: Row, above: Key) -> Planned:
        problems: list[tuple[str, str]] = []
        values = self._read(row, problems)
        parent = self._parent(above, problems) if self.above else None
        key = self._key(row, values, problems)
        if problems:
            return self._refused(row, problems)
        self.seen[key] = row
        record = self.present.records.get(key)
        if record is None:
            planned = self._new(row, values, parent, key)
        else:
            planned = self._changed(row, values, record)
        if planned.fate is not Fate.SAME:
            self._check(planned, parent)
            planned.like_bsn = self._like_bsn(row)
        self.known[key] = planned.record
        return planned

    def _like_bsn(self, row: Row) -> bool:
        """Whether a text may hold a BSN. Forms ask once; who reads a file in is told (UAVG 46)."""
        for name in self.texts:
            text = row.values.get(name)
            if not isinstance(text, str) or len(text) < _BSN_DIGITS:
                continue
            # Most texts hold no digit at all.
            if _DIGIT.search(text) and numbers_like_bsn(text):
                return True
        return False

    def _refused(self, row: Row, problems: list[tuple[str, str]]) -> Planned:
        for column, sentence in problems:
            self.plan.problems.append(Problem(row.origin, column, sentence))
        return Planned(row, Fate.REFUSED, None)

    def _read(self, row: Row, problems: list[tuple[str, str]]) -> dict[str, Any]:
        """The values of the row's own columns; references as codes."""
        values = {}
        readers = self.readers
        for name, raw in row.values.items():
            reader = readers.get(name)
            if reader is None:
                problems.append((name[:60], unknown_column(name)))
                continue
            try:
                value = reader(raw)
            except CellRefused as problem:
                problems.append((self._heading(name), str(problem)))
                continue
            if value is not NOTHING:
                values[name] = value
        for name, by_code in self.by_code.items():
            value = values.get(name)
            if value:
                self._check_codes(name, value, by_code, problems)
        return values

    def _check_codes(
        self, name: str, value: Any, by_code: dict[str, Any], problems: list[tuple[str, str]]
    ) -> None:
        for code in value if isinstance(value, list) else (value,):
            if code not in by_code:
                what = self.columns[name].target._meta.verbose_name
                sentence = _(
                    "“%(code)s” bestaat niet: %(what)s met deze code staat niet in het register "
                    "en niet in dit bestand."
                ) % {"code": code[:60], "what": what}
                problems.append((self._heading(name), sentence))

    def _heading(self, name: str) -> str:
        return str(self.columns[name].heading)

    def _parent(self, key: Key, problems: list[tuple[str, str]]) -> Any:
        found = self.parents.get(key)
        if found is None and key not in self.parents:
            name = self.above[0]
            sentence = _(
                "“%(code)s” bestaat niet: niet in het register en niet in dit bestand."
            ) % {"code": ", ".join(str(part) for part in key)[:100]}
            problems.append((self._heading(name), sentence))
        return found

    def _key(self, row: Row, values: dict[str, Any], problems: list[tuple[str, str]]) -> Key:
        key = []
        for name, default, is_needed in self.key:
            value = values.get(name, default)
            if is_needed and (value is None or value == "") and name not in row.values:
                problems.append((self._heading(name), _("Dit moet ingevuld zijn.")))
            key.append("" if value is None else value)
        found = tuple(key)
        if found in self.seen and not problems:
            sentence = _("Deze regel staat ook op regel %(row)s.") % {
                "row": self.seen[found].origin.row
            }
            if self.table.numbered:
                sentence += " " + _("Geef haar een eigen volgnummer.")
            problems.append((self._heading(self.table.key[0]), sentence))
        return found

    def _new(self, row: Row, values: dict[str, Any], parent: Any, key: Key) -> Planned:
        record, linked = self.blank.make(values, self.by_code, parent)
        record.import_key = key
        planned = Planned(row, Fate.NEW, record)
        planned.to_new = tuple(name for name, entry in linked.items() if entry._state.adding)
        for name in self.lists:
            if codes := values.get(name):
                planned.chosen[name] = [self.by_code[name][code] for code in dict.fromkeys(codes)]
        if self.files and (named := values.get("document")):
            self._attach(planned, named)
        missing = self.blank.missing(values)
        for name in missing:
            self.plan.refuse(planned, self._heading(name), _("Dit moet ingevuld zijn."))
        return planned

    def _changed(self, row: Row, values: dict[str, Any], record: Any) -> Planned:
        planned = Planned(row, Fate.SAME, record)
        former: dict[str, Any] = {}
        key = set(self.table.full_key)
        for name, value in values.items():
            column = self.columns[name]
            if name in key or name == "status":
                continue
            if column.kind is Kind.MANY:
                had = self.present.chosen[name].get(record.pk, set())
                if self._chooses(planned, name, value, had):
                    former[name] = sorted(had)
            elif column.kind is Kind.FILE:
                stored = record.document_id
                if self._attach(planned, value):
                    former[name] = stored
            elif column.kind is Kind.REFERENCE:
                chosen, linked = self.by_code[name][value] if value else None, f"{name}_id"
                if getattr(record, linked) != (chosen.pk if chosen else None):
                    former[name] = getattr(record, linked)
                    _link(planned, name, chosen)
            elif getattr(record, name) != value:
                former[name] = getattr(record, name)
                setattr(record, name, value)
        if former and planned.fate is not Fate.REFUSED:
            planned.fate, planned.former = Fate.CHANGED, former
            self._hold_references(record)
            if "name" in former and hasattr(record, "sort_name"):
                record.sort_name = sort_key(record.name)
        return planned

    def _hold_references(self, record: Any) -> None:
        """Lay what the record refers to beside it: its own rules then ask the database nothing."""
        cache = record._state.fields_cache
        for name in self.blank.links:
            pk = getattr(record, f"{name}_id")
            if name not in cache and pk is not None:
                cache[name] = self.references.entries(self.columns[name].target)[pk]

    def _chooses(self, planned: Planned, name: str, codes: list[str], had: set[int]) -> bool:
        wanted = [self.by_code[name][code] for code in dict.fromkeys(codes)]
        if {each.pk for each in wanted} == had:
            return False
        planned.chosen[name] = wanted
        return True

    def _attach(self, planned: Planned, named: str) -> bool:
        """Point the row at its file; tells whether that is another one than it has."""
        record = planned.record
        try:
            found = self.files.find(named) if self.files else None
        except CellRefused as problem:
            self.plan.refuse(planned, self._heading("document"), str(problem))
            return False
        had = record.document
        if found is None or had is None:
            is_same = found is None and had is None
        else:
            is_same = (had.sha256, had.file_name) == (found.sha256, found.file_name)
        if is_same:
            return False
        if isinstance(found, Attachment):
            planned.attachment = found
        else:
            record.document = found
        return True

    def _check(self, planned: Planned, parent: Any) -> None:
        """What the forms would say: of the record itself, and of what was decided already."""
        if planned.fate is Fate.REFUSED:
            return
        activity = planned.record if self.table.name == "activities" else parent
        status = getattr(activity, "status", "") if activity is not None else ""
        if status and status not in EDITABLE and not activity._state.adding:
            label = ActivityStatus(status).label
            sentence = _(
                "Deze verwerking heeft de status “%(status)s” en verandert niet zomaar: "
                "herzie haar eerst."
            ) % {"status": label}
            self.plan.refuse(planned, "", sentence)
            return
        if planned.fate is Fate.NEW and self.table.name == "activities":
            self._as_concept(planned)
        try:
            planned.record.clean()
        except ValidationError as problem:
            self._tell(planned, problem)
        for name, sentence in check_each(self.table, planned, self.present):
            self.plan.refuse(planned, self._heading(name), sentence)

    def _as_concept(self, planned: Planned) -> None:
        if planned.record.status != ActivityStatus.CONCEPT:
            planned.record.status = ActivityStatus.CONCEPT
            planned.remark = _("Komt binnen als concept. Vaststellen doet u in privacyboard.")

    def _tell(self, planned: Planned, problem: ValidationError) -> None:
        if not hasattr(problem, "error_dict"):
            self.plan.refuse(planned, "", " ".join(problem.messages))
            return
        for name, sentences in problem.message_dict.items():
            heading = self._heading(name) if name in self.columns else ""
            self.plan.refuse(planned, heading, " ".join(sentences))

    def _check_numbers(self, planned: list[Planned]) -> None:
        """Numbers run from 1 without a gap: the next file must count the same."""
        for each in planned:
            record = each.record
            if each.fate is Fate.NEW and record.import_key[-1] > 1:
                before = (*record.import_key[:-1], record.import_key[-1] - 1)
                if before not in self.known:
                    sentence = _("Volgnummer %(number)s komt na %(before)s, en dat is er niet.") % {
                        "number": record.import_key[-1],
                        "before": before[-1],
                    }
                    self.plan.refuse(each, self._heading("number"), sentence)


def _link(planned: Planned, name: str, entry: Any) -> None:
    setattr(planned.record, f"{name}_id", entry.pk if entry is not None else None)
    planned.record._state.fields_cache[name] = entry
    _note_link(planned, name)


def _note_link(planned: Planned, name: str) -> None:
    entry = planned.record._state.fields_cache.get(name)
    if entry is not None and entry._state.adding:
        planned.to_new = (*planned.to_new, name)


def _number_or_one(value: Any) -> int:
    text = str(int(value) if isinstance(value, float) else value).strip()
    return int(text) if text else 1
