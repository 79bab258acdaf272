"""Board standard, local truth: versions, deviations, answers, and a changed purpose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from privacyboard.organisation.models import User
from registers import actions
from registers.choices import CompatibilityOutcome, DeviatingField, LegalBasis, VersionReply
from registers.models import ProcessingActivity, SchoolDeviation, VersionAnswer
from registers.worklist import items_for
from tests.conftest import TODAY, Cast
from tests.factories import registers as make

AsUser = Callable[[User], Client]

ANSWERS = dict.fromkeys(("link", "context", "nature", "consequences", "safeguards"), "Uitgelegd.")


def second_version(activity: ProcessingActivity, cast: Cast, now: datetime) -> ProcessingActivity:
    """The board changes the place and establishes again."""
    actions.revise(activity=activity, reason="nieuwe kast", by=cast.ibp, at=now)
    activity.refresh_from_db()
    activity.place = "Kluis"
    activity.record(by=cast.ibp, why="bijgewerkt")
    make.establish(activity, at=now, by=cast.ibp)
    activity.refresh_from_db()
    return activity


def deviate(activity: ProcessingActivity, cast: Cast, now: datetime) -> SchoolDeviation:
    return actions.deviate(
        activity=activity,
        school=cast.linde,
        field=DeviatingField.PLACE,
        text="In de kast van de directeur.",
        reason="De kluis komt in mei.",
        by=cast.director,
        at=now,
    )


class TestDeviate:
    def test_is_kept_with_its_reason_and_who(self, cast: Cast, now: datetime) -> None:
        made = deviate(make.established(at=now), cast, now)
        assert (made.text, made.ended_at) == ("In de kast van de directeur.", None)
        assert make.history_of(made) == [("Dirk Linde", "De kluis komt in mei.")]

    def test_a_new_one_on_the_same_part_ends_the_former(self, cast: Cast, now: datetime) -> None:
        activity = make.established(at=now)
        first = deviate(activity, cast, now)
        second = deviate(activity, cast, now)
        first.refresh_from_db()
        assert first.ended_at == now
        assert list(SchoolDeviation.objects.in_force()) == [second]

    def test_is_refused_where_the_activity_does_not_hold(self, cast: Cast, now: datetime) -> None:
        activity = make.established(at=now, schools=[cast.eik])
        with pytest.raises(actions.DeviationRefused, match="geldt niet voor deze school"):
            deviate(activity, cast, now)

    def test_is_refused_before_anything_is_established(self, cast: Cast, now: datetime) -> None:
        with pytest.raises(actions.DeviationRefused, match="pas als de verwerking is vastgesteld"):
            deviate(make.activity(), cast, now)

    def test_ends_once(self, cast: Cast, now: datetime) -> None:
        made = deviate(make.established(at=now), cast, now)
        actions.end_deviation(deviation=made, reason="kluis is er", by=cast.director, at=now)
        with pytest.raises(actions.DeviationRefused, match="al beëindigd"):
            actions.end_deviation(deviation=made, reason="nog eens", by=cast.director, at=now)


class TestAnswer:
    def test_accepting_ends_the_deviations(self, cast: Cast, now: datetime) -> None:
        activity = make.established(at=now)
        made = deviate(activity, cast, now)
        version = second_version(activity, cast, now).versions.in_force().get()
        actions.answer_version(
            version=version,
            school=cast.linde,
            reply=VersionReply.ACCEPTED,
            by=cast.director,
            at=now,
        )
        made.refresh_from_db()
        assert made.ended_at == now

    def test_keeping_needs_a_deviation(self, cast: Cast, now: datetime) -> None:
        version = second_version(make.established(at=now), cast, now).versions.in_force().get()
        with pytest.raises(actions.AnswerRefused, match="geen afwijking om te houden"):
            actions.answer_version(
                version=version,
                school=cast.linde,
                reply=VersionReply.KEPT,
                by=cast.director,
                at=now,
            )
        assert not VersionAnswer.objects.exists()

    def test_a_school_answers_once_and_only_the_version_in_force(
        self, cast: Cast, now: datetime
    ) -> None:
        activity = make.established(at=now)
        first = activity.versions.in_force().get()
        second = second_version(activity, cast, now).versions.in_force().get()
        given: dict[str, Any] = {
            "school": cast.linde,
            "reply": VersionReply.ACCEPTED,
            "by": None,
            "at": now,
        }
        with pytest.raises(actions.AnswerRefused, match="geldt niet meer"):
            actions.answer_version(version=first, **given)
        actions.answer_version(version=second, **given)
        with pytest.raises(actions.AnswerRefused, match="heeft al geantwoord"):
            actions.answer_version(version=second, **given)

    def test_who_did_not_answer_has_it_on_the_worklist(self, cast: Cast, now: datetime) -> None:
        activity = make.established(at=now)
        assert items_for(cast.director, TODAY) == []
        version = second_version(activity, cast, now).versions.in_force().get()
        sentences = [item.sentence for item in items_for(cast.director, TODAY)]
        assert sentences == [f"{activity} is veranderd: wat doet De Linde?"]
        actions.answer_version(
            version=version, school=cast.linde, reply=VersionReply.ACCEPTED, by=None, at=now
        )
        assert items_for(User.objects.get(pk=cast.director.pk), TODAY) == []
        assert len(items_for(cast.eik_director, TODAY)) == 1


class TestChangedPurpose:
    def revised(self, cast: Cast, now: datetime) -> ProcessingActivity:
        activity = make.established(at=now)
        actions.revise(activity=activity, reason="nieuw doel", by=cast.ibp, at=now)
        activity.refresh_from_db()
        make.purpose_line(activity, basis=LegalBasis.LEGAL_DUTY)
        actions.propose(activity=activity, by=cast.ibp, at=now)
        return activity

    @pytest.mark.requirement("KPO-016", "OPO-008")
    def test_is_not_established_without_a_compatibility_test(
        self, cast: Cast, now: datetime
    ) -> None:
        activity = self.revised(cast, now)
        with pytest.raises(actions.NotComplete, match="leg de verenigbaarheidstoets vast"):
            actions.establish(activity=activity, by=cast.board_member, at=now)
        actions.judge_compatibility(
            activity=activity,
            answers=ANSWERS,
            outcome=CompatibilityOutcome.COMPATIBLE,
            by=cast.ibp,
            at=now,
        )
        assert actions.establish(activity=activity, by=cast.board_member, at=now).number == 2

    def test_a_purpose_that_is_not_compatible_is_refused(self, cast: Cast, now: datetime) -> None:
        activity = self.revised(cast, now)
        actions.judge_compatibility(
            activity=activity,
            answers=ANSWERS,
            outcome=CompatibilityOutcome.NOT_COMPATIBLE,
            by=cast.ibp,
            at=now,
        )
        with pytest.raises(actions.NotComplete, match="niet verenigbaar"):
            actions.establish(activity=activity, by=cast.board_member, at=now)

    def test_every_question_is_answered(self, cast: Cast, now: datetime) -> None:
        activity = self.revised(cast, now)
        with pytest.raises(actions.JudgementRefused, match="alle vijf"):
            actions.judge_compatibility(
                activity=activity,
                answers={**ANSWERS, "nature": " "},
                outcome=CompatibilityOutcome.COMPATIBLE,
                by=cast.ibp,
                at=now,
            )


class TestPages:
    def test_two_versions_stand_side_by_side(
        self, cast: Cast, now: datetime, as_user: AsUser
    ) -> None:
        activity = second_version(make.established(at=now), cast, now)
        page = as_user(cast.fg).get(f"/register/verwerking/{activity.pk}/versies/").content.decode()
        assert "1 verschil" in page
        assert "Kluis" in page

    def test_a_director_deviates_and_answers(
        self, cast: Cast, now: datetime, as_user: AsUser
    ) -> None:
        activity = second_version(make.established(at=now), cast, now)
        client = as_user(cast.director)
        address = f"/register/verwerking/{activity.pk}/school/de-linde/"
        assert "Wat er veranderde" in client.get(address).content.decode()
        form = {
            "afwijking-field": "place",
            "afwijking-text": "Kast",
            "afwijking-reason": "Geen kluis",
        }
        assert client.post(address, form).status_code == 302
        answer = {"versie": "2", "antwoord-reply": "kept", "antwoord-remark": "tot mei"}
        assert client.post(f"{address}antwoord/", answer).status_code == 302
        given = VersionAnswer.objects.get()
        assert (given.school, given.reply, given.answered_by) == (cast.linde, "kept", cast.director)

    def test_what_was_typed_is_kept_when_something_is_missing(
        self, cast: Cast, now: datetime, as_user: AsUser
    ) -> None:
        activity = make.established(at=now)
        response = as_user(cast.director).post(
            f"/register/verwerking/{activity.pk}/school/de-linde/",
            {"afwijking-field": "place", "afwijking-text": "Kast", "afwijking-reason": ""},
        )
        page = response.content.decode()
        assert "Schrijf op waarom het bij u anders is." in page
        assert ">\nKast</textarea>" in page
        assert not SchoolDeviation.objects.exists()

    @pytest.mark.parametrize("person", ["eik_director", "teacher", "administrator"])
    def test_another_school_does_not_exist_for_a_stranger(
        self, cast: Cast, now: datetime, as_user: AsUser, person: str
    ) -> None:
        activity = make.established(at=now, schools=[cast.linde])
        client = as_user(getattr(cast, person))
        address = f"/register/verwerking/{activity.pk}/school/de-linde/"
        assert client.get(address).status_code == 404
        assert client.post(address, {"afwijking-field": "place"}).status_code == 404
        assert client.post(f"{address}antwoord/", {}).status_code == 404
        assert client.get(f"/register/verwerking/{activity.pk}/versies/").status_code == 404

    def test_the_fg_reads_and_does_not_deviate(
        self, cast: Cast, now: datetime, as_user: AsUser
    ) -> None:
        activity = make.established(at=now)
        client = as_user(cast.fg)
        address = f"/register/verwerking/{activity.pk}/school/de-linde/"
        assert "<textarea" not in client.get(address).content.decode()
        assert client.post(address, {"afwijking-field": "place"}).status_code == 404
