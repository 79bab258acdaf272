"""Erasing by a number or an address that more than one person has, or that can be no number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from consent.models import LinkRequest
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.collectors import Sought
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Pupil, User
from requests_ar.actions.erasing import erase_here
from tests.conftest import Cast
from tests.factories import people
from tests.factories.requests import person
from tests.requests_ar.test_erasing import KIM, asked, kim, url

AsUser = Callable[[User], Client]


def letter_about(pupil: Pupil, to: str) -> OutboundLetter:
    """A letter about a pupil that was sent long ago."""
    now = timezone.now()
    return OutboundLetter.objects.create(
        key="proef",
        digest="proef",
        letter="proef",
        to=to,
        subject=f"Over {pupil.first_name}",
        text=f"Beste {pupil.first_name}",
        state=OutboundLetter.State.SENT,
        about_type="organisation.pupil",
        about_id=str(pupil.pk),
        queued_at=now,
        due_at=now,
        sent_at=now,
        school=pupil.school,
    )


@pytest.mark.parametrize("is_chosen", [False, True])
@pytest.mark.requirement("KPO-022")
def test_by_the_mailbox_of_a_family_nothing_of_a_brother_is_erased_unless_somebody_looked(
    cast: Cast, as_user: AsUser, is_chosen: bool
) -> None:
    child = kim(cast, email=KIM)
    bram = people.pupil(
        cast.linde,
        "Bram",
        last_name="Kind",
        key="L-2",
        email=KIM.title(),
        born_on=date(2014, 5, 4),
    )
    letter = letter_about(bram, KIM)
    case, client = asked(cast), as_user(cast.director)
    if is_chosen:
        subject = person(case, "subject")
        subject.pupil = child
        subject.record(by=None, why="gekozen")
    text = " ".join(client.get(url(case)).text.split())
    words = "hoort ook bij een andere naam: Bram Kind, leerling van De Linde, geboren op 4 mei 2014"
    assert f"{KIM} {words}. Let op" in text
    client.post(url(case))
    letter.refresh_from_db()
    assert (letter.subject, letter.text) == ("Over Bram", "Beste Bram")
    assert LinkRequest.objects.count() == 1
    client.post(url(case), {"sure": KIM})
    letter.refresh_from_db()
    assert "Bram" not in letter.subject + letter.text


@pytest.mark.parametrize("is_chosen", [False, True])
def test_a_number_that_a_teacher_has_too_is_in_doubt(
    cast: Cast, as_user: AsUser, is_chosen: bool
) -> None:
    child = kim(cast)
    teacher = people.teacher(cast.linde, "piet@school.example")
    teacher.first_name, teacher.last_name, teacher.key = "Piet", "Post", "L-1"
    teacher.record(by=None, why="proef")
    case, client = asked(cast), as_user(cast.director)
    if is_chosen:
        subject = person(case, "subject")
        subject.pupil = child
        subject.record(by=None, why="gekozen")
    text = " ".join(client.get(url(case)).text.split())
    words = "L-1 hoort ook bij een andere naam: Piet Post, leerkracht van De Linde."
    assert words in text
    assert "Kim Kind, leerling" not in text
    sought = Sought.of(cast.director, emails=(), keys=["L-1"], schools=[cast.linde.pk])
    with pytest.raises(ActRefused, match=words):
        erase_here(request=case, sought=sought, by=cast.director, at=timezone.now())


@pytest.mark.parametrize("number", ["L\x00", "9" * 41])
@pytest.mark.parametrize("find", [{"find": "1"}, {}])
def test_what_cannot_be_a_number_is_refused_and_nothing_is_erased(
    cast: Cast, as_user: AsUser, number: str, find: dict[str, str]
) -> None:
    case, client = asked(cast), as_user(cast.director)
    page = client.post(url(case), {"number": number} | find)
    assert page.status_code == 422
    assert "Dit kan geen nummer zijn." in page.text
    assert LinkRequest.objects.count() == 1
