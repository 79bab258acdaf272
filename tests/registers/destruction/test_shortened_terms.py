"""A minimum of a law that was made shorter: a second person sees it, and says why it may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import formats, timezone

from privacyboard.audit.acts import ActRefused
from privacyboard.organisation.models import User
from registers import letters
from registers.actions.destroying import handing, stepping
from registers.choices import Bound
from registers.models import DestructionList, RetentionRule
from registers.models.destruction_changes import changed_since, shortened_on
from registers.rules.destruction.shortening import Version, shortened
from registers.rules.destruction.states import approval_problem
from registers.rules.destruction.terms import RuleTerm
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as make
from tests.factories import registers as registry

AsUser = Callable[[User], Client]
# A year and a half before the moment of the tests: five years have not passed, one has.
LEFT_LATELY = date(2024, 9, 1)
WHY = "De wet schrijft sinds dit jaar één jaar voor."


def version(number: int, years: int, *, ground: str = "WPO 1", by: int = 1, **term: Any) -> Version:
    values = {"bound": Bound.MINIMUM_THEN_DESTROY, "trigger": "leaving", **term}
    return Version(
        number=number,
        name="Verzuim",
        term=RuleTerm(years=years, **values),
        words=f"ten minste {years} jaar",
        legal_ground=ground,
        by=by,
        by_name=f"persoon {by}",
        on=date(2026, 1, number),
    )


def judged(*versions: Version) -> tuple[int, set[int], bool] | None:
    found = shortened(versions, event_on=LEFT_LATELY, today=TODAY)
    return (found.former.number, set(found.changed_by), found.is_lawful) if found else None


# --- the rule ---------------------------------------------------------------------------------


def test_what_counts_as_shorter() -> None:
    five, one = version(1, 5), version(2, 1, by=2)
    assert judged(five) is None
    assert judged(version(1, 1), version(2, 5)) is None
    assert judged(five, one) == (1, {2}, True)
    # Without a ground of a law it is the board's own: a second pair of eyes, and no reason asked.
    assert judged(version(1, 5, ground=""), one) == (1, {2}, False)
    # By steps, by two people; and the ground taken away first.
    assert judged(five, version(2, 3, by=2), version(3, 1, by=3)) == (1, {2, 3}, True)
    assert judged(five, version(2, 5, ground="", by=2), version(3, 1, ground="", by=3)) == (
        *(1, {3}, True),
    )
    # There and back: what is on the list rests on nothing.
    assert judged(five, one, version(3, 5)) is None


@pytest.mark.parametrize(
    "term",
    [
        {"bound": Bound.MAXIMUM},
        {"bound": Bound.NONE},
        {"trigger": "recording"},
    ],
)
def test_a_minimum_is_dodged_in_other_ways(term: dict[str, Any]) -> None:
    years = 5 if "trigger" in term else 1
    assert judged(version(1, 5), version(2, years, by=2, **term)) == (1, {2}, True)


def test_what_might_never_go_and_now_may() -> None:
    assert judged(version(1, 1, keeps=True), version(2, 1, by=2)) == (1, {2}, True)


def test_what_the_longer_term_lets_go_too_rests_on_nothing() -> None:
    long_ago = date(2019, 8, 1)
    assert shortened([version(1, 5), version(2, 1)], event_on=long_ago, today=TODAY) is None


def test_who_made_a_term_shorter_is_not_the_second_pair_of_eyes() -> None:
    assert approval_problem(checked_by=1, by=2, shortened_by={3}) == ""
    assert "zelf gecontroleerd" in approval_problem(checked_by=2, by=2, shortened_by={2})
    assert approval_problem(checked_by=1, by=2, shortened_by={2}) == (
        "U maakte een bewaartermijn van deze lijst zelf korter. Een ander keurt de lijst goed."
    )


# --- on a list --------------------------------------------------------------------------------


def absence(**values: Any) -> RetentionRule:
    return registry.retention_rule(
        "absence_enrolment",
        **{
            "name": "Verzuim",
            "years": 5,
            "bound": Bound.MINIMUM_THEN_DESTROY,
            "legal_ground": "Besluit bekostiging WPO",
            **values,
        },
    )


def shorten(rule: RetentionRule, *, by: User | None, years: int = 1) -> None:
    rule.years = years
    rule.record(by=by, why="bijgewerkt")


def resting(cast: Cast, **values: Any) -> DestructionList:
    """A checked list, on which stands what five years would still keep."""
    rule = absence(**values)
    make.kept_in("V02", (rule, "absence"))
    make.leaver(cast.linde, "1001", LEFT_LATELY)
    make.sweep()
    assert not DestructionList.objects.exists()
    shorten(rule, by=cast.ibp)
    make.sweep()
    found = DestructionList.objects.get()
    return stepping.check(found=found, by=cast.director, at=NOW)


pytestmark = pytest.mark.django_db


@pytest.mark.requirement("OPO-051")
def test_who_made_a_lawful_minimum_shorter_does_not_approve_what_rests_on_it(cast: Cast) -> None:
    found = resting(cast)
    with pytest.raises(ActRefused, match="U maakte een bewaartermijn van deze lijst zelf korter"):
        stepping.approve(found=found, because=WHY, by=cast.ibp, at=NOW)
    found.refresh_from_db()
    assert found.state == "checked"


def test_another_approves_it_with_a_reason(cast: Cast) -> None:
    found = resting(cast)
    with pytest.raises(ActRefused) as refusal:
        stepping.approve(found=found, by=cast.board_member, at=NOW)
    assert list(refusal.value.errors) == ["because"]
    stepping.approve(found=found, because=WHY, by=cast.board_member, at=NOW)
    line = found.lines.get()
    assert line.former_term.startswith(
        "ten minste 5 jaar na vertrek van de leerling, daarna weg (Besluit bekostiging WPO); "
        "korter gemaakt op "
    )
    assert line.former_term.endswith(" door Ilse Beheer")
    assert line.shortened_because == WHY


def test_a_list_that_is_older_than_the_change_tells_the_term_as_it_was_approved(
    cast: Cast,
) -> None:
    rule = absence()
    make.kept_in("V02", (rule, "absence"))
    make.leaver(cast.linde, "1001", date(2019, 8, 1))
    make.sweep()
    shorten(rule, by=cast.ibp)
    make.leaver(cast.linde, "1002", LEFT_LATELY)
    make.sweep()
    found = DestructionList.objects.get()
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, because=WHY, by=cast.board_member, at=NOW)
    line = found.lines.get()
    assert line.term == "ten minste 1 jaar na vertrek van de leerling, daarna weg"
    assert line.former_term.startswith("ten minste 5 jaar")


def test_of_a_term_of_the_board_itself_no_reason_is_asked(cast: Cast) -> None:
    found = resting(cast, legal_ground="")
    with pytest.raises(ActRefused):
        stepping.approve(found=found, by=cast.ibp, at=NOW)
    approved = stepping.approve(found=found, by=cast.board_member, at=NOW)
    assert (approved.state, found.lines.get().shortened_because) == ("approved", "")


def test_once_a_second_person_said_yes_it_is_the_term(cast: Cast) -> None:
    found = resting(cast)
    stepping.approve(found=found, because=WHY, by=cast.board_member, at=NOW)
    make.leaver(cast.eik, "2001", LEFT_LATELY)
    make.sweep()
    other = DestructionList.objects.get(school=cast.eik)
    assert shortened_on(other, TODAY) == {}
    stepping.check(found=other, by=cast.eik_director, at=NOW)
    assert stepping.approve(found=other, by=cast.ibp, at=NOW).state == "approved"
    # Shorter once more is asked once more.
    rule = RetentionRule.objects.get(code="absence_enrolment")
    rule.years, rule.months = 0, 6
    rule.record(by=cast.ibp, why="bijgewerkt")
    make.leaver(cast.eik, "2002", date(2025, 8, 1))
    make.sweep()
    third = DestructionList.objects.get(school=cast.eik, serial=2)
    assert [each.former.words for each in shortened_on(third, TODAY).values()] == [
        "ten minste 1 jaar na vertrek van de leerling, daarna weg"
    ]


def test_a_yes_that_was_about_something_else_is_no_yes(cast: Cast) -> None:
    """A list with what five years let go too is approved after the change: nobody judged it."""
    rule = absence()
    make.kept_in("V02", (rule, "absence"))
    make.leaver(cast.linde, "1001", date(2019, 8, 1))
    make.sweep()
    found = DestructionList.objects.get()
    stepping.check(found=found, by=cast.director, at=NOW)
    shorten(rule, by=cast.ibp)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    make.leaver(cast.linde, "1002", LEFT_LATELY)
    make.sweep()
    later = DestructionList.objects.get(serial=2)
    assert [each.is_lawful for each in shortened_on(later, TODAY).values()] == [True]


def test_a_yes_on_a_list_that_went_back_is_no_yes(cast: Cast) -> None:
    found = resting(cast)
    stepping.approve(found=found, because=WHY, by=cast.board_member, at=NOW)
    stepping.send_back(found=found, reason="Toch niet.", by=cast.board_member, at=NOW)
    assert len(shortened_on(found, TODAY)) == 1
    assert found.lines.get().former_term == ""


def test_when_the_term_is_put_back_nothing_of_it_goes(cast: Cast) -> None:
    found = resting(cast)
    shorten(RetentionRule.objects.get(code="absence_enrolment"), by=cast.ibp, years=5)
    with pytest.raises(ActRefused, match="Er staat niets meer op deze lijst dat weg mag"):
        stepping.approve(found=found, by=cast.board_member, at=NOW)


def test_the_certificate_says_so(cast: Cast) -> None:
    found = resting(cast)
    stepping.approve(found=found, because=WHY, by=cast.board_member, at=NOW)
    handing.hand_over(found=found, chosen=["system:sis"], by=cast.director, at=NOW)
    make.prove(found.tasks.get(), by=cast.director)
    html, _pdf = letters.certificate_pdf(handing.close(found=found, by=cast.director, at=NOW))
    assert "Deze termijn is korter gemaakt. Eerst: ten minste 5 jaar" in html
    assert WHY in html


# --- on the pages -----------------------------------------------------------------------------


def url(found: DestructionList, end: str = "") -> str:
    return f"/register/vernietigen/{found.number}/{end}"


def day_of_the_change() -> str:
    """The clock of the database dates a history row."""
    row = RetentionRule.history.latest("history_id")
    return formats.date_format(timezone.localtime(row.history_date), "j F Y")


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.mark.usefixtures("at_now")
def test_every_reader_sees_which_term_was_changed_when_and_by_whom(
    cast: Cast, as_user: AsUser
) -> None:
    found = resting(cast)
    day = day_of_the_change()
    for person in (cast.director, cast.ibp, cast.board_member, cast.fg):
        page = " ".join(as_user(person).get(url(found)).content.decode().split())
        assert f"Deze termijn is korter gemaakt, op {day} door Ilse Beheer." in page
        assert "Eerst: ten minste 5 jaar na vertrek van de leerling, daarna weg" in page
    page = as_user(cast.ibp).get(url(found)).content.decode()
    assert "U maakte een bewaartermijn van deze lijst korter. Daarom keurt een ander" in page
    given = {"because": WHY}
    refused = as_user(cast.ibp).post(url(found, "goedkeuren/"), given).content.decode()
    assert "U maakte een bewaartermijn van deze lijst zelf korter." in refused


@pytest.mark.usefixtures("at_now")
def test_a_term_that_was_changed_and_lets_nothing_go_sooner_is_told_too(
    cast: Cast, as_user: AsUser
) -> None:
    found = make.checked(cast)
    rule = RetentionRule.objects.get(code="pupil_file")
    rule.legal_ground = "WPO 2"
    rule.record(by=cast.ibp, why="grond toegevoegd")
    assert changed_since([rule.pk], date(2025, 3, 2))[rule.pk].by_name == "Ilse Beheer"
    assert changed_since([rule.pk], date(2099, 1, 1)) == {}
    page = " ".join(as_user(cast.director).get(url(found)).content.decode().split())
    assert f"Gewijzigd op {day_of_the_change()} door Ilse Beheer." in page
    assert "korter gemaakt" not in page


@pytest.mark.usefixtures("at_now")
def test_the_reason_is_asked_on_the_page_where_it_is_needed_alone(
    cast: Cast, as_user: AsUser
) -> None:
    found = resting(cast)
    client = as_user(cast.board_member)
    page = client.get(url(found, "goedkeuren/")).content.decode()
    assert "Waarom mag dit nu al weg?" in page
    assert f"Verzuim: deze termijn is korter gemaakt, op {day_of_the_change()} door Ilse" in page
    assert "<li>Eerst: ten minste 5 jaar na vertrek van de leerling, daarna weg</li>" in page
    assert "<li>Nu: ten minste 1 jaar na vertrek van de leerling, daarna weg</li>" in page
    assert client.post(url(found, "goedkeuren/")).status_code == 200
    assert client.post(url(found, "goedkeuren/"), {"because": WHY}).status_code == 302
    assert WHY in client.get(url(found)).content.decode()


@pytest.mark.usefixtures("at_now")
def test_an_ordinary_list_asks_no_reason(cast: Cast, as_user: AsUser) -> None:
    found = make.checked(cast)
    page = as_user(cast.ibp).get(url(found, "goedkeuren/")).content.decode()
    assert "Waarom mag dit nu al weg?" not in page
