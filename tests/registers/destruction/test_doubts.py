"""Due on no list because its number is of another pupil by now: seen, and settled by a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client

from privacyboard.audit.acts import ActRefused
from privacyboard.audit.forgetting import forgetting
from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork import erasing
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, Pupil, User
from registers.actions.destroying import doubting, listing, planning
from registers.choices import RetentionTrigger
from registers.models import DestructionItem, DestructionList
from registers.models.destruction_holds import item_holds
from registers.models.destruction_numbers import doubted
from registers.worklist import items_for
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as make
from tests.factories import people
from tests.factories import registers as registry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
AsUser = Callable[[User], Client]
PAGE = "/register/vernietigen/twijfel/"
SENTENCE = "De Linde: zoek nummers uit van wat vernietigd moet worden (1)."


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock: here it is the moment of the tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def passed_on(cast: Cast, *keys: str) -> list[DestructionItem]:
    """Of pupils who left and are forgotten here; children at school have their numbers now."""
    if not DestructionItem.objects.exists():
        make.kept_in("V01", (registry.retention_rule(), "results"))
    for key in keys or ("1001",):
        first = make.leaver(cast.linde, key)
        planning.plan(by=None, at=NOW)
        with forgetting(reason="proef"):
            erasing.Gone("proef").erase(Pupil, [first.pk])
        people.pupil(cast.linde, key=key, first_name="Chris", last_name="Anders")
    make.sweep()
    assert not DestructionList.objects.exists()
    return list(DestructionItem.objects.order_by("pk"))


def words(client: Client, path: str = PAGE) -> str:
    return " ".join(client.get(path).content.decode().split())


# --- which rows -------------------------------------------------------------------------------


DAYS = (None, date(2024, 7, 1), make.LEFT, date(2024, 9, 1))
SITUATIONS = list(product(("of leaving", "of a result"), (False, True), range(3), DAYS))


def test_the_database_doubts_what_the_rule_doubts(cast: Cast) -> None:
    """Of a rule that counts from leaving or not, typed or planned, of nobody, of who has the number
    or of another, who left on no day, before, on that day or after it."""
    rules = {
        "of leaving": registry.retention_rule(),
        "of a result": registry.retention_rule("exam_work", trigger=RetentionTrigger.RESULT),
    }
    items = []
    for number, (rule, typed, of, left_on) in enumerate(SITUATIONS):
        holder = people.pupil(cast.linde, key=str(number), left_on=left_on).pk
        item = DestructionItem(
            school=cast.linde,
            rule=rules[rule],
            event_on=make.LEFT,
            person_key=str(number),
            pupil=[None, holder, holder + 100_000][of],
            listed_from=TODAY,
            added_by=cast.director if typed else None,
            seal="proef",
        )
        items.append(item)
    DestructionItem.objects.bulk_create(items)
    expected = set(item_holds(cast.linde, items))
    assert len(expected) == 35
    assert {item.pk for item in doubted(TODAY)} == expected


def test_what_is_not_due_or_on_a_list_asks_nobody(cast: Cast) -> None:
    [item] = passed_on(cast)
    assert doubted(TODAY).get() == item
    DestructionItem.objects.update(listed_from=TODAY + timedelta(days=1))
    assert not doubted(TODAY).exists()
    found = listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    DestructionItem.objects.update(listed_from=TODAY, list=found)
    assert not doubted(TODAY).exists()


# --- who sees them ----------------------------------------------------------------------------


def test_the_page_tells_rule_school_and_year_and_no_number(cast: Cast, as_user: AsUser) -> None:
    [item] = passed_on(cast)
    for reader, may_settle in ((cast.director, True), (cast.ibp, True), (cast.fg, False)):
        page = words(as_user(reader))
        assert "Leerlingdossier" in page
        assert "De Linde" in page
        assert "1 augustus 2024" in page
        assert "Het nummer is nu van een andere leerling" in page
        assert "1001" not in page
        assert "Chris" not in page
        assert (f"{PAGE}{item.pk}/" in page) == may_settle
        assert as_user(reader).get(f"{PAGE}{item.pk}/").status_code == (200 if may_settle else 404)


def test_a_stranger_sees_nothing(cast: Cast, as_user: AsUser) -> None:
    [item] = passed_on(cast)
    page = words(as_user(cast.eik_director))
    assert "Alle nummers kloppen" in page
    assert "De Linde" not in page
    assert as_user(cast.eik_director).get(f"{PAGE}{item.pk}/").status_code == 404
    assert as_user(cast.teacher).get(PAGE).status_code == 404


def test_who_sees_the_number_is_in_the_access_log(cast: Cast, as_user: AsUser) -> None:
    [item] = passed_on(cast)
    words(as_user(cast.director))
    assert not AccessEntry.objects.exists()
    assert "1001" in words(as_user(cast.director), f"{PAGE}{item.pk}/")
    entry = AccessEntry.objects.get()
    assert (entry.by, entry.school, entry.title) == (cast.director, cast.linde, "De Linde")


@pytest.mark.parametrize("numbers", [("1001",), ("1001", "1002", "1003")])
def test_three_rows_cost_as_much_as_one(
    cast: Cast, as_user: AsUser, numbers: tuple[str, ...], django_assert_num_queries: Any
) -> None:
    passed_on(cast, *numbers)
    client = as_user(cast.director)
    client.get(PAGE)
    with django_assert_num_queries(8):
        page = client.get(PAGE)
    assert page.content.decode().count("Oplossen") == len(numbers)


def test_the_list_of_the_school_says_how_many_and_leads_there(cast: Cast, as_user: AsUser) -> None:
    passed_on(cast)
    found = listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    page = words(as_user(cast.director), f"/register/vernietigen/{found.number}/")
    assert "1 regel staat er niet op: het nummer klopt niet." in page
    assert f'href="{PAGE}"' in page
    assert "die wordt vastgehouden" not in page


def test_it_is_on_the_worklist_of_the_director_and_without_one_of_the_ibp_manager(
    cast: Cast,
) -> None:
    passed_on(cast)

    def told(user: User) -> list[str]:
        found = items_for(User.objects.get(pk=user.pk), TODAY)
        return [each.sentence for each in found if each.url == PAGE]

    assert told(cast.director) == [SENTENCE]
    assert [told(each) for each in (cast.ibp, cast.eik_director, cast.fg)] == [[], [], []]
    Appointment.objects.filter(role=Role.DIRECTOR, school=cast.linde).delete()
    assert told(cast.ibp) == [SENTENCE]


# --- what they do -----------------------------------------------------------------------------


def test_with_the_right_number_it_comes_on_a_list(cast: Cast, as_user: AsUser) -> None:
    [item] = passed_on(cast)
    given = {"what": "number", "number": "oud-1001"}
    page = as_user(cast.director).post(f"{PAGE}{item.pk}/", given, follow=True)
    assert "De regel komt vanzelf op een lijst." in page.content.decode()
    make.sweep()
    item.refresh_from_db()
    assert (item.person_key, item.list is not None) == ("oud-1001", True)
    last = item.history.filter(history_change_reason="nummer verbeterd").get()
    assert last.history_user == cast.director
    assert as_user(cast.director).get(f"{PAGE}{item.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("", "Vul één nummer in."),
        ("12\n13", "Vul één nummer in."),
        ("Jan Jansen", "lijkt op een naam"),
        ("111222333", "een nummer dat een BSN kan zijn"),
        ("1002", "Dit nummer klopt ook niet: wie dit nummer nu heeft, ging niet op die dag"),
        ("1003", "Met dit nummer staat dit al op een lijst of op de planning."),
    ],
)
def test_what_is_no_number_of_this_pupil_is_refused(cast: Cast, number: str, told: str) -> None:
    [item] = passed_on(cast)
    people.pupil(cast.linde, key="1002")
    DestructionItem.objects.create(
        school=cast.linde, rule=item.rule, event_on=item.event_on, person_key="1003", seal="proef"
    )
    with pytest.raises(ActRefused, match=told):
        doubting.correct_number(item=item, number=number, by=cast.director, at=NOW)
    item.refresh_from_db()
    assert item.person_key == "1001"


def test_the_number_of_who_left_on_that_day_is_of_this_row(cast: Cast) -> None:
    [item] = passed_on(cast)
    moved = make.leaver(cast.linde, "2001")
    doubting.correct_number(item=item, number="2001", by=cast.director, at=NOW)
    item.refresh_from_db()
    assert (item.person_key, item.pupil) == ("2001", moved.pk)
    make.sweep()
    assert DestructionItem.objects.get().list is not None


def test_where_nothing_is_left_the_row_goes_and_the_reason_stays(
    cast: Cast, as_user: AsUser
) -> None:
    [item] = passed_on(cast)
    given = {"what": "gone", "reason": "Bij de overstap in 2024 niet meegenomen."}
    as_user(cast.director).post(f"{PAGE}{item.pk}/", given)
    assert not DestructionItem.objects.exists()
    assert not DestructionItem.history.exists()
    found = DestructionList.objects.get()
    page = words(as_user(cast.fg), f"/register/vernietigen/{found.number}/verloop/")
    assert "(Leerlingdossier, 2024): Bij de overstap in 2024 niet meegenomen." in page
    assert str(cast.director) in page


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("", "Schrijf op waarom dit niet meer hoeft."),
        ("1001 is al weg", "Schrijf het nummer van een leerling hier niet op"),
    ],
)
def test_a_row_goes_with_a_reason_in_which_no_number_stands(
    cast: Cast, reason: str, told: str
) -> None:
    [item] = passed_on(cast)
    with pytest.raises(ActRefused, match=told):
        doubting.drop(item=item, reason=reason, by=cast.director, at=NOW)
    assert DestructionItem.objects.exists()


def test_what_is_no_longer_in_doubt_is_settled_by_nobody(cast: Cast) -> None:
    [item] = passed_on(cast)
    Pupil.objects.filter(key="1001").update(key="5001")
    with pytest.raises(ActRefused, match="geen twijfel meer"):
        doubting.drop(item=item, reason="Weg.", by=cast.director, at=NOW)
    with pytest.raises(ActRefused, match="geen twijfel meer"):
        doubting.correct_number(item=item, number="77", by=cast.director, at=NOW)
