"""Those who destroy, their proof, the certificate, and that only counts stay."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from privacyboard.audit.acts import ActRefused
from privacyboard.audit.forgetting import forgetting
from privacyboard.audit.models import AccessEntry, ForgettingCount
from privacyboard.clockwork.actions import put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Pupil
from registers import letters
from registers.actions.destroying import handing, stepping
from registers.exchange.destruction import task_csv
from registers.models import DestructionItem, DestructionList, Processor
from registers.models.destruction_places import places_of
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as make
from tests.factories import registers as registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def wide(cast: Cast) -> DestructionList:
    """A checked and approved list: a file in a system and on paper, absence at a processor."""
    make.kept_in("V01", (registry.retention_rule(), "results"), systems=("sis",), paper=True)
    make.kept_in("V02", (make.absence_rule(), "absence"), systems=(), processor=True)
    make.leaver(cast.linde, "1001")
    make.leaver(cast.linde, "1002", date(2020, 8, 1))
    make.sweep()
    found = DestructionList.objects.get()
    stepping.check(found=found, by=cast.director, at=NOW)
    return stepping.approve(found=found, by=cast.ibp, at=NOW)


def test_the_register_says_where_it_is_kept(wide: DestructionList) -> None:
    assert [(place.key, place.pairs) for place in places_of(wide)] == [
        ("system:sis", (("pupil_file", "results"),)),
        ("processor:topicus", (("absence_enrolment", "absence"),)),
        ("archive:", (("pupil_file", "results"),)),
    ]


def test_a_processor_behind_a_system_gets_no_task_of_its_own(cast: Cast) -> None:
    make.kept_in("V01", (registry.retention_rule(), "results"), processor=True)
    found = make.approved(cast)
    assert [place.key for place in places_of(found)] == ["system:sis"]


def test_a_product_that_other_schools_use_is_not_asked(cast: Cast) -> None:
    make.kept_in("V01", (registry.retention_rule(), "results"), systems=("sis",), paper=True)
    found = make.approved(cast)
    registry.use(registry.product(), cast.eik)
    assert [place.key for place in places_of(found)] == ["archive:"]
    registry.use(registry.product(), cast.linde)
    assert [place.key for place in places_of(found)] == ["system:sis", "archive:"]


def test_what_no_activity_names_the_school_destroys_itself(cast: Cast) -> None:
    make.kept_in("V01", (registry.retention_rule(), "results"), systems=())
    assert [place.key for place in places_of(make.approved(cast))] == ["school:"]


def hand(found: DestructionList, cast: Cast, *chosen: str) -> DestructionList:
    return handing.hand_over(found=found, chosen=chosen, by=cast.director, at=NOW)


def test_each_place_gets_a_task(cast: Cast, wide: DestructionList) -> None:
    hand(wide, cast, "system:sis", "processor:topicus", "archive:")
    tasks = wide.tasks.order_by("pk")
    assert [(each.kind, each.name, each.due_on) for each in tasks] == [
        # Absence of who left in 2020 should have been gone: two weeks. The rest: two months.
        ("system", "Sis", date(2026, 3, 16)),
        ("processor", "Topicus", date(2026, 3, 16)),
        ("archive", "papieren archief", date(2026, 3, 16)),
    ]
    assert not OutboundLetter.objects.exists()  # nobody knows the address of Topicus


def test_data_without_a_place_are_refused(cast: Cast, wide: DestructionList) -> None:
    with pytest.raises(ActRefused) as refusal:
        hand(wide, cast, "system:sis", "archive:")
    assert refusal.value.errors == {
        "chosen": "Kies ook waar dit staat: Verzuim en in- en uitschrijving: Absence."
    }
    wide.refresh_from_db()
    assert (wide.state, wide.tasks.count()) == ("approved", 0)


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_file_of_a_task(cast: Cast, wide: DestructionList) -> None:
    hand(wide, cast, "system:sis", "processor:topicus", "archive:")
    system, processor, _archive = wide.tasks.order_by("pk")
    assert rows_of(task_csv(processor)) == [
        [
            *("nummer of periode", "bewaartermijn", "gegevens"),
            *("loopt sinds", "niet voor", "wat ermee gebeurt", "nieuw nummer"),
        ],
        [
            *("1002", "Verzuim en in- en uitschrijving", "Absence"),
            *("01-08-2020", "02-08-2025", "vernietigen", ""),
        ],
    ]
    assert [row[0] for row in rows_of(task_csv(system))[1:]] == ["1001", "1002"]
    put_hold(
        kind=HoldKind.OTHER,
        reason="Toch nodig.",
        owner=cast.director,
        review_on=date(2026, 9, 1),
        school=cast.linde,
        person_key="1001",
        by=cast.director,
        at=NOW,
    )
    assert [row[0] for row in rows_of(task_csv(system))[1:]] == ["1002"]


# --- a processor without account --------------------------------------------------------------


@pytest.fixture
def asked(cast: Cast, wide: DestructionList) -> tuple[DestructionList, str]:
    topicus = Processor.objects.get(code="topicus")
    topicus.contact_email = "privacy@topicus.example"
    topicus.record(by=None, why="adres")
    hand(wide, cast, "system:sis", "processor:topicus", "archive:")
    letter = OutboundLetter.objects.get()
    found = re.search(r"http\S+(/vernietigen/opdracht/\S+/)", letter.text)
    assert found is not None
    return wide, found[1]


def test_the_letter_holds_no_number(asked: tuple[DestructionList, str]) -> None:
    letter = OutboundLetter.objects.get()
    assert (letter.to, letter.subject, letter.letter) == (
        "privacy@topicus.example",
        "Wilt u gegevens vernietigen, uiterlijk 16 maart? (VL-2026-0001)",
        "registers/destruction_asked",
    )
    assert "ook uit reservekopieën, en bij wie voor u werkt" in letter.text
    assert "1002" not in letter.text.replace(asked[1], "") + letter.subject
    task = asked[0].tasks.get(kind="processor")
    assert task.asked_at == NOW


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock: here it is the moment of the tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.mark.usefixtures("at_now")
def test_the_link_gives_the_file_and_takes_the_proof(
    asked: tuple[DestructionList, str], client: Client
) -> None:
    found, path = asked
    page = client.get(path).content.decode()
    assert "<strong>Verzuim en in- en uitschrijving</strong>, 1 nummer: Absence" in page
    assert "1002" not in page.replace(path, "")
    assert client.get(f"{path}lijst/").status_code == 405
    file = client.post(f"{path}lijst/")
    assert [row[0] for row in rows_of(file.content)[1:]] == ["1002"]
    assert "no-store" in file["Cache-Control"]
    entry = AccessEntry.objects.get(act="exported")
    assert (entry.by, entry.title, entry.school) == (None, "VL-2026-0001", found.school)
    given = {"done_on": "2026-03-02", "done_by": "Bas", "result": "Gewist."}
    assert "Dank u wel" in client.post(path, given).content.decode()
    task = found.tasks.get(kind="processor")
    assert (task.done_on, task.done_by, task.result) == (TODAY, "Bas", "Gewist.")
    assert client.get(path).status_code == 410
    assert client.post(f"{path}lijst/").status_code == 410


@pytest.mark.usefixtures("at_now")
def test_a_link_that_was_altered_opens_nothing(
    asked: tuple[DestructionList, str], client: Client
) -> None:
    assert client.get(f"{asked[1][:-2]}x/").status_code == 410
    assert client.get("/vernietigen/opdracht/nee/").status_code == 410


# --- proof ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"result": " "}, "result"),
        ({"done_by": ""}, "done_by"),
        ({"done_on": TODAY + timedelta(days=1)}, "done_on"),
        ({"done_on": TODAY - timedelta(days=1)}, "done_on"),
    ],
)
def test_proof_says_when_who_and_what(cast: Cast, values: dict[str, Any], field: str) -> None:
    task = make.handed(cast).tasks.get()
    given = {"done_on": TODAY, "done_by": "Bea", "result": "Gewist.", **values}
    with pytest.raises(ActRefused) as refusal:
        handing.prove(task=task, proof=handing.Proof(**given), by=cast.director, at=NOW)
    assert list(refusal.value.errors) == [field]


def test_proof_is_given_once(cast: Cast) -> None:
    task = make.handed(cast).tasks.get()
    make.prove(task, by=cast.director)
    with pytest.raises(ActRefused, match="Dit is al vernietigd op 02-03-2026, door Bea Beheer"):
        make.prove(task, by=cast.director)


def test_nothing_is_closed_without_proof(cast: Cast) -> None:
    found = make.handed(cast)
    with pytest.raises(ActRefused, match="Hier is nog geen bewijs van: Sis"):
        handing.close(found=found, by=cast.director, at=NOW)
    assert DestructionItem.objects.count() == 2


def test_one_more_place_waits_for_its_proof_too(cast: Cast) -> None:
    found = make.proven(cast)
    task = handing.add_task(
        found=found, kind="archive", name="Kelder", due_on=TODAY, by=cast.director, at=NOW
    )
    assert task.pairs == ["pupil_file/results"]
    with pytest.raises(ActRefused, match="Kelder"):
        handing.close(found=found, by=cast.director, at=NOW)
    with pytest.raises(ActRefused, match="Deze plaats staat er al"):
        handing.add_task(
            found=found, kind="archive", name="Kelder", due_on=TODAY, by=cast.director, at=NOW
        )


# --- the certificate, and what stays ----------------------------------------------------------


def everything_in_the_database() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [row[0] for row in cursor.fetchall()]
        said = []
        for name in names:
            cursor.execute(f"SELECT coalesce(json_agg(t)::text, '') FROM \"{name}\" t")  # noqa: S608
            said.append(f"{name}: {cursor.fetchone()[0]}")
    return "\n".join(said)


@pytest.mark.requirement("OPO-051", "KPO-022")
def test_after_closing_only_counts_stay(cast: Cast) -> None:
    found = make.proven(cast, "SLEUTEL-1001", "SLEUTEL-1002")
    handing.close(found=found, by=cast.director, at=NOW)
    # The pupil goes by a term of its own: what is asked here is the rest.
    with forgetting(reason="de leerling zelf"):
        Pupil.objects.all().delete()
        Pupil.history.all().delete()
    make.sweep()
    left = everything_in_the_database()
    assert "SLEUTEL" not in left
    found.refresh_from_db()
    assert found.counts == {"people": 2, "periods": 0, "items": 2, "held": 0, "later": 0}
    assert found.lines.get().number == 2
    assert not DestructionItem.history.exists()
    gone = ForgettingCount.objects.get(table_name="registers_historicaldestructionitem")
    assert (gone.operation, gone.reason) == ("delete", "vernietigd volgens VL-2026-0001")


def test_a_period_stays_so_that_it_is_not_proposed_again(cast: Cast) -> None:
    make.kept_in("V04", (make.book_year_rule(), "invoices"))
    found = make.closed(cast)
    assert [str(item) for item in found.items.all()] == ["boekjaar 2018 en eerder"]
    assert make.sweep() == 0


@pytest.mark.requirement("OPO-051", "VOG-040")
def test_the_certificate_says_what_where_who_and_how_many(cast: Cast) -> None:
    found = make.closed(cast, "SLEUTEL-1", "SLEUTEL-2")
    html, pdf = letters.certificate_pdf(found)
    text = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    for words in (
        "Stichting De Proef verklaart dat de gegevens hieronder zijn vernietigd, volgens "
        "vernietigingslijst VL-2026-0001 (De Linde, 2026).",
        "Van 2 personen.",
        "Leerlingdossier Ten hoogste 2 jaar na vertrek van de leerling. Results 2 vernietigd",
        "Sis systeem 2 2 maart 2026 Bea Beheer Gewist.",
        "Gecontroleerd Dirk Linde, 2 maart 2026",
        "Goedgekeurd Ilse Beheer, 2 maart 2026",
        "Afgesloten Dirk Linde, 2 maart 2026",
    ):
        assert words in text, words
    assert "SLEUTEL" not in html
    assert PdfReader(io.BytesIO(pdf)).root_object["/MarkInfo"]["/Marked"].value is True  # type: ignore[index]
    document = found.certificate
    assert document is not None
    assert (document.file_name, document.school, document.kind) == (
        "verklaring-van-vernietiging-VL-2026-0001.pdf",
        cast.linde,
        "registers.certificate",
    )


def test_the_certificate_opens_for_the_school_and_the_board(cast: Cast, client: Client) -> None:
    document = make.closed(cast).certificate
    assert document is not None
    url = reverse("document", args=[document.pk])
    found = {}
    for name in ("director", "ibp", "fg", "eik_director", "teacher", "board_member", "auditor"):
        client.force_login(getattr(cast, name))
        found[name] = client.get(url).status_code
    assert found == {
        "director": 200,
        "ibp": 200,
        "fg": 200,
        "eik_director": 404,
        "teacher": 404,
        "board_member": 200,
        "auditor": 404,
    }


@pytest.mark.requirement("OPO-053")
def test_an_anonymised_line_is_said_to_be_so(cast: Cast) -> None:
    make.kept_in("V01", (registry.retention_rule(fate="anonymise"), "results"))
    facts = letters.certificate_facts(make.closed(cast))
    assert [(each.fate, each.number) for each in facts.rules] == [("geanonimiseerd", 2)]
