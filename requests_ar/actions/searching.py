"""Somebody looks for the data: a colleague, the owner of a system, a processor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.files.base import File
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from privacyboard.audit.acts import ActRefused, refused
from privacyboard.documents import rules as files
from privacyboard.documents import storage
from privacyboard.mail.outbox import NoAddress
from privacyboard.organisation.models import User
from registers.models import Processor, System
from requests_ar.choices import DocumentKind
from requests_ar.letters import tasks as letters
from requests_ar.models import DossierFile, SearchTask, SubjectRequest, locked_open

# What people have of a person: documents, images, and lists that a machine reads.
ACCEPTED = storage.ACCEPTED | {files.XLSX, files.TEXT}


@dataclass(frozen=True)
class Asked:
    """What somebody is asked to look for. A colleague, or a name and an address outside."""

    what: str
    due_on: date
    assignee: User | None = None
    contact_name: str = ""
    contact_email: str = ""
    system: System | None = None
    processor: Processor | None = None


def _problems(asked: Asked, *, request: SubjectRequest, today: date) -> dict[str, str]:
    problems = {}
    if not asked.what.strip():
        problems["what"] = "Schrijf op wat gezocht moet worden."
    if (asked.assignee is None) == (not asked.contact_email):
        problems["assignee"] = "Kies een collega, of vul naam en e-mailadres van een ander in."
        if asked.processor is not None and asked.assignee is None:
            problems["contact_email"] = (
                f"Van {asked.processor.name} staat geen e-mailadres in het register. Vul het in."
            )
    elif asked.contact_email and not asked.contact_name.strip():
        problems["contact_name"] = "Vul de naam in van wie zoekt."
    elif asked.assignee is not None and request.shuts_out(asked.assignee):
        problems["assignee"] = (
            "Deze persoon mag dit vertrouwelijke verzoek niet zien. Kies een ander, of geef "
            "eerst toegang."
        )
    if asked.due_on < today:
        problems["due_on"] = "Deze dag is al geweest."
    elif asked.due_on > max(request.last_day, today):
        problems["due_on"] = (
            f"Dat is na de uiterste dag van het verzoek ({request.last_day:%d-%m-%Y}). "
            "Kies een eerdere dag."
        )
    return problems


def _addressed(asked: Asked) -> Asked:
    """A processor that is asked without a name or an address: at the one in the register."""
    processor = asked.processor
    if processor is None or asked.assignee is not None or asked.contact_email:
        return asked
    name = asked.contact_name or processor.name
    return replace(asked, contact_name=name, contact_email=processor.contact_email)


@transaction.atomic
def ask_search(
    *, request: SubjectRequest, asked: Asked, by: User | None, at: datetime
) -> SearchTask:
    """Ask somebody to look, by letter; without account by an upload link. Raises ActRefused."""
    held = locked_open(request)
    asked = _addressed(asked)
    problems = _problems(asked, request=held, today=timezone.localdate(at))
    if problems:
        raise ActRefused(problems)
    if asked.contact_email:
        validate_email(asked.contact_email)
    task = SearchTask(
        request=held,
        what=asked.what,
        assignee=asked.assignee,
        contact_name=asked.contact_name,
        contact_email=asked.contact_email,
        system=asked.system,
        processor=asked.processor,
        due_on=asked.due_on,
        asked_at=at,
    )
    task.record(by=by, why="gevraagd om te zoeken")
    _write(task, at=at)
    return task


def _write(task: SearchTask, *, at: datetime) -> None:
    try:
        letters.search_asked(task, at=at)
    except NoAddress:
        raise refused(
            "Dit is geen e-mailadres waar wij heen kunnen schrijven.", "assignee"
        ) from None


def _held(task: SearchTask) -> SearchTask:
    """The task, held, of a request that still runs. Raises ActRefused when it is over."""
    locked_open(task.request)
    held: SearchTask = SearchTask.objects.select_for_update().get(pk=task.pk)
    if held.done_at is not None:
        raise refused("Deze zoektaak is al klaar.")
    if held.dropped_at is not None:
        raise refused("Deze zoektaak is vervallen. U hoeft niets meer te doen.")
    return held


def _check_files(uploads: Iterable[File[bytes]]) -> list[str]:
    """The media type of each upload. Raises ActRefused, naming the file, at `uploads`."""
    found = []
    for upload in uploads:
        try:
            found.append(storage.check_upload(upload, accepted=ACCEPTED))
        except files.FileProblem as problem:
            raise refused(f"{(upload.name or '')[-60:]}: {problem}", "uploads") from None
    return found


@transaction.atomic
def add_files(
    *,
    request: SubjectRequest,
    uploads: Iterable[File[bytes]],
    note: str = "",
    task: SearchTask | None = None,
    for_answer: bool = False,
    by: User | None,
    at: datetime,
) -> list[DossierFile]:
    """Keep files in the private dossier. Raises ActRefused for what cannot be kept."""
    held = locked_open(request)
    if task is not None:
        task = _held(task)
    given = list(uploads)
    found = []
    for upload, media_type in zip(given, _check_files(given), strict=True):
        upload.seek(0)
        document = storage.store(
            content=upload.read(),
            title=f"Dossier {held.number}"[:200],
            file_name=upload.name or "bestand",
            media_type=media_type,
            kind=DocumentKind.DOSSIER,
            by=by,
            at=at,
            # The log of a school does not tell of a confidential request.
            school=None if held.is_confidential else held.school,
        )
        file = DossierFile(
            request=held, task=task, document=document, note=note[:300], is_for_answer=for_answer
        )
        file.record(by=by, why="bestand in het dossier")
        found.append(file)
    return found


@transaction.atomic
def finish_task(*, task: SearchTask, found: str, by: User | None, at: datetime) -> SearchTask:
    """Say what was found, also when it was nothing; the upload link no longer serves."""
    held = _held(task)
    if not found.strip():
        raise refused("Schrijf op wat u vond. Vond u niets? Schrijf dat op.", "found")
    held.found, held.done_at = found, at
    held.link_number += 1
    held.record(by=by, why="zoektaak klaar")
    return held


@transaction.atomic
def drop_task(*, task: SearchTask, reason: str, by: User | None, at: datetime) -> SearchTask:
    """Call a search off, with the reason; its upload link no longer serves."""
    held = _held(task)
    if not reason.strip():
        raise refused("Schrijf op waarom de zoektaak vervalt.", "reason")
    held.dropped_at = at
    held.link_number += 1
    held.record(by=by, why=reason[:100])
    return held


@transaction.atomic
def mark_file(
    *, file: DossierFile, for_answer: bool, note: str, by: User | None, at: datetime
) -> DossierFile:
    """Say whether a file goes to the person. What left with an answer is not changed."""
    locked_open(file.request)
    held: DossierFile = DossierFile.objects.select_for_update().get(pk=file.pk)
    held.is_for_answer, held.note = for_answer, note[:300]
    held.record(
        by=by, why="hoort bij het antwoord" if for_answer else "hoort niet bij het antwoord"
    )
    return held
