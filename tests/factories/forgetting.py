"""Cases that are full of one word, and where that word can be found afterwards."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection, models
from django.test import TestCase

from datalekken.models import (
    ApNumber,
    Assessment,
    Breach,
    BreachFile,
    BreachUserPermission,
    Measure,
    Notification,
    NotificationPaper,
    Telling,
    ToldPerson,
)
from privacyboard.audit.actions import note_access
from privacyboard.audit.forgetting import forgetting
from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork.reminders import claim
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.storage import store
from privacyboard.mail import outbox
from privacyboard.mail.content import LetterContent
from privacyboard.mail.models import OutboundLetter
from requests_ar.models import (
    AnswerItem,
    Complaint,
    ComplaintStep,
    ComplaintUserPermission,
    Delivery,
    DossierFile,
    Fee,
    IdentityCheck,
    Pause,
    RecipientTask,
    RequestLetter,
    RequestPerson,
    RequestUserPermission,
    Restriction,
    SearchTask,
    SubjectRequest,
)
from tests.conftest import Cast
from tests.factories import breaches, complaints, requests
from tests.factories import registers as make

DAY = timedelta(days=1)


def changed_on(record: Any, moment: datetime) -> None:
    """Let the newest version of a record be of this moment: the server dates it otherwise."""
    newest = record.history.order_by("-history_id").values("history_id")[:1]
    with forgetting(reason="proef"):
        record.history.filter(history_id__in=newest).update(history_date=moment)


def places_of(word: str) -> list[str]:
    """The tables in which a row has the word somewhere, and the files that hold it."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS row WHERE row::text ILIKE %s',  # noqa: S608
                [f"%{word}%"],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found + [path.name for path in _files() if word.encode() in path.read_bytes()]


def committed() -> AbstractContextManager[Any]:
    """As if what is done inside was committed: a test undoes it all, and its files would stay."""
    return TestCase.captureOnCommitCallbacks(execute=True)


def files_on_disk() -> int:
    """How many there are."""
    return len(_files())


def _files() -> list[Path]:
    storage: Any = StoredDocument._meta.get_field("file").storage
    return [each for each in Path(storage.location).rglob("*") if each.is_file()]


def document(word: str, *, at: datetime, kind: str = "requests_ar.dossier") -> StoredDocument:
    """A file that says the word, opened once by somebody."""
    kept = store(
        content=f"Geachte {word},".encode(),
        title=f"brief {word}",
        file_name=f"{word}.pdf",
        media_type="application/pdf",
        kind=kind,
        by=None,
        at=at,
    )
    note_access(subject=kept, act=AccessEntry.Act.DOWNLOADED, by=None)
    return kept


def letter(word: str, *, about: models.Model, at: datetime) -> OutboundLetter:
    """An e-mail about a record."""
    content = LetterContent(
        letter="proef", language="nl", subject=f"S {word}", text=f"T {word}", html=f"H {word}"
    )
    key = f"{about._meta.label}:{about.pk}:{word}"
    return outbox.queue(content, to=f"{word}@thuis.example", key=key, at=at, about=about)


def _saved(model: type[models.Model], word: str, **values: Any) -> Any:
    """A row, twice in its history where it has one: as it was made, and changed."""
    row = model(**values)
    if hasattr(row, "record"):
        row.record(by=None, why=f"gemaakt voor {word}")
        row.record(by=None, why=f"gewijzigd voor {word}")
    else:
        row.save()
    return row


def _named(model: type[models.Model], case: models.Model, cast: Cast) -> None:
    permission = Permission.objects.get(
        codename="open_case", content_type__model=case._meta.model_name
    )
    model._default_manager.create(permission=permission, user=cast.teacher, content_object=case)


