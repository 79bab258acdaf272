"""Mijn berichten: everybody with an account chooses how often letters come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from privacyboard.clockwork.models import AlertPreference, DigestLine
from privacyboard.organisation.models import User
from tests.conftest import Cast

AsUser = Callable[[User], Client]
PAGE = "/mijn-berichten/"


def wait(user: User, number: int) -> None:
    DigestLine.objects.create(
        user=user,
        subject_type="requests_ar.subjectrequest",
        subject_id=str(number),
        kind="request_term",
        stage="14",
        sentence=f"Verzoek V-2026-{number:04d} vraagt een antwoord.",
        path=f"/verzoeken/V-2026-{number:04d}/",
        due_on=timezone.localdate() + timedelta(days=14),
        made_at=timezone.now(),
    )


def test_opens_for_everybody_with_an_account(cast: Cast, as_user: AsUser) -> None:
    for user in cast.everybody():
        page = as_user(user).get(PAGE)
        assert page.status_code == 200
        assert "de 72 uur van een datalek" in page.content.decode()


def test_a_stranger_signs_in_first(client: Client, db: None) -> None:
    assert client.get(PAGE).status_code == 302


def test_without_a_choice_it_is_daily(cast: Cast, as_user: AsUser) -> None:
    page = as_user(cast.teacher).get(PAGE)
    assert page.context["form"]["pace"].value() == "daily"


def test_a_choice_is_kept(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.teacher)
    response = client.post(PAGE, {"pace": "weekly"}, follow=True)
    assert "Uw keuze is opgeslagen." in response.content.decode()
    assert response.context["form"]["pace"].value() == "weekly"
    chosen = AlertPreference.objects.get()
    assert (chosen.user, chosen.pace) == (cast.teacher, "weekly")


@pytest.mark.parametrize("given", [{}, {"pace": "hourly"}])
def test_something_else_is_refused_in_words(
    cast: Cast, as_user: AsUser, given: dict[str, str]
) -> None:
    response = as_user(cast.teacher).post(PAGE, given)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not AlertPreference.objects.exists()


def test_what_waits_is_shown_to_its_reader_alone(cast: Cast, as_user: AsUser) -> None:
    wait(cast.director, 1)
    wait(cast.ibp, 2)
    page = as_user(cast.director).get(PAGE).content.decode()
    assert "<li>Verzoeken: 1</li>" in page
    # What it says is said on the morning itself, to who may read it then.
    assert "V-2026-" not in page
    assert "U krijgt dit per e-mail op" in page
    assert "Er staat niets klaar." in as_user(cast.fg).get(PAGE).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_costs_the_same_for_one_and_for_three(
    cast: Cast, as_user: AsUser, rows: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(rows):
        wait(cast.director, number)
    wait(cast.ibp, 9)
    client = as_user(cast.director)
    with django_assert_num_queries(7):
        page = client.get(PAGE).content.decode()
    assert f"<li>Verzoeken: {rows}</li>" in page
