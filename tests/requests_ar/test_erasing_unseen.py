"""Erasing by an address that somebody has whom the reader may not see: at another school, say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from consent.models import LinkRequest
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.collectors import Sought
from privacyboard.organisation.models import Pupil, User
from requests_ar.actions.erasing import erase_here
from tests.conftest import Cast
from tests.factories import people
from tests.factories.requests import person
from tests.requests_ar.test_erasing import KIM, asked, kim, url

AsUser = Callable[[User], Client]
UNSEEN = f"{KIM} is ook van iemand die u niet mag zien."


def brother(cast: Cast) -> Pupil:
    """At De Eik, whose pupils the director of De Linde does not see; with the family's address."""
    return people.pupil(
        cast.eik,
        "Bram",
        last_name="Zwaluw",
        key="E-77",
        email=KIM,
        born_on=date(2014, 3, 2),
    )


def told(client: Client, address: str, **given: str) -> str:
    page = client.post(address, given | {"find": "1"}) if given else client.get(address)
    return " ".join(page.content.decode().split())


@pytest.mark.requirement("KPO-022")
def test_that_somebody_has_it_is_told_and_nothing_of_who_or_where(
    cast: Cast, as_user: AsUser
) -> None:
    kim(cast, email=KIM)
    case, client = asked(cast), as_user(cast.director)
    before = told(client, url(case))
    assert UNSEEN not in before
    brother(cast)
    text = told(client, url(case))
    assert f"{UNSEEN} Wij zoeken er niet mee. Vraag de IBP-manager" in text
    assert "wij zoeken hier niet mee" in text
    for secret in ("Bram", "Zwaluw", "De Eik", "E-77", "2 maart 2014", "leerling van De Eik"):
        assert secret not in text
    # It cannot be ticked, also not by who writes the form anew.
    assert f'name="sure" value="{KIM}"' not in text
    assert UNSEEN in told(client, url(case), number="L-1", sure=KIM)
    client.post(url(case), {"number": "L-1", "sure": KIM})
    assert LinkRequest.objects.count() == 1


def test_the_same_is_told_whatever_the_unseen_one_is(cast: Cast, as_user: AsUser) -> None:
    """A pupil of another school, a parent there, or a colleague with an account: one sentence."""
    case, client = asked(cast), as_user(cast.director)
    child = brother(cast)
    as_pupil = told(client, url(case))
    Pupil.objects.filter(pk=child.pk).update(email="")
    assert UNSEEN not in told(client, url(case))
    people.guardian(child, email=KIM)
    as_parent = told(client, url(case))
    child.guardianships.all().delete()
    User.objects.filter(pk=cast.teacher.pk).update(email=KIM)
    as_colleague = told(client, url(case))
    assert UNSEEN in as_pupil
    assert _plain(as_pupil) == _plain(as_parent) == _plain(as_colleague)


def _plain(text: str) -> str:
    """Without the token of the form, which is another one each time."""
    import re

    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", text)


def test_nothing_is_erased_by_it_until_who_sees_all_looked(cast: Cast, as_user: AsUser) -> None:
    kim(cast, email=KIM)
    brother(cast)
    case = asked(cast)
    sought = Sought.of(cast.director, emails=[KIM], keys=(), schools=[cast.linde.pk])
    with pytest.raises(ActRefused, match="iemand die u niet mag zien"):
        erase_here(request=case, sought=sought, sure={KIM}, by=cast.director, at=timezone.now())
    assert LinkRequest.objects.count() == 1
    client = as_user(cast.ibp)
    text = told(client, url(case))
    assert "Bram Zwaluw, leerling van De Eik, geboren op 2 maart 2014" in text
    assert "iemand die u niet mag zien" not in text
    client.post(url(case), {"number": "L-1", "sure": KIM})
    assert not LinkRequest.objects.exists()
    assert Pupil.objects.filter(first_name="Bram").exists()


def test_who_can_make_nothing_sure_is_sent_to_who_can(cast: Cast, as_user: AsUser) -> None:
    brother(cast)
    case = asked(cast)
    subject = person(case, "subject")
    subject.key, subject.email = "", KIM
    subject.record(by=None, why="proef")
    to_director, to_ibp = (told(as_user(each), url(case)) for each in (cast.director, cast.ibp))
    assert "Dit doet de IBP-manager" in to_director
    assert "vink dat dan hierboven aan" not in to_director
    assert "vink dat dan hierboven aan" in to_ibp


@pytest.mark.parametrize("is_here", [True, False])
def test_of_the_person_itself_at_another_school_nothing_is_told_either(
    cast: Cast, as_user: AsUser, is_here: bool
) -> None:
    if is_here:
        kim(cast, email=KIM)
    case, client = asked(cast), as_user(cast.director)
    before = told(client, url(case))
    people.pupil(cast.eik, "Kim", last_name="Kind", key="E-1", email=KIM, born_on=date(2016, 5, 4))
    assert _plain(told(client, url(case))) == _plain(before)


def test_the_account_of_a_colleague_is_not_told_of(cast: Cast, as_user: AsUser) -> None:
    case = asked(cast)
    subject = person(case, "subject")
    subject.email = cast.teacher.email
    subject.record(by=None, why="proef")
    text = told(as_user(cast.director), url(case))
    assert "is ook van iemand die u niet mag zien" in text
    assert cast.teacher.first_name not in text
