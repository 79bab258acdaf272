"""A report comes in: by the form, or written down by whoever heard it. Every report is a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from datalekken import letters
from datalekken.choices import DocumentKind, IncidentKind, Occurrence, ReportChannel
from datalekken.models import Breach, BreachFile
from datalekken.rules.clocks import Times, time_problems
from privacyboard.audit.acts import ActRefused, refused
from privacyboard.documents import storage
from privacyboard.mail import outbox
from privacyboard.organisation.models import Board, School, User
from privacyboard.publicforms.models import FormCount
from privacyboard.publicforms.rules import Bound
from privacyboard.vocabulary import Language

PURPOSE = "breach"
MOST_FILES = 5


class TooManyReports(Exception):
    """This sender used the form too often; `bound` says which count was full."""

    def __init__(self, bound: Bound) -> None:
        super().__init__(bound)
        self.bound = bound


@dataclass(frozen=True, kw_only=True)
class Reported:
    """What came in. No school: the board itself. `reported_at`: the moment it reached the board.

    `files` are open uploads that the form has looked at; `form_digest` makes a double send one.
    """

    schools: Sequence[School]
    reporter_kind: str
    what_happened: str
    reported_at: datetime
    channel: str = ReportChannel.FORM
    kind: str = IncidentKind.UNKNOWN
    reporter: User | None = None
    reporter_name: str = ""
    reporter_email: str = ""
    reporter_phone: str = ""
    whose_data: str = ""
    which_data: str = ""
    occurrence: str = Occurrence.UNKNOWN
    occurred_from: datetime | None = None
    occurred_until: datetime | None = None
    first_signal_at: datetime | None = None
    language: str = Language.DUTCH
    files: Sequence[File[bytes]] = ()
    form_digest: str | None = None


@transaction.atomic
def report_by_form(*, reported: Reported, network: str, by: User | None, at: datetime) -> Breach:
    """Register what the public form brings, unless this network or mailbox sends too many.

    `network`: where it comes from; of who is signed in, the account.
    A form that is sent again is the same report, and counts once. Raises TooManyReports (nothing
    is counted or kept then) and ActRefused.
    """
    board, standing = _held(reported)
    if standing is not None:
        return standing
    # Who is signed in is counted by the account: nobody can fill another's mailbox for that.
    mailbox = "" if reported.reporter else reported.reporter_email
    bound = FormCount.objects.count_form(PURPOSE, network=network, mailbox=mailbox, at=at)
    if bound:
        raise TooManyReports(bound)
    return _register(reported, board=board, by=by, at=at)


@transaction.atomic
def report(*, reported: Reported, by: User | None, at: datetime) -> Breach:
    """Register a report; the meldpunt, who is on duty and the FG are told at once (KPO-058).

    The same form sent twice gives the file that stands. Raises ActRefused: times that cannot be.
    """
    board, standing = _held(reported)
    return standing or _register(reported, board=board, by=by, at=at)


def _held(reported: Reported) -> tuple[Board | None, Breach | None]:
    """The board, held, and the file that this form made before.

    The lock comes before the look: of two sends at once, the second finds the first.
    """
    board = Board.objects.select_for_update().first()
    if not reported.form_digest:
        return board, None
    return board, Breach.objects.filter(form_digest=reported.form_digest).first()


def _register(reported: Reported, *, board: Board | None, by: User | None, at: datetime) -> Breach:
    if not reported.what_happened.strip():
        raise refused("Schrijf op wat er gebeurde.", "what_happened")
    if len(reported.files) > MOST_FILES:
        raise refused(f"Stuur ten hoogste {MOST_FILES} bestanden mee.", "files")
    breach = _new(reported, by=by, at=at)
    for each in reported.files:
        keep_file(breach=breach, file=each, by=by, at=at, is_from_reporter=True)
    post = letters.report_alerts(breach, board=board, schools=reported.schools, at=at)
    if breach.reporter_email:
        post.append(letters.report_receipt(breach, board=board, at=at))
    outbox.queue_all(post, at=at, about=breach)
    return breach


def _new(reported: Reported, *, by: User | None, at: datetime) -> Breach:
    times = Times(
        reported_at=reported.reported_at,
        occurrence=reported.occurrence,
        occurred_from=reported.occurred_from,
        occurred_until=reported.occurred_until,
        first_signal_at=reported.first_signal_at,
    )
    problems = time_problems(times, at=at)
    if problems:
        raise ActRefused(problems)
    breach = Breach(
        number=Breach.objects.next_number("D", year=timezone.localdate(at).year),
        reporter_kind=reported.reporter_kind,
        reporter=reported.reporter,
        reporter_name=reported.reporter_name,
        reporter_email=reported.reporter_email,
        reporter_phone=reported.reporter_phone,
        channel=reported.channel,
        language=reported.language,
        what_happened=reported.what_happened,
        whose_data=reported.whose_data,
        which_data=reported.which_data,
        kind=reported.kind,
        reported_at=reported.reported_at,
        registered_at=at,
        registered_by=by,
        occurrence=reported.occurrence,
        occurred_from=reported.occurred_from,
        occurred_until=reported.occurred_until,
        first_signal_at=reported.first_signal_at,
        form_digest=reported.form_digest,
    )
    breach.record(by=by, why="gemeld")
    if reported.schools:
        breach.put_at(reported.schools, by=by, why="school van de melding")
    return breach


@transaction.atomic
def keep_file(
    *,
    breach: Breach,
    file: File[bytes],
    by: User | None,
    at: datetime,
    note: str = "",
    is_from_reporter: bool = False,
) -> BreachFile:
    """Keep an upload with the file. Raises documents.rules.FileProblem for what is not taken."""
    media_type = storage.check_upload(file)
    school = None if breach.is_confidential else breach.schools.first()
    document = storage.store(
        content=file.read(),
        title=f"Bestand bij {breach.number}",
        file_name=file.name or "bestand",
        media_type=media_type,
        kind=DocumentKind.FILE,
        by=by,
        at=at,
        school=school,
    )
    kept = BreachFile(
        breach=breach, document=document, note=note, is_from_reporter=is_from_reporter
    )
    kept.record(by=by, why="bestand toegevoegd")
    return kept
