"""What consent forgets: on its day and no day sooner, and never what holds today."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent import retention
from consent.choices import AnswerKind, CleanUpWhy, InvitedBecause, Outcome, RoundState, Way
from consent.models import (
    Answer,
    CleanUp,
    Dispute,
    Invitation,
    LinkRequest,
    PhotoCheck,
    Question,
)
from consent.models.holding import rulings_on
from privacyboard.audit.collectors import Sought
from privacyboard.clockwork import runs
from privacyboard.clockwork.actions import put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Reminder
from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Guardian, Pupil
from tests import retention_runs
from tests.conftest import NOW, TODAY, Cast
from tests.factories import consent as make
from tests.factories import people
from tests.personal_fields import fields_that_can_hold_people

DAY = timedelta(days=1)
FIRST = datetime(2012, 1, 1, 9, tzinfo=UTC)


def run(name: str, day: date) -> int:
    """Carry out one rule on a day; how many went."""
    return retention_runs.run(day, name)


@pytest.fixture
def question(cast: Cast) -> Question:
    return make.question(at=FIRST)


def said(
    who: Guardian | None,
    child: Pupil,
    question: Question,
    kind: str,
    at: datetime,
    until: date | None = None,
) -> Answer:
    """An event, as the acts write it."""
    text = question.texts.get()
    made: Answer = Answer.objects.create(
        pupil=child,
        question=question,
        guardian=who,
        kind=kind,
        text=text,
        text_number=text.number,
        at=at,
        entered_at=at,
        way=Way.LINK,
        valid_until=until,
    )
    return made


def left(*answers: Answer) -> list[bool]:
    keys = set(Answer.objects.values_list("pk", flat=True))
    return [each.pk in keys for each in answers]


# --- answers ----------------------------------------------------------------------------------


def test_a_yes_goes_five_years_after_its_last_day(cast: Cast, question: Question) -> None:
    child = people.pupil(cast.linde)
    yes = said(
        people.guardian(child), child, question, AnswerKind.GIVEN, NOW, until=date(2027, 3, 31)
    )
    assert run("consent_answers", date(2032, 3, 31)) == 0
    assert left(yes) == [True]
    assert run("consent_answers", date(2032, 4, 1)) == 1
    assert left(yes) == [False]
    assert run("consent_answers", date(2032, 4, 2)) == 0


@pytest.mark.requirement("KPO-022", "OPO-051")
def test_an_answer_goes_five_years_after_the_pupil_left(cast: Cast, question: Question) -> None:
    child = people.pupil(cast.linde, left_on=date(2026, 7, 18))
    parent = people.guardian(child)
    words = (
        said(parent, child, question, AnswerKind.REFUSED, NOW),
        said(None, child, question, AnswerKind.GIVEN, NOW, until=date(2030, 3, 31)),
    )
    assert run("consent_answers", date(2031, 7, 18)) == 0
    assert run("consent_answers", date(2031, 7, 19)) == 2
    assert left(*words) == [False, False]


def test_an_answer_goes_five_years_after_its_person_said_otherwise(
    cast: Cast, question: Question
) -> None:
    child = people.pupil(cast.linde)
    mother, father = people.guardian(child), people.guardian(child, first_name="Tom")
    yes = said(mother, child, question, AnswerKind.GIVEN, NOW, until=date(2035, 3, 31))
    back = said(mother, child, question, AnswerKind.WITHDRAWN, NOW + 9 * DAY)
    # What the other parent said, and what was said about another question, does not end it.
    other = make.question("newsletter", at=FIRST)
    stay = (
        said(father, child, question, AnswerKind.REFUSED, NOW - 9 * DAY),
        said(mother, child, other, AnswerKind.REFUSED, NOW - 9 * DAY),
        back,
    )
    assert run("consent_answers", date(2031, 3, 11)) == 0
    assert run("consent_answers", date(2031, 3, 12)) == 1
    assert (left(yes), left(*stay)) == ([False], [True, True, True])


def test_a_no_stays_until_something_else_is_said(cast: Cast, question: Question) -> None:
    child = people.pupil(cast.linde)
    mother = people.guardian(child)
    no = said(mother, child, question, AnswerKind.REFUSED, NOW)
    assert run("consent_answers", date(2050, 1, 1)) == 0
    yes = said(mother, child, question, AnswerKind.GIVEN, NOW + DAY, until=date(2040, 3, 31))
    assert run("consent_answers", date(2031, 3, 3)) == 0
    assert run("consent_answers", date(2031, 3, 4)) == 1
    assert left(no, yes) == [False, True]


def test_a_yes_that_was_said_again_goes_by_its_own_last_day(cast: Cast, question: Question) -> None:
    child = people.pupil(cast.linde)
    mother = people.guardian(child)
    first = said(mother, child, question, AnswerKind.GIVEN, NOW, until=date(2027, 3, 31))
    again = said(
        mother, child, question, AnswerKind.CONFIRMED, NOW + 300 * DAY, until=date(2028, 3, 31)
    )
    assert run("consent_answers", date(2032, 3, 31)) == 0
    assert run("consent_answers", date(2032, 4, 1)) == 1
    assert left(first, again) == [False, True]


def test_an_old_yes_is_never_the_last_word_again(cast: Cast, question: Question) -> None:
    """On paper, entered after the later one, in another chunk, and with a later last day."""
    child = people.pupil(cast.linde)
    mother = people.guardian(child)
    short = said(
        mother, child, question, AnswerKind.CONFIRMED, NOW + 9 * DAY, until=date(2027, 1, 1)
    )
    on_paper = said(mother, child, question, AnswerKind.GIVEN, NOW, until=date(2040, 1, 1))
    assert run("consent_answers", date(2032, 1, 2)) == 1
    assert left(short, on_paper) == [False, False]


def ends_on(mine: Answer, later: list[Answer], child: Pupil) -> date:
    """The rule as it is written: an independent reading of when an answer ended."""
    days = [date(9000, 1, 1)]
    if child.left_on:
        days.append(child.left_on)
    if mine.valid_until:
        days.append(mine.valid_until)
    if mine.kind == AnswerKind.EXPIRED:
        days.append(timezone.localdate(mine.at))
    for each in later:
        if mine.valid_until is None or each.valid_until is None:
            days.append(timezone.localdate(each.at))
    return max(min(days), timezone.localdate(mine.at))


@pytest.mark.parametrize("seed", range(4))
def test_what_may_be_used_is_the_same_before_and_after(
    cast: Cast, question: Question, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret
    monkeypatch.setattr(runs, "CHUNK", dice.choice([1, 3, 7, 2_000]))
    moments = [FIRST + timedelta(hours=7 * each) for each in range(0, 18_000, 37)]
    spoken: dict[tuple[int, int | None], list[Answer]] = {}
    pupils = []
    for number in range(25):
        gone = dice.choice([None, None, date(2019 + number % 9, 7, 15)])
        child = people.pupil(cast.linde, f"P{number}", left_on=gone, born_on=date(2012, 5, 1))
        pupils.append(child)
        for who in (None, people.guardian(child), people.guardian(child, first_name="Tom")):
            for _each in range(dice.randrange(6)):
                kind, at = dice.choice(list(AnswerKind)), dice.choice(moments)
                is_yes = kind in (AnswerKind.GIVEN, AnswerKind.CONFIRMED)
                until = dice.choice([None, 30, 400, 420, 3000]) if is_yes else None
                last = timezone.localdate(at) + timedelta(days=until) if until else None
                made = said(who, child, question, kind, at, until=last)
                spoken.setdefault((child.pk, who.pk if who else None), []).append(made)
    on = date(2026, 3, 2)
    for today in (date(2023, 6, 1), on):
        before = rulings_on(pupils, [question], on=today)
        # A last word that expired five years ago says nothing any more; all others stand.
        words = {
            each
            for each in Answer.objects.last_said([p.pk for p in pupils])
            if each[2].valid_until is None or each[2].valid_until >= today
        }
        run("consent_answers", today)
        after = rulings_on(pupils, [question], on=today)
        for child in pupils:
            was, now = before[child.pk][question.pk], after[child.pk][question.pk]
            if was.outcome is Outcome.EXPIRED:
                assert now.outcome in (Outcome.EXPIRED, Outcome.SILENT)
            else:
                assert now == was
        here = {child.pk for child in pupils if child.is_enrolled_on(today)}
        kept = set(Answer.objects.last_said([p.pk for p in pupils]))
        standing = {
            each for each in words if each[0] in here and each[2].kind != AnswerKind.EXPIRED
        }
        assert standing <= kept
    expected = set()
    cut = date(2021, 3, 1)
    by_key = {child.pk: child for child in pupils}
    for (who_about, _who), said_then in spoken.items():
        in_order = sorted(said_then, key=lambda each: (each.at, each.pk))
        gone_to = -1
        for place, each in enumerate(in_order):
            if ends_on(each, in_order[place + 1 :], by_key[who_about]) <= cut:
                gone_to = place
        # The oldest first: what was said before one that goes, goes too.
        expected |= {each.pk for each in in_order[gone_to + 1 :]}
    assert set(Answer.objects.values_list("pk", flat=True)) == expected


@pytest.mark.requirement("OPO-052")
def test_a_hold_on_the_pupil_holds_the_answers(cast: Cast, question: Question) -> None:
    held, free = (people.pupil(cast.linde, left_on=date(2020, 7, 18)) for _each in range(2))
    stays = said(None, held, question, AnswerKind.REFUSED, FIRST)
    goes = said(None, free, question, AnswerKind.REFUSED, FIRST)
    put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De zaak loopt.",
        owner=cast.ibp,
        review_on=TODAY + 90 * DAY,
        school=cast.linde,
        person_key=held.key,
        by=cast.ibp,
        at=NOW,
    )
    assert run("consent_answers", TODAY) == 1
    assert left(stays, goes) == [True, False]


def test_a_chunk_takes_a_fixed_number_of_queries(cast: Cast, question: Question) -> None:
    def ask(pupils: int) -> int:
        for number in range(pupils):
            child = people.pupil(cast.linde, f"P{number}", left_on=date(2020, 7, 18))
            said(None, child, question, AnswerKind.REFUSED, FIRST)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert run("consent_answers", TODAY) == pupils
        return len(asked)

    assert ask(1) == ask(3)


# --- what followed from answers ---------------------------------------------------------------


def test_a_dispute_goes_five_years_after_it_was_settled_with_its_history(
    cast: Cast, question: Question
) -> None:
    child = people.pupil(cast.linde)
    made = Dispute(pupil=child, question=question, opened_at=NOW, settled_at=NOW, note="Samen.")
    made.record(by=cast.ibp, why="afgerond")
    open_still = Dispute(pupil=people.pupil(cast.linde), question=question, opened_at=NOW)
    open_still.record(by=cast.ibp, why="verschil")
    assert run("consent_disputes", date(2031, 3, 2)) == 0
    assert run("consent_disputes", date(2031, 3, 3)) == 1
    assert list(Dispute.objects.all()) == [open_still]
    assert set(Dispute.history.values_list("id", flat=True)) == {open_still.pk}
    Pupil.objects.filter(pk=open_still.pupil_id).update(left_on=date(2026, 8, 1))
    assert (run("consent_disputes", date(2031, 8, 1)), Dispute.objects.count()) == (0, 1)
    assert (run("consent_disputes", date(2031, 8, 2)), Dispute.objects.count()) == (1, 0)


def test_a_clean_up_goes_five_years_after_it_was_done(cast: Cast, question: Question) -> None:
    child = people.pupil(cast.linde)
    for done in (TODAY, None):
        CleanUp(
            pupil=child,
            question=question,
            why=CleanUpWhy.WITHDRAWN,
            since=TODAY,
            due_on=TODAY,
            done_on=done,
            note="Foto van Noor weg.",
        ).record(by=None, why="taak")
    assert run("consent_clean_ups", date(2031, 3, 2)) == 0
    assert run("consent_clean_ups", date(2031, 3, 3)) == 1
    assert (CleanUp.objects.get().done_on, CleanUp.history.count()) == (None, 1)
    # Nobody did it and the pupil is gone: five years later nobody will.
    Pupil.objects.update(left_on=date(2026, 8, 1))
    days = (date(2031, 8, 1), date(2031, 8, 2))
    assert [run("consent_clean_ups", day) for day in days] == [0, 1]
    assert CleanUp.history.count() == 0


def test_a_photo_check_goes_after_two_years_with_its_pupils(cast: Cast, question: Question) -> None:
    check = PhotoCheck.objects.create(
        school=cast.linde, question=question, asked_at=NOW, in_the_way=0, note="Noor lacht."
    )
    check.pupils.set([people.pupil(cast.linde), people.pupil(cast.linde)])
    assert run("photo_checks", date(2028, 3, 2)) == 0
    assert run("photo_checks", date(2028, 3, 3)) == 1
    assert PhotoCheck.pupils.through._base_manager.count() == 0


def test_an_invitation_goes_two_years_after_the_round_with_letter_reminders_and_paper(
    cast: Cast, question: Question
) -> None:
    child = people.pupil(cast.linde)
    closed = make.round_of(question, school=cast.linde, state=RoundState.CLOSED)
    paper = storage.store(
        content=b"%PDF-1.7 brieven",
        title="Brieven",
        file_name="brieven.pdf",
        media_type="application/pdf",
        kind="consent.letter",
        by=None,
        at=NOW,
    )
    asked = [
        Invitation.objects.create(
            because=InvitedBecause.ROUND,
            round=closed,
            guardian=people.guardian(child, first_name=name),
            school=cast.linde,
            made_at=NOW,
            document=paper,
        )
        for name in ("Sanne", "Tom")
    ]
    alone = Invitation.objects.create(
        because=InvitedBecause.SIXTEEN, pupil=child, school=cast.linde, made_at=NOW
    )
    for each in (*asked, alone):
        OutboundLetter.objects.create(
            key=each.key,
            letter="consent/invitation",
            to="sanne@gezin.example",
            about_type="consent.invitation",
            about_id=str(each.pk),
            queued_at=NOW,
            due_at=NOW,
        )
        Reminder.objects.create(
            subject_type="consent.invitation",
            subject_id=str(each.pk),
            kind="consent.round",
            stage="7",
            made_at=NOW,
        )
    on_disk = paper.file.path
    assert run("consent_invitations", date(2028, 3, 2)) == 0
    assert run("consent_invitations", date(2028, 3, 3)) == 1  # made on 2 March, of no round
    assert run("consent_invitations", date(2028, 3, 31)) == 0
    assert (OutboundLetter.objects.count(), StoredDocument.objects.count()) == (2, 1)
    assert run("consent_invitations", date(2028, 4, 1)) == 2  # the round closed on 31 March
    assert (OutboundLetter.objects.count(), Reminder.objects.count()) == (0, 0)
    assert StoredDocument.objects.count() == 0
    assert not Path(on_disk).exists()


def test_an_address_that_was_typed_goes_in_any_case(cast: Cast) -> None:
    LinkRequest.objects.create(email="wie@dan.example", asked_at=NOW)
    assert (run("link_requests", date(2026, 4, 1)), run("link_requests", date(2026, 4, 2))) == (
        0,
        1,
    )


# --- one person, who asks to be forgotten -----------------------------------------------------


@pytest.mark.requirement("KPO-022")
def test_on_request_goes_what_no_ground_keeps_and_the_proof_stays(
    cast: Cast, question: Question
) -> None:
    child = people.pupil(cast.linde)
    mother = people.guardian(child)
    other = people.guardian(people.pupil(cast.linde), first_name="Ander")
    for who in (mother, other):
        LinkRequest.objects.create(email=who.email, asked_at=NOW)
        OutboundLetter.objects.create(
            key=f"consent/new_link:{who.pk}",
            letter="consent/new_link",
            to=who.email,
            state=OutboundLetter.State.SENT,
            queued_at=NOW,
            due_at=NOW,
            sent_at=NOW,
        )
    said(mother, child, question, AnswerKind.REFUSED, NOW)
    sought = Sought.of(cast.fg, emails=[mother.email], keys=(), schools=[cast.linde.pk])
    kept = {each.rule.name: each for each in runs.kept_of(sought, today=TODAY)}
    assert {name: (len(each.free), each.grounded) for name, each in kept.items()} == {
        "letters": (1, 0),
        "guardian_details": (0, 1),
        "guardians": (0, 1),
        "consent_answers": (0, 1),
        "link_requests": (1, 0),
    }
    assert "AVG 7 lid 1" in kept["consent_answers"].rule.ground
    runs.run_erasure(by=cast.fg, at=NOW, sought=sought, because="gewist op verzoek")
    assert list(LinkRequest.objects.values_list("email", flat=True)) == [other.email]
    assert list(OutboundLetter.objects.order_by("pk").values_list("to", flat=True)) == [
        "",
        other.email,
    ]
    assert (Answer.objects.count(), Guardian.objects.get(pk=mother.pk).email) == (1, mother.email)


# --- every field with personal data is named --------------------------------------------------

FIELDS_ABOUT_NOBODY: dict[str, set[str]] = {
    "question": {"code", "name", "published_at"},
    "questiontext": {"why"},
    "round": {"name"},
    "schooltoken": {"name", "sha256"},
    "wording": {"title", "body"},
}


def test_every_field_that_can_hold_a_person_is_named_or_says_nothing_of_anybody() -> None:
    found = fields_that_can_hold_people("consent", (), FIELDS_ABOUT_NOBODY)
    assert found == set(retention.PERSONAL)
