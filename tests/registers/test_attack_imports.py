"""A file of somebody who means harm, and two people who work on the same records at once."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from privacyboard.sheets.faults import FileUnreadable
from registers import actions
from registers.choices import ImportKind
from registers.exchange.applying import write_plan
from registers.exchange.fates import fates_of
from registers.exchange.holding import Overtaken
from registers.exchange.json_file import write_json
from registers.exchange.planner import make_plan
from registers.exchange.planning import Plan
from registers.exchange.reading import read_tables
from registers.exchange.snapshot import read_snapshot
from registers.exchange.xlsx import write_xlsx
from registers.models import Agreement, ProcessingActivity, Processor, PurposeLine
from tests.conftest import NOW, Cast
from tests.factories import registers as make

ODD = "Hier staat een teken dat niet bewaard kan worden."


def _json(tables: dict[str, Any], **more: Any) -> bytes:
    whole = {"format": "privacyboard-register", "version": 1, "tables": tables, **more}
    return json.dumps(whole).encode()


def _plan(content: bytes) -> Plan:
    return make_plan(read_tables(content, kind=ImportKind.REGISTER, file_name="register.json"))


def _kept(content: bytes) -> list[dict[str, Any]]:
    """The problems of a file as the database keeps them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb", [json.dumps(fates_of(_plan(content)))])
        fates = json.loads(cursor.fetchone()[0])
    found: list[dict[str, Any]] = fates["problems"]
    return found


@pytest.mark.parametrize("sign", ["\x00", "\ud800"])
@pytest.mark.parametrize(
    ("tables", "column", "sentence"),
    [
        ({"purposes": [{"code": "a{}", "name": "b", "letter": "a"}]}, "code", ODD),
        (
            {"measures": [{"code": "m", "name": "b", "kind": "x{}"}]},
            "soort",
            "“x\ufffd” staat niet in de lijst.",
        ),
        ({"processors": [{"code": "m", "name": "b", "k{}": 1}]}, "k\ufffd", "Deze kolom kennen"),
        ({"agreements": [{"processor": "p", "document": "{}"}]}, "bestand", ODD),
        ({"t{}": []}, "", "Deze tabel kennen wij niet."),
    ],
)
def test_a_sign_that_the_database_does_not_keep_is_told_and_breaks_nothing(
    cast: Cast, sign: str, tables: Any, column: str, sentence: str
) -> None:
    content = _json(json.loads(json.dumps(tables).replace("{}", json.dumps(sign)[1:-1])))
    found = [each for each in _kept(content) if each["column"] == column]
    assert found
    assert found[0]["sentence"].startswith(sentence)


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_a_number_without_end_names_no_record(cast: Cast, number: str) -> None:
    row = {"processor": "topicus", "agreement": "VO-1", "agreement_number": 7, "name": "S"}
    content = _json({"subprocessors": [row]}).replace(b": 7", f": {number}".encode())
    assert "bestaat niet" in " ".join(each["sentence"] for each in _kept(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("part", ["register.xlsx", f"bijlagen/{'a' * 64}"])
def test_a_damaged_part_of_a_zip_is_told(
    cast: Cast, client: Client, method: int, part: str
) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression=method) as archive:
        archive.writestr("register.xlsx", write_xlsx(read_snapshot(), made_at=NOW))
        archive.writestr(f"bijlagen/{'a' * 64}", b"geen bijlage " * 100)
    content = bytearray(file.getvalue())
    info = archive.getinfo(part)
    start = info.header_offset + 30 + len(part)
    for at in range(start, start + min(info.compress_size, 60)):
        content[at] ^= 0xFF
    with pytest.raises(FileUnreadable, match="beschadigd"):
        _plan(bytes(content))
    client.force_login(cast.ibp)
    upload = SimpleUploadedFile("register.zip", bytes(content))
    page = client.post("/register/inlezen/", {"kind": ImportKind.REGISTER.value, "upload": upload})
    assert "beschadigd" in page.content.decode()


def _changing() -> bytes:
    """A file that gives the processor "topicus" another name."""
    return _json({"processors": [{"code": "topicus", "name": "Uit het bestand"}]})


def test_what_somebody_wrote_since_is_not_written_over_unseen(cast: Cast) -> None:
    """The same field was changed to something else: the file would do another thing than shown."""
    processor = make.processor("topicus", "Zoals het was")
    shown = _plan(_changing()).digest()
    assert _plan(_changing()).digest() == shown
    processor.name = "Door een collega"
    processor.record(by=cast.ibp, why="hernoemd")
    assert _plan(_changing()).digest() != shown


def test_a_list_that_somebody_chose_anew_is_another_thing_too(cast: Cast) -> None:
    agreement = make.agreement(make.processor("topicus", "Topicus"), schools=[cast.linde])
    row = {"processor": "topicus", "reference": agreement.reference, "schools": ["de-eik"]}
    content = _json({"agreements": [row | {"all_schools": False}]})
    shown = _plan(content).digest()
    agreement.schools.set([])
    assert _plan(content).digest() != shown


def _renamed(cast: Cast) -> None:
    processor = Processor.objects.get(code="topicus")
    processor.service = "Door een collega"
    processor.record(by=cast.ibp, why="bijgewerkt")


def _chosen(cast: Cast) -> None:
    Agreement.objects.get(reference="VO-9").schools.set([cast.linde, cast.eik])


def _proposed(cast: Cast) -> None:
    activity = ProcessingActivity.objects.get(code="V01")
    actions.propose(activity=activity, by=cast.ibp, at=NOW)


@pytest.mark.parametrize("save", [_renamed, _chosen, _proposed])
def test_what_is_saved_between_looking_and_writing_stops_the_file(
    cast: Cast, save: Callable[[Cast], None]
) -> None:
    make.full_activity("V01")
    make.agreement(Processor.objects.get(code="topicus"), schools=[cast.linde], reference="VO-9")
    whole = json.loads(write_json(read_snapshot(), made_at="nu"))["tables"]
    agreement = next(each for each in whole["agreements"] if each["reference"] == "VO-9")
    plan = _plan(
        _json(
            {
                "processors": [{"code": "topicus", "name": "Uit het bestand"}],
                "agreements": [agreement | {"schools": ["de-eik"]}],
                "activity_purposes": [
                    each | {"explanation": "Uit het bestand"} for each in whole["activity_purposes"]
                ],
            }
        )
    )
    assert not plan.problems
    save(cast)
    with pytest.raises(Overtaken), transaction.atomic():
        write_plan(plan, by=cast.ibp, at=NOW)
    assert not Processor.objects.filter(name="Uit het bestand").exists()
    assert not PurposeLine.objects.filter(explanation="Uit het bestand").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("append_only_lifted")
def test_a_form_that_is_being_saved_is_waited_for(cast: Cast) -> None:
    """Two connections: the colleague's save is not committed yet when the file is written."""
    make.processor("topicus", "Zoals het was")
    plan = _plan(_changing())
    saved, outcomes = threading.Event(), []

    def apply() -> None:
        try:
            assert saved.wait(30)
            with transaction.atomic():
                write_plan(plan, by=cast.ibp, at=NOW)
            outcomes.append("geschreven")
        except Overtaken:
            outcomes.append("ingehaald")
        finally:
            connection.close()

    other = threading.Thread(target=apply)
    other.start()
    with transaction.atomic():
        _renamed(cast)
        saved.set()
        while not _somebody_waits():
            assert other.is_alive()
    other.join()
    assert outcomes == ["ingehaald"]
    processor = Processor.objects.get()
    assert (processor.name, processor.service) == ("Zoals het was", "Door een collega")


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
