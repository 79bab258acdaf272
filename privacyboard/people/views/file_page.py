"""What the page of a file tells, made of its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacyboard.organisation.models import Guardianship, Placement, Pupil
from privacyboard.people.choices import FileState, RowFate
from privacyboard.people.exchange import kept
from privacyboard.people.exchange.report import CHANGES
from privacyboard.people.models import PeopleFile
from privacyboard.sheets.faults import FileUnreadable

# So many can be ticked one by one; of a longer list all or nobody.
MOST_TICKED = 500

_KINDS = {
    "pupils": _("Leerlingen"),
    "guardians": _("Ouders en verzorgers"),
    "ties": _("Wie bij welke leerling hoort"),
    "groups": _("Groepen"),
    "placements": _("Plaatsingen in een groep"),
    "teachers": _("Leerkrachten"),
}
_FATES = {**dict(RowFate.choices), "ended": _("beëindigd")}
_SHOWN = {
    "regels": ("rows", _("Wat er verandert")),
    "problemen": ("problems", _("Niet overgenomen")),
    "opmerkingen": ("remarks", _("Anders gelezen")),
}
EVERY_ROW = "alle"


@dataclass(frozen=True)
class Missing:
    """Somebody at the school who is not in a full file."""

    pupil: Pupil
    groups: str
    is_ticked: bool


@dataclass(frozen=True)
class FilePage:
    """The parts of the page; `rows` are those of the part that is shown, `parts` the doors."""

    counts: tuple[tuple[Any, str], ...]
    shown: str
    rows: Sequence[dict[str, Any]]
    many: int
    parts: tuple[tuple[str, Any, int], ...]
    missing: tuple[Missing, ...]
    missing_count: int
    gone: tuple[Guardianship, ...]
    gone_count: int
    dropped: Sequence[dict[str, Any]]
    total: int
    has_changes: bool
    does_something: bool

    @property
    def is_capped(self) -> bool:
        """Whether only the first rows of this part were kept."""
        return self.many > len(self.rows)

    @property
    def has_news(self) -> bool:
        """Whether anything differs from what we know, or could not be taken."""
        return self.has_changes or any(name != EVERY_ROW for name, *_rest in self.parts)

    @property
    def too_many_missing(self) -> bool:
        """Whether the list of missing pupils is too long to tick one by one."""
        return self.missing_count > MOST_TICKED


def may_show_every_row(file: PeopleFile) -> bool:
    """Whether each row can be told, also what stays the same: it is read anew for every page."""
    return file.state == FileState.READ and 0 < file.report.get("total", 0) <= kept.AT_ONCE_ROWS


def _every_row(file: PeopleFile, at: datetime) -> list[dict[str, Any]]:
    """What becomes of each row; nothing when the file is not there any more."""
    if not may_show_every_row(file):
        return []
    try:
        rows = [_row(dict(each)) for each in kept.row_fates(file, at=at)]
    except (FileUnreadable, OSError):
        return []
    return sorted([*rows, *_refused(file, {each["row"] for each in rows})], key=_number)


def _number(row: dict[str, Any]) -> int:
    return int(row["row"])


def _refused(file: PeopleFile, taken: set[int]) -> list[dict[str, Any]]:
    """The rows that are not taken over, each with everything that is wrong with it."""
    wrong: dict[int, list[str]] = {}
    for each in file.report.get("problems", []):
        if each["row"] not in taken:
            wrong.setdefault(each["row"], []).append(each["sentence"])
    told = {"who": "", "label": RowFate.REFUSED.label, "values": []}
    return [
        {**told, "row": row, "changes": " ".join(sentences)} for row, sentences in wrong.items()
    ]


def page_of(file: PeopleFile, *, shown: str, ticked: frozenset[int], at: datetime) -> FilePage:
    """The report of a file in the order in which a person reads it."""
    report: dict[str, Any] = file.report
    counts = report.get("counts", {})
    rows = {
        "regels": [_row(each) for each in report.get("rows", [])],
        "problemen": report.get("problems", []),
        "opmerkingen": report.get("remarks", []),
    }
    every = _every_row(file, at) if shown == EVERY_ROW else []
    offers_every = may_show_every_row(file)
    doing = sum(
        many
        for kind in counts.values()
        for fate, many in kind.items()
        if fate not in (RowFate.SAME, RowFate.REFUSED)
    )
    news = sum(counts.get("pupils", {}).get(each, 0) for each in ("new", "changed"))
    many = {
        "regels": max(len(rows["regels"]), news if file.state == FileState.READ else 0),
        "problemen": report.get("problem_count", 0),
        "opmerkingen": report.get("remark_count", 0),
    }
    parts = tuple((name, label, many[name]) for name, (_key, label) in _SHOWN.items() if rows[name])
    if offers_every:
        many[EVERY_ROW] = report["total"]
        parts += ((EVERY_ROW, _("Alle regels"), many[EVERY_ROW]),)
    names = [name for name in _SHOWN if rows[name]]
    chosen = shown if shown in names else names[0] if names else ""
    if every:
        chosen, rows[EVERY_ROW] = EVERY_ROW, every
    missing = report.get("missing", [])
    count = report.get("missing_count", len(missing))
    return FilePage(
        counts=tuple(
            (label, words)
            for kind, label in _KINDS.items()
            if (words := _in_words(counts.get(kind, {})))
        ),
        shown=chosen,
        rows=rows.get(chosen, []),
        many=many.get(chosen, 0),
        parts=parts,
        missing=_missing(missing, ticked) if count <= MOST_TICKED else (),
        missing_count=count if file.state == FileState.READ else 0,
        gone=(gone := _gone(report.get("gone", []))),
        # More than are kept one by one; of those that are kept some can be settled by now.
        gone_count=len(gone) + report.get("gone_count", 0) - len(report.get("gone", [])),
        dropped=report.get("dropped", []),
        total=report.get("total", 0),
        has_changes=bool(doing or missing),
        # That a teacher still works here is written too: the term runs from the last time.
        does_something=bool(doing or missing or counts.get("teachers", {}).get("same")),
    )


def _in_words(counts: dict[str, int]) -> str:
    """Such as: 3 nieuw, 1 gewijzigd."""
    return ", ".join(f"{counts[fate]} {word}" for fate, word in _FATES.items() if counts.get(fate))


def _row(told: dict[str, Any]) -> dict[str, Any]:
    changes = [str(CHANGES.get(each, each)) for each in told.get("changes", [])]
    values = [{**each, "what": _what(each)} for each in told.get("values", [])]
    label = RowFate(told["fate"]).label
    return {**told, "changes": ", ".join(changes), "values": values, "label": label}


def _what(value: dict[str, str]) -> str:
    """Such as: e-mailadres; Sanne Visser, e-mailadres; of how she stands for a pupil: her name."""
    if value["what"] == "pupils":
        return value["whom"]
    what = str(CHANGES.get(value["what"], value["what"]))
    return f"{value['whom']}, {what}" if value["whom"] else what


def _gone(keys: Sequence[int]) -> tuple[Guardianship, ...]:
    """Those of these who still stand for the pupil, with authority, today."""
    if not keys:
        return ()
    rows = Guardianship.objects.running_on(timezone.localdate()).filter(has_authority=True)
    found = rows.filter(pk__in=keys).select_related("pupil", "guardian")
    return tuple(found.order_by("pupil__sort_name", "pupil_id", "pk"))


def _missing(keys: Sequence[int], ticked: frozenset[int]) -> tuple[Missing, ...]:
    if not keys:
        return ()
    places = Placement.objects.filter(ends_on__isnull=True).select_related("group")
    found = Pupil.objects.filter(pk__in=keys, left_on__isnull=True).prefetch_related(
        Prefetch("placements", queryset=places, to_attr="places_now")
    )
    return tuple(
        Missing(
            pupil=each,
            groups=", ".join(place.group.name for place in each.places_now),
            is_ticked=each.pk in ticked,
        )
        for each in found.order_by("sort_name", "id")
    )
