"""Erasing by a number or an address that more than one person has, or that can be no number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from consent.models import LinkRequest
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.collectors import Sought
from privacyboard.clockwork.runs import registering
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Pupil, Teacher, User
from requests_ar.actions.erasing import erase_here
from requests_ar.models import SubjectRequest
from tests.conftest import NOW, Cast
from tests.factories import consent as said
from tests.factories import people
from tests.factories.requests import person
from tests.requests_ar.test_erasing import KIM, asked, kim, url

AsUser = Callable[[User], Client]


def letter_about(pupil: Pupil, to: str, *, about: Any = ...) -> OutboundLetter:
    """A letter about a pupil (or about something else, or nothing) that was sent long ago."""
    now = timezone.now()
    of = pupil if about is ... else about
    number = OutboundLetter.objects.count()
    return OutboundLetter.objects.create(
        key=f"proef {number}",
        digest=f"proef {number}",
        letter="proef",
        to=to,
        subject=f"Over {pupil.first_name}",
        text=f"Beste {pupil.first_name}",
        state=OutboundLetter.State.SENT,
        about_type=of._meta.label_lower if of else "",
        about_id=str(of.pk) if of else "",
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
    assert f"{KIM} {words}." in text
    client.post(url(case))
    letter.refresh_from_db()
    assert (letter.subject, letter.text) == ("Over Bram", "Beste Bram")
    assert LinkRequest.objects.count() == 1
    letter_about(child, KIM)
    letter_about(child, KIM, about=None)
    client.post(url(case), {"sure": KIM})
    left = dict(OutboundLetter.objects.filter(to=KIM).values_list("pk", "subject"))
    assert left == {letter.pk: "Over Bram"}  # certainly not of Kim
    assert not LinkRequest.objects.exists()
    # Who says that Bram is Kim, takes that along too.
    client.post(url(case), {"sure": [KIM, f"organisation.pupil:{bram.pk}"]})
    assert not OutboundLetter.objects.filter(to=KIM).exists()


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


def free(client: Client, case: SubjectRequest, *sure: str) -> dict[str, int]:
    """What may go, by rule, when these are ticked."""
    page = client.post(url(case), {"number": "L-1", "find": "1", "sure": sure})
    return {each.rule.name: len(each.free) for each in page.context["free"]}


@pytest.fixture
def all_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if pupils, staff and answers were kept without a ground: they may go at once."""
    for name in ("pupils", "teachers", "guardians", "consent_answers"):
        rule = registering._rules[name]
        monkeypatch.setitem(registering._rules, name, replace(rule, ground="", term_of=""))


@pytest.mark.usefixtures("all_may_go")
@pytest.mark.requirement("KPO-022")
def test_by_a_number_that_was_looked_at_the_teacher_who_has_it_too_is_not_found(
    cast: Cast, as_user: AsUser
) -> None:
    kim(cast)
    teacher = people.teacher(cast.linde, "piet@school.example")
    teacher.first_name, teacher.last_name, teacher.key = "Piet", "Post", "L-1"
    teacher.record(by=None, why="proef")
    case, client = asked(cast), as_user(cast.director)
    token = f"organisation.teacher:{teacher.pk}"
    assert free(client, case, "L-1") == {"pupils": 1, "link_requests": 1}
    assert free(client, case, "L-1", token) == {"pupils": 1, "teachers": 1, "link_requests": 1}
    assert free(client, case, token) == {"pupils": 1, "teachers": 1, "link_requests": 1}
    page = client.post(url(case), {"number": "L-1", "find": "1", "sure": ["L-1", token]})
    text = " ".join(page.text.split())
    assert f'name="sure" value="{token}" checked' in text
    assert "Piet Post, leerkracht van De Linde: dit is ook Kim Kind." in text
    client.post(url(case), {"number": "L-1", "sure": ["L-1"]})
    assert not Pupil.objects.exists()
    assert Teacher.objects.get() == teacher


@pytest.mark.usefixtures("all_may_go")
def test_of_two_who_both_do_not_fit_each_is_pointed_at_by_itself(
    cast: Cast, as_user: AsUser
) -> None:
    """One who has it under another name can be the person; of two nobody knows which."""
    child = kim(cast, last_name="Bakker", email=KIM)
    parent = people.guardian(child, email=KIM)
    case, client = asked(cast), as_user(cast.director)
    assert free(client, case, KIM) == {"link_requests": 1}
    assert free(client, case, f"organisation.pupil:{child.pk}") == {
        "pupils": 1,
        "link_requests": 1,
    }
    assert free(client, case, f"organisation.guardian:{parent.pk}") == {
        "guardians": 1,
        "link_requests": 1,
    }


@pytest.mark.usefixtures("all_may_go")
def test_who_was_born_on_another_day_stays_too_where_a_third_has_another_name(
    cast: Cast, as_user: AsUser
) -> None:
    kim(cast, email=KIM, born_on=date(2012, 1, 1))
    people.guardian(kim(cast, key="L-2", email=""), email=KIM)
    case, client = asked(cast), as_user(cast.director)
    assert free(client, case, KIM) == {"link_requests": 1}


@pytest.mark.usefixtures("all_may_go")
def test_what_a_parent_said_of_a_brother_stays_and_of_the_pupil_goes(
    cast: Cast, as_user: AsUser
) -> None:
    child = kim(cast, email=KIM)
    bram = people.pupil(cast.linde, "Bram", last_name="Kind", key="L-2", email=KIM)
    parent = people.guardian(child, bram, email="ouder@thuis.example")
    asked_of = said.question(at=NOW)
    for pupil in (child, bram):
        said.say(parent, pupil, asked_of, True, at=NOW)
    case, client = asked(cast), as_user(cast.director)
    assert free(client, case, KIM)["consent_answers"] == 1
    assert free(client, case, KIM, f"organisation.pupil:{bram.pk}")["consent_answers"] == 2


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
