"""The register of requests: what a row may say, counts of timeliness, and the document of both.

No names of requesters or of whom it is about: the register shows that the terms are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Avg, Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from privacyboard.documents.rendering import render
from privacyboard.organisation.context_processors import board_name
from requests_ar.choices import Channel, ExtensionReason, RequestKind, RequestState, Verdict
from requests_ar.models import RequestPart
from requests_ar.rules.states import OPEN
from requests_ar.rules.terms import is_overdue, was_late
from requests_ar.rules.timeliness import Timeliness

_COUNTS = ("total", "in_time", "late", "running", "overdue", "withdrawn", "extended")


@dataclass(frozen=True)
class RegisterRow:
    """One request. `days_left` is empty once there is an answer; `timely` says how it went."""

    number: str
    school: str
    kinds: str
    channel: str
    received_on: date
    registered_on: date
    target: date
    last_day: date
    days_left: int | None
    state: str
    extended_on: date | None
    extension: str
    handler: str
    verdicts: str
    decided_on: date | None
    answered_on: date | None
    timely: str
    is_confidential: bool


def register_rows(requests: QuerySet[Any], *, today: date) -> Iterator[RegisterRow]:
    """The rows of these requests in one query, by the day of receipt, the newest first."""
    names = ("first_name", "infix", "last_name")
    rows = (
        requests.order_by("-received_on", "-id")
        .annotate(
            kinds=ArrayAgg("parts__kind", order_by="parts__id"),
            verdicts=ArrayAgg("parts__verdict", order_by="parts__id"),
            school_name=F("school__name"),
            **{f"handler_{name}": F(f"handler__{name}") for name in names},
        )
        .values(
            *("number", "school_name", "kinds", "verdicts", "channel", "received_on"),
            *("registered_at", "target", "last_day", "state", "extended_on", "extension_reason"),
            *("decided_at", "answered_on", "is_confidential"),
            *(f"handler_{name}" for name in names),
        )
    )
    for row in rows.iterator(chunk_size=2000):
        yield _row(row, today)


def _row(row: dict[str, Any], today: date) -> RegisterRow:
    is_open = row["state"] in OPEN
    handler = (row["handler_first_name"], row["handler_infix"], row["handler_last_name"])
    reason = row["extension_reason"]
    return RegisterRow(
        number=row["number"],
        school=row["school_name"] or _("hele bestuur"),
        kinds=", ".join(str(RequestKind(each).label) for each in row["kinds"] if each),
        channel=str(Channel(row["channel"]).label),
        received_on=row["received_on"],
        registered_on=timezone.localdate(row["registered_at"]),
        target=row["target"],
        last_day=row["last_day"],
        days_left=(row["last_day"] - today).days if is_open else None,
        state=str(RequestState(row["state"]).label),
        extended_on=row["extended_on"],
        extension=str(ExtensionReason(reason).label) if reason else "",
        handler=" ".join(each for each in handler if each),
        verdicts=_verdicts(row["kinds"], row["verdicts"]),
        decided_on=timezone.localdate(row["decided_at"]) if row["decided_at"] else None,
        answered_on=row["answered_on"],
        timely=_timely(row, today),
        is_confidential=row["is_confidential"],
    )


def _verdicts(kinds: list[str], verdicts: list[str]) -> str:
    """One verdict in one word; of several kinds each with its own."""
    told = [(RequestKind(kind).label, v) for kind, v in zip(kinds, verdicts, strict=True) if v]
    if len(kinds) == 1:
        return ", ".join(str(Verdict(verdict).label) for _kind, verdict in told)
    return ", ".join(f"{kind}: {Verdict(verdict).label}" for kind, verdict in told)


def _timely(row: dict[str, Any], today: date) -> str:
    if was_late(answered_on=row["answered_on"], last_day=row["last_day"]):
        return _("te laat beantwoord")
    if row["answered_on"] is not None:
        return _("op tijd")
    if is_overdue(state=row["state"], last_day=row["last_day"], today=today):
        return _("te laat, nog open")
    return ""


@dataclass(frozen=True)
class Figures:
    """Counts per school and per kind, and of all."""

    schools: tuple[Timeliness, ...]
    kinds: tuple[Timeliness, ...]
    all: Timeliness


def figures(requests: QuerySet[Any], *, today: date) -> Figures:
    """Counted by the database, in two statements. A request of two kinds counts at both."""
    schools = requests.order_by(F("school__sort_name").asc(nulls_first=True)).values(
        "school", label=F("school__name")
    )
    per_school = tuple(
        _read(row, row["label"] or _("hele bestuur"))
        for row in schools.annotate(**_counts("", today))
    )
    parts = RequestPart.objects.filter(request__in=requests.order_by().values("pk")).order_by()
    counted: Any = parts.values("kind").annotate(**_counts("request__", today))
    per_kind = {row["kind"]: row for row in counted}
    return Figures(
        schools=per_school,
        kinds=tuple(
            _read(per_kind[each], str(each.label)) for each in RequestKind if each in per_kind
        ),
        all=_sum(per_school),
    )


def _counts(to: str, today: date) -> dict[str, Any]:
    """What is counted; `to` leads to the request."""

    def when(**asked: Any) -> Q:
        return Q(**{f"{to}{name}": value for name, value in asked.items()})

    answered, last = F(f"{to}answered_on"), F(f"{to}last_day")
    return {
        "total": Count("pk"),
        "in_time": Count("pk", filter=when(answered_on__lte=last)),
        "late": Count("pk", filter=when(answered_on__gt=last)),
        "running": Count("pk", filter=when(state__in=OPEN, last_day__gte=today)),
        "overdue": Count("pk", filter=when(state__in=OPEN, last_day__lt=today)),
        "withdrawn": Count("pk", filter=when(state=RequestState.WITHDRAWN)),
        "extended": Count("pk", filter=when(extended_on__isnull=False)),
        "days": Avg(answered - F(f"{to}received_on")),
    }


def _read(row: dict[str, Any], label: str) -> Timeliness:
    days = row["days"]
    whole = None if days is None else round(days.total_seconds() / 86_400)
    return Timeliness(label, **{name: row[name] for name in _COUNTS}, days=whole)


def _sum(rows: Iterable[Timeliness]) -> Timeliness:
    """All schools together; the average weighs each by how many it answered."""
    found = list(rows)
    sums = {name: sum(getattr(row, name) for row in found) for name in _COUNTS}
    answered = sum(row.in_time + row.late for row in found)
    days = sum((row.days or 0) * (row.in_time + row.late) for row in found)
    return Timeliness(_("alles"), **sums, days=round(days / answered) if answered else None)


@dataclass(frozen=True)
class RegisterDocument:
    """What the register on paper may say. `chosen`: the filters, in words."""

    title: str
    board_name: str
    date: date
    chosen: tuple[str, ...]
    rows: tuple[RegisterRow, ...]
    figures: Figures


def register_pdf(requests: QuerySet[Any], *, chosen: Iterable[str], at: datetime) -> bytes:
    """The register as a tagged PDF, its figures first."""
    today = timezone.localdate(at)
    facts = RegisterDocument(
        title=_("Register van verzoeken"),
        board_name=board_name(),
        date=today,
        chosen=tuple(chosen),
        rows=tuple(register_rows(requests, today=today)),
        figures=figures(requests, today=today),
    )
    return render("requests_ar/register", facts)[1]
