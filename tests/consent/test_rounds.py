"""The yearly round: made, opened, everybody asked once, letters in the outbox, closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from consent.actions import rounds as acts
from consent.actions.writing import write_invitations
from consent.choices import Means, Outcome, RoundState
from consent.models import Invitation, LanguageRelease, Question, Round, Wording
from consent.models.holding import rulings_on
from consent.tasks import sweep_letters, sweep_rounds
from privacyboard.audit.acts import ActRefused
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import School
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import consent, people


def plan(*questions: Question, schools: list[School], **values: Any) -> acts.RoundPlan:
    values = {
        "name": "Toestemming 2026",
        "opens_on": date(2026, 3, 2),
        "closes_on": date(2026, 4, 10),
        "valid_until": date(2027, 4, 10),
        "reminder_days": [30, 7, 1],
        **values,
    }
    return acts.RoundPlan(schools=schools, questions=questions, **values)


def opened(cast: Cast, families: Families, now: datetime, **values: Any) -> Round:
    """A round at De Linde about the website, opened by the IBP manager."""
    values = {"schools": [cast.linde], **values}
    made = acts.make_round(plan=plan(families.website, **values), by=cast.ibp, at=now)
    return acts.open_round(asked=made, by=cast.ibp, at=now)


class TestMaking:
    def test_a_round_keeps_its_plan(self, cast: Cast, families: Families, now: datetime) -> None:
        made = acts.make_round(
            plan=plan(families.website, schools=[cast.linde], reminder_days=[1, 7, 30, 7]),
            by=cast.ibp,
            at=now,
        )
        found = Round.objects.get(pk=made.pk)
        assert (found.state, found.reminder_days) == (RoundState.DRAFT, [30, 7, 1])
        assert list(found.schools.all()) == [cast.linde]
        assert list(found.questions.all()) == [families.website]
        assert found.history.first().history_user == cast.ibp

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"closes_on": date(2026, 3, 1)}, "closes_on"),
            ({"valid_until": date(2026, 4, 10)}, "valid_until"),
            ({"reminder_days": [0]}, "reminder_days"),
            ({"schools": []}, "schools"),
            ({"questions": []}, "questions"),
        ],
    )
    def test_what_cannot_be_is_said_at_its_field(
        self, cast: Cast, families: Families, now: datetime, values: dict[str, Any], field: str
    ) -> None:
        wrong = replace(plan(families.website, schools=[cast.linde]), **values)
        with pytest.raises(ActRefused) as refusal:
            acts.make_round(plan=wrong, by=cast.ibp, at=now)
        assert list(refusal.value.errors) == [field]
        assert not Round.objects.exists()

    def test_only_a_draft_changes(self, cast: Cast, families: Families, now: datetime) -> None:
        asked = opened(cast, families, now)
        with pytest.raises(ActRefused, match="al geopend"):
            acts.change_round(
                asked=asked,
                plan=plan(families.website, schools=[cast.linde, cast.eik]),
                by=cast.ibp,
                at=now,
            )


class TestOpening:
    def test_a_question_that_cannot_be_asked_is_named(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        families.website.is_active = False
        families.website.record(by=None, why="uit")
        with pytest.raises(ActRefused, match="“website van de school” kan nu niet gevraagd"):
            opened(cast, families, now)
        assert Round.objects.get().state == RoundState.DRAFT

    def test_a_last_text_without_dutch_is_named(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        last = families.website.texts.create(number=2, made_at=now)
        Wording.objects.create(text=last, language="en", title="May we?", body="x", made_at=now)
        with pytest.raises(ActRefused, match="nog geen tekst in het Nederlands"):
            opened(cast, families, now)

    def test_a_school_without_a_question_is_named(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        only_eik = consent.question(Means.PRESS, at=now, schools=[cast.eik])
        made = acts.make_round(
            plan=plan(only_eik, schools=[cast.linde, cast.eik]), by=cast.ibp, at=now
        )
        with pytest.raises(ActRefused, match=r"Voor De Linde is geen enkele vraag gekozen\.$"):
            acts.open_round(asked=made, by=cast.ibp, at=now)

    def test_a_round_that_is_over_before_it_opens_is_refused(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        with pytest.raises(ActRefused, match="al geweest"):
            opened(cast, families, now + timedelta(days=60))

    def test_it_opens_once(self, cast: Cast, families: Families, now: datetime) -> None:
        asked = opened(cast, families, now)
        with pytest.raises(ActRefused, match="al loopt"):
            acts.open_round(asked=asked, by=cast.ibp, at=now)

    def test_before_its_first_day_nobody_is_asked(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        opened(cast, families, now, opens_on=date(2026, 3, 3))
        assert sweep_letters(now) == 0
        assert sweep_letters(now + timedelta(days=1)) == 6
        assert Invitation.objects.count() == OutboundLetter.objects.count() == 3


class TestWhoIsAsked:
    def test_one_for_each_guardian_of_all_children_and_one_for_who_is_sixteen(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        asked = opened(cast, families, now)
        acts.invite_all(asked=asked, by=None, at=now)
        people_asked = [(each.guardian, each.pupil) for each in Invitation.objects.all()]
        assert people_asked == [
            (families.mother, None),
            (families.father, None),
            (None, families.mila),
        ]

    def test_a_family_at_two_schools_is_asked_once(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        brother = people.pupil(cast.eik, "Bas", of=families.eik_group)
        brother.guardianships.create(guardian=families.mother)
        asked = opened(cast, families, now, schools=[cast.linde, cast.eik])
        acts.invite_all(asked=asked, by=None, at=now)
        (row,) = Invitation.objects.filter(guardian=families.mother)
        assert row.school == cast.linde
        assert Invitation.objects.filter(guardian=families.saar_mother).count() == 1

    def test_who_has_no_say_is_not_asked(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        families.father.guardianships.update(has_authority=False)
        ended = people.guardian(families.noor, first_name="Gast")
        ended.guardianships.update(ends_on=date(2026, 3, 1))
        gone = people.pupil(cast.linde, "Weg", of=families.group, left_on=date(2026, 3, 2))
        people.guardian(gone, first_name="Vertrokken")
        asked = opened(cast, families, now)
        acts.invite_all(asked=asked, by=None, at=now)
        assert [each.guardian for each in Invitation.objects.filter(pupil=None)] == [
            families.mother
        ]

    @pytest.mark.parametrize(
        ("born_on", "has_curator", "who"),
        [
            (None, False, "parent"),
            (date(2010, 3, 2), False, "pupil"),
            (date(2010, 3, 3), False, "parent"),
            (date(2010, 3, 2), True, "parent"),
        ],
    )
    def test_sixteen_decides_alone_unless_a_curator_does(
        self,
        cast: Cast,
        families: Families,
        now: datetime,
        born_on: date | None,
        has_curator: bool,
        who: str,
    ) -> None:
        sam = people.pupil(
            cast.linde, "Sam", of=families.group, born_on=born_on, has_curator=has_curator
        )
        parent = people.guardian(sam, first_name="Petra")
        acts.invite_all(asked=opened(cast, families, now), by=None, at=now)
        found = Invitation.objects.filter(guardian=parent) | Invitation.objects.filter(pupil=sam)
        (row,) = found
        assert ("pupil" if row.pupil else "parent") == who

    def test_asking_again_asks_only_who_came_since(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        asked = opened(cast, families, now)
        assert acts.invite_all(asked=asked, by=None, at=now) == 3
        assert acts.invite_all(asked=asked, by=None, at=now) == 0
        new = people.pupil(cast.linde, "Nieuw", of=families.group)
        people.guardian(new, first_name="Nina")
        assert acts.invite_all(asked=asked, by=None, at=now + timedelta(days=1)) == 1
        assert Round.objects.get().invited_at == now

    def test_in_chunks_everybody_is_asked_once(
        self, cast: Cast, families: Families, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("consent.models.inviting.CHUNK", 2)
        for number in range(5):
            child = people.pupil(cast.linde, f"Kind {number}", of=families.group)
            people.guardian(child, first_name=f"Ouder{number}")
        assert acts.invite_all(asked=opened(cast, families, now), by=None, at=now) == 8


class TestLetters:
    def test_each_invitation_is_one_letter_with_the_family_link(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        opened(cast, families, now)
        assert sweep_letters(now) == 6
        assert sweep_letters(now + timedelta(minutes=1)) == 0
        rows = {row.to: row for row in OutboundLetter.objects.all()}
        assert sorted(rows) == [
            "bram@vader.example",
            "mila@leerling.example",
            "sanne@gezin.example",
        ]
        letter = rows["sanne@gezin.example"]
        invitation = Invitation.objects.get(guardian=families.mother)
        assert (letter.key, letter.about_id) == (
            f"consent/invitation:{invitation.pk}",
            str(invitation.pk),
        )
        assert invitation.queued_at == now
        assert letter.subject == "Wat mag De Linde met de gegevens van uw kind? U beslist"
        assert "Beste Sanne Visser," in letter.text
        assert "/toestemming/" in letter.text
        assert "10 april 2026" in letter.text
        # An address can be wrong: no child is named.
        assert "Noor" not in letter.text + letter.html
        own = rows["mila@leerling.example"]
        assert own.subject == "Wat mag De Linde met jouw gegevens? Jij beslist"
        assert "Beste Mila," in own.text

    @pytest.mark.parametrize(("is_on", "language"), [(True, "tr"), (False, "nl")])
    def test_a_language_is_used_when_it_is_on(
        self, cast: Cast, families: Families, now: datetime, is_on: bool, language: str
    ) -> None:
        families.mother.language = "tr"
        families.mother.record(by=None, why="taal")
        LanguageRelease(
            language="tr", is_on=is_on, checked_by="Een tolk", checked_on=date(2026, 1, 5)
        ).record(by=None, why="nagekeken")
        opened(cast, families, now)
        sweep_letters(now)
        assert OutboundLetter.objects.get(to="sanne@gezin.example").language == language

    def test_who_cannot_be_mailed_gets_it_on_paper(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        families.mother.email = ""
        families.mother.record(by=None, why="geen adres")
        families.father.unreachable_since = now
        families.father.unreachable_why = "bounced"
        families.father.record(by=None, why="kwam terug")
        opened(cast, families, now)
        sweep_letters(now)
        assert [row.to for row in OutboundLetter.objects.all()] == ["mila@leerling.example"]
        on_paper = Invitation.objects.filter(on_paper_since=now, queued_at=None)
        assert {each.guardian for each in on_paper} == {families.mother, families.father}

    def test_an_address_that_is_none_does_not_stop_the_others(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        type(families.mother).objects.filter(pk=families.mother.pk).update(email="geen adres")
        opened(cast, families, now)
        sweep_letters(now)
        assert OutboundLetter.objects.count() == 2

    def test_letters_are_made_in_chunks(
        self, cast: Cast, families: Families, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("consent.actions.writing.CHUNK", 2)
        acts.invite_all(asked=opened(cast, families, now), by=None, at=now)
        assert write_invitations(by=None, at=now) == 3
        assert OutboundLetter.objects.count() == 3


class TestEnding:
    def test_it_closes_by_itself_after_its_last_day(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        asked = opened(cast, families, now, closes_on=date(2026, 3, 3))
        sweep_rounds(now + timedelta(days=1))
        asked.refresh_from_db()
        assert asked.state == RoundState.OPEN
        sweep_rounds(now + timedelta(days=2))
        asked.refresh_from_db()
        assert asked.state == RoundState.CLOSED

    def test_letters_that_wait_are_called_back_when_it_is_broken_off(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        asked = opened(cast, families, now)
        sweep_letters(now)
        sent = OutboundLetter.objects.get(to="bram@vader.example")
        OutboundLetter.objects.filter(pk=sent.pk).update(state="sent")
        acts.cancel_round(asked=asked, why="verkeerde vragen", by=cast.ibp, at=now)
        assert [each.pk for each in OutboundLetter.objects.all()] == [sent.pk]
        assert sweep_letters(now) == 0
        assert Round.objects.get().history.first().history_change_reason == (
            "ronde afgebroken: verkeerde vragen"
        )

    def test_breaking_off_asks_why_and_happens_once(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        asked = opened(cast, families, now)
        with pytest.raises(ActRefused, match="Schrijf op waarom"):
            acts.cancel_round(asked=asked, why=" ", by=cast.ibp, at=now)
        acts.close_round(asked=asked, by=cast.ibp, at=now)
        with pytest.raises(ActRefused, match="al afgelopen"):
            acts.cancel_round(asked=asked, why="x", by=cast.ibp, at=now)
        with pytest.raises(ActRefused, match="die loopt"):
            acts.close_round(asked=asked, by=cast.ibp, at=now)


@pytest.mark.requirement("VOG-023", "INN-018")
def test_every_year_a_yes_ends_and_everybody_is_asked_again(
    cast: Cast, families: Families, now: datetime
) -> None:
    def outcome(on: date) -> str:
        found = rulings_on([families.noor], [families.website], on=on)
        return found[families.noor.pk][families.website.pk].outcome

    asked = opened(cast, families, now)
    sweep_letters(now)
    consent.say(families.mother, families.noor, families.website, True, at=now, in_round=asked)
    assert outcome(date(2027, 4, 10)) == Outcome.YES
    assert outcome(date(2027, 4, 11)) == Outcome.EXPIRED

    next_year = now + timedelta(days=365)
    again = opened(
        cast,
        families,
        next_year,
        opens_on=date(2027, 3, 2),
        closes_on=date(2027, 4, 9),
        valid_until=date(2028, 4, 10),
    )
    assert sweep_letters(next_year) == 6
    letters = OutboundLetter.objects.filter(to="sanne@gezin.example")
    assert [each.queued_at for each in letters] == [next_year, now]
    (event,) = consent.say(
        families.mother, families.noor, families.website, True, at=next_year, in_round=again
    )
    assert (event.kind, event.valid_until) == ("confirmed", date(2028, 4, 10))
    assert outcome(date(2027, 4, 11)) == Outcome.YES
