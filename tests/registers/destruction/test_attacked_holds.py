"""The lists of the board's own office can be stopped too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.factories import destruction as make

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def test_a_hold_on_a_rule_is_put_for_the_office(cast: Cast, as_user: AsUser) -> None:
    typed = {
        "kind": "lawsuit",
        "school": "",
        "rule": make.book_year_rule().pk,
        "reason": "Er loopt een zaak.",
        "owner": cast.ibp.pk,
        "review_on": "2099-01-09",
    }
    url = reverse("destruction_hold_new")
    # A director holds at a school, never everywhere.
    assert as_user(cast.director).post(url, typed).status_code == 200
    assert not Hold.objects.exists()
    assert as_user(cast.ibp).post(url, typed).status_code == 302
    hold = Hold.objects.get()
    assert hold.school is None
    page = as_user(cast.ibp).get(reverse("destruction_holds")).content.decode()
    assert "Financiële administratie" in page
    # A pupil is held at a school.
    wrong = {**typed, "rule": "", "person_key": "1001"}
    assert as_user(cast.ibp).post(url, wrong).status_code == 200
