"""What is remembered of the register: shown again as it was, until anything in it changes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from privacyboard.organisation.models import User
from registers import actions
from registers.letters import completeness_figure, register_figures
from registers.models import Agreement, ProcessingActivity, Website
from registers.models.remembered import Remembered
from tests.conftest import NOW, TODAY, Cast, make_school
from tests.factories import registers as make

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    cache.clear()


def _recall(made: list[int], user: User | None = None, day: int = 0) -> int:
    """What comes of a piece of work that can tell how often it was done."""

    def work() -> int:
        made.append(1)
        return len(made)

    return Remembered(on=TODAY + timedelta(day), user=user).recall("proef", work)


def test_it_is_worked_out_once(cast: Cast) -> None:
    made: list[int] = []
    assert [_recall(made), _recall(made)] == [1, 1]


def test_another_day_is_another_answer(cast: Cast) -> None:
    made: list[int] = []
    assert [_recall(made), _recall(made, day=1), _recall(made)] == [1, 2, 1]


def test_who_reads_other_schools_gets_another_answer(cast: Cast) -> None:
    made: list[int] = []
    people = (cast.ibp, cast.fg, cast.director, cast.eik_director, cast.teacher, None)
    assert [_recall(made, user) for user in people] == [1, 1, 2, 3, 4, 5]


def test_another_language_is_another_answer(cast: Cast) -> None:
    made: list[int] = []
    dutch = _recall(made)
    with translation.override("en"):
        english = _recall(made)
    assert (dutch, english, _recall(made)) == (1, 2, 1)


def _rename_the_board(cast: Cast) -> None:
    cast.board.name = "Anders"
    cast.board.record(by=None, why="proef")


def _rename_a_school(cast: Cast) -> None:
    cast.linde.name = "De Wilg"
    cast.linde.record(by=None, why="proef")


def _make_a_website(cast: Cast) -> None:
    Website(name="Site", origin="https://site.example").record(by=None, why="proef")


def _choose_data_of_an_agreement(cast: Cast) -> None:
    Agreement.objects.get().data.set([make.category()])


def _end_an_agreement(cast: Cast) -> None:
    agreement = Agreement.objects.get()
    agreement.ends_on = TODAY
    agreement.record(by=None, why="proef")


def _erase_an_agreement(cast: Cast) -> None:
    Agreement.objects.get().erase(by=None, why="proef")


def _choose_products_of_an_activity(cast: Cast) -> None:
    ProcessingActivity.objects.get().products.set([make.product("som", "Som", of="iddink")])


def _delete_lines_by_the_set(cast: Cast) -> None:
    ProcessingActivity.objects.get().datalines.all().delete()


def _destroy_a_concept_with_its_lines(cast: Cast) -> None:
    actions.destroy_concept(
        activity=ProcessingActivity.objects.get(), reason="Proef.", by=cast.ibp, at=NOW
    )


def _add_a_school(cast: Cast) -> None:
    make_school(cast.board, name="De Es", slug="de-es", brin="56EF", public=True)


def _read_a_file_in(cast: Cast) -> None:
    row = {"code": "p2", "name": "Nieuw BV"}
    whole = {"format": "privacyboard-register", "version": 1, "tables": {"processors": [row]}}
    run = actions.read_import(
        content=json.dumps(whole).encode(), file_name="r.json", kind="register", by=None, at=NOW
    )
    actions.apply_import(run=run, by=None, at=NOW)


@pytest.mark.parametrize(
    "change",
    [
        _choose_products_of_an_activity,
        _delete_lines_by_the_set,
        _destroy_a_concept_with_its_lines,
        _add_a_school,
        _read_a_file_in,
        _rename_the_board,
        _rename_a_school,
        _make_a_website,
        _choose_data_of_an_agreement,
        _end_an_agreement,
        _erase_an_agreement,
    ],
)
def test_any_change_makes_it_anew(cast: Cast, change: Callable[[Cast], None]) -> None:
    make.agreement(make.processor(), ends_on=None)
    make.activity("V01")
    made: list[int] = []
    assert _recall(made) == 1
    change(cast)
    assert [_recall(made), _recall(made)] == [2, 2]


def test_a_slower_change_with_a_lower_number_is_seen(cast: Cast) -> None:
    """Two people save at once: the row with the higher number can be there first."""
    history = cast.linde.history.model
    first = cast.linde.history.get()
    made: list[int] = []
    late = first.history_id + 10_000
    fields = {f.attname: getattr(first, f.attname) for f in history._meta.concrete_fields}
    history.objects.create(**{**fields, "history_id": late})
    assert _recall(made) == 1
    history.objects.create(**{**fields, "history_id": late - 1})
    assert _recall(made) == 2


def test_a_public_page_shows_a_change_at_once(cast: Cast, now: datetime, client: Client) -> None:
    first, second = make.processor("p", "Eerste BV"), make.processor("q", "Tweede BV")
    for each in (first, second):
        make.agreement(each, ends_on=None)
    activity = make.activity("V01", name="Verzuim")
    make.recipient_line(activity, processor=first)
    make.establish(activity, at=now)
    for page in ("/ontvangers/", "/verwerkers/"):
        assert "Eerste BV" in client.get(page).content.decode()
    assert "Verzuim" in client.get("/openbaar-register/de-linde/").content.decode()
    actions.revise(activity=activity, reason="Anders.", by=cast.ibp, at=now)
    activity.refresh_from_db()
    activity.name = "Afwezigheid"
    activity.record(by=None, why="proef")
    activity.recipientlines.all().delete()
    make.recipient_line(activity, processor=second)
    assert "Eerste BV" in client.get("/ontvangers/").content.decode()  # not established yet
    make.establish(activity, at=now)
    for page in ("/ontvangers/", "/verwerkers/"):
        shown = client.get(page).content.decode()
        assert ("Eerste BV" in shown, "Tweede BV" in shown) == (False, True)
    shown = client.get("/openbaar-register/de-linde/").content.decode()
    assert ("Verzuim" in shown, "Afwezigheid" in shown) == (False, True)


def test_what_the_board_chooses_to_show_is_shown_at_once(
    cast: Cast, now: datetime, client: Client
) -> None:
    make.established("V01", at=now, name="Verzuim", description="Wie er niet was.")
    page = "/openbaar-register/"
    actions.set_public_parts(chosen=["description"], by=cast.ibp, at=now)
    assert "Wie er niet was." in client.get(page).content.decode()
    actions.set_public_parts(chosen=[], by=cast.ibp, at=now)
    assert "Wie er niet was." not in client.get(page).content.decode()


REMEMBERED_PAGES = [
    "/register/volledigheid/",
    "/register/landelijk/",
    "/register/landelijk/ontbreekt-hier/",
    "/register/toegang/de-linde/",
    "/register/privacyverklaring/",
    "/register/privacyverklaring/bestuur/",
    "/ontvangers/",
    "/verwerkers/",
    "/openbaar-register/",
]


@pytest.mark.parametrize("page", REMEMBERED_PAGES)
def test_a_page_that_did_not_change_asks_little(
    cast: Cast, now: datetime, as_user: SignIn, page: str
) -> None:
    make.established("V01", at=now)
    client = as_user(cast.ibp)
    first = client.get(page)
    with CaptureQueriesContext(connection) as asked:
        second = client.get(page)
    token = rb'name="csrfmiddlewaretoken" value="[^"]*"'
    assert re.sub(token, b"", second.content) == re.sub(token, b"", first.content)
    assert len(asked) <= 8


# Tables of which no number stands in the stamp, and that no page can be made of.
_UNSEEN = {
    *("registers_confidentialitynote", "registers_disclosure", "registers_importrun"),
    *("registers_parentnotice", "registers_registerfile", "registers_renderedpart"),
    *("registers_versionanswer", "organisation_user", "organisation_appointment"),
    *("documents_storeddocument", "mail_outboundletter", "audit_accessentry"),
}


@pytest.mark.parametrize("page", ["/", *REMEMBERED_PAGES])
def test_what_is_remembered_rests_on_nothing_that_the_stamp_does_not_see(
    cast: Cast, now: datetime, as_user: SignIn, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is asked while it is made: a change of those tables would leave a stale page."""
    asked: list[str] = []
    recall = Remembered.recall

    def listen(self: Remembered, what: str, make: Callable[[], object]) -> object:
        def heard() -> object:
            with CaptureQueriesContext(connection) as found:
                made = make()
            asked.extend(each["sql"] for each in found)
            return made

        return recall(self, what, heard)

    monkeypatch.setattr(Remembered, "recall", listen)
    make.established("V01", at=now)
    make.agreement(make.processor(), ends_on=None)
    assert as_user(cast.ibp).get(page).status_code == 200
    tables = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', " ".join(asked)))
    assert "registers_processingactivity" in tables or "registers_agreement" in tables
    assert tables & _UNSEEN == set()


def test_a_director_never_gets_what_the_board_reads(cast: Cast, as_user: SignIn) -> None:
    make.activity("V01", name="Van De Eik", schools=(cast.eik,), minimisation="")
    page = "/register/volledigheid/"
    for person, sees in ((cast.ibp, True), (cast.director, False), (cast.eik_director, True)):
        assert ("Van De Eik" in as_user(person).get(page).content.decode()) is sees


def test_the_figures_of_the_home_page_follow_a_change(cast: Cast, now: datetime) -> None:
    make.established("V01", at=now)
    before = register_figures(user=cast.ibp, on=TODAY)
    made = make.established("V02", at=now)
    after = register_figures(user=cast.ibp, on=TODAY)
    assert after.established == before.established + 1 == 2
    made.minimisation = ""
    made.record(by=None, why="proef")
    assert completeness_figure(user=cast.ibp, on=TODAY) < after.percentage
