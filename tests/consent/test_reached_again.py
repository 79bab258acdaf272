"""Who could not be mailed and has an address by now is written to, wherever it was filled in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from consent.actions.addressing import put_address_right
from consent.models import Invitation, Round
from consent.models.response import letter_figures
from consent.tasks import sweep_letters, sweep_paper, sweep_unreachable
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Guardian
from privacyboard.people.actions import guardians as people_acts
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.consent.test_rounds import opened
from tests.factories.consent import say

pytestmark = pytest.mark.django_db


def asked_of(who: Guardian) -> Invitation:
    return Invitation.objects.get(guardian=who)


def sent_to(address: str) -> list[str]:
    return list(OutboundLetter.objects.filter(to=address).values_list("key", flat=True))


def came_back(who: Guardian, at: datetime) -> None:
    rows = OutboundLetter.objects.filter(to=who.email)
    rows.update(state="bounced", last_error="5.1.1", sent_at=at)
    sweep_unreachable(at)


@pytest.fixture
def asked(cast: Cast, families: Families, now: datetime) -> Round:
    asked = opened(cast, families, now)
    sweep_letters(now)
    return asked


def test_an_address_that_is_put_right_gets_the_invitation(
    cast: Cast, families: Families, asked: Round, now: datetime
) -> None:
    came_back(families.father, now)
    assert asked_of(families.father).on_paper_since == now
    put_address_right(
        guardian=families.father, email="bram@nieuw.example", by=cast.director, at=now
    )
    later = now + timedelta(minutes=2)

    sweep_unreachable(later)
    sweep_letters(later)
    sweep_unreachable(later)

    found = asked_of(families.father)
    assert (found.on_paper_since, found.queued_at, found.number) == (None, later, 2)
    assert sent_to("bram@nieuw.example") == [f"consent/invitation:{found.pk}/2"]
    letter = OutboundLetter.objects.get(to="bram@nieuw.example")
    # The link that the wrong address got is dead; this one serves.
    assert "/toestemming/" in letter.text
    # Nobody counts twice, and nobody is failed any more.
    figures = letter_figures(asked, [cast.linde.pk])
    assert (figures.invited, figures.failed, figures.on_paper) == (3, 0, 0)


def test_a_letter_that_cannot_be_read_keeps_no_other(
    families: Families, asked: Round, now: datetime
) -> None:
    both = OutboundLetter.objects.filter(to__in=[families.mother.email, families.father.email])
    both.update(state="bounced", last_error="5.1.1", sent_at=now)
    both.filter(pk=min(both.values_list("pk", flat=True))).update(about_id="kapot")
    with pytest.raises(ValueError, match="kapot"):
        sweep_unreachable(now)
    people = Guardian.objects.filter(pk__in=[families.mother.pk, families.father.pk])
    assert people.filter(unreachable_since=now).count() == 1


def test_an_address_that_was_not_there_and_is_filled_in_elsewhere(
    cast: Cast, families: Families, now: datetime
) -> None:
    families.mother.email = ""
    families.mother.record(by=None, why="geen adres")
    opened(cast, families, now)
    sweep_letters(now)
    sweep_paper(now)
    people_acts.put_address_right(
        guardian=families.mother, email="sanne@nieuw.example", other_emails=[], by=None, at=now
    )

    sweep_unreachable(now)
    sweep_letters(now)

    found = asked_of(families.mother)
    # The letter on paper is no longer to be handed over.
    assert (found.document, found.on_paper_since, found.number) == (None, None, 1)
    assert sent_to("sanne@nieuw.example") == [f"consent/invitation:{found.pk}"]


@pytest.mark.parametrize("how", ["answered", "handed", "same", "closed", "text refused"])
def test_who_is_left_alone(
    cast: Cast, families: Families, asked: Round, now: datetime, how: str
) -> None:
    father = families.father
    came_back(father, now)
    address = father.email if how in ("same", "text refused") else "bram@nieuw.example"
    people_acts.put_address_right(guardian=father, email=address, other_emails=[], by=None, at=now)
    if how == "answered":
        say(father, families.noor, families.website, True, at=now)
    if how == "handed":
        Invitation.objects.filter(guardian=father).update(handed_on=now.date())
    if how == "closed":
        Round.objects.update(state="closed")

    sweep_unreachable(now)
    sweep_letters(now)

    assert asked_of(father).on_paper_since == now
    assert len(sent_to(address)) == (1 if address == father.email else 0)


def test_what_comes_back_late_from_the_old_address_stops_nothing(
    cast: Cast, families: Families, asked: Round, now: datetime
) -> None:
    Invitation.objects.filter(guardian=families.father).update(on_paper_since=now)
    old = families.father.email
    put: dict[str, Any] = {"other_emails": [], "by": None, "at": now}
    people_acts.put_address_right(guardian=families.father, email="bram@nieuw.example", **put)
    sweep_unreachable(now)
    sweep_letters(now)

    OutboundLetter.objects.filter(to=old).update(state="bounced", last_error="5.1.1")
    sweep_unreachable(now + timedelta(minutes=1))

    assert asked_of(families.father).on_paper_since is None
    assert Guardian.objects.get(pk=families.father.pk).can_be_mailed
