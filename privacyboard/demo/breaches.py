"""The breaches of the demo board, entered by the acts that people use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from datalekken.actions.closing import (
    Lessons,
    Task,
    add_measure,
    close_breach,
    learn,
)
from datalekken.actions.deciding import Decision, advise, assess_breach, decide
from datalekken.actions.guarding import make_confidential
from datalekken.actions.investigating import (
    Timeline,
    describe,
    link_supplier,
    set_times,
    take_up,
)
from datalekken.actions.reporting import Reported, report
from datalekken.choices import (
    Aspect,
    DataKind,
    Discovery,
    Exfiltration,
    IncidentKind,
    Occurrence,
    Recipient,
    ReportChannel,
)
from datalekken.models import Breach
from datalekken.rules.assessment import Facts
from privacyboard.demo.people import CONTENT, email_of
from privacyboard.organisation.models import School, User
from registers.exchange import Codes, read_toml
from registers.models import Processor

Row = Mapping[str, Any]


def load_breaches(*, at: datetime) -> None:
    """Enter everything; each step at the moment at which it would have been taken."""
    codes = Codes()
    for row in read_toml(CONTENT / "breaches.toml")["breach"]:
        _load(row, codes, at)


def _load(row: Row, codes: Codes, at: datetime) -> None:
    came = _ago(row, "hours_ago", at)
    schools = codes.find_all(School, row["schools"])
    breach = report(
        reported=Reported(
            schools=schools,
            reporter_kind=row["reporter_kind"],
            reporter_name=row["reporter_name"],
            reporter_email=row.get("reporter_email", ""),
            channel=row.get("channel", ReportChannel.FORM),
            kind=row["kind"],
            what_happened=row["what_happened"],
            whose_data=row.get("whose_data", ""),
            which_data=row.get("which_data", ""),
            first_signal_at=_ago(row, "signal_hours_ago", at),
            reported_at=came,
        ),
        by=None,
        at=came,
    )
    manager = User.objects.get(email=email_of("ibp_manager"))
    if "confidential" in row:
        make_confidential(breach=breach, reason=row["confidential"], by=manager, at=came)
    if "title" in row:
        _work_on(row, breach, schools, codes, manager, at)


def _ago(row: Row, name: str, at: datetime) -> Any:
    return at - timedelta(hours=row[name]) if name in row else None


def _work_on(
    row: Row, breach: Breach, schools: list[School], codes: Codes, by: User, at: datetime
) -> None:
    begun = _ago(row, "hours_ago", at) + timedelta(hours=1)
    take_up(breach=breach, handler=by, by=by, at=begun)
    describe(
        breach=breach,
        title=row["title"],
        kind=row["kind"],
        nature=row["nature"],
        schools=schools,
        by=by,
        at=begun,
    )
    if "processor" in row:
        processor = codes.find(Processor, row["processor"])
        link_supplier(
            breach=breach,
            processor=processor,
            agreement=processor.agreements.first(),
            product=processor.products.first(),
            by=by,
            at=begun,
        )
    set_times(breach=breach, timeline=_timeline(row, at), by=by, at=begun)
    if "facts" in row:
        assess_breach(breach=breach, facts=_facts(row), by=by, at=begun)
    _decide(row, breach, begun + timedelta(hours=1))
    for measure in row.get("measure", ()):
        _measure(measure, breach, by, at)
    if "lessons" in row:
        lessons = Lessons(**row["lessons"], dpia_must_change=False, register_must_change=False)
        learn(breach=breach, lessons=lessons, by=by, at=at)
        close_breach(breach=breach, by=by, at=at)


def _timeline(row: Row, at: datetime) -> Timeline:
    begun = _ago(row, "occurred_hours_ago", at)
    until = _ago(row, "occurred_until_hours_ago", at)
    occurrence = Occurrence.PERIOD if until else Occurrence.MOMENT
    return Timeline(
        occurrence=occurrence if begun else Occurrence.UNKNOWN,
        occurred_from=begun,
        occurred_until=until,
        first_signal_at=_ago(row, "signal_hours_ago", at),
        certain_at=_ago(row, "certain_hours_ago", at),
        processor_discovered_at=_ago(row, "discovered_hours_ago", at),
        processor_noticed_at=_ago(row, "noticed_hours_ago", at),
        discovery=row.get("discovery", Discovery.OURSELVES),
    )


def _facts(row: Row) -> Facts:
    given = row["facts"]
    return Facts(
        aspects=frozenset(Aspect(each) for each in given["aspects"]),
        kind=IncidentKind(row["kind"]),
        data=frozenset(DataKind(each) for each in given["data"]),
        people=given["people"],
        recipient=Recipient(given["recipient"]),
        exfiltration=Exfiltration(given.get("exfiltration", Exfiltration.EXCLUDED)),
        has_children=given["has_children"],
    )


def _decide(row: Row, breach: Breach, at: datetime) -> None:
    if "advice" in row:
        advice = row["advice"]
        advise(
            breach=breach,
            advice=advice["text"],
            advises_notifying=advice["notifies"],
            advises_telling=advice["tells"],
            by=User.objects.get(email=email_of("fg")),
            at=at,
        )
    if "decision" in row:
        decision = Decision(nature=row["nature"], **row["decision"])
        manager = User.objects.get(email=email_of("board_member"))
        decide(breach=breach, decision=decision, by=manager, at=at + timedelta(hours=1))


def _measure(row: Row, breach: Breach, by: User, at: datetime) -> None:
    done_at = _ago(row, "done_hours_ago", at)
    task = Task(
        kind=row["kind"],
        text=row["text"],
        due_on=localdate(at) + timedelta(days=row["due_in_days"]),
        owner=by,
        done_on=localdate(done_at) if done_at else None,
        result=row.get("result", ""),
    )
    add_measure(breach=breach, task=task, by=by, at=at)
