"""The whole register as PDF: what is in it, what is made anew, and how the worker goes about it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork import runs, sweeps
from privacyboard.documents import press, printing
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import User
from registers import actions, tasks
from registers.actions import files
from registers.choices import DeviatingField, JobState
from registers.exchange import queue, register_pdf
from registers.models import RegisterFile, RenderedPart
from tests.conftest import NOW, TODAY, Cast
from tests.registers.register_books import claimed, three_activities

AsUser = Callable[[User], Client]
PAGE = "/register/bestanden/"
ASK = "/register/bestanden/pdf/"
WHOLE = "/register/geheel/"


def issue(on: Any = TODAY, progress: Any = lambda done, total: None) -> PdfReader:
    pdf = register_pdf.make(on=on, at=NOW, asked_by="Fenna Graaf", progress=progress)
    return PdfReader(io.BytesIO(pdf))


def texts(pdf: PdfReader) -> list[str]:
    return [page.extract_text() for page in pdf.pages]


@pytest.fixture
def three(cast: Cast) -> list[Any]:
    return three_activities(cast)


# --- what is in it ----------------------------------------------------------------------------


def test_contents_page_leads_to_the_page_of_each_activity(three: list[Any]) -> None:
    pdf = issue()
    pages = texts(pdf)
    contents = " ".join(pages[1].split())
    assert "Onderwijs, begeleiding en zorg V01 Inschrijven 3 V02 Begeleiden 5" in contents
    assert "Concepten: nog niet vastgesteld V03 Een idee (concept) 7" in contents
    assert "Verwerkers Verwerkers en hun overeenkomsten 8" in contents
    assert pages[2].count("V01 Inschrijven") == 2  # the heading, and the line above the page
    assert "V02 Begeleiden" in pages[4]
    assert "V03 Een idee" in pages[6]
    links: Any = pdf.pages[1]["/Annots"]
    targets = [pdf.get_page_number(link.get_object()["/Dest"][0].get_object()) for link in links]
    assert targets == [2, 4, 6, 7]


def test_every_page_but_the_cover_is_numbered_and_the_file_says_what_it_is(
    three: list[Any],
) -> None:
    pdf = issue()
    assert len(pdf.pages) == 8
    numbers = [page.rstrip().splitlines()[-1] for page in texts(pdf)[1:]]
    assert numbers == [f"pagina {number} van 8" for number in range(2, 9)]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Register van verwerkingen"
    assert pdf.metadata.author == "Stichting De Proef"
    assert str(pdf.root_object["/Lang"]) == "nl"
    assert [str(item["/Title"]) for item in pdf.outline if not isinstance(item, list)] == [
        "Onderwijs, begeleiding en zorg",
        "Concepten: nog niet vastgesteld",
        "Verwerkers en hun overeenkomsten",
    ]


def test_cover_names_the_controller_the_fg_and_who_asked(three: list[Any]) -> None:
    cover = texts(issue())[0]
    for words in (
        "Stichting De Proef",
        "Stand van 2 maart 2026",
        "3 verwerkingen, op 8 pagina’s. Gemaakt voor Fenna Graaf.",
        "bestuur@deproef.example",
        "fg@deproef.example",
    ):
        assert words in cover


def test_an_activity_comes_with_its_version_gaps_agreements_and_deviations(
    cast: Cast, three: list[Any]
) -> None:
    actions.deviate(
        activity=three[0],
        school=cast.linde,
        field=DeviatingField.PLACE,
        text="In de kast van de directeur.",
        reason="Wij hebben nog geen kluis.",
        by=cast.director,
        at=NOW,
    )
    pages = texts(issue())
    first = " ".join((pages[2] + pages[3]).split())
    for words in (
        "vastgesteld · versie 1, vastgesteld op 2-3-2026 door Bram Bestuur",
        "doel a, Doel a",
        "VO-2025-1, model 4.0 (deelnemers aan het convenant): geldig; getekend 1-1-2025",
        "De Linde: plaats",
        "Wij hebben nog geen kluis.",
    ):
        assert words in first
    concept = " ".join(pages[6].split())
    assert "Wat nog ontbreekt" in concept
    assert "Kies ten minste één doel met zijn grondslag." in concept


def test_what_is_established_stays_in_it_while_the_next_version_is_written(
    cast: Cast, three: list[Any]
) -> None:
    actions.revise(activity=three[0], reason="Het wordt anders.", by=cast.ibp, at=NOW)
    three[0].refresh_from_db()
    three[0].name = "Anders gaan inschrijven"
    three[0].record(by=cast.ibp, why="proef")
    whole = " ".join(" ".join(texts(issue())).split())
    assert "V01 Inschrijven" in whole
    assert "vastgesteld; aan een volgende versie wordt gewerkt" in whole
    assert "Anders gaan inschrijven" not in whole


def test_an_empty_register_is_a_file_too(cast: Cast) -> None:
    pages = texts(issue())
    assert len(pages) == 3
    assert "0 verwerkingen, op 3 pagina’s." in pages[0]
    assert "Er zijn geen verwerkers." in pages[2]


# --- what is made anew ------------------------------------------------------------------------


def test_a_second_issue_prints_only_what_changed(three: list[Any]) -> None:
    issue()
    before = set(RenderedPart.objects.values_list("sha256", flat=True))
    assert len(before) == 4
    three[2].name = "Een beter idee"
    three[2].record(by=None, why="proef")
    pdf = issue()
    after = set(RenderedPart.objects.values_list("sha256", flat=True))
    assert before < after
    assert len(after) == 5
    assert "V03 Een beter idee" in texts(pdf)[6]


def test_the_same_register_again_prints_no_part(
    three: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    issue()

    def refuse(self: press.Press, name: str, html: str) -> None:
        pytest.fail("a part that is kept was printed again")

    monkeypatch.setattr(press.Press, "take", refuse)
    assert len(issue().pages) == 8


def test_parts_without_use_are_forgotten_after_a_month(three: list[Any]) -> None:
    issue()
    RenderedPart.objects.filter(pk=RenderedPart.objects.earliest("pk").pk).update(
        used_at=NOW - timedelta(days=31)
    )
    runs.run_rules(by=None, at=NOW, names=["register_parts"])
    assert RenderedPart.objects.count() == 3


# --- the worker -------------------------------------------------------------------------------


def test_asking_twice_gives_one_file_and_one_line_in_the_log(cast: Cast) -> None:
    first = files.ask_register_file(by=cast.fg, at=NOW)
    assert files.ask_register_file(by=cast.fg, at=NOW) == first
    other = files.ask_register_file(by=cast.ibp, at=NOW)
    assert other != first
    assert RegisterFile.objects.count() == 2
    noted = AccessEntry.objects.filter(act=AccessEntry.Act.EXPORTED)
    assert noted.count() == 2


def test_asking_hints_at_the_worker_when_the_row_stands(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    hints: list[str] = []
    monkeypatch.setattr(files, "_hint", lambda: hints.append("hint"))
    with django_capture_on_commit_callbacks(execute=True):
        files.ask_register_file(by=cast.fg, at=NOW)
        assert hints == []
    assert hints == ["hint"]


def test_the_sweep_makes_what_waits(cast: Cast, three: list[Any]) -> None:
    file = files.ask_register_file(by=cast.fg, at=NOW)
    assert sweeps.run(name="register_files", at=NOW) == 1
    file.refresh_from_db()
    assert (file.state, file.done, file.total, file.error) == (JobState.DONE, 4, 4, "")
    assert file.document is not None
    assert file.document.media_type == "application/pdf"
    assert file.document.stored_by == cast.fg
    with file.document.file.open("rb") as stored:
        assert len(PdfReader(stored).pages) == 8
    assert sweeps.run(name="register_files", at=NOW) == 0


def test_progress_is_told_part_by_part(three: list[Any]) -> None:
    told: list[tuple[int, int]] = []
    issue(progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    told.clear()
    three[2].name = "Een beter idee"
    three[2].record(by=None, why="proef")
    issue(progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 4), (4, 4)]


def test_what_a_killed_worker_left_is_taken_up_again(cast: Cast) -> None:
    files.ask_register_file(by=cast.fg, at=NOW)
    first = claimed(NOW)
    assert queue.claim_register_file(at=NOW + timedelta(minutes=3)) is None
    queue.note_progress(file=first, done=1, total=9, at=NOW + timedelta(minutes=2))
    assert queue.claim_register_file(at=NOW + timedelta(minutes=5)) is None
    second = claimed(NOW + timedelta(minutes=6))
    assert second == first
    assert (second.done, second.total) == (0, 0)
    with pytest.raises(queue.ClaimLost):
        queue.note_progress(file=first, done=2, total=9, at=NOW + timedelta(minutes=6))
    with pytest.raises(queue.ClaimLost):
        queue.finish_register_file(file=first, content=b"%PDF-", at=NOW)
    queue.fail_register_file(file=first, at=NOW)
    second.refresh_from_db()
    assert second.state == JobState.RUNNING
    assert StoredDocument.objects.count() == 0


def test_a_file_that_keeps_killing_its_worker_is_given_up(cast: Cast) -> None:
    files.ask_register_file(by=cast.fg, at=NOW)
    claimed(NOW + timedelta(minutes=59))
    assert queue.claim_register_file(at=NOW + timedelta(minutes=63)) is None
    file = RegisterFile.objects.get()
    assert file.state == JobState.FAILED
    assert file.error == ("Het maken van het bestand is steeds afgebroken. Vraag het opnieuw aan.")


def test_a_failure_is_told_and_can_be_asked_again(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(**values: Any) -> bytes:
        raise press.NotPrinted("the process that prints has ended")

    file = files.ask_register_file(by=cast.fg, at=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(register_pdf, "make", fall)
        assert tasks.make_waiting(NOW) == 1
    file.refresh_from_db()
    assert (file.state, file.finished_at is not None) == (JobState.FAILED, True)
    client = as_user(cast.fg)
    page = client.get(PAGE)
    assert "Het maken van het bestand is niet gelukt. Vraag het opnieuw aan." in page.text
    client.post(ASK)
    tasks.make_waiting(NOW)
    assert RegisterFile.objects.filter(state=JobState.DONE).count() == 1


def test_a_process_that_ends_fails_the_issue_and_leaves_no_process(
    three: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    ending = tmp_path / "ending.py"
    ending.write_text("raise SystemExit(1)\n")
    monkeypatch.setattr(printing, "__file__", str(ending))
    with pytest.raises((press.NotPrinted, BrokenPipeError)):
        issue()
    assert RenderedPart.objects.count() == 0
