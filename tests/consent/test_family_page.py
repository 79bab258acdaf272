"""What the page of a family shows, and what it keeps to itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import formats, timezone
from pytest_django import DjangoAssertNumQueries

from consent.actions.links import revoke_links
from consent.choices import Means
from privacyboard.organisation.models import Guardianship
from tests.conftest import Cast
from tests.consent.home import EIGHT, a_home, years_ago
from tests.factories import consent, people
from tests.factories.consent import say


def words(day: Any) -> str:
    return formats.date_format(timezone.localdate(day), "j F Y")


def test_the_page_shows_the_child_the_group_and_the_own_answer_only(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast, Means.WEBSITE, Means.CLASS_PHOTO)
    website = home.questions[0]
    say(home.mother, home.noor, website, True, at=home.at)
    say(home.father, home.noor, website, False, at=home.at)

    mothers = client.get(home.page(home.mother)).content.decode()
    fathers = client.get(home.page(home.father)).content.decode()

    assert "<bdi>Noor</bdi>" in mothers
    assert "groep 7a" in mothers
    assert f"Antwoord van {words(home.at)}: ja." in mothers
    assert f"Antwoord van {words(home.at)}: nee." not in mothers
    assert f"Antwoord van {words(home.at)}: nee." in fathers
    assert f"Antwoord van {words(home.at)}: ja." not in fathers
    for secret in ("Visser", "Bram", "Sanne", "@gezin", "@vader", str(years_ago(9).year)):
        assert secret not in mothers.replace(str(home.at.year), "").replace("privacyboard", "")
    assert "Mila" not in mothers


@pytest.mark.requirement("OPO-003")
def test_nothing_is_ticked_beforehand(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    say(home.mother, home.noor, home.questions[0], True, at=home.at)

    page = client.get(home.page(home.mother)).content.decode()

    assert page.count('type="radio"') == 2
    assert "checked" not in page


def test_fifty_visits_of_a_mail_scanner_change_nothing(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    say(home.mother, home.noor, home.questions[0], True, at=home.at)
    path = home.page(home.mother)
    counted = [model for model in apps.get_models() if model._meta.managed]

    before = {model._meta.label: model._base_manager.count() for model in counted}
    statuses = {client.get(path).status_code for _visit in range(50)}

    assert statuses == {200}
    assert {model._meta.label: model._base_manager.count() for model in counted} == before


@pytest.mark.parametrize("children", [1, 3])
def test_the_page_takes_four_queries(
    cast: Cast,
    client: Client,
    children: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    home = a_home(cast, *EIGHT, children=children)
    for question in home.questions[:4]:
        say(home.mother, home.noor, question, True, at=home.at)
        say(home.father, home.noor, question, False, at=home.at)
    consent.round_of(
        *home.questions,
        school=cast.linde,
        opens_on=timezone.localdate(),
        closes_on=timezone.localdate() + timedelta(days=10),
        valid_until=timezone.localdate() + timedelta(days=300),
    )
    path = home.page(home.mother)

    with django_assert_num_queries(4):
        page = client.get(path)

    assert page.content.decode().count("<fieldset") == 8 * children


def test_a_link_of_one_person_is_for_no_search_engine_and_no_cache(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast)

    page = client.get(home.page(home.mother))

    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"


def test_what_is_new_and_what_changed_is_marked(cast: Cast, client: Client) -> None:
    home = a_home(cast, Means.WEBSITE, Means.PRESS)
    website, press = home.questions
    first = client.get(home.page(home.mother)).content.decode()
    say(home.mother, home.noor, website, True, at=home.at)
    consent.text(website, at=timezone.now(), asks_again=True)

    page = client.get(home.page(home.mother)).content.decode()

    # To who never answered, everything is new: nothing is marked.
    assert "Nieuw</span>" not in first.replace("\n", "")
    assert page.count("Veranderd") == 1
    assert page.count("Nieuw</span>") == 1
    assert "De vraag is daarna veranderd. Tot er een nieuw antwoord is, is het nee." in page
    assert f'name="t-{website.pk}" value="2"' in page
    assert f'name="t-{press.pk}" value="1"' in page


def test_an_answer_that_ended_says_so(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    long_ago = timezone.now() - timedelta(days=800)
    say(home.mother, home.noor, home.questions[0], True, at=long_ago)

    page = client.get(home.page(home.mother)).content.decode()

    assert "Het antwoord was ja. Dat gold tot en met" in page
    assert "Nu is het nee." in page


def test_who_has_no_authority_has_no_vote_and_sees_nothing_else(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    stranger = people.guardian(home.noor, first_name="Rob", has_authority=False)

    page = client.get(home.page(stranger)).content.decode()

    assert "hebt u geen gezag. Daarom hebt u geen stem" in page
    assert "Noor" not in page
    assert "<form" not in page


def test_authority_that_ended_yesterday_shows_no_child(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    tie = Guardianship.objects.get(guardian=home.father)
    tie.starts_on, tie.ends_on = None, timezone.localdate() - timedelta(days=1)
    tie.record(by=None, why="uitspraak")

    page = client.get(home.page(home.father)).content.decode()

    assert "Noor" not in page
    assert "De school vraagt op dit moment niets." in page


@pytest.mark.requirement("KPO-004")
def test_from_sixteen_the_parents_page_has_no_questions_and_the_pupils_own_has(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast)
    parent = people.guardian(home.mila, first_name="Olga")

    parents = client.get(home.page(parent)).content.decode()
    own = client.get(home.page(home.mila)).content.decode()
    too_young = client.get(home.page(home.noor)).content.decode()

    assert "Een leerling van 16 jaar of ouder beslist zelf." in parents
    assert "<form" not in parents
    assert "Jij bent 16 jaar of ouder" in own
    assert own.count("<fieldset") == 1
    assert "<form" not in too_young
    assert "Onder de 16 jaar beslissen ouders" in too_young


def test_under_a_curator_the_representative_answers_after_sixteen_too(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast)
    curator = people.guardian(home.mila, first_name="Olga", kind="guardian")
    home.mila.has_curator = True
    home.mila.record(by=None, why="onder curatele")

    curators = client.get(home.page(curator)).content.decode()
    own = client.get(home.page(home.mila)).content.decode()

    assert "<bdi>Mila</bdi>" in curators
    assert curators.count("<fieldset") == 1
    assert "<form" not in own


def test_a_child_who_left_and_a_question_of_another_school_are_not_asked(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast, children=2)
    consent.question(Means.PRESS, at=home.at, schools=[cast.eik])
    home.noor.left_on = timezone.localdate()
    home.noor.record(by=None, why="verhuisd")

    page = client.get(home.page(home.mother)).content.decode()

    assert "Noor" not in page
    assert "<bdi>Daan</bdi>" in page
    assert page.count("<fieldset") == 1


def test_two_children_at_two_schools_each_have_the_questions_of_their_own(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast, Means.WEBSITE)
    group = people.group(cast.eik, "2b", level="12")
    big = people.pupil(cast.eik, "Teun", of=group, born_on=years_ago(13))
    Guardianship(pupil=big, guardian=home.mother).record(by=None, why="ingevoerd")
    consent.question(Means.PRESS, at=home.at, schools=[cast.eik])

    page = client.get(home.page(home.mother)).content.decode()

    assert page.count("<details") == 2
    assert page.count("<fieldset") == 3


@pytest.mark.parametrize(
    ("spoil", "status"),
    [("altered", 404), ("expired", 410), ("revoked", 410)],
)
def test_a_link_that_does_not_serve_says_so_and_shows_the_way(
    cast: Cast, client: Client, spoil: str, status: int
) -> None:
    home = a_home(cast)
    path = home.page(home.mother)
    if spoil == "altered":
        path = path[:-4] + "abc/"
    elif spoil == "expired":
        path = home.page(home.mother, at=timezone.now() - timedelta(days=551))
    else:
        revoke_links(who=home.mother, by=cast.director, at=timezone.now())

    page = client.get(path)
    posted = client.post(path, {"act": "save"})

    assert page.status_code == posted.status_code == status
    assert "Deze link werkt niet" in page.content.decode()
    assert "/toestemming/link/" in page.content.decode()
    assert "Noor" not in page.content.decode()


@pytest.mark.parametrize("token", ["a", "a.b.c", "é", "%00", "x" * 5000, "-1", "link%20"])
def test_what_is_no_token_at_all_is_not_found(cast: Cast, client: Client, token: str) -> None:
    assert client.get(f"/toestemming/{token}/").status_code == 404
    assert client.get(f"/toestemming/{token}/klaar/").status_code == 404
    assert client.post(f"/toestemming/{token}/", {"act": "save"}).status_code == 404


def test_revoking_is_in_the_history_and_a_new_link_serves(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    old = home.page(home.mother)

    home.mother.refresh_from_db()
    revoked = revoke_links(who=home.mother, by=cast.director, at=timezone.now())

    change = revoked.history.latest()
    assert (change.history_user, change.history_change_reason) == (
        cast.director,
        "link ingetrokken",
    )
    assert client.get(old).status_code == 410
    assert client.get(home.page(revoked)).status_code == 200
    assert client.get(home.page(home.father)).status_code == 200
