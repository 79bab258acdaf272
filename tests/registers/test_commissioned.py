"""What the board does for another controller: its list, its file, and where it never shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import School, User
from registers import actions, letters
from registers.models import ProcessingActivity, read_content
from registers.rules.recipients import outside_parties
from tests.conftest import TODAY, Cast
from tests.factories import registers as make
from tests.registers.test_recipients import words_of

PAGE, FILE = "/register/in-opdracht/", "/register/in-opdracht/pdf/"
READERS = ["fg", "ibp", "board_member", "director", "auditor", "eik_director"]


def text_of(pdf: bytes) -> str:
    """The first page, with words that were broken at the end of a line made whole."""
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    return " ".join(text.replace("‐\n", "").split())


def work(code: str = "W01", *, schools: tuple[School, ...] = (), **values: Any) -> Any:
    """A concept for another controller, with all that AVG 30(2) asks."""
    filled = {
        "name": "Leerlingadministratie De Buur",
        "acts_as": "processor",
        "on_behalf_of": "Stichting De Buur",
        "on_behalf_contact": "bestuur@debuur.example",
        "processing_kinds": "Wij schrijven leerlingen in.",
        "minimisation": "",
        "proportionality": "",
        "subsidiarity": "",
        "dpia_needed": "",
        "dpia_reason": "",
    }
    made = make.bare_activity(code, schools=schools, **{**filled, **values})
    make.access_line(made)
    made.measures.set([make.measure()])
    return made


@pytest.mark.django_db
def test_the_list_says_what_article_30_2_asks(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    made = work()
    make.transfer_line(made)
    make.activity("V01", name="Ons eigen werk")
    words = words_of(as_user(cast.ibp).get(PAGE).content)
    for said in (
        "W01 Leerlingadministratie De Buur (concept)",
        "Stichting De Buur bestuur@debuur.example",
        "Wij schrijven leerlingen in.",
        "Topicus, Verenigde Staten: EU-US Data Privacy Framework (AVG 45)",
        "Reservekopieën (technisch)",
    ):
        assert said in words
    assert "Ons eigen werk" not in words


@pytest.mark.django_db
def test_a_gap_never_takes_work_out_of_the_list_or_the_file(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    made = work(on_behalf_of="", on_behalf_contact="", processing_kinds="")
    made.measures.clear()
    client = as_user(cast.ibp)
    words = words_of(client.get(PAGE).content)
    assert "W01 Leerlingadministratie De Buur (concept)" in words
    assert "Ontbreekt: Noem voor wie het bestuur dit doet. (AVG 30 lid 2 a)" in words
    assert "Leerlingadministratie De Buur" in text_of(client.get(FILE).content)
    listed = client.get("/beheer/registers/processingactivity/").content.decode()
    assert "Leerlingadministratie De Buur" in listed


@pytest.mark.django_db
def test_the_file_names_the_board_and_its_fg(cast: Cast, as_user: Callable[[User], Client]) -> None:
    work()
    answer = as_user(cast.fg).get(FILE)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="in-opdracht.pdf"'
    text = text_of(answer.content)
    assert "Stichting De Proef, Proefweg 1, 1234 AB Proefstad" in text
    assert "Functionaris gegevensbescherming: Fenna Graaf" in text
    assert "Stichting De Buur" in text
    assert [(each.act, each.by) for each in AccessEntry.objects.all()] == [("exported", cast.fg)]


@pytest.mark.django_db
def test_only_who_reads_the_register_sees_it_and_only_who_exports_takes_it_out(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    work()
    may_see = {each.first_name for each in cast.everybody() if _status(as_user, each, PAGE) == 200}
    may_take = {each.first_name for each in cast.everybody() if _status(as_user, each, FILE) == 200}
    assert may_see == {getattr(cast, name).first_name for name in READERS}
    assert may_take == {cast.fg.first_name, cast.ibp.first_name}
    assert Client().get(PAGE).status_code == 302
    assert b"in-opdracht/pdf" not in as_user(cast.director).get(PAGE).content


def _status(as_user: Callable[[User], Client], user: User, address: str) -> int:
    return as_user(user).get(address).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("role", "queries"), [("ibp", 5), ("director", 5)])
def test_the_list_costs_the_same_for_few_and_many(
    cast: Cast, as_user: Callable[[User], Client], rows: int, role: str, queries: int
) -> None:
    for number in range(rows):
        made = work(f"W{number}", schools=(cast.linde,))
        make.transfer_line(made)
    work("X1", name="Van De Eik", schools=(cast.eik,))
    client = as_user(getattr(cast, role))
    client.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(PAGE).content.decode()
    assert page.count('<th scope="row">') == rows + (role == "ibp")
    assert ("Van De Eik" in page) is (role == "ibp")
    assert len(asked) == queries


@pytest.mark.django_db
def test_it_is_established_without_a_purpose_and_is_in_no_public_list(
    cast: Cast, now: datetime
) -> None:
    made = work()
    make.recipient_line(made)
    make.agreement(make.processor(), ends_on=None)
    make.establish(made, at=now)
    make.established("V01", at=now)
    assert read_content(ProcessingActivity.objects.get(code="W01")).is_own is False
    assert [each.code for each in letters.established_contents()] == ["V01", "W01"]
    assert [each.name for each in letters.recipients(on=TODAY).parties] == ["DUO"]
    assert letters.processors(on=TODAY).processors == ()
    assert len(outside_parties(letters.established_contents())) == 2
    draft = letters.draft_statement(school=None, on=TODAY)
    codes = [each.code for one in draft.statement.chapters for each in one.processes]
    assert codes == ["V01"]


@pytest.mark.django_db
def test_it_is_not_established_without_its_controller(cast: Cast, now: datetime) -> None:
    made = work(on_behalf_of="")
    with pytest.raises(actions.NotComplete, match="Noem voor wie het bestuur dit doet"):
        make.establish(made, at=now)


@pytest.mark.django_db
def test_the_sheet_has_every_row_and_no_formula(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    work("W01", on_behalf_of="=HYPERLINK(1)")
    work("W02", on_behalf_of="")
    client = as_user(cast.ibp)
    answer = client.get("/register/in-opdracht/csv/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert lines[0][:4] == ["nummer", "naam", "status", "in opdracht van"]
    assert [(line[0], line[3], line[8]) for line in lines[1:]] == [
        ("W01", "'=HYPERLINK(1)", ""),
        ("W02", "", "Noem voor wie het bestuur dit doet. (AVG 30 lid 2 a)"),
    ]
    for person in (cast.director, cast.board_member, cast.teacher):
        assert as_user(person).get("/register/in-opdracht/csv/").status_code == 404
