"""Finding out what happened: who handles it, the times, the schools, the supplier, more files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files import File
from django.db import transaction

from datalekken.actions.reporting import keep_file
from datalekken.choices import Discovery, Occurrence
from datalekken.models import Breach, BreachFile, locked_in, step
from datalekken.rules.clocks import Times, time_problems
from datalekken.rules.states import DECIDED, OPEN, REPORTED, Step
from privacyboard.audit.acts import ActRefused, refuse_second, refused
from privacyboard.documents.rules import FileProblem
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from registers.models import Agreement, Processor, Product

_TIME_FIELDS = (
    "occurrence",
    "occurred_from",
    "occurred_until",
    "first_signal_at",
    "certain_at",
    "processor_discovered_at",
    "processor_noticed_at",
)


@transaction.atomic
def take_up(
    *, breach: Breach, handler: User, seen: int | None = None, by: User | None, at: datetime
) -> Breach:
    """Somebody handles the file from now on; a new one is in investigation. Raises ActRefused."""
    held = locked_in(breach, OPEN)
    refuse_second(held, seen=seen)
    reads = Breach.objects.visible_to(handler).filter(pk=held.pk).exists()
    if not (reads and handler.standing.holds(Right.HANDLE_BREACHES)):
        raise refused(
            "Deze persoon mag dit datalek niet behandelen. Kies iemand anders.", "handler"
        )
    held.handler = handler
    if held.state == REPORTED:
        step(held, Step.TAKE_UP)
    held.record(by=by, why=f"behandelaar: {handler.name}")
    return held


@transaction.atomic
def describe(
    *,
    breach: Breach,
    title: str,
    kind: str,
    nature: str,
    schools: Iterable[School],
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Breach:
    """Say in short what it is, what kind, and which schools it touches. Raises ActRefused."""
    held = locked_in(breach, OPEN)
    refuse_second(held, seen=seen)
    if held.state == DECIDED and nature != held.nature:
        raise refused("Het besluit hangt hiervan af. Heropen het datalek eerst.", "nature")
    held.title, held.kind, held.nature = title, kind, nature
    held.record(by=by, why="omschreven")
    held.put_at(list(schools), by=by, why="scholen van het datalek")
    return held


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The times as they are known now; see `rules.clocks.Times`."""

    occurrence: str = Occurrence.UNKNOWN
    occurred_from: datetime | None = None
    occurred_until: datetime | None = None
    is_estimated: bool = False
    first_signal_at: datetime | None = None
    certain_at: datetime | None = None
    processor_discovered_at: datetime | None = None
    processor_noticed_at: datetime | None = None
    discovery: str = Discovery.OURSELVES
    discovery_text: str = ""


@transaction.atomic
def set_times(
    *, breach: Breach, timeline: Timeline, seen: int | None = None, by: User | None, at: datetime
) -> Breach:
    """Write down when everything happened; the 72 hours follow from it (AVG 33(1), (2)).

    Raises ActRefused with the field: a moment to come, or moments in the wrong order.
    """
    held = locked_in(breach, OPEN)
    refuse_second(held, seen=seen)
    moments: Mapping[str, Any] = {name: getattr(timeline, name) for name in _TIME_FIELDS}
    problems = time_problems(Times(reported_at=held.reported_at, **moments), at=at)
    if problems:
        raise ActRefused(problems)
    for name, value in moments.items():
        setattr(held, name, value)
    held.is_estimated = timeline.is_estimated
    held.discovery, held.discovery_text = timeline.discovery, timeline.discovery_text
    held.refresh_term()
    held.record(by=by, why="tijden vastgelegd")
    return held


@transaction.atomic
def link_supplier(
    *,
    breach: Breach,
    processor: Processor | None,
    agreement: Agreement | None,
    product: Product | None,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Breach:
    """It happened at this supplier, under this agreement, with this product. Raises ActRefused."""
    held = locked_in(breach, OPEN)
    refuse_second(held, seen=seen)
    if agreement is not None and agreement.processor != processor:
        raise refused("Deze overeenkomst is van een andere verwerker.", "agreement")
    if product is not None and product.processor != processor:
        raise refused("Dit product is van een andere verwerker.", "product")
    held.processor, held.agreement, held.product = processor, agreement, product
    held.record(by=by, why=f"verwerker: {processor or 'geen'}")
    return held


@transaction.atomic
def add_files(
    *, breach: Breach, uploads: Iterable[File[bytes]], note: str, by: User | None, at: datetime
) -> list[BreachFile]:
    """Add files to an open file: all of them, or none. Raises ActRefused, naming the upload."""
    held = locked_in(breach, OPEN)
    standing = set(held.files.values_list("document__sha256", flat=True))
    kept = []
    for upload in uploads:
        if _digest(upload) in standing:
            raise refused(f"{(upload.name or '')[-60:]}: dit bestand staat er al.", "uploads")
        try:
            kept.append(keep_file(breach=held, file=upload, note=note, by=by, at=at))
        except FileProblem as problem:
            raise refused(f"{(upload.name or '')[-60:]}: {problem}", "uploads") from None
    return kept


def _digest(upload: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
