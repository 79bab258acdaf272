"""A link that came into the wrong hands is revoked at the school."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from privacyboard.organisation.models import Guardian, User
from tests.conftest import Cast
from tests.consent.home import a_home
from tests.factories import people

SignIn = Callable[[User], Client]


def test_the_director_revokes_the_link_of_a_mother(cast: Cast, as_user: SignIn) -> None:
    home = a_home(cast)
    old = home.page(home.mother)
    director = as_user(cast.director)
    path = f"/toestemmingen/leerling/{home.noor.pk}/link/{home.mother.pk}/"

    assert path in director.get(f"/toestemmingen/leerling/{home.noor.pk}/").content.decode()
    asked = director.get(path)
    assert asked.status_code == 200
    assert "Sanne Visser" in asked.content.decode()
    assert director.get(old).status_code == 200

    assert director.post(path).status_code == 302

    assert director.get(old).status_code == 410
    assert director.get(home.page(home.father)).status_code == 200
    last = Guardian.objects.get(pk=home.mother.pk).history.latest()
    assert (last.history_user, last.history_change_reason) == (cast.director, "link ingetrokken")


def test_the_link_of_a_pupil_is_revoked_the_same_way(cast: Cast, as_user: SignIn) -> None:
    home = a_home(cast)
    old = home.page(home.mila)
    director = as_user(cast.director)

    director.post(f"/toestemmingen/leerling/{home.mila.pk}/link/")

    assert director.get(old).status_code == 410


@pytest.mark.parametrize("role", ["teacher", "eik_director", "auditor", "fg"])
def test_who_may_not_record_answers_revokes_nothing(cast: Cast, as_user: SignIn, role: str) -> None:
    home = a_home(cast)
    visitor = as_user(getattr(cast, role))
    path = f"/toestemmingen/leerling/{home.noor.pk}/link/"

    for each in (path, f"{path}{home.mother.pk}/"):
        assert visitor.get(each).status_code == 404
        assert visitor.post(each).status_code == 404
    home.mother.refresh_from_db()
    assert home.mother.link_number == 1


def test_a_guardian_of_another_family_is_not_found(cast: Cast, as_user: SignIn) -> None:
    home = a_home(cast)
    stranger = people.guardian(people.pupil(cast.eik, "Saar"), first_name="Eva")
    director = as_user(cast.director)

    for key in (stranger.pk, 2**70):
        path = f"/toestemmingen/leerling/{home.noor.pk}/link/{key}/"
        assert director.post(path).status_code == 404
    stranger.refresh_from_db()
    assert stranger.link_number == 1
