"""A file as it was handed in: kept, read again, looked through, and let go of."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from privacyboard.organisation.rules import school_year_of
from privacyboard.people.choices import FileFormat, TableKind
from privacyboard.people.exchange import edexml, table, writing
from privacyboard.people.exchange.planning import Frame, make_plan
from privacyboard.people.exchange.report import Report, RowTold, changes_nothing, fates, make_report
from privacyboard.people.exchange.sink import Sink, staged
from privacyboard.people.exchange.teachers import plan_teachers
from privacyboard.people.models import PeopleFile
from privacyboard.people.rules.mapping import Mapping
from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.unswept import unswept

# Both hold for what is done within the request.
AT_ONCE_BYTES = 4 * 1024 * 1024  # as unpacked
AT_ONCE_ROWS = 5_000
# A rule of the board, no term of a law: a file holds more than we keep of it.
FILES_ARE_KEPT = timedelta(days=30)
_ZIP = b"PK\x03\x04"


def content_of(file: PeopleFile) -> bytes:
    """The file as it was handed in; raises FileUnreadable once it was let go of."""
    if file.document is None:
        raise FileUnreadable(_("Dit bestand is weggegooid. Lees het opnieuw in."))
    with file.document.file.open("rb") as opened:
        return bytes(opened.read())


def format_of(content: bytes) -> FileFormat:
    """Whether this is EDEXML or a table; raises FileUnreadable for a zip of something else."""
    if not content.strip():
        raise FileUnreadable(_("Dit bestand is leeg. Kies een ander bestand."))
    if edexml.looks_like_xml(content):
        return FileFormat.EDEXML
    if content.startswith(_ZIP) and not _is_workbook(content):
        raise FileUnreadable(
            _(
                "Dit is een zip-bestand. Pak het eerst uit en kies het bestand dat erin zit "
                "(EDEXML, CSV of Excel)."
            )
        )
    return FileFormat.TABLE


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return True  # what is wrong with it, the reader of workbooks says


def is_small(content: bytes) -> bool:
    """Whether it is read within the request: by its size as unpacked, and its lines."""
    if not content.startswith(_ZIP):
        ends = max(content.count(b"\n"), content.count(b"\r"), content.count(b"<leerling "))
        if edexml.looks_like_xml(content):
            ends = content.count(b"<leerling ")
        return len(content) <= AT_ONCE_BYTES and ends <= AT_ONCE_ROWS
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(each.file_size for each in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return True
    # A row of a sheet is some 200 bytes of XML at least.
    return size <= AT_ONCE_BYTES


def year_problem(year: int, *, today: date) -> str:
    """Why a school year cannot be read in on a day; empty when it can."""
    now = school_year_of(today)
    if year in {now, now + 1}:
        return ""
    return _(
        "Dit bestand gaat over schooljaar %(year)s-%(next)s. Lees een bestand in van dit "
        "schooljaar of van het volgende."
    ) % {"year": year, "next": year + 1}


@contextmanager
def _read(
    file: PeopleFile,
    content: bytes,
    *,
    today: date,
    tell: Callable[[int], None],
    writes: bool = False,
) -> Iterator[tuple[Frame, Sink]]:
    """What the file says stands in the temporary tables; raises FileUnreadable."""
    mapping = Mapping.from_json(file.mapping)
    is_table = file.format == FileFormat.TABLE
    with staged(), unswept():
        sink = Sink(today=today, tell=tell)
        if is_table:
            if mapping.problems():
                raise FileUnreadable(" ".join(mapping.problems()))
            table.read_table(content, file_name=file.file_name, mapping=mapping, sink=sink)
        else:
            edexml.read_edexml(content, sink=sink)
        if sink.total == 0:
            raise FileUnreadable(_("In dit bestand staan geen regels."))
        sink.close()
        yield (
            Frame(
                school=file.school_id,
                year=file.school_year,
                today=today,
                is_full=file.is_full,
                of_guardians=is_table and mapping.kind == TableKind.GUARDIANS,
                names_all_groups=sink.names_all_groups,
                names_guardians=is_table and bool(mapping.guardians()),
                writes=writes,
            ),
            sink,
        )


def look_through(file: PeopleFile, *, at: datetime, tell: Callable[[int], None]) -> Report:
    """The dry run; raises FileUnreadable. Whatever it makes in the database is gone afterwards."""
    day = timezone.localdate(at)
    with (
        _read(file, content_of(file), today=day, tell=tell) as (frame, sink),
        transaction.atomic(),
    ):
        make_plan(frame, sink)
        return _report(frame, sink)


def row_fates(file: PeopleFile, *, at: datetime) -> list[RowTold]:
    """The fate of every row that is taken, the same ones too; the file is read anew for it."""
    day = timezone.localdate(at)
    with (
        _read(file, content_of(file), today=day, tell=_silent) as (frame, sink),
        transaction.atomic(),
    ):
        make_plan(frame, sink)
        with connection.cursor() as cursor:
            return fates(cursor, frame.of_guardians)


def _report(frame: Frame, sink: Sink) -> Report:
    counts = plan_teachers(frame, sink)
    return make_report(sink, counts, of_guardians=frame.of_guardians)


def _silent(_rows: int) -> None:
    pass


class Overtaken(RuntimeError):
    """The records changed since the file was looked through: this is what it would do now."""

    def __init__(self, report: Report) -> None:
        super().__init__("overtaken")
        self.report = report


class Busy(RuntimeError):
    """Another file is being applied this moment."""


# The number of the lock under which files are applied, one at a time.
_ONE_AT_A_TIME = 0x1A90600


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        return bool(cursor.fetchone()[0])


def apply(
    file: PeopleFile,
    *,
    by: Any,
    at: datetime,
    tell: Callable[[int], None],
    hold: Callable[[], None],
    settle: Callable[[Report], None],
) -> None:
    """Write all of it, with `hold` before and `settle` after it in the same transaction.

    Raises Overtaken, FileUnreadable, and Busy while another file is applied.
    """
    known = cast(Report, file.report)
    if changes_nothing(known):
        with transaction.atomic():
            hold()
            settle(known)
        return
    day = timezone.localdate(at)
    with (
        _read(file, content_of(file), today=day, tell=tell, writes=True) as (frame, sink),
        transaction.atomic(),
    ):
        # Two files at once would both find the same people missing.
        if not _is_alone():
            raise Busy
        hold()
        writing.lock()
        make_plan(frame, sink)
        report = _report(frame, sink)
        if report["digest"] != known["digest"]:
            raise Overtaken(report)
        writing.write_plan(frame, sink, leave=known["leave"], by=by)
        settle(report)


def let_go(file: PeopleFile) -> None:
    """Delete the document, and the names out of the report; counts and sentences stay."""
    document, file.document = file.document, None
    file.report = {**file.report, "rows": [], "missing": [], "remarks": [], "leave": []}
    file.save()
    if document is not None:
        name, storage = str(document.file.name), document.file.storage
        document.delete()
        transaction.on_commit(lambda: storage.delete(name))


def sample_rows(file: PeopleFile, *, most: int = 5) -> list[list[str]]:
    """The first rows of a table below its headings, as texts, to choose columns by."""
    try:
        return table.sample(
            content_of(file),
            file_name=file.file_name,
            mapping=Mapping.from_json(file.mapping),
            most=most,
        )
    except FileUnreadable:
        return []
