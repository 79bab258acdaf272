"""A concept of a letter that nobody needs any more: thrown away, and the history tells it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from datalekken.actions import telling as acts
from datalekken.actions.discarding import discard_telling
from datalekken.models import Breach, Telling, ToldPerson
from privacyboard.audit.acts import ActRefused, edition_of
from privacyboard.organisation.models import User
from tests.conftest import NOW, Cast
from tests.factories import breaches as leak
from tests.factories import tellings as make

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Breach:
    return leak.decided(leak.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)


def refusal(act: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(ActRefused) as found:
        act()
    return found.value.errors


def test_a_concept_goes_with_its_list_and_its_text_stays_in_the_history(
    cast: Cast, case: Breach
) -> None:
    people = [make.candidate("Mila Moeder"), make.candidate("Vera Vader")]
    telling = make.telling(case, people, at=NOW, by=cast.ibp)
    other = make.telling(case, [make.candidate("Oma")], at=NOW, by=cast.ibp, title="Nog een")

    discard_telling(telling=telling, by=cast.ibp, at=NOW)

    assert list(Telling.objects.all()) == [other]
    assert [each.name for each in ToldPerson.objects.all()] == ["Oma"]
    last = Telling.history.filter(id=telling.pk).order_by("-history_id").first()
    assert (last.history_type, last.history_user) == ("-", cast.ibp)
    assert last.history_change_reason == "concept van het bericht weggegooid: 2 op de lijst"
    assert last.what_happened == telling.what_happened
    case.refresh_from_db()
    assert case.told_at is None


def test_what_was_sent_is_not_thrown_away(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, [make.candidate("Mila")], at=NOW, by=cast.ibp, sent=True)
    told = refusal(lambda: discard_telling(telling=telling, by=cast.ibp, at=NOW))
    assert told[""].startswith("Dit bericht is al verstuurd op 02-03-2026 om 10:00 door Ilse")
    assert Telling.objects.count() == ToldPerson.objects.count() == 1


def test_of_two_at_once_the_second_is_told(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, at=NOW, by=cast.ibp)
    seen = edition_of(telling)
    acts.change_telling(telling=telling, words=make.words(title="Anders"), by=cast.ibp, at=NOW)
    told = refusal(lambda: discard_telling(telling=telling, seen=seen, by=cast.ibp, at=NOW))
    assert told[""].startswith("Iemand anders was u voor.")
    assert Telling.objects.count() == 1


def test_who_works_on_it_while_it_is_thrown_away_is_told(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp)
    kept = Telling.objects.get(pk=telling.pk)
    discard_telling(telling=telling, by=cast.ibp, at=NOW)
    for act in (
        lambda: discard_telling(telling=kept, by=cast.ibp, at=NOW),
        lambda: acts.send_telling(telling=kept, by=cast.ibp, at=NOW),
        lambda: acts.change_telling(telling=kept, words=make.words(), by=cast.ibp, at=NOW),
        lambda: acts.add_person(telling=kept, who=make.candidate("Oma"), by=cast.ibp, at=NOW),
    ):
        assert refusal(act)[""].startswith("Dit bericht is weggegooid.")


def test_on_the_page(cast: Cast, as_user: AsUser) -> None:
    at = timezone.now()
    case = leak.decided(leak.breach(cast.linde, at=at), at=at, by=cast.ibp)
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=at, by=cast.ibp)
    client, file_page = as_user(cast.ibp), f"/datalekken/{case.number}/"
    address = f"{file_page}bericht-weg/{telling.pk}/"
    assert f'href="{address}"' in client.get(file_page).content.decode()

    page = client.get(address).content.decode()
    assert "Er staat 1 persoon op de lijst. Ook de lijst gaat weg." in page
    assert Telling.objects.count() == 1  # looking does nothing
    told = client.post(address, follow=True).content.decode()
    assert "Het concept is weggegooid. Niemand heeft het bericht gekregen." in told
    assert Telling.objects.count() == 0
    assert (
        "concept van het bericht weggegooid" in client.get(f"{file_page}verloop/").content.decode()
    )
    assert client.get(address).status_code == 404

    sent = make.telling(case, [make.candidate("Oma")], at=at, by=cast.ibp, sent=True)
    later = f"{file_page}bericht-weg/{sent.pk}/"
    assert f'href="{later}"' not in client.get(file_page).content.decode()
    assert client.post(later).status_code == 404
    assert Telling.objects.count() == 1


def test_only_who_handles(cast: Cast, as_user: AsUser) -> None:
    at = timezone.now()
    case = leak.decided(leak.breach(cast.linde, at=at), at=at, by=cast.ibp)
    telling = make.telling(case, at=at, by=cast.ibp)
    for person in cast.everybody():
        page = as_user(person).get(f"/datalekken/{case.number}/bericht-weg/{telling.pk}/")
        assert page.status_code == (200 if person == cast.ibp else 404), person
