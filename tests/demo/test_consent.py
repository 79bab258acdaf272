"""The families of the demo board: something of everything, entered by the acts of people."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from consent.choices import Means, Outcome
from consent.models import (
    Answer,
    CleanUp,
    Dispute,
    Invitation,
    LanguageRelease,
    Question,
    Round,
    Wording,
)
from consent.models.class_list import groups_for
from consent.models.holding import rulings_on
from privacyboard.demo import loading
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Guardian, Pupil, School, User
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


def held(name: str, means: str) -> Outcome:
    pupil = Pupil.objects.get(first_name=name)
    question = Question.objects.get(means=means)
    return rulings_on([pupil], [question], on=TODAY)[pupil.pk][question.pk].outcome


def test_families_of_every_school_with_something_of_everything(demo: None, now: datetime) -> None:
    # Who left stands on the destruction lists, and has no family.
    assert Pupil.objects.filter(left_on=None).count() == 39
    assert all(school.pupils.count() >= 6 for school in School.objects.all())
    assert [each.state for each in Round.objects.order_by("opens_on")] == ["closed", "open"]
    assert Round.objects.running(TODAY).get().invited_at == now - timedelta(days=8)
    assert not Invitation.objects.to_write().exists()
    assert OutboundLetter.objects.filter(key__startswith="consent/invitation").count() >= 30

    dispute = Dispute.objects.get(settled_at=None, question__means=Means.WEBSITE)
    assert dispute.pupil.first_name == "Noor"
    assert [str(each) for each in CleanUp.objects.filter(why="withdrawn", pupil__first_name="Daan")]
    assert Guardian.objects.out_of_reach().get().first_name == "Loek"

    assert held("Noor", Means.WEBSITE) == Outcome.NO
    assert held("Fien", Means.WEBSITE) == Outcome.YES
    assert held("Mila", Means.WEBSITE) == Outcome.TO_RECONFIRM
    assert held("Thijs", Means.WEBSITE) == Outcome.YES
    assert held("Isa", Means.WEBSITE) == Outcome.SILENT
    assert held("Koos", Means.WEBSITE) == Outcome.YES
    assert held("Evi", Means.WEBSITE) == Outcome.YES
    assert Answer.objects.filter(way="paper").exists()


def test_two_questions_can_be_read_in_six_languages(demo: None) -> None:
    assert LanguageRelease.objects.filter(is_on=True).count() == 4
    for means in (Means.WEBSITE, Means.PARENT_PORTAL):
        words = Wording.objects.filter(text__question__means=means)
        assert {each.language for each in words} == {"nl", "en", "tr", "ar", "pl", "uk"}
    assert set(Question.objects.askable()) == set(Question.objects.all())


@pytest.mark.urls("tests.demo.urls")
def test_a_newcomer_opens_the_page_of_a_parent_and_of_a_pupil(client: Client) -> None:
    at = timezone.now()
    loading.load(at=at, password="x")
    teacher = User.objects.get(email="leraar@delinde.example")
    assert [each.name for each in groups_for(teacher, on=timezone.localdate(at))] == ["7a"]

    page = client.get("/demo/").content.decode()

    assert "leraar@delinde.example" in page
    links = re.findall(r'href="[^"]*?(/toestemming/[^"]+)"', page)
    assert len(links) == 8
    titles = [client.get(each) for each in links]
    assert {each.status_code for each in titles} == {200}
    assert any("العربية" in each.content.decode() for each in titles)
