"""What a director found wrong stays with the IBP manager until somebody handled it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from privacyboard.organisation.models import User
from registers import actions
from registers.models import AccessReview
from registers.worklist import items_for
from tests.conftest import TODAY, Cast
from tests.factories import registers as make
from tests.registers.test_recipients import words_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PAGE = "/register/toegang/de-linde/"
HANDLE = f"{PAGE}2026/afgehandeld/"
LINE = "De Linde: de toegang klopt niet helemaal (2026). Verwerk dat."


def answered(cast: Cast, now: datetime, outcome: str = "corrected") -> AccessReview:
    make.established("V01", at=now)
    review = actions.open_review(school=cast.linde, year=2026, by=cast.ibp, at=now)
    words = "De stagiair niet." if outcome == "corrected" else ""
    return actions.answer_review(
        review=review, outcome=outcome, corrections=words, by=cast.director, at=now
    )


def waiting(user: User) -> list[str]:
    return [
        each.sentence for each in items_for(user, TODAY) if "klopt niet helemaal" in each.sentence
    ]


def test_it_waits_for_the_ibp_manager_until_it_is_handled(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    answered(cast, now)
    assert {each.first_name: waiting(each) for each in cast.everybody() if waiting(each)} == {
        "Ilse": [LINE]
    }
    client = as_user(cast.ibp)
    page = words_of(client.get(PAGE).content)
    assert "Controle 2026 afhandelen De directeur schreef: De stagiair niet." in page
    assert client.post(HANDLE, {"handling": "De rol is aangepast."}).status_code == 302
    assert waiting(cast.ibp) == []
    words = words_of(client.get(PAGE).content)
    assert (
        "afgehandeld De rol is aangepast. (Ilse Beheer, 2 maart 2026)" not in words
    )  # its own day
    assert "afgehandeld De rol is aangepast. (Ilse Beheer," in words
    review = AccessReview.objects.get()
    assert make.history_of(review)[-1] == ("Ilse Beheer", "verbeteringen afgehandeld")


def test_what_was_confirmed_waits_for_nobody(cast: Cast, now: datetime) -> None:
    review = answered(cast, now, "confirmed")
    assert waiting(cast.ibp) == []
    with pytest.raises(actions.ReviewRefused, match="niets af te handelen"):
        actions.handle_review(review=review, handling="x", by=cast.ibp, at=now)


def test_it_is_handled_once_and_with_words(cast: Cast, now: datetime, as_user: SignIn) -> None:
    review = answered(cast, now)
    with pytest.raises(actions.ReviewRefused, match="Schrijf op wat ermee gedaan is"):
        actions.handle_review(review=review, handling=" ", by=cast.ibp, at=now)
    refused = as_user(cast.ibp).post(HANDLE, {"handling": ""})
    assert refused.status_code == 200
    assert "Schrijf op wat ermee gedaan is." in words_of(refused.content)
    actions.handle_review(review=review, handling="Aangepast.", by=cast.ibp, at=now)
    with pytest.raises(actions.ReviewRefused, match="al afgehandeld"):
        actions.handle_review(review=review, handling="Nog eens.", by=cast.ibp, at=now)
    assert AccessReview.objects.get().handling == "Aangepast."


def test_nobody_else_handles_it(cast: Cast, now: datetime, as_user: SignIn) -> None:
    answered(cast, now)
    for person in (cast.director, cast.fg, cast.board_member, cast.auditor, cast.eik_director):
        assert as_user(person).post(HANDLE, {"handling": "x"}).status_code == 404
    assert "afhandelen" not in words_of(as_user(cast.director).get(PAGE).content)
    assert as_user(cast.ibp).post(f"{PAGE}2025/afgehandeld/", {"handling": "x"}).status_code == 404
    assert as_user(cast.ibp).get(HANDLE).status_code == 405