def full_request(cast: Cast, word: str, *, at: datetime, **state: Any) -> SubjectRequest:
    """A closed request, extended and refused in part, with a row of everything."""
    case = requests.subject_request(
        cast.linde,
        at=at,
        by=cast.ibp,
        kinds=("access", "erasure"),
        name=f"Ouder {word}",
        subject_name=f"Kind {word}",
        email=f"{word.lower()}@thuis.example",
        phone="06-12345678",
        address=f"{word}straat 1",
        key=f"{word}1"[:40],
        text=f"Wat hebt u van {word}?",
    )
    day = case.received_on
    for name, value in {
        "extended_on": day,
        "extension_reason": "complexity",
        "extension_text": f"veel over {word}",
        "fg_advice": f"advies over {word}",
        "deviation_reason": f"wijkt af voor {word}",
        "withdrawal_reason": f"niet meer nodig zegt {word}",
        "handler": cast.ibp,
        "decided_by": cast.director,
        "decided_at": at + DAY,
        "answered_on": day + 3 * DAY,
        "state": "closed",
        "closed_at": at + 4 * DAY,
        **state,
    }.items():
        setattr(case, name, value)
    case.record(by=cast.ibp, why=f"afgesloten voor {word}")
    for part in case.parts.all():
        part.text, part.send_to, part.reasons = f"t {word}", f"s {word}", f"r {word}"
        part.balancing, part.carried_out, part.redactions = f"b {word}", f"c {word}", [f"x {word}"]
        part.verdict, part.grounds = "partly", {"legal_duty": f"wegens {word}", "archive": word}
        part.erasure_grounds = ["not_needed"]
        part.record(by=cast.ibp, why=f"beoordeeld voor {word}")
    _rows_of_request(cast, case, word, at)
    return case


def _rows_of_request(cast: Cast, case: SubjectRequest, word: str, at: datetime) -> None:
    day = case.received_on
    of = {"request": case}
    task = _saved(
        SearchTask,
        word,
        **of,
        what=f"zoek {word}",
        contact_name=word,
        contact_email=f"{word}@bureau.example",
        found=f"gevonden: {word}",
        due_on=day,
        asked_at=at,
    )
    _saved(DossierFile, word, **of, task=task, document=document(word, at=at), note=f"stuk {word}")
    RequestLetter.objects.create(
        **of,
        kind="decision",
        way="email",
        to_name=word,
        title=f"besluit {word}",
        html=f"<p>{word}</p>",
        document=document(word, at=at, kind="requests_ar.letter"),
        mail=letter(word, about=case, at=at),
        made_at=at,
        made_by=cast.ibp,
    )
    _saved(AnswerItem, word, **of, item=1, text=word, why_empty=word)
    delivery = _saved(
        Delivery,
        word,
        **of,
        way="post",
        why_this_way=word,
        why_no_copy=word,
        code_reason=word,
        delivered_on=day,
        delivered_by=cast.ibp,
    )
    _saved(
        IdentityCheck,
        word,
        **of,
        about="identity",
        method="known",
        is_established=True,
        checked_on=day,
        checked_by=cast.ibp,
        note=word,
    )
    _saved(Pause, word, **of, kind="identity", reason=word, asked_on=day, answered_on=day)
    _saved(Fee, word, **of, ground="excessive", amount=10, reasons=word, announced_on=day)
    party = make.party(code=f"p{case.pk}")
    _saved(RecipientTask, word, **of, party=party, why_not=f"kan niet: {word}")
    _saved(
        Restriction,
        word,
        **of,
        ground="accuracy",
        what=word,
        starts_on=day,
        end_told_on=day,
        ends_on=day + DAY,
    )
    gone = _saved(RequestPerson, word, **of, role="witness", name=f"Gemachtigde {word}")
    gone.erase(by=cast.ibp, why=f"{word} vertegenwoordigt niet meer")
    _named(RequestUserPermission, case, cast)
    letter(word, about=task, at=at)
    letter(word, about=delivery, at=at)
    claim(subject=case, kind="last_day", stage="week", at=at)
    note_access(subject=case, act=AccessEntry.Act.OPENED, by=cast.ibp, school=cast.linde)


def full_complaint(cast: Cast, word: str, *, at: datetime, **state: Any) -> Complaint:
    """A complaint that was upheld, with a step that ended and an e-mail."""
    made = complaints.complaint(
        cast.linde,
        at=at,
        by=cast.ibp,
        name=f"Vader {word}",
        email=f"{word.lower()}@thuis.example",
        text=f"Klacht van {word}",
    )
    for step in ComplaintStep.objects.filter(complaint=made):
        step.result, step.ended_on = f"gezegd tegen {word}", date(2026, 3, 3)
        step.record(by=cast.ibp, why=f"klaar met {word}")
    for name, value in {
        "outcome": "upheld",
        "outcome_text": f"gelijk voor {word}",
        "closed_on": date(2026, 3, 6),
        **state,
    }.items():
        setattr(made, name, value)
    made.record(by=cast.ibp, why=f"afgesloten voor {word}")
    _named(ComplaintUserPermission, made, cast)
    letter(word, about=made, at=at)
    return made


