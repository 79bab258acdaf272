"""Who reads, reviews and lifts a hold; everyone else sees whom to ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from privacyboard.clockwork.models import DigestLine, Hold
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import School, User
from registers.actions.reminding import remind_of_register
from registers.rules.destruction.holding import may_settle
from registers.worklist import items_for
from tests.conftest import NOW, TODAY, Cast, make_person
from tests.factories import destruction as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
AsUser = Callable[[User], Client]
HOLDS = "/register/vernietigen/vasthouden/"


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock: here it is the moment of the tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def put(owner: User, school: School | None, kind: str = "lawsuit") -> Hold:
    """A hold on a pupil of a school, or on a rule at the whole board."""
    rule = None if school else make.book_year_rule()
    hold = Hold(
        kind=kind,
        school=school,
        person_key="1001" if school else "",
        subject_type="registers.retentionrule" if rule else "",
        subject_id=str(rule.pk) if rule else "",
        reason="Er loopt iets.",
        owner=owner,
        review_on=TODAY,
        put_at=NOW,
    )
    hold.record(by=None, why="proef")
    return hold


def second_director(cast: Cast) -> User:
    return make_person("Dora Tweede", Role.DIRECTOR, cast.linde)


@pytest.mark.parametrize("kind", ["lawsuit", "police_report"])
def test_evidence_is_lifted_by_its_owner_and_the_ibp_manager(
    cast: Cast, as_user: AsUser, kind: str
) -> None:
    hold = put(cast.director, cast.linde, kind)
    people = {
        "owner": cast.director,
        "other director": second_director(cast),
        **{name: getattr(cast, name) for name in ("ibp", "fg", "board_member", "eik_director")},
        **{name: getattr(cast, name) for name in ("care", "teacher", "auditor", "administrator")},
    }
    for act in ("opheffen", "langer"):
        path = f"{HOLDS}{hold.pk}/{act}/"
        seen = {name: as_user(who).get(path).status_code for name, who in people.items()}
        assert {name for name, status in seen.items() if status == 200} == {"owner", "ibp"}, act
        assert set(seen.values()) == {200, 404}
    assert (
        as_user(people["other director"])
        .post(f"{HOLDS}{hold.pk}/opheffen/", {"because": "Weg."})
        .status_code
        == 404
    )
    hold.refresh_from_db()
    assert hold.lifted_at is None


def test_another_kind_is_lifted_by_the_director_of_the_school_too(
    cast: Cast, as_user: AsUser
) -> None:
    hold = put(cast.ibp, cast.linde, "camera_incident")
    seen = {
        name: as_user(getattr(cast, name)).get(f"{HOLDS}{hold.pk}/opheffen/").status_code
        for name in ("director", "ibp", "fg", "board_member", "eik_director", "care")
    }
    assert seen == {
        "director": 200,
        "ibp": 200,
        "fg": 404,
        "board_member": 404,
        "eik_director": 404,
        "care": 404,
    }


def test_on_the_whole_board_it_is_the_owner_or_the_ibp_manager(cast: Cast, as_user: AsUser) -> None:
    hold = put(cast.director, None, "other")
    other = second_director(cast)
    seen = [
        as_user(who).get(f"{HOLDS}{hold.pk}/opheffen/").status_code
        for who in (cast.director, cast.ibp, other)
    ]
    assert seen == [200, 200, 404]


@pytest.mark.parametrize(
    ("kind", "is_owner", "at_school", "everywhere", "may"),
    [
        ("lawsuit", True, False, False, True),
        ("lawsuit", False, True, False, False),
        ("lawsuit", False, True, True, True),
        ("police_report", False, True, False, False),
        ("camera_incident", False, True, False, True),
        ("other", False, False, False, False),
    ],
)
def test_the_table(kind: str, is_owner: bool, at_school: bool, everywhere: bool, may: bool) -> None:
    found = may_settle(kind=kind, is_owner=is_owner, at_school=at_school, everywhere=everywhere)
    assert found is may


def test_who_may_not_lift_sees_whom_to_ask(cast: Cast, as_user: AsUser) -> None:
    hold = put(cast.director, cast.linde)
    for who in (cast.fg, second_director(cast)):
        page = " ".join(as_user(who).get(HOLDS).content.decode().split())
        assert "Mag dit weer weg? Vraag Dirk Linde of de IBP-manager." in page
        assert f"{HOLDS}{hold.pk}/opheffen/" not in page
    for who in (cast.director, cast.ibp):
        page = as_user(who).get(HOLDS).content.decode()
        assert f"{HOLDS}{hold.pk}/opheffen/" in page
        assert "Mag dit weer weg? Vraag" not in page


# --- an owner without the right ---------------------------------------------------------------


@pytest.mark.parametrize("owner", ["care", "teacher", "board_member", "auditor"])
def test_an_owner_reads_and_reviews_the_hold_whatever_the_role_is(
    cast: Cast, as_user: AsUser, owner: str
) -> None:
    who = getattr(cast, owner)
    hold = put(who, cast.linde)
    other = put(cast.director, cast.linde)
    assert [(each.sentence, each.url) for each in items_for(who, TODAY)] == [
        ("De Linde: kijk of er nog reden is om te bewaren (rechtszaak of claim).", HOLDS)
    ]
    client = as_user(who)
    page = client.get(HOLDS).content.decode()
    assert f"{HOLDS}{hold.pk}/langer/" in page
    assert f"{HOLDS}{other.pk}/langer/" not in page
    assert "Iets vasthouden" not in page
    assert client.post(f"{HOLDS}{hold.pk}/langer/", {"review_on": "2026-09-01"}).status_code == 302
    assert client.post(f"{HOLDS}{hold.pk}/opheffen/", {"because": "Klaar."}).status_code == 302
    hold.refresh_from_db()
    assert (hold.review_on, hold.lifted_because) == (date(2026, 9, 1), "Klaar.")


def test_who_lifted_the_last_one_is_not_sent_to_a_page_that_is_gone(
    cast: Cast, as_user: AsUser
) -> None:
    hold = put(cast.teacher, cast.linde)
    answer = as_user(cast.teacher).post(
        f"{HOLDS}{hold.pk}/opheffen/", {"because": "Klaar."}, follow=True
    )
    assert answer.status_code == 200
    assert "Opgeheven. De termijn loopt door." in answer.content.decode()


def test_who_owns_nothing_and_may_nothing_finds_no_page(cast: Cast, as_user: AsUser) -> None:
    put(cast.director, cast.linde)
    for who in (cast.teacher, cast.care, cast.auditor, cast.administrator):
        assert as_user(who).get(HOLDS).status_code == 404
        assert items_for(who, TODAY) == []


def test_the_reminder_leads_to_a_page_that_opens(cast: Cast, as_user: AsUser) -> None:
    hold = put(cast.care, cast.linde)
    remind_of_register(by=None, at=NOW)
    line = DigestLine.objects.get(subject_type="clockwork.hold", subject_id=str(hold.pk))
    assert (line.user, line.path) == (cast.care, HOLDS)
    assert as_user(cast.care).get(line.path).status_code == 200
