"""What the register must forget by itself, and every field of it that holds data of a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from privacyboard.audit.collectors import Sought
from privacyboard.clockwork import erasing, holds, runs
from privacyboard.clockwork.erasing import Counts, Gone
from privacyboard.clockwork.holds import Held
from privacyboard.clockwork.models import Hold
from privacyboard.clockwork.rules import Cut, Term
from privacyboard.documents.storage import remove_on_commit
from privacyboard.organisation.models import Pupil
from registers.choices import Bound, ImportState
from registers.choices import Fate as RuleFate
from registers.models import (
    ConfidentialityNote,
    DestructionPlan,
    Disclosure,
    ImportRun,
    RegisterFile,
    RenderedPart,
    RetentionRule,
)
from registers.models.dated import LENGTH
from registers.retention import records
from registers.retention.fields import PERSONAL
from registers.rules.reminding import SHORTER_COUNTS_AFTER

__all__ = ["PERSONAL", "register_all"]

# A rule of the board, no term of a law: long enough to set a mistake right after a file was read
# in, and no longer. Such a file repeats the register and can name people (AVG 5(1)(e)).
IMPORTS_ARE_KEPT = Term(days=30)
# Rules of the board too. An export is asked again in a minute; a printed part is printed again.
EXPORTS_ARE_KEPT = Term(days=7)
PARTS_ARE_KEPT = Term(days=30)
# As long as the AP can fine for a disclosure, or somebody can claim (AVG 5(2); Awb 5:45).
DISCLOSURES_ARE_KEPT = Term(years=5)
NOTES_ARE_KEPT = Term(years=2)
# By which column a record tells of which school it is.
_SCHOOL_BY = {"school": "school", "pupil": "pupil__school"}
_SETTLED = (ImportState.CHECKED, ImportState.REFUSED, ImportState.APPLIED)
_ENDINGS = frozenset({".xlsx", ".zip", ".json", ".csv"})


# Why it cannot go before its term on request: told to whoever asks.
_PROOF = (
    "De school moet kunnen laten zien aan wie zij gegevens gaf, en waarom dat mocht (AVG 5 lid 2 "
    "en 17 lid 3 e)."
)


def register_all() -> None:
    """Tell the retention run what the register forgets, and the terms that the board chose."""
    runs.register_terms(_terms)
    erasing.register_trace("confidentiality_notes", _forget_notes_with_pupils)
    erasing.register_trace("destruction_plans", _forget_plans_with_pupils)
    holds.register("register", _held)
    holds.register("register_rules", _held_under_rules)
    runs.register(*_of_files(), *_of_people(), *records.rules())


def _of_files() -> tuple[runs.Rule, ...]:
    """Files that repeat the register."""
    return (
        runs.Rule(
            name="register_imports",
            title="Bestanden die in het register zijn ingelezen",
            model=ImportRun,
            default=IMPORTS_ARE_KEPT,
            starts="het inlezen",
            due=_due_imports,
            forget=_forget_imports,
        ),
        runs.Rule(
            name="register_exports",
            title="Het register als bestand",
            model=RegisterFile,
            default=EXPORTS_ARE_KEPT,
            starts="het aanvragen",
            # Also one that never came: who wants it asks again.
            due=runs.counted_from(RegisterFile, "asked_at"),
            forget=runs.erasing(RegisterFile),
        ),
        runs.Rule(
            name="register_parts",
            title="Delen van het register als PDF",
            model=RenderedPart,
            default=PARTS_ARE_KEPT,
            starts="het laatste gebruik",
            due=runs.counted_from(RenderedPart, "used_at"),
            forget=runs.erasing(RenderedPart),
        ),
    )


def _of_people() -> tuple[runs.Rule, ...]:
    """What names one person."""
    return (
        runs.Rule(
            name="disclosures",
            title="Verstrekkingen",
            model=Disclosure,
            default=DISCLOSURES_ARE_KEPT,
            starts="de verstrekking",
            due=runs.counted_from(Disclosure, "disclosed_on"),
            forget=runs.erasing(Disclosure),
            of_person=_disclosures_of,
            ground=_PROOF,
            began="disclosed_on",
        ),
        runs.Rule(
            name="confidentiality_notes",
            title="Afspraken over vertrouwelijkheid",
            model=ConfidentialityNote,
            default=NOTES_ARE_KEPT,
            starts="het vertrek of het einde van de afspraak",
            due=_due_notes,
            forget=runs.erasing(ConfidentialityNote),
            term_of="pupil_file",
            of_person=_notes_of,
        ),
    )


def _terms(codes: Collection[str], today: date) -> dict[str, Term | None]:
    """The board's own terms; one that keeps, or that has no fixed length, is None: nothing goes.

    Nobody approves what the hourly run does with data kept here. So a term that was made shorter
    counts only once it has stood for SHORTER_COUNTS_AFTER: until then the longest that stood.
    A longer one counts at once.
    """
    found: dict[str, Term | None] = {}
    for code, versions in _stood_since(today - SHORTER_COUNTS_AFTER, codes).items():
        terms = [_length_of(each) for each in versions]
        lengths = [each for each in terms if each is not None]
        found[code] = (
            min(lengths, key=lambda each: each.cut(today).day) if None not in terms else None
        )
    return found


def _stood_since(day: date, codes: Collection[str]) -> dict[str, list[Any]]:
    """What stood in the catalogue under each code on that day, and whatever came after it.

    By the code as it was then: what was renamed or taken off the list counts as long.
    """
    before: dict[str, list[Any]] = {}
    after: defaultdict[str, list[Any]] = defaultdict(list)
    for rule in RetentionRule.objects.filter(code__in=codes).only("code", *LENGTH):
        after[rule.code].append(rule)
    rows = RetentionRule.history.filter(code__in=codes).order_by("history_id")
    for row in rows.only("code", "history_date", "history_type", *LENGTH):
        stands = [] if row.history_type == "-" else [row]
        if timezone.localdate(row.history_date) <= day:
            before[row.code] = stands
        else:
            after[row.code] += stands
    return {
        code: found for code in codes if (found := [*before.get(code, []), *after.get(code, [])])
    }


def _length_of(rule: Any) -> Term | None:
    units = {name: getattr(rule, name) for name in ("years", "months", "weeks", "days")}
    if rule.bound == Bound.NONE or rule.fate == RuleFate.KEEP or not any(units.values()):
        return None
    return Term(**units)


def _due_imports(cut: Cut) -> QuerySet[ImportRun]:
    """The term runs from applying, else from handing in: what was refused or left goes too."""
    passed = Q(applied_at__lt=cut.before) | Q(applied_at__isnull=True, read_at__lt=cut.before)
    return ImportRun.objects.filter(passed, emptied_at__isnull=True, state__in=_SETTLED)


def _forget_imports(gone: Gone, keys: list[int], at: datetime) -> None:
    for run in ImportRun.objects.filter(pk__in=keys).select_related("document"):
        _empty(run, at)
    gone.forget_traces(ImportRun, keys)


def _empty(run: ImportRun, at: datetime) -> None:
    document = run.document
    ending = PurePath(document.file_name).suffix.lower()
    remove_on_commit([document])
    document.file.name = ""
    # What a file was called can be a name too. Its size and hash stay: they tell which it was.
    document.title = document.file_name = f"bestand{ending if ending in _ENDINGS else ''}"
    document.save()
    run.fates = {**run.fates, "problems": [], "rows": []}
    if run.state == ImportState.CHECKED:
        run.state = ImportState.LAPSED
    run.error, run.emptied_at = "", at
    run.save()


def _due_notes(cut: Cut) -> QuerySet[ConfidentialityNote]:
    """Ended, or of a pupil who left: a number that the list of pupils does not know goes on.

    Of a number that nobody has any more: of whoever had it.
    """
    has, had = _with_the_number(Pupil.objects), _with_the_number(Pupil.history)
    left = Q(left_on__lte=cut.day)
    away = Pupil.objects.filter(left).values("pk")
    still_here = Pupil.objects.filter(~left | Q(left_on=None)).values("pk")
    found: QuerySet[ConfidentialityNote] = ConfidentialityNote.objects.filter(
        Q(ended_on__lte=cut.day)
        | Exists(has.filter(left))
        | Q(
            ~Exists(has),
            ~Exists(had.filter(id__in=still_here)),
            Exists(had.filter(id__in=away)),
        )
    )
    return found


def _with_the_number(pupils: Any) -> QuerySet[Any]:
    """Of these pupils, or of their history: who has the school and the number of a note."""
    found: QuerySet[Any] = pupils.filter(school=OuterRef("school"), key=OuterRef("pupil_key"))
    return found


def _forget_notes_with_pupils(label: str, keys: list[str]) -> Counts:
    """The note names a number. It goes while the pupil with that number can still be found."""
    if label != Pupil._meta.label_lower:
        return {}
    has, had = _with_the_number(Pupil.objects), _with_the_number(Pupil.history)
    others = had.exclude(id__in=keys).filter(id__in=Pupil.objects.values("pk"))
    alone = Q(~Exists(has), ~Exists(others), Exists(had.filter(id__in=keys)))
    notes = ConfidentialityNote.objects.filter(Exists(has.filter(pk__in=keys)) | alone)
    found = notes.values_list("pk", flat=True)
    gone = Gone("dossier van de leerling")
    gone.erase(ConfidentialityNote, found)
    return gone.counts


def _forget_plans_with_pupils(label: str, keys: list[str]) -> Counts:
    """What was planned stays: its number is the only way to the other system. The plan goes."""
    if label != Pupil._meta.label_lower:
        return {}
    here = Pupil.objects.filter(pk=OuterRef("pupil"))
    gone, _by_table = DestructionPlan.objects.filter(~Exists(here), pupil__in=keys).delete()
    return {DestructionPlan._meta.db_table: gone} if gone else {}


def _held(model: type[Model], keys: Collection[int]) -> holds.Reasons:
    """What is held of a pupil holds the disclosures and the notes that name the number."""
    numbers: dict[type[Model], str] = {Disclosure: "person_key", ConfidentialityNote: "pupil_key"}
    number = numbers.get(model)
    if number is None:
        return {}
    named = model._default_manager.filter(pk__in=keys).values_list("pk", "school_id", number)
    return holds.each_held_by(named)


def _held_under_rules(model: type[Model], keys: Collection[int]) -> holds.Reasons:
    """What somebody holds as "everything under this term", at a school or at the whole board."""
    codes = {rule.term_of for rule in runs.all_rules() if rule.model is model} - {""}
    if not codes or not holds.are_put_on(RetentionRule):
        return {}
    rules = RetentionRule.objects.filter(code__in=codes).values_list("pk", flat=True)
    running = Hold.objects.running().filter(
        subject_type=RetentionRule._meta.label_lower, subject_id__in=[str(each) for each in rules]
    )
    found: holds.Reasons = {}
    for hold in running.select_related("owner").order_by("pk"):
        reason = Held(str(hold.get_kind_display()), hold.owner.name, hold.review_on)
        for key in _at(hold.school_id, model, keys):
            found.setdefault(key, []).append(reason)
    return found


def _at(school_id: int | None, model: type[Model], keys: Collection[int]) -> Collection[int]:
    """Those of a school. Of what does not say of which school it is: all, to be safe."""
    names = {field.name for field in model._meta.concrete_fields}
    path = next((path for name, path in _SCHOOL_BY.items() if name in names), "")
    if school_id is None or not path:
        return keys
    elsewhere = model._base_manager.filter(pk__in=keys).exclude(
        Q(**{path: school_id}) | Q(**{f"{path}__isnull": True})
    )
    return set(keys) - set(elsewhere.values_list("pk", flat=True))


def _disclosures_of(sought: Sought) -> QuerySet[Disclosure]:
    """About the person, by number at the schools that are named."""
    seen = Disclosure.objects.visible_to(sought.reader)
    found: QuerySet[Disclosure] = seen.filter(person_key__in=sought.keys, school__in=sought.schools)
    return found


def _notes_of(sought: Sought) -> QuerySet[ConfidentialityNote]:
    seen = ConfidentialityNote.objects.visible_to(sought.reader)
    found: QuerySet[ConfidentialityNote] = seen.filter(
        pupil_key__in=sought.keys, school__in=sought.schools
    )
    return found
