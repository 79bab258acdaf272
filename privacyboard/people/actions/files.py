"""Taking pupils and parents in from a file: looked at first, then all that was shown, or nothing.

    file = take_file(...)            EDEXML: read at once (READ), or by the worker (WAITING);
                                     a table: MAPPING, with a proposal in `file.mapping`
    choose_mapping(file=file, ...)   a table: READ, or WAITING
    ask_to_apply(file=file, ...)     APPLIED, or APPLYING by the worker
    drop(file=file, ...)             DROPPED

`file.report` (see exchange/report.py) tells what became, or would become, of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from privacyboard.audit.acts import refused
from privacyboard.documents import storage
from privacyboard.organisation import rules
from privacyboard.organisation.models import School, User
from privacyboard.people.choices import DocumentKind, FileFormat, FileState
from privacyboard.people.exchange import edexml, kept, table, waiting
from privacyboard.people.exchange.report import Report
from privacyboard.people.models import PeopleFile
from privacyboard.people.rules.mapping import Mapping, propose_mapping
from privacyboard.sheets.faults import FileUnreadable

_TYPES = {
    FileFormat.EDEXML: "application/xml",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def take_file(
    *,
    school: School,
    content: bytes,
    file_name: str,
    by: User | None,
    at: datetime,
    school_year: int | None = None,
    is_full: bool = False,
) -> PeopleFile:
    """Keep a file that somebody hands in. Nobody's data changes.

    Of a table `file.mapping` is a proposal (`Mapping.from_json`). Without `school_year` that of
    `at`; an EDEXML tells its own. Raises ActRefused with a sentence for the field "upload".
    """
    today = timezone.localdate(at)
    file = PeopleFile(school=school, file_name=file_name[-200:], is_full=is_full)
    file.asked_at, file.asked_by = at, by
    try:
        file.format = kept.format_of(content)
        if file.format == FileFormat.EDEXML:
            file.school_year = edexml.school_year_in(content)
            file.state = FileState.WAITING
        else:
            file.school_year = school_year or rules.school_year_of(today)
            file.state = FileState.MAPPING
            sheet, headings, row = table.find_headings(content, file_name=file_name)
            file.mapping = propose_mapping(headings, header_row=row, sheet=sheet).as_json()
    except FileUnreadable as problem:
        raise refused(str(problem), "upload") from problem
    if problem_of_year := kept.year_problem(file.school_year, today=today):
        raise refused(problem_of_year, "upload")
    with transaction.atomic():
        file.document = storage.store(
            content=content,
            title=file_name[-200:],
            file_name=file_name,
            media_type=_media_type(file, content),
            kind=DocumentKind.FILE,
            by=by,
            at=at,
            school=school,
        )
        file.save()
        if file.state == FileState.WAITING and not kept.is_small(content):
            transaction.on_commit(waiting.hint, robust=True)
            return file
    return read(file=file, by=by, at=at) if file.state == FileState.WAITING else file


def _media_type(file: PeopleFile, content: bytes) -> str:
    if file.format == FileFormat.EDEXML:
        return _TYPES[FileFormat.EDEXML]
    return _TYPES["xlsx" if content.startswith(b"PK") else "csv"]


def choose_mapping(
    *,
    file: PeopleFile,
    mapping: Mapping,
    school_year: int,
    is_full: bool,
    by: User | None,
    at: datetime,
) -> PeopleFile:
    """Say what the columns mean, and look the file through with that: a dry run.

    May be done again until the file is applied. Raises ActRefused: at "" for what the columns miss,
    at "school_year" for another year than this or the next.
    """
    if problems := mapping.problems():
        raise refused(" ".join(problems))
    if problem_of_year := kept.year_problem(school_year, today=timezone.localdate(at)):
        raise refused(problem_of_year, "school_year")
    with transaction.atomic():
        held = _hold(file, FileState.MAPPING, FileState.READ, FileState.REFUSED)
        if held.format != FileFormat.TABLE:
            raise refused(_("Een EDEXML heeft geen kolommen om te kiezen."))
        held.mapping, held.school_year, held.is_full = mapping.as_json(), school_year, is_full
        held.state, held.progress, held.problem, held.report = FileState.WAITING, 0, "", {}
        held.asked_at, held.asked_by = at, by
        held.save()
        if not kept.is_small(kept.content_of(held)):
            transaction.on_commit(waiting.hint, robust=True)
            return held
    return read(file=held, by=by, at=at)


def read(*, file: PeopleFile, by: User | None, at: datetime) -> PeopleFile:
    """The dry run: what each row would do, in `file.report`. Nobody's data changes.

    A file that cannot be read becomes REFUSED with the sentence in `file.problem`.
    """
    report: Report | None = None
    problem = ""
    try:
        report = kept.look_through(file, at=at, tell=lambda rows: waiting.note_progress(file, rows))
    except FileUnreadable as unreadable:
        problem = str(unreadable)
    with transaction.atomic():
        held = _hold(file, FileState.WAITING, wait=True)
        if held.mapping != file.mapping:
            return held  # somebody chose other columns meanwhile: it is read again
        if report is None:
            held.state, held.problem = FileState.REFUSED, problem[:500]
        else:
            held.state, held.problem = FileState.READ, ""
            held.report, held.progress = dict(report), report["total"]
        held.save()
    return held


def ask_to_apply(
    *, file: PeopleFile, by: User | None, at: datetime, leave: Iterable[int] = ()
) -> PeopleFile:
    """Apply what was shown, or let the worker do that for a larger file.

    `leave` are the pupils (ids, out of `report["missing"]`) that somebody confirmed have left.
    Raises ActRefused, with nothing changed, where it was applied already, or where the records
    changed since: then the report tells the new fates, to be looked at again.
    """
    with transaction.atomic():
        held = _hold(file, FileState.READ)
        missing = set(held.report["missing"])
        held.report["leave"] = sorted(missing & set(leave))
        held.state, held.applied_by, held.problem = FileState.APPLYING, by, ""
        held.progress, held.report["tries"] = 0, 0
        held.save()
        small = held.report["total"] <= kept.AT_ONCE_ROWS and kept.is_small(kept.content_of(held))
        if not small:
            transaction.on_commit(waiting.hint, robust=True)
            return held
    try:
        return apply(file=held, by=by, at=at)
    except kept.Busy:
        waiting.hint()
        return held
    except Exception:
        waiting.back_to_read(held, "")
        raise


def apply(*, file: PeopleFile, by: User | None, at: datetime) -> PeopleFile:
    """Carry a file out whose applying was asked: all of it, and the document is deleted.

    Raises ActRefused as `ask_to_apply` does, and kept.Busy while another file is applied.
    """
    with transaction.atomic():
        file = _hold(file, FileState.APPLYING)
    held: list[PeopleFile] = []

    def hold() -> None:
        held.append(_hold(file, FileState.APPLYING))

    def settle(report: Report) -> None:
        done = held[0]
        done.problem = ""
        done.state, done.applied_at, done.applied_by = FileState.APPLIED, at, by
        done.report = {**done.report, **report, "leave": []}
        done.report["left"] = len(file.report["leave"])
        done.progress = report["total"]
        kept.let_go(done)

    try:
        kept.apply(
            file,
            by=by,
            at=at,
            tell=lambda rows: waiting.note_progress(file, rows),
            hold=hold,
            settle=settle,
        )
    except kept.Overtaken as overtaken:
        sentence = _(
            "De gegevens zijn veranderd sinds dit bestand is nagekeken. Er is niets ingelezen. "
            "Bekijk hieronder wat er nu zou veranderen."
        )
        waiting.back_to_read(file, sentence, overtaken.report)
        raise refused(sentence) from overtaken
    except FileUnreadable as problem:
        waiting.back_to_read(file, str(problem))
        raise refused(str(problem)) from problem
    return held[0]


@transaction.atomic
def drop(*, file: PeopleFile, by: User | None, at: datetime) -> PeopleFile:
    """Throw the file away without applying it; the document is deleted. Raises ActRefused."""
    held = _hold(file, FileState.MAPPING, FileState.WAITING, FileState.READ, FileState.REFUSED)
    held.state = FileState.DROPPED
    kept.let_go(held)
    return held


def _hold(file: PeopleFile, *states: FileState, wait: bool = False) -> PeopleFile:
    """The row, locked, in one of these states; raises ActRefused with what happened to it.

    Nobody in a browser waits for somebody else's row: applying holds it for many seconds.
    """
    rows = PeopleFile.objects.select_for_update(of=("self",), skip_locked=not wait)
    held: PeopleFile | None = rows.filter(pk=file.pk).first()
    if held is None:
        raise refused(_("Iemand anders is met dit bestand bezig. Ververs deze pagina."))
    if held.state not in states:
        raise refused(
            {
                FileState.MAPPING: _("Kies eerst wat de kolommen betekenen."),
                FileState.WAITING: _("Dit bestand wordt nog gelezen. Wacht tot dat klaar is."),
                FileState.READ: _("Dit bestand is al gelezen. Ververs deze pagina."),
                FileState.APPLYING: _("Dit bestand wordt al toegepast. Ververs deze pagina."),
                FileState.APPLIED: _("Dit bestand is al toegepast."),
                FileState.REFUSED: _("Dit bestand is niet te lezen: %(why)s")
                % {"why": held.problem},
                FileState.DROPPED: _("Dit bestand is weggegooid. Lees het opnieuw in."),
            }[FileState(held.state)]
        )
    return held
