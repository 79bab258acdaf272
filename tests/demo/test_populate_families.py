"""`populate --pupils`: families and years of answers, as the acts would have left them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q
from django.utils import timezone

from consent.models import (
    Answer,
    CleanUp,
    Dispute,
    Invitation,
    Question,
    QuestionText,
    Round,
    Wording,
)
from consent.models.holding import rulings_on
from consent.querysets import QuestionQuerySet
from consent.rules.standing import decides_alone_from
from privacyboard.organisation.models import (
    Group,
    Guardian,
    Guardianship,
    Placement,
    Pupil,
    Teacher,
    User,
)
from tests.conftest import TODAY
from tests.factories.demo import put_back_large

COUNTS = {
    "schools": 5,
    "users": 40,
    "suppliers": 12,
    "activities": 40,
    "disclosures": 0,
    "requests": 0,
    "breaches": 0,
    "pupils": 600,
    "letters": 0,
    "entries": 0,
    "lists": 0,
}
MODELS = (
    *(Pupil, Guardian, Guardianship, Group, Placement, Teacher),
    *(Question, QuestionText, Wording, Round, CleanUp, Dispute),
)


@pytest.fixture
def families(db: None) -> None:
    put_back_large(COUNTS)


def test_twenty_pupils_have_thirty_five_guardians_and_forty_answers_each(families: None) -> None:
    found = (Pupil.objects.count(), Guardian.objects.count())
    assert found == (600, 1050)
    assert 39 * 600 < Answer.objects.count() < 43 * 600
    assert Pupil.history.count() == 600
    assert Guardianship.history.count() == Guardianship.objects.count()


def test_every_record_passes_its_own_checks(families: None) -> None:
    refused = []
    for model in MODELS:
        for record in model._default_manager.order_by("pk")[:10]:
            try:
                record.full_clean()
            except ValidationError as problem:
                refused.append((model.__name__, problem.message_dict))
    assert refused == []
    for answer in Answer.objects.order_by("pk")[::97]:
        answer.full_clean(exclude=["entered_by", "guardian", "round", "valid_until"])


def test_the_questions_can_be_asked_and_have_a_text_in_two_languages(families: None) -> None:
    askable: QuestionQuerySet = Question.objects.askable()
    assert askable.count() == 10
    assert {len(each.texts.all()) for each in askable} == {2}
    assert not QuestionText.objects.annotate(many=Count("wordings")).exclude(many=2).exists()


def test_a_round_of_each_year_of_which_the_last_runs(families: None) -> None:
    rounds = Round.objects.order_by("opens_on")
    assert [each.state for each in rounds] == ["closed"] * 4 + ["open"]
    assert list(Round.objects.running(TODAY)) == [rounds[4]]
    asked = Invitation.objects.filter(round=rounds[4])
    assert not asked.to_write().exists()
    assert asked.count() > 900


def test_every_kind_of_family_is_there(families: None) -> None:
    assert Pupil.objects.filter(born_on=None).exists()
    assert Pupil.objects.filter(left_on__lte=TODAY).exists()
    assert Guardian.objects.out_of_reach().exists()
    assert Guardian.objects.filter(email="").exists()
    assert Guardianship.objects.filter(has_authority=False).exists()
    assert {each.kind for each in Guardianship.objects.all()} == {"parent", "institution", "foster"}
    kinds = Answer.objects.order_by().values_list("kind", flat=True).distinct()
    assert set(kinds) == {"given", "refused", "withdrawn", "confirmed", "expired"}
    assert Dispute.objects.filter(settled_at=None).exists()
    assert CleanUp.objects.filter(done_on=None).exists()
    assert CleanUp.objects.filter(done_on__isnull=False).exists()


def test_nobody_spoke_who_had_no_say(families: None) -> None:
    wrong = []
    authority = {
        (tie.pupil_id, tie.guardian_id) for tie in Guardianship.objects.filter(has_authority=True)
    }
    for answer in Answer.objects.exclude(way="clock").select_related("pupil"):
        alone_from = decides_alone_from(answer.pupil.born_on, has_curator=False)
        alone = alone_from is not None and timezone.localdate(answer.at) >= alone_from
        speaks = answer.guardian_id is None or (answer.pupil_id, answer.guardian_id) in authority
        if alone != (answer.guardian_id is None) or not speaks:
            wrong.append(answer)
    assert wrong == []
    assert Answer.objects.filter(guardian=None).exists()


def test_no_answer_is_of_tomorrow_or_before_its_text(families: None, now: datetime) -> None:
    assert not Answer.objects.filter(Q(at__gt=now) | Q(entered_at__gt=now)).exists()
    assert not Answer.objects.filter(at__lt=F("text__made_at")).exists()
    assert not Answer.objects.exclude(text__question=F("question")).exists()


def test_what_expired_says_so(families: None, now: datetime) -> None:
    """No yes that ended stands as the last word of somebody who is still asked."""
    last = Answer.objects.last_of_each(Pupil.objects.values_list("pk", flat=True), now)
    ended = [
        each
        for each in last.filter(pupil__left_on=None).select_related("pupil")
        if each.valid_until and each.valid_until < TODAY and each.guardian_id
    ]
    over = [
        each
        for each in ended
        if (born := each.pupil.born_on) is None
        or (decides_alone_from(born, has_curator=False) or TODAY) > date(2025, 9, 1)
    ]
    assert over == []


def test_a_class_has_every_outcome(families: None) -> None:
    pupils = list(Pupil.objects.all())
    found = rulings_on(pupils, list(Question.objects.all()), on=TODAY)
    outcomes = {ruling.outcome for rows in found.values() for ruling in rows.values()}
    assert outcomes >= {"yes", "no", "silent", "expired", "changed", "left", "reconfirm"}


def test_teachers_are_people_of_the_board_before_groups_of_this_year(families: None) -> None:
    emails = set(User.objects.values_list("email", flat=True))
    assert {each.email for each in Teacher.objects.all()} <= emails
    years = Teacher.groups.through.objects.values_list("group__school_year", flat=True)
    assert set(years) == {2025}
    assert set(Group.objects.values_list("school_year", flat=True)) == {
        *(2021, 2022, 2023, 2024, 2025)
    }
