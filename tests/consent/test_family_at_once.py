"""The same form twice, and two people at once: nothing is doubled, nobody fails."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from consent.actions.family import Choice, FamilyForm, answer_family
from consent.choices import Means
from consent.letters.links import family_of, family_token
from consent.models import Answer, CleanUp, Dispute
from consent.models.family import beside, frame_of
from privacyboard.mail.models import OutboundLetter
from tests.conftest import Cast
from tests.consent.home import EIGHT, a_home, form_of
from tests.factories import people
from tests.factories.consent import say


def at_once(posts: Sequence[tuple[str, FamilyForm]]) -> None:
    """Post these forms at the same moment; none of them may fail."""
    gate = threading.Barrier(len(posts))
    troubles: list[Exception] = []

    def post(token: str, form: FamilyForm) -> None:
        try:
            who = family_of(token, at=timezone.now(), beside=beside())
            gate.wait(timeout=60)
            answer_family(who=who, frame=frame_of(who), form=form, by=None, at=timezone.now())
        except Exception as error:  # noqa: BLE001 - it is looked at below
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=each) for each in posts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert troubles == []


def test_posted_twice_is_one_event_and_one_letter(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    form = form_of(home, (home.noor, home.questions[0], True))
    path = home.page(home.mother)

    first, second = client.post(path, form), client.post(path, form)

    assert first.status_code == second.status_code == 302
    assert Answer.objects.count() == 1
    assert OutboundLetter.objects.count() == 1


def test_who_waited_for_the_lock_sees_what_went_before(cast: Cast) -> None:
    home = a_home(cast)
    token = family_token(home.mother, timezone.now())
    website = home.questions[0]
    choice = Choice(pupil=home.noor.pk, question=website.pk, yes=True)
    form = FamilyForm(choices=[choice], seen={website.pk: 1}, keeps=False, born={}, language="nl")
    who = family_of(token, at=timezone.now(), beside=beside())
    pressed = timezone.now()

    later = pressed + timedelta(microseconds=1)
    assert len(answer_family(who=who, frame=frame_of(who), form=form, by=None, at=later)) == 1
    assert answer_family(who=who, frame=frame_of(who), form=form, by=None, at=pressed) == []
    assert say(home.mother, home.noor, website, True, at=pressed) == []


@pytest.mark.django_db(transaction=True)
def test_posted_twice_at_once_is_one_event_and_one_letter(
    append_only_lifted: None, cast: Cast
) -> None:
    home = a_home(cast, Means.WEBSITE, children=3)
    token = family_token(home.mother, timezone.now())
    choices = [
        Choice(pupil=tie.pupil_id, question=home.questions[0].pk, yes=True)
        for tie in home.mother.guardianships.all()
    ]
    form = FamilyForm(
        choices=choices, seen={home.questions[0].pk: 1}, keeps=False, born={}, language="nl"
    )
    at_once([(token, form)] * 4)

    assert Answer.objects.count() == 3
    assert OutboundLetter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_both_parents_at_once_make_one_task_of_each_kind(
    append_only_lifted: None, cast: Cast
) -> None:
    home = a_home(cast, *EIGHT, children=3)
    third = people.guardian(
        *(tie.pupil for tie in home.mother.guardianships.all()), first_name="Voogd"
    )
    ours = [tie.pupil for tie in home.mother.guardianships.all()]
    for child in ours:
        for each in home.questions:
            say(home.mother, child, each, True, at=home.at)
    choices = [
        Choice(pupil=child.pk, question=each.pk, yes=False)
        for child in ours
        for each in home.questions
    ]
    seen = {each.pk: 1 for each in home.questions}
    form = FamilyForm(choices=choices, seen=seen, keeps=False, born={}, language="nl")

    at_once([(family_token(who, timezone.now()), form) for who in (home.father, third)])

    assert Answer.objects.filter(kind="refused").count() == 48
    assert (CleanUp.objects.count(), Dispute.objects.count()) == (6, 24)
