"""Who writes for one school need not choose it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from privacyboard.organisation.models import User
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["disclosure", "confidentialitynote"])
def test_a_director_starts_with_the_own_school(
    cast: Cast, as_user: Callable[[User], Client], page: str
) -> None:
    answer = as_user(cast.director).get(f"/beheer/registers/{page}/add/").content.decode()
    assert f'<option value="{cast.linde.pk}" selected>De Linde</option>' in answer
    assert "De Eik" not in answer


def test_who_writes_for_several_schools_chooses(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    answer = as_user(cast.ibp).get("/beheer/registers/disclosure/add/").content.decode()
    assert f'<option value="{cast.linde.pk}">De Linde</option>' in answer
