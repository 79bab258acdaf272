"""The pages about what is forgotten: rules, trials and runs, for who may read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from privacyboard.clockwork import runs, sweeps
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.models import Heartbeat, RetentionRun
from privacyboard.organisation.models import Pupil, User
from registers.models import ImportRun
from tests.conftest import NOW, Cast
from tests.factories import people
from tests.factories import registers as make
from tests.retention_runs import erase_pupils, rule

AsUser = Callable[[User], Client]
GOES = (
    *("Alles loopt", "De laatste ronde ging niet helemaal goed", "Het opruimen loopt achter"),
    "Het opruimen begint nog",
)
NOBODY = Pupil.objects.none()
LATER = datetime(2026, 8, 1, 9, 0, tzinfo=NOW.tzinfo)


def readers(cast: Cast, as_user: AsUser, address: str) -> set[User]:
    return {each for each in cast.everybody() if as_user(each).get(address).status_code == 200}


def test_who_may_read_it(cast: Cast, as_user: AsUser) -> None:
    assert readers(cast, as_user, reverse("cleaning")) == {
        cast.fg,
        cast.ibp,
        cast.administrator,
        cast.board_member,
    }
    for user in (cast.director, cast.teacher, cast.auditor):
        client = as_user(user)
        assert client.get(reverse("cleaning")).status_code == 404
        assert client.post(reverse("cleaning_try")).status_code == 404
    assert not RetentionRun.objects.exists()


def test_the_rules_stand_there_with_the_boards_own_terms(
    cast: Cast, as_user: AsUser, only: None
) -> None:
    runs.register(rule(term_of="pupil_file"))
    page = as_user(cast.fg).get(reverse("cleaning")).text
    assert "2 jaar na het vertrek" in page
    make.retention_rule("pupil_file", years=3)
    page = as_user(cast.fg).get(reverse("cleaning")).text
    assert "3 jaar na het vertrek" in page
    assert "Er is nog niets weggegaan." in page


def test_a_trial_tells_what_would_go_and_names_nobody(
    cast: Cast, as_user: AsUser, only: None
) -> None:
    runs.register(rule())
    people.pupil(cast.linde, "Zebulon", left_on=date(2020, 7, 31))
    told = as_user(cast.ibp).post(reverse("cleaning_try"), follow=True)
    assert "<b>1</b> zou nu weggaan" in told.text
    assert "Leerlingen die weg zijn" in told.text
    assert "Zebulon" not in told.text
    assert Pupil.objects.count() == 1
    assert RetentionRun.objects.get().by == cast.ibp


def test_a_run_tells_what_went(cast: Cast, as_user: AsUser, only: None) -> None:
    runs.register(rule())
    people.pupil(cast.linde, "Zebulon", left_on=date(2020, 7, 31))
    run = runs.run_rules(by=None, at=LATER)
    page = as_user(cast.administrator).get(reverse("cleaning_run", args=[run.pk])).text
    assert "de termijn was om" in page.lower()
    assert "begonnen tot en met 31 juli 2024" in page
    assert "<b>1</b> weg" in page
    listed = as_user(cast.administrator).get(reverse("cleaning")).text
    assert reverse("cleaning_run", args=[run.pk]) in listed


def test_a_killed_run_and_a_failed_rule_are_told(cast: Cast, as_user: AsUser, only: None) -> None:
    def trouble(*_given: Any) -> None:
        raise ZeroDivisionError("Zebulon")

    runs.register(rule(forget=trouble))
    people.pupil(cast.linde, left_on=date(2020, 7, 31))
    with pytest.raises(runs.RunFailed):
        runs.run_rules(by=None, at=LATER)
    run = RetentionRun.objects.get()
    address = reverse("cleaning_run", args=[run.pk])
    page = as_user(cast.ibp).get(address).text
    assert "niet gelukt: ZeroDivisionError" in page
    assert "Deze ronde is niet afgemaakt" not in page
    RetentionRun.objects.update(finished_at=None)
    assert "Deze ronde is niet afgemaakt" in as_user(cast.ibp).get(address).text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Alles loopt"),
        ({"error": "RunFailed"}, "De laatste ronde ging niet helemaal goed"),
        ({"good_at": NOW}, "Het opruimen loopt achter"),
    ],
)
def test_how_it_goes_is_said_on_top(
    cast: Cast, as_user: AsUser, values: dict[str, Any], said: str
) -> None:
    now = timezone.now()
    sweeps.make_known(at=now)
    Heartbeat.objects.filter(name="retention").update(**{"good_at": now, "error": "", **values})
    page = as_user(cast.fg).get(reverse("cleaning")).text
    assert [each for each in GOES if each in page] == [said]


def test_what_never_ran_is_no_good_news(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.fg)
    sweeps.make_known(at=timezone.now())
    Heartbeat.objects.update(known_since=timezone.now(), good_at=None, error="")
    page = client.get(reverse("cleaning")).text
    assert [each for each in GOES if each in page] == ["Het opruimen begint nog"]
    Heartbeat.objects.all().delete()
    page = client.get(reverse("cleaning")).text
    assert [each for each in GOES if each in page] == ["Het opruimen loopt achter"]


def test_every_rule_stands_folded_under_its_subject(cast: Cast, as_user: AsUser) -> None:
    page = as_user(cast.fg).get(reverse("cleaning"))
    subjects = page.context["subjects"]
    assert list(subjects) == [
        "Datalekken",
        "Leerlingen en ouders",
        "Medewerkers, post en beheer",
        "Register",
        "Toestemmingen",
        "Verzoeken en klachten",
    ]
    assert sum(len(of) for of in subjects.values()) == len(runs.all_rules())
    staff = {each.title for each in subjects["Medewerkers, post en beheer"]}
    assert "Accounts: e-mailadres en wachtwoord" in staff
    assert "Leerkrachten" in staff
    assert "Leerlingen: naam en nummer" not in staff
    assert page.text.count('<details class="part">') == 6


def test_a_round_folds_the_rules_of_which_nothing_was_due(
    cast: Cast, as_user: AsUser, only: None
) -> None:
    runs.register(rule())
    runs.register(rule(name="nothing", title="Niets aan de beurt", due=lambda _cut: NOBODY))
    people.pupil(cast.linde, left_on=date(2020, 7, 31))
    run = runs.run_rules(by=None, at=LATER, trial=True)
    page = as_user(cast.fg).get(reverse("cleaning_run", args=[run.pk])).text
    before, _sign, folded = page.partition('<details class="part">')
    assert "Leerlingen die weg zijn" in before
    assert "Niets aan de beurt" not in before
    assert "1 regel waar niets aan de beurt was" in folded
    assert "Niets aan de beurt" in folded


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_for_one_run_and_for_three(
    cast: Cast,
    as_user: AsUser,
    only: None,
    number: int,
    django_assert_num_queries: Any,
) -> None:
    runs.register(rule(term_of="pupil_file"))
    for each in range(number):
        people.pupil(cast.linde, f"P{each}", left_on=date(2020, 7, 31))
        runs.run_rules(by=None, at=LATER)
    client = as_user(cast.fg)
    with django_assert_num_queries(9):
        assert client.get(reverse("cleaning")).text.count('<th scope="row"><a') == number
    assert not ImportRun.objects.exists()


def test_what_could_not_go_is_told_with_its_numbers(
    cast: Cast, as_user: AsUser, only: None
) -> None:
    one = people.pupil(cast.linde, "Zebulon", left_on=date(2020, 7, 31))
    people.pupil(cast.linde, "Zebedeus", left_on=date(2020, 7, 31))

    def trouble(gone: Gone, keys: list[int], at: datetime) -> None:
        if one.pk in keys:
            raise ZeroDivisionError("Zebulon")
        erase_pupils(gone, keys, at)

    runs.register(rule(forget=trouble))
    with pytest.raises(runs.RunFailed) as failed:
        runs.run_rules(by=None, at=LATER)
    page = as_user(cast.administrator).get(reverse("cleaning_run", args=[failed.value.run.pk])).text
    assert "1 kon niet weg. De rest is niet tegengehouden." in page
    assert f"Nummers voor de beheerder: {one.pk}." in page
    assert "<b>1</b> weg" in page
    assert "Zebulon" not in page


def test_of_a_rule_that_stopped_is_told_where_the_next_run_begins(
    cast: Cast, as_user: AsUser, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 1)
    for each in range(4):
        people.pupil(cast.linde, f"P{each}", left_on=date(2020, 7, 31))

    def trouble(gone: Gone, keys: list[int], at: datetime) -> None:
        raise ZeroDivisionError

    runs.register(rule(forget=trouble))
    with pytest.raises(runs.RunFailed) as failed:
        runs.run_rules(by=None, at=LATER)
    page = as_user(cast.administrator).get(reverse("cleaning_run", args=[failed.value.run.pk])).text
    assert "3 konden niet weg. Daarna stopte deze regel." in page
    assert "De volgende ronde begint met wat daarna komt. De andere regels zijn niet" in page
    assert "De rest is niet tegengehouden." not in page


def test_a_trial_that_cannot_count_a_rule_tells_so(cast: Cast, as_user: AsUser, only: None) -> None:
    def due(_cut: Any) -> Any:
        raise ZeroDivisionError

    runs.register(rule(due=due))
    told = as_user(cast.ibp).post(reverse("cleaning_try"), follow=True)
    assert "niet gelukt: ZeroDivisionError" in told.text
