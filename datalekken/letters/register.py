"""The register of breaches (AVG 33(5)): what a row says, its figures, and the document of both.

A row holds the facts, the consequences and the measures, as the article asks. Who reported it and
whose names were told are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from datalekken.choices import (
    BreachState,
    Cause,
    IncidentKind,
    Nature,
    NoticeMet,
    NotificationKind,
    Risk,
    TargetMet,
    TellGround,
    TermKept,
    Told,
)
from datalekken.models import Assessment, Measure, Notification
from privacyboard.documents.rendering import render
from privacyboard.organisation.context_processors import board_name
from privacyboard.organisation.models import School

# What is counted, by the column of `judged`: the word in an address, and the possible values.
JUDGED: dict[str, tuple[str, type[TermKept | TargetMet | NoticeMet | Told]]] = {
    "termijn": ("term_kept", TermKept),
    "intern": ("target_met", TargetMet),
    "verwerker": ("notice_met", NoticeMet),
    "verteld": ("told", Told),
}


@dataclass(frozen=True)
class Line:
    """Counts of one school or one kind. `value`: the word of it in an address."""

    value: str
    label: str
    total: int
    terms: dict[str, int] = field(default_factory=dict)
    told: int = 0


@dataclass(frozen=True)
class Figures:
    """Counts per school and per kind, and of how timely all were: value to count, per word."""

    total: int
    schools: tuple[Line, ...]
    kinds: tuple[Line, ...]
    natures: dict[str, int]
    judged: dict[str, dict[str, int]]


BOARD = "bestuur"


def figures(breaches: QuerySet[Any], *, schools: QuerySet[Any], with_board: bool) -> Figures:
    """Counted by the database, in two statements; `breaches` are judged.

    A breach at two schools counts at both. `schools`: those that are told apart, and the board's
    own where `with_board`.
    """
    rows: Any = breaches.order_by()
    per_kind = {row["kind"]: row for row in rows.values("kind").annotate(**_counts(), **_judged())}
    told_apart = Q(schools__in=schools)
    if with_board:
        told_apart |= Q(schools__isnull=True)
    at_schools: Any = rows.filter(told_apart).values("schools__slug", "schools__name")
    counted = at_schools.annotate(**_counts()).order_by(
        F("schools__sort_name").asc(nulls_first=True)
    )
    return Figures(
        total=sum(row["total"] for row in per_kind.values()),
        schools=tuple(
            _line(row, row["schools__slug"] or BOARD, row["schools__name"] or _("hele bestuur"))
            for row in counted
        ),
        kinds=tuple(
            _line(per_kind[each], each.value, str(each.label))
            for each in IncidentKind
            if each in per_kind
        ),
        natures={each.value: _sum(per_kind, f"n_nature_{each.value}") for each in Nature},
        judged={
            word: {each.value: _sum(per_kind, f"n_{column}_{each.value}") for each in values}
            for word, (column, values) in JUDGED.items()
        },
    )


def _counts() -> dict[str, Any]:
    """What a line of a school or a kind counts."""
    return {
        "total": Count("pk"),
        **{f"t_{each.value}": Count("pk", filter=Q(term_kept=each.value)) for each in TermKept},
        "t_told": Count("pk", filter=Q(told=Told.TOLD)),
    }


def _judged() -> dict[str, Any]:
    """What is counted of all together."""
    columns = {"nature": Nature, **dict(JUDGED.values())}
    return {
        f"n_{column}_{each.value}": Count("pk", filter=Q(**{column: each.value}))
        for column, values in columns.items()
        for each in values
    }


def _sum(rows: dict[str, Any], name: str) -> int:
    return sum(row[name] for row in rows.values())


def _line(row: dict[str, Any], value: str, label: str) -> Line:
    terms = {each.value: row[f"t_{each.value}"] for each in TermKept}
    return Line(value, label, row["total"], terms, row["t_told"])


# --- the rows ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class RegisterRow:
    """One breach: label and value of each fact, in the order in which the register tells them.

    A value is a text, a number, a day, a moment, or None.
    """

    number: str
    title: str
    facts: tuple[tuple[str, Any], ...]


def register_rows(breaches: QuerySet[Any]) -> Iterator[RegisterRow]:
    """The rows of these judged breaches in one query, the newest first."""
    of_breach = {"breach": OuterRef("pk")}
    last = Assessment.objects.filter(**of_breach).order_by("-id")
    weighed = JSONObject(risk="risk", people="people_count", outcome="outcome", why="explanation")
    sent = JSONObject(kind="kind", at="sent_at", ap="known_number", delay="delay_reason")
    taken = JSONObject(text="text", due="due_on", done="done_on", result="result")
    schools = School.objects.filter(breaches=OuterRef("pk")).order_by("sort_name")
    rows: Any = breaches.order_by("-registered_at", "-id").annotate(
        at_schools=ArraySubquery(schools.values("name")),
        weighed=Subquery(last.values(data=weighed)[:1]),
        sent=ArraySubquery(
            Notification.objects.numbered().filter(**of_breach).order_by("number").values(data=sent)
        ),
        taken=ArraySubquery(
            Measure.objects.filter(**of_breach).order_by("due_on", "id").values(data=taken)
        ),
        processor_name=F("processor__name"),
    )
    for row in rows.values().iterator(chunk_size=500):
        yield RegisterRow(row["number"], row["title"], tuple(_facts(row)))


def _facts(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield _("scholen"), ", ".join(row["at_schools"]) or _("hele bestuur")
    yield _("stand"), _label(BreachState, row["state"])
    yield _("wat het is"), _label(Nature, row["nature"])
    yield _("soort incident"), _label(IncidentKind, row["kind"])
    yield _("vertrouwelijk"), _("ja") if row["is_confidential"] else _("nee")
    yield from _times(row)
    yield _("wat er gebeurde"), row["what_happened"]
    yield _("om wie het gaat"), row["whose_data"]
    yield _("om welke gegevens het gaat"), row["which_data"]
    weighed = row["weighed"] or {}
    yield _("aantal mensen"), weighed.get("people")
    yield _("gevolgen: risico"), _label(Risk, weighed.get("risk", ""))
    yield _("gevolgen: waarom"), _lines((weighed.get("outcome") or {}).get("reasons", ()))
    yield _("gevolgen: toelichting"), weighed.get("why", "")
    yield _("maatregelen"), _lines(_measure(each) for each in row["taken"])
    yield from _decision(row)
    yield _("oorzaak"), _label(Cause, row["cause"])
    yield _("waarom het kon gebeuren"), row["root_cause"]
    yield _("wat wij ervan leren"), row["lessons"]
    yield _("afgesloten op"), row["closed_at"]


def _times(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield _("gemeld op school op"), row["reported_at"]
    yield _("gebeurd op of vanaf"), row["occurred_from"]
    yield _("gebeurd tot"), row["occurred_until"]
    yield _("eerste signaal"), row["first_signal_at"]
    yield _("op school gemeld binnen 24 uur"), _label(TargetMet, row["target_met"])
    yield _("zeker geweten op"), row["certain_at"]
    yield _("verwerker"), row["processor_name"] or ""
    yield _("ontdekt door de verwerker"), row["processor_discovered_at"]
    yield _("bericht van de verwerker"), row["processor_noticed_at"]
    yield _("verwerker binnen de afspraak"), _label(NoticeMet, row["notice_met"])
    yield _("melden uiterlijk"), row["notify_by"]
    yield _("termijn"), _label(TermKept, row["term_kept"])


def _decision(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield _("advies van de FG"), row["fg_advice"]
    yield _("advies van de FG op"), row["fg_advised_at"]
    yield _("besloten op"), row["decided_at"]
    yield _("melden bij de AP"), _yes_no(row["notifies"])
    yield _("waarom wel of niet melden"), row["notify_reasons"]
    yield _("meldingen bij de AP"), _lines(_notification(each) for each in row["sent"])
    yield _("vertellen aan de mensen"), _yes_no(row["tells"])
    yield _("waarom wel of niet vertellen"), row["tell_reasons"]
    yield _("grond om niet te vertellen"), _label(TellGround, row["tell_ground"])
    yield _("verteld aan de mensen op"), row["told_at"]
    yield _("waarom van het advies is afgeweken"), row["deviation_reason"]


def _label(choices: Any, value: str | None) -> str:
    return str(choices(value).label) if value else ""


def _yes_no(value: bool | None) -> str:
    return "" if value is None else _("ja") if value else _("nee")


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _measure(told: dict[str, Any]) -> str:
    """A measure in one line: what, and whether it is done."""
    done, due = parse_date(told["done"] or ""), parse_date(told["due"])
    if done:
        words = _("%(text)s (klaar op %(day)s)") % {"text": told["text"], "day": _day(done)}
        return f"{words}: {told['result']}" if told["result"] else words
    return _("%(text)s (uiterlijk %(day)s)") % {"text": told["text"], "day": _day(due)}


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def _notification(told: dict[str, Any]) -> str:
    at = parse_datetime(told["at"])
    words = {
        "kind": NotificationKind(told["kind"]).label,
        "at": date_format(timezone.localtime(at), "j F Y H:i") if at else "",
        "number": told["ap"] or "–",
    }
    line = _("%(kind)s op %(at)s, nummer %(number)s") % words
    return f"{line}. {_('Later omdat:')} {told['delay']}" if told["delay"] else line


# --- on paper ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class RegisterDocument:
    """What the register on paper may say. `chosen`: the filters, in words."""

    title: str
    board_name: str
    date: date
    chosen: tuple[str, ...]
    rows: tuple[RegisterRow, ...]
    figures: Figures


def register_pdf(
    breaches: QuerySet[Any], *, counted: Figures, chosen: Iterable[str], at: datetime
) -> bytes:
    """The register as a tagged PDF, its figures first; what is empty is left out."""
    rows = (
        RegisterRow(each.number, each.title, tuple(_on_paper(each.facts)))
        for each in register_rows(breaches)
    )
    facts = RegisterDocument(
        title=_("Register van datalekken"),
        board_name=board_name(),
        date=timezone.localdate(at),
        chosen=tuple(chosen),
        rows=tuple(rows),
        figures=counted,
    )
    return render("datalekken/register", facts)[1]


def _on_paper(facts: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    for label, value in facts:
        if isinstance(value, datetime):
            yield label, date_format(timezone.localtime(value), "j F Y H:i")
        elif value not in (None, ""):
            yield label, value