def full_breach(cast: Cast, word: str, *, at: datetime, **state: Any) -> Breach:
    """A closed file: notified and withdrawn, told to two people, with a row of everything."""
    made = breaches.breach(
        cast.linde,
        at=at,
        by=cast.ibp,
        reporter_name=f"Juf {word}",
        reporter_email=f"{word.lower()}@deproef.example",
        what_happened=f"Kwijt: {word}",
    )
    texts = (
        *("title", "reporter_phone", "whose_data", "which_data", "discovery_text", "fg_advice"),
        *("notify_reasons", "tell_reasons", "public_notice", "public_notice_where"),
        *("deviation_reason", "root_cause", "lessons", "change_text"),
    )
    for name, value in {
        **{name: f"{word} {name}"[:30] for name in texts},
        "reporter": cast.teacher,
        "handler": cast.ibp,
        "decided_by": cast.board_member,
        "form_answers": {"12": f"antwoord {word}"},
        "first_signal_at": at - DAY / 2,
        "certain_at": at,
        "notify_by": at + 3 * DAY,
        "notifies": True,
        "tells": True,
        "nature": "breach",
        "cause": "internal_accident",
        "decided_at": at + DAY,
        "notified_at": at + DAY,
        "told_at": at + 2 * DAY,
        "state": "closed",
        "closed_at": at + 4 * DAY,
        **state,
    }.items():
        setattr(made, name, value)
    made.record(by=cast.ibp, why=f"afgesloten voor {word}")
    _rows_of_breach(cast, made, word, at)
    return made


def _rows_of_breach(cast: Cast, made: Breach, word: str, at: datetime) -> None:
    of: dict[str, Any] = {"breach": made}
    _saved(
        BreachFile,
        word,
        **of,
        document=document(word, at=at, kind="datalekken.file"),
        note=f"foto {word}",
    )
    Assessment.objects.create(
        **of,
        facts={"people": word},
        outcome={"reasons": [word]},
        score="3.10",
        severity="high",
        risk="high",
        people_count=25,
        explanation=word,
        made_at=at,
        made_by=cast.ibp,
    )
    _saved(
        Measure,
        word,
        **of,
        kind="at_once",
        text=f"bel {word}",
        owner_name=word,
        result=f"gebeld: {word}",
        due_on=date(2026, 3, 9),
        done_on=date(2026, 3, 5),
    )
    for number, kind in enumerate(("complete", "withdrawal"), start=1):
        sent = Notification.objects.create(
            **of,
            number=number,
            kind=kind,
            sent_at=at + DAY,
            ap_number=f"AP-{number}",
            sender=cast.ibp,
            content={"about": word},
            sha256="a" * 64,
            delay_reason=word,
            withdrawal_reason=word,
            recorded_at=at + DAY,
        )
        paper = document(word, at=at, kind="datalekken.dossier")
        NotificationPaper.objects.create(notification=sent, document=paper)
    ApNumber.objects.create(
        notification=sent, ap_number="AP-3", recorded_at=at, recorded_by=cast.ibp
    )
    telling = _saved(
        Telling,
        word,
        **of,
        **dict.fromkeys(("title", "what_happened", "consequences", "measures", "advice"), word),
        contact=word,
        sent_at=at + 2 * DAY,
        sent_by=cast.ibp,
    )
    for way in ("email", "paper"):
        ToldPerson.objects.create(
            **of,
            telling=telling,
            role="parent",
            name=f"Ouder {word}",
            about=f"Kind {word}",
            email=f"{way}.{word}@thuis.example",
            address=f"{word}straat 1",
            way=way,
            rule=f"onder de zestien: {word}",
            mail=letter(f"{way}{word}", about=made, at=at) if way == "email" else None,
            document=document(word, at=at, kind="datalekken.letter"),
            made_at=at,
            posted_on=date(2026, 3, 4),
        )
    thrown = _saved(Telling, word, **of, **dict.fromkeys(_WORDS, f"concept {word}"))
    thrown.erase(by=cast.ibp, why=f"concept over {word} weggegooid")
    _named(BreachUserPermission, made, cast)
    claim(subject=made, kind="notify", stage="late", at=at)
    note_access(subject=made, act=AccessEntry.Act.OPENED, by=cast.ibp, school=cast.linde)


_WORDS = ("title", "what_happened", "consequences", "measures", "advice", "contact")
