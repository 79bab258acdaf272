"""The pages where the register is asked as a file, and where it is read whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import User
from registers import actions, tasks
from registers.actions import files
from registers.choices import DeviatingField, JobState
from registers.exchange import queue, register_pdf
from registers.models import RegisterFile
from tests.conftest import NOW, TODAY, Cast
from tests.factories import registers as made
from tests.registers.register_books import claimed, established, three_activities

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


# --- the pages --------------------------------------------------------------------------------


def test_only_who_may_export_asks_and_downloads(
    cast: Cast, client: Client, three: list[Any]
) -> None:
    file = files.ask_register_file(by=cast.ibp, at=NOW)
    tasks.make_waiting(NOW)
    file.refresh_from_db()
    download = f"/document/{file.document_id}/"
    for person in (cast.teacher, cast.director, cast.board_member, cast.auditor):
        client.force_login(person)
        assert client.get(PAGE).status_code == 404
        assert client.post(ASK).status_code == 404
        assert client.get(download).status_code == 404
    for person in (cast.fg, cast.ibp):
        client.force_login(person)
        assert client.get(PAGE).status_code == 200
        taken = client.get(download)
        assert taken.status_code == 200
        assert b"".join(taken.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert AccessEntry.objects.filter(act=AccessEntry.Act.DOWNLOADED).count() == 2


def test_the_page_shows_how_far_it_is_and_looks_again(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.fg)
    assert "Refresh" not in client.get(PAGE).headers
    assert client.post(ASK).headers["Location"] == PAGE
    waiting = client.get(PAGE)
    assert waiting.headers["Refresh"] == "4"
    assert "U kunt deze pagina verlaten: het werk gaat door." in waiting.text
    file = claimed(NOW)
    queue.note_progress(file=file, done=3, total=34, at=NOW)
    busy = client.get(PAGE)
    assert '<progress id="progress-' in busy.text
    assert 'value="3" max="34"' in busy.text
    assert "3 van 34 klaar." in busy.text
    queue.finish_register_file(file=file, content=b"%PDF-1.7 proef", at=NOW)
    ready = client.get(PAGE)
    assert "Refresh" not in ready.headers
    assert f'<a href="/document/{RegisterFile.objects.get().document_id}/">' in ready.text
    assert "register-2026-03-02.pdf" in ready.text


@pytest.mark.parametrize("number", [1, 3])
def test_files_page_takes_the_same_queries_for_one_and_for_three(
    cast: Cast, as_user: AsUser, django_assert_num_queries: Any, number: int
) -> None:
    for _row in range(number):
        RegisterFile.objects.create(asked_by=cast.fg, asked_at=NOW, state=JobState.FAILED)
    client = as_user(cast.fg)
    with django_assert_num_queries(5):
        page = client.get(PAGE)
    assert page.text.count("mislukt") == number


@pytest.mark.parametrize("number", [1, 3])
def test_whole_register_is_a_page_in_the_same_queries_for_one_and_for_three(
    cast: Cast, as_user: AsUser, django_assert_num_queries: Any, number: int
) -> None:
    for code in range(number):
        established(cast, f"V0{code}", name=f"Inschrijven {code}")
        made.bare_activity(f"W0{code}", name=f"Idee {code}")
    made.bare_activity("X01", name="Alleen op De Eik", schools=[cast.eik])
    client = as_user(cast.director)
    with django_assert_num_queries(11):
        page = client.get(WHOLE)
    assert page.text.count('class="sheet register-activity"') == 2 * number
    assert page.text.index("V00 Inschrijven 0") < page.text.index("W00 Idee 0")
    assert "Alleen op De Eik" not in page.text


def test_who_does_not_read_the_register_does_not_read_it_whole(cast: Cast, as_user: AsUser) -> None:
    assert as_user(cast.teacher).get(WHOLE).status_code == 404


def test_a_school_sees_its_own_deviations_and_agreements_only(
    cast: Cast, client: Client, three: list[Any]
) -> None:
    made.agreement(made.processor(), reference="EIK-1", schools=[cast.eik])
    for school, person in ((cast.linde, cast.director), (cast.eik, cast.eik_director)):
        actions.deviate(
            activity=three[0],
            school=school,
            field=DeviatingField.PLACE,
            text=f"Op {school.name} in de kast.",
            reason="Geen kluis.",
            by=person,
            at=NOW,
        )
    client.force_login(cast.director)
    page = client.get(WHOLE).text
    assert "Op De Linde in de kast." in page
    assert "Op De Eik in de kast." not in page
    assert "EIK-1" not in page
    client.force_login(cast.fg)
    page = client.get(WHOLE).text
    assert "Op De Eik in de kast." in page
    assert "EIK-1" in page
