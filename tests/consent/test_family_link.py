"""Asking for a new link: nobody is told whether an address is known."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from consent.models import LinkRequest
from consent.tasks import sweep_new_links
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Pupil
from privacyboard.publicforms.models import FormCount
from tests.conftest import Cast
from tests.consent.home import a_home, path_of
from tests.factories import people

ASK = "/toestemming/link/"


def plain(page: str) -> str:
    """A page without the token of its form."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


@pytest.mark.parametrize("address", ["sanne@gezin.example", "niemand@nergens.example"])
def test_known_or_not_the_answer_and_the_work_are_the_same(
    cast: Cast,
    client: Client,
    address: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    a_home(cast)

    with django_assert_num_queries(9) as queries:
        answer = client.post(ASK, {"email": address})

    assert answer.status_code == 302
    assert answer["Location"] == "/toestemming/link/verzonden/?taal=nl"
    assert not any("guardian" in each["sql"] for each in queries.captured_queries)
    assert not OutboundLetter.objects.exists()
    assert LinkRequest.objects.get().email == address
    assert address not in client.get(answer["Location"]).content.decode()


def test_the_sweep_writes_to_who_is_known_and_drops_the_address(cast: Cast, client: Client) -> None:
    a_home(cast)
    client.post(ASK, {"email": "niemand@nergens.example"})
    client.post(ASK, {"email": "SANNE@gezin.example"})

    assert sweep_new_links(timezone.now()) == 1
    assert sweep_new_links(timezone.now()) == 0

    letter = OutboundLetter.objects.get()
    assert letter.to == "sanne@gezin.example"
    assert not LinkRequest.objects.exists()


def test_one_letter_has_a_link_for_each_person_with_the_address(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    shared = people.guardian(
        home.noor,
        first_name="Joost",
        email="joost@gezin.example",
        other_emails=["huis@gezin.example"],
    )
    also = people.guardian(home.noor, first_name="Anke", email="huis@gezin.example")
    home.mila.email = "huis@gezin.example"
    home.mila.record(by=None, why="adres")
    home.noor.email = "huis@gezin.example"
    home.noor.record(by=None, why="adres")

    client.post(ASK, {"email": "Huis@gezin.example"})
    sweep_new_links(timezone.now())

    text = OutboundLetter.objects.get().text
    links = re.findall(r"http\S+", text)
    assert len(links) == 3
    for person in (shared, also, home.mila):
        assert str(person) in text
    # A pupil of nine has no page.
    assert str(home.noor) not in text.replace(str(home.mila), "")
    pages = [client.get(path_of(link)).content.decode() for link in links]
    assert ["<bdi>Noor</bdi>" in page for page in pages] == [True, True, False]


def test_who_is_out_of_reach_and_types_the_address_is_written_to(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast)
    home.mother.unreachable_since, home.mother.unreachable_why = timezone.now(), "bounced"
    home.mother.record(by=None, why="onbestelbaar")

    client.post(ASK, {"email": home.mother.email})

    assert sweep_new_links(timezone.now()) == 1


def test_what_is_no_address_is_said_and_kept_in_the_field(cast: Cast, client: Client) -> None:
    page = client.post(ASK, {"email": "sanne@<b>"}).content.decode()

    assert "Vul een e-mailadres in, zoals naam@voorbeeld.nl." in page
    assert 'value="sanne@&lt;b&gt;"' in page
    assert not LinkRequest.objects.exists()
    assert not FormCount.objects.exists()


def test_who_asks_too_often_waits_known_or_not(cast: Cast, client: Client) -> None:
    a_home(cast)
    for address in ("sanne@gezin.example", "niemand@nergens.example"):
        statuses = [client.post(ASK, {"email": address}).status_code for _time in range(11)]
        assert statuses == [302] * 10 + [429]

    page = client.post(ASK, {"email": "niemand@nergens.example"})

    assert page["Retry-After"] == "3600"
    assert "Er is al vaak om een link gevraagd." in page.content.decode()
    assert LinkRequest.objects.count() == 20


def test_asking_changes_no_person(cast: Cast, client: Client) -> None:
    home = a_home(cast)

    client.post(ASK, {"email": home.mother.email})
    sweep_new_links(timezone.now())

    assert Pupil.history.count() == 2
    home.mother.refresh_from_db()
    assert home.mother.link_number == 1
    # The link that was sent before serves too.
    assert client.get(home.page(home.mother)).status_code == 200
