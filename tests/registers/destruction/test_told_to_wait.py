"""Who holds something hears who was asked already to destroy it, and whom to ask to wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import Pupil, User
from registers.models import DestructionList, DestructionTask, RetentionRule
from registers.models.destruction_holds import item_holds
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
AsUser = Callable[[User], Client]
NEW = "/register/vernietigen/vasthouden/nieuw/"
STAYS = "Vastgelegd. Dit gaat niet weg zolang u het vasthoudt, ook niet via een lijst."
IS_OUT = "Vastgelegd. Maar dit staat op een lijst die al is uitgezet."


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock: here it is the moment of the tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def put(client: Client, cast: Cast, **values: object) -> str:
    """Hold this on the page; what the next page says of it."""
    given = {
        "kind": "lawsuit",
        "school": cast.linde.pk,
        "reason": "Er loopt een zaak.",
        "owner": cast.director.pk,
        "review_on": f"{TODAY + timedelta(days=90):%Y-%m-%d}",
        **values,
    }
    page = client.post(NEW, given, follow=True)
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize("state", ["proposed", "checked", "approved"])
def test_what_is_with_nobody_yet_just_stays(cast: Cast, as_user: AsUser, state: str) -> None:
    make.IN_STATE[state](cast, "1001", "1002")
    told = put(as_user(cast.director), cast, person_key="1001")
    assert STAYS in told
    assert "Bel of mail" not in told


def test_who_has_the_task_is_asked_to_wait(cast: Cast, as_user: AsUser) -> None:
    found = make.handed(cast, "1001", "1002")
    told = put(as_user(cast.director), cast, person_key="1001")
    assert f"{IS_OUT} Bel of mail meteen en vraag om te wachten: Sis ({found.number})." in told
    assert STAYS not in told


def test_what_is_destroyed_already_is_told_as_such(cast: Cast, as_user: AsUser) -> None:
    found = make.proven(cast, "1001", "1002")
    told = put(as_user(cast.director), cast, person_key="1001")
    gone = (
        f"Hier is al gemeld dat het vernietigd is: Sis ({found.number}). Vraag of er nog iets is."
    )
    assert f"{IS_OUT} {gone}" in told
    assert "Bel of mail" not in told
    page = as_user(cast.director).get(f"/register/vernietigen/{found.number}/").content.decode()
    assert "Overal is al gemeld dat het vernietigd is." in page


def test_a_hold_on_another_pupil_asks_nobody_to_wait(cast: Cast, as_user: AsUser) -> None:
    make.handed(cast, "1001")
    make.leaver(cast.linde, "1003", TODAY)
    assert STAYS in put(as_user(cast.director), cast, person_key="1003")


def test_a_place_without_the_data_is_not_asked(cast: Cast, as_user: AsUser) -> None:
    found = make.handed(cast, "1001")
    DestructionTask(
        list=found, kind="archive", name="Kelder", due_on=TODAY, pairs=["financial/invoices"]
    ).record(by=None, why="proef")
    assert "wachten: Sis (" in put(as_user(cast.director), cast, person_key="1001")
    DestructionTask.objects.filter(name="Kelder").update(pairs=["pupil_file/results"])
    told = put(as_user(cast.director), cast, person_key="1001")
    assert f"wachten: Kelder, Sis ({found.number})." in told


@pytest.mark.parametrize("held", ["1001", "2001"])
def test_either_number_of_a_pupil_asks_to_wait(cast: Cast, as_user: AsUser, held: str) -> None:
    make.handed(cast, "1001")
    pupil = Pupil.objects.get(key="1001")
    pupil.key = "2001"
    pupil.record(by=None, why="gegevens gewijzigd")
    assert IS_OUT in put(as_user(cast.director), cast, person_key=held)


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_hold_on_a_rule_asks_to_wait_too(cast: Cast, as_user: AsUser, everywhere: bool) -> None:
    found = make.handed(cast, "1001")
    rule = RetentionRule.objects.get(code="pupil_file")
    school = "" if everywhere else cast.linde.pk
    assert IS_OUT in put(as_user(cast.ibp), cast, rule=rule.pk, school=school)
    assert Hold.objects.get().school == (None if everywhere else cast.linde)
    assert len(item_holds(found.school, list(found.items.all()))) == 1


def test_a_hold_at_another_school_asks_nobody(cast: Cast, as_user: AsUser) -> None:
    make.handed(cast, "1001")
    assert STAYS in put(as_user(cast.ibp), cast, person_key="1001", school=cast.eik.pk)


def test_the_page_of_an_approved_list_says_that_it_goes_by_itself(
    cast: Cast, as_user: AsUser
) -> None:
    found: DestructionList = make.approved(cast, "1001", "1002")
    put(as_user(cast.director), cast, person_key="1001")
    page = as_user(cast.director).get(f"/register/vernietigen/{found.number}/").content.decode()
    told = " ".join(page.split())
    assert "1 regel moet nu toch blijven. Bij het uitzetten gaat dat vanzelf van de lijst." in told
