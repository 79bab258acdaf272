"""Erasing on request with the rules of every app: what is free goes whole, what is not stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.models import Answer, LinkRequest
from privacyboard.organisation.models import Guardian, Pupil, User
from tests.conftest import NOW, Cast
from tests.factories import consent as said
from tests.factories import people
from tests.factories.forgetting import places_of
from tests.factories.requests import person
from tests.requests_ar.test_exceptions import begun, decided, sent

AsUser = Callable[[User], Client]
WORD = "Zwaluwkind"


def family(cast: Cast, *, answered: bool) -> Pupil:
    """A pupil in a group with a parent; who said yes, where that is asked."""
    pupil = people.pupil(
        cast.linde,
        WORD,
        of=people.group(cast.linde),
        key="L-1",
        email=f"{WORD.lower()}@thuis.example",
    )
    parent = people.guardian(pupil, first_name="Sanne")
    if answered:
        said.say(parent, pupil, said.question(at=NOW), True, at=NOW)
    return pupil


def page_of(cast: Cast, pupil: Pupil) -> str:
    """The page of a request to erase the pupil, which was granted and answered."""
    case = begun(cast, "erasure", key="L-1", subject_name="Kim Kind")
    subject = person(case, "subject")
    subject.pupil = pupil
    subject.record(by=None, why="gekozen")
    decided(case, cast, "granted", erasure_grounds=frozenset({"not_needed"}))
    sent(case, cast)
    return reverse("request_erase", args=[case.number])


@pytest.mark.requirement("KPO-022", "OPO-052")
def test_of_a_pupil_at_school_only_what_has_no_ground_goes(cast: Cast, as_user: AsUser) -> None:
    pupil = family(cast, answered=True)
    LinkRequest.objects.create(email=pupil.email, asked_at=timezone.now())
    client = as_user(cast.director)
    url = page_of(cast, pupil)
    before = " ".join(client.get(url).text.split())
    assert "zolang de leerling er op school zit" in before
    assert "Wie ja of nee zei, is bewijs" in before
    assert "de termijn begint na het vertrek" in before
    assert "1 record is gewist." in client.post(url, follow=True).text
    assert (Pupil.objects.get(), Answer.objects.count()) == (pupil, 1)
    assert not LinkRequest.objects.exists()
    connection.check_constraints()


@pytest.mark.requirement("KPO-022")
def test_of_a_pupil_who_left_long_ago_nothing_is_left_but_the_request(
    cast: Cast, as_user: AsUser
) -> None:
    pupil = family(cast, answered=False)
    pupil.left_on = date(2010, 7, 31)
    pupil.record(by=None, why="van school")
    Guardian.objects.update(email="iemand@anders.example")
    client = as_user(cast.director)
    url = page_of(cast, pupil)
    client.post(url)
    assert not Pupil.objects.exists()
    assert places_of(WORD) == []
    connection.check_constraints()


def test_of_what_was_never_told_nothing_has_to_stay(cast: Cast, as_user: AsUser) -> None:
    """A pupil without an address, an ECK iD, another language or a group has no such details."""
    pupil = people.pupil(cast.linde, WORD, key="L-1")
    page = as_user(cast.director).get(page_of(cast, pupil))
    assert {each.rule.name for each in page.context["staying"]} == {"pupils", "privacy_requests"}
