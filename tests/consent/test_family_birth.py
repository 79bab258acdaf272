"""A birth date that nobody knew is asked on the page of a family."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from consent.models import Answer
from privacyboard.organisation.models import Pupil
from tests.conftest import Cast
from tests.consent.home import a_home, form_of, years_ago


def test_a_birth_date_that_nobody_knew_is_asked_and_kept_with_its_source(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast)
    home.noor.born_on = None
    home.noor.record(by=None, why="onbekend")
    path = home.page(home.mother)
    assert "Geboortedatum van Noor" in client.get(path).content.decode()
    born = years_ago(9)

    client.post(path, form_of(home, **{f"b-{home.noor.pk}": born.isoformat()}))

    home.noor.refresh_from_db()
    assert home.noor.born_on == born
    assert home.noor.history.latest().history_change_reason == "opgegeven door ouder"
    assert "Geboortedatum van Noor" not in client.get(path).content.decode()

    client.post(path, form_of(home, **{f"b-{home.noor.pk}": "2015-01-01"}))

    home.noor.refresh_from_db()
    assert home.noor.born_on == born


@pytest.mark.parametrize(
    "typed", ["31-02-2017", "1850-01-01", "2999-01-01", "gisteren", "²-3-2017"]
)
def test_a_birth_date_that_cannot_be_keeps_what_was_chosen(
    cast: Cast, client: Client, typed: str
) -> None:
    home = a_home(cast)
    home.noor.born_on = None
    home.noor.record(by=None, why="onbekend")
    form = form_of(home, (home.noor, home.questions[0], True), **{f"b-{home.noor.pk}": typed})

    page = client.post(home.page(home.mother), form).content.decode()

    assert "Deze geboortedatum kan niet kloppen." in page
    assert f'value="{typed}"' in page
    assert page.count(" checked") == 1
    assert not Answer.objects.exists()
    assert Pupil.objects.get(pk=home.noor.pk).born_on is None


def test_a_birth_date_of_sixteen_years_ago_leaves_the_answer_to_the_pupil(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast)
    home.noor.born_on = None
    home.noor.record(by=None, why="onbekend")
    form = form_of(
        home,
        (home.noor, home.questions[0], True),
        **{f"b-{home.noor.pk}": years_ago(16).isoformat()},
    )

    done = client.post(home.page(home.mother), form, follow=True).content.decode()

    assert not Answer.objects.exists()
    assert Pupil.objects.get(pk=home.noor.pk).born_on == years_ago(16)
    assert "Een leerling van 16 jaar of ouder beslist zelf" in done


def test_a_typed_day_is_read_in_the_dutch_order(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    home.noor.born_on = None
    home.noor.record(by=None, why="onbekend")

    client.post(home.page(home.mother), form_of(home, **{f"b-{home.noor.pk}": "03-04-2017"}))

    assert Pupil.objects.get(pk=home.noor.pk).born_on == date(2017, 4, 3)
