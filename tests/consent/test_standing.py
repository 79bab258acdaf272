"""What holds on a day: the rules by tables, and against a plain calculation over random lives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consent.choices import AnswerKind, Outcome, Renewal
from consent.rules.answering import (
    kind_of,
    last_day_of,
    left_as_it_is,
    period_end,
    says_the_same,
)
from consent.rules.explaining import briefly, explain
from consent.rules.standing import Position, Ruling, Terms, Vote, ruling
from privacyboard.organisation.rules import age_on

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MOTHER, FATHER, STRANGER, PUPIL = 1, 2, 3, None
DAY = date(2026, 3, 2)
SAID = datetime(2025, 10, 1, 12, 0, tzinfo=AMSTERDAM)
YES = Outcome.YES


def vote(who: int | None, kind: str = "given", **values: object) -> Vote:
    return Vote(who, kind, 1, SAID, date(2026, 10, 31))._replace(**values)  # type: ignore[arg-type]


def no(who: int | None, **values: object) -> Vote:
    return vote(who, "refused", valid_until=None, **values)


def holds(
    *votes: Vote,
    on: date = DAY,
    born_on: date | None = date(2016, 5, 12),
    authority: frozenset[int] = frozenset({MOTHER, FATHER}),
    rests_on: int = 1,
    both: bool = False,
    days: int = 60,
    curator: bool = False,
    enrolled: bool = True,
) -> Ruling:
    position = Position(born_on, curator, enrolled, authority)
    return ruling(position, votes, Terms(rests_on, both, days), on=on)


# --- parents


@pytest.mark.requirement("VOG-024")
@pytest.mark.parametrize(
    ("votes", "outcome"),
    [
        ((), Outcome.SILENT),
        ((vote(MOTHER),), Outcome.YES),
        ((vote(MOTHER, "confirmed"),), Outcome.YES),
        ((vote(MOTHER), vote(FATHER)), Outcome.YES),
        ((vote(MOTHER), no(FATHER)), Outcome.NO),
        ((no(FATHER),), Outcome.NO),
        ((no(FATHER), vote(MOTHER, at=SAID + timedelta(days=9))), Outcome.NO),
        ((vote(MOTHER), vote(FATHER, "withdrawn", valid_until=None)), Outcome.NO),
        ((vote(STRANGER),), Outcome.SILENT),
        ((vote(MOTHER), no(STRANGER)), Outcome.YES),
        ((vote(PUPIL),), Outcome.SILENT),
        ((vote(MOTHER), no(PUPIL)), Outcome.YES),
        ((vote(MOTHER, "expired", valid_until=None),), Outcome.EXPIRED),
        ((vote(MOTHER, "expired", valid_until=None), vote(FATHER)), Outcome.YES),
        ((vote(MOTHER, "expired", valid_until=None), no(FATHER)), Outcome.NO),
    ],
)
def test_one_yes_suffices_and_one_no_of_who_has_authority_is_no(
    votes: tuple[Vote, ...], outcome: Outcome
) -> None:
    assert holds(*votes).outcome == outcome


def test_a_yes_counts_up_to_and_including_its_last_day() -> None:
    yes = vote(MOTHER, valid_until=date(2026, 10, 31))
    assert holds(yes, on=date(2026, 10, 31)) == Ruling(YES, until=date(2026, 10, 31))
    assert holds(yes, on=date(2026, 11, 1)).outcome == Outcome.EXPIRED
    assert holds(vote(MOTHER, valid_until=None), on=date(2050, 1, 1), born_on=None).is_yes


def test_of_two_yeses_the_longest_counts_unless_both_must_agree() -> None:
    votes = (vote(MOTHER, valid_until=date(2026, 5, 1)), vote(FATHER))
    assert holds(*votes).until == date(2026, 10, 31)
    assert holds(*votes, both=True).until == date(2026, 5, 1)
    assert holds(vote(MOTHER), vote(FATHER, valid_until=None)).until is None
    assert holds(vote(MOTHER), vote(FATHER, valid_until=None), both=True).until == date(
        2026, 10, 31
    )


def test_a_board_can_ask_that_both_agree() -> None:
    assert holds(vote(MOTHER), both=True).outcome == Outcome.WAITS_FOR_OTHER
    assert holds(vote(MOTHER), vote(FATHER), both=True).is_yes
    assert holds(vote(MOTHER), both=True, authority=frozenset({MOTHER})).is_yes
    late = vote(FATHER, valid_until=DAY - timedelta(days=1))
    assert holds(vote(MOTHER), late, both=True).outcome == Outcome.WAITS_FOR_OTHER
    assert holds(both=True).outcome == Outcome.SILENT
    assert holds(vote(MOTHER), no(FATHER), both=True).outcome == Outcome.NO


def test_authority_that_ended_counts_no_longer_either_way() -> None:
    """The father's no fell away with his authority; the mother's yes falls with hers."""
    left = frozenset({MOTHER})
    assert holds(vote(MOTHER), no(FATHER), authority=left).is_yes
    assert holds(vote(FATHER), authority=left).outcome == Outcome.SILENT
    assert holds(vote(MOTHER), authority=frozenset()).outcome == Outcome.SILENT


def test_a_text_that_asks_again_ends_a_yes_and_not_a_no() -> None:
    assert holds(vote(MOTHER), rests_on=2).outcome == Outcome.CHANGED
    assert holds(vote(MOTHER, text_number=2), rests_on=2).is_yes
    assert holds(vote(MOTHER, text_number=3), rests_on=2).is_yes
    assert holds(no(MOTHER), rests_on=2).outcome == Outcome.NO
    assert holds(vote(MOTHER), vote(FATHER, text_number=2), rests_on=2).is_yes


def test_who_is_not_at_the_school_is_not_shown() -> None:
    assert holds(vote(MOTHER), enrolled=False).outcome == Outcome.LEFT


# --- sixteen


SIXTEENTH = date(2026, 3, 2)
BORN = date(2010, 3, 2)


def test_on_the_sixteenth_birthday_the_parents_yes_asks_to_be_confirmed() -> None:
    before = holds(vote(MOTHER), born_on=BORN, on=date(2026, 3, 1))
    assert (before.is_yes, before.pupil_decides) == (True, False)
    found = holds(vote(MOTHER), born_on=BORN, on=SIXTEENTH)
    assert found == Ruling(Outcome.TO_RECONFIRM, True, stays_until=date(2026, 5, 1))
    assert not found.is_yes
    assert found.covers_existing(date(2026, 5, 1))
    assert not found.covers_existing(date(2026, 5, 2))


def test_what_was_published_stays_no_longer_than_the_yes_itself() -> None:
    short = vote(MOTHER, valid_until=date(2026, 3, 20))
    assert holds(short, born_on=BORN).stays_until == date(2026, 3, 20)
    assert holds(vote(MOTHER), born_on=BORN, days=0).stays_until == SIXTEENTH


@pytest.mark.parametrize(
    "votes",
    [
        (),
        (no(MOTHER),),
        (vote(MOTHER), no(FATHER)),
        (vote(STRANGER),),
        (vote(MOTHER, valid_until=date(2026, 2, 1)),),
        # Said on the birthday itself: too late for a parent.
        (vote(MOTHER, at=datetime(2026, 3, 2, 0, 5, tzinfo=AMSTERDAM)),),
    ],
)
def test_without_a_yes_of_before_the_pupil_of_sixteen_has_said_nothing_yet(
    votes: tuple[Vote, ...],
) -> None:
    assert holds(*votes, born_on=BORN) == Ruling(Outcome.SILENT, pupil_decides=True)


def test_a_yes_that_waited_for_the_other_parent_is_nothing_to_confirm() -> None:
    found = holds(vote(MOTHER), born_on=BORN, both=True)
    assert found == Ruling(Outcome.SILENT, pupil_decides=True)


def test_the_pupil_of_sixteen_decides_alone() -> None:
    said = datetime(2026, 3, 2, 8, 0, tzinfo=AMSTERDAM)
    own = vote(PUPIL, at=said)
    assert holds(own, no(MOTHER), born_on=BORN) == Ruling(YES, True, until=date(2026, 10, 31))
    assert holds(no(PUPIL, at=said), vote(MOTHER), born_on=BORN).outcome == Outcome.NO
    assert holds(own, born_on=BORN, rests_on=2).outcome == Outcome.CHANGED
    assert holds(own, born_on=BORN, both=True).is_yes


def test_a_yes_of_a_pupil_who_was_too_young_is_none_but_a_no_is_heard() -> None:
    """A birth date that was put right later: the pupil answered at fifteen."""
    found = holds(vote(PUPIL), vote(MOTHER), born_on=BORN)
    assert found.outcome == Outcome.TO_RECONFIRM
    assert holds(no(PUPIL), vote(MOTHER), born_on=BORN).outcome == Outcome.NO


@pytest.mark.parametrize(
    ("on", "decides"),
    [
        (date(2024, 2, 28), False),
        (date(2024, 2, 29), True),
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), False),
    ],
)
def test_born_on_the_twenty_ninth_of_february(on: date, decides: bool) -> None:
    born_on = date(2008, 2, 29) if on.year == 2024 else date(2010, 3, 2)
    assert holds(vote(MOTHER), born_on=born_on, on=on).pupil_decides is decides


def test_who_was_born_on_leap_day_is_eighteen_on_the_first_of_march() -> None:
    early = vote(MOTHER, at=datetime(2023, 9, 1, tzinfo=UTC), valid_until=None)
    born_on = date(2008, 2, 29)
    assert holds(early, born_on=born_on, on=date(2026, 2, 28)).outcome == Outcome.TO_RECONFIRM
    assert holds(early, born_on=born_on, on=date(2026, 3, 1)).outcome == Outcome.SILENT


def test_from_eighteen_parents_have_no_part_in_it() -> None:
    early = vote(MOTHER, at=datetime(2023, 9, 1, tzinfo=UTC), valid_until=None)
    seventeen = holds(early, born_on=date(2008, 3, 3))
    assert seventeen.outcome == Outcome.TO_RECONFIRM
    assert holds(early, born_on=date(2008, 3, 2)) == Ruling(Outcome.SILENT, pupil_decides=True)


def test_under_curatele_the_representative_keeps_deciding() -> None:
    assert holds(vote(MOTHER), no(PUPIL), born_on=date(2006, 1, 1), curator=True).is_yes
    assert holds(vote(MOTHER), no(FATHER), born_on=BORN, curator=True).outcome == Outcome.NO


def test_without_a_birth_date_the_parents_are_asked() -> None:
    assert holds(vote(MOTHER), born_on=None).is_yes
    assert not holds(vote(PUPIL), born_on=None).is_yes


# --- the plain calculation

VOTERS = (MOTHER, FATHER, STRANGER, PUPIL)
START = date(2024, 6, 1)
days = st.integers(0, 1200).map(lambda number: START + timedelta(days=number))


@st.composite
def events(draw: st.DrawFn) -> list[Vote]:
    """What people said in some years, in the order in which it was said."""
    found = []
    for day in sorted(draw(st.lists(days, max_size=8))):
        kind = draw(st.sampled_from(list(AnswerKind)))
        is_yes = kind in {AnswerKind.GIVEN, AnswerKind.CONFIRMED}
        until = draw(st.none() | st.integers(0, 500)) if is_yes else None
        found.append(
            Vote(
                draw(st.sampled_from(VOTERS)),
                kind,
                draw(st.integers(1, 3)),
                datetime(day.year, day.month, day.day, 12, tzinfo=AMSTERDAM),
                None if until is None else day + timedelta(days=until),
            )
        )
    return found


def plain(
    said: list[Vote], position: Position, terms: Terms, on: date
) -> tuple[bool, Outcome | None]:
    """Whether it may be used, and a few outcomes that can be told without the rules' own order."""
    if not position.is_enrolled:
        return False, Outcome.LEFT
    age = None if position.born_on is None else age_on(position.born_on, on)
    by_voter: dict[int | None, Vote] = {}
    for each in said:
        if each.at.date() <= on:
            by_voter[each.guardian] = each

    def word(each: Vote) -> str:
        if each.kind in ("refused", "withdrawn"):
            return "no"
        is_over = each.kind == "expired" or (each.valid_until or date.max) < on
        return "gone" if is_over or each.text_number < terms.rests_on else "yes"

    if age is not None and age >= 16 and not position.has_curator:
        own = by_voter.get(PUPIL)
        if own is None:
            return False, None
        assert position.born_on is not None
        was_old_enough = age_on(position.born_on, own.at.date()) >= 16
        if word(own) == "no":
            return False, Outcome.NO
        return word(own) == "yes" and was_old_enough, None
    words = [word(by_voter[who]) for who in position.authority if who in by_voter]
    if "no" in words:
        return False, Outcome.NO
    if terms.both_must_agree:
        return bool(words) and words.count("yes") == len(position.authority), None
    return "yes" in words, None


@settings(max_examples=400)
@given(
    said=events(),
    on=days,
    born_on=st.none()
    | st.dates(date(2005, 1, 1), date(2013, 1, 1))
    | st.sampled_from([date(2008, 2, 29), date(2012, 2, 29)]),
    curator=st.booleans(),
    enrolled=st.sampled_from([True, True, True, False]),
    authority=st.frozensets(st.sampled_from([MOTHER, FATHER]), max_size=2),
    rests_on=st.integers(1, 3),
    both=st.booleans(),
)
@example(
    said=[vote(MOTHER, at=datetime(2026, 2, 27, 12, tzinfo=AMSTERDAM))],
    on=date(2026, 2, 28),
    born_on=date(2010, 3, 1),
    curator=False,
    enrolled=True,
    authority=frozenset({MOTHER}),
    rests_on=1,
    both=True,
)
def test_what_holds_is_what_a_plain_calculation_says(
    said: list[Vote],
    on: date,
    born_on: date | None,
    curator: bool,
    enrolled: bool,
    authority: frozenset[int],
    rests_on: int,
    both: bool,
) -> None:
    position = Position(born_on, curator, enrolled, authority)
    terms = Terms(rests_on, both, 60)
    # The database gives the last word of each, in any order.
    last = {each.guardian: each for each in said if each.at.date() <= on}
    found = ruling(position, reversed(list(last.values())), terms, on=on)
    is_yes, outcome = plain(said, position, terms, on)
    assert found.is_yes is is_yes
    if outcome is not None:
        assert found.outcome == outcome
    if found.until is not None:
        assert on <= found.until
    if not found.is_yes:
        assert found.until is None
    if found.stays_until is not None:
        assert found.outcome == Outcome.TO_RECONFIRM


# --- what an answer is


@pytest.mark.parametrize(
    ("yes", "before", "kind"),
    [
        (True, None, "given"),
        (False, None, "refused"),
        (True, "given", "confirmed"),
        (True, "confirmed", "confirmed"),
        (True, "expired", "confirmed"),
        (True, "refused", "given"),
        (True, "withdrawn", "given"),
        (False, "given", "withdrawn"),
        (False, "confirmed", "withdrawn"),
        (False, "expired", "refused"),
        (False, "withdrawn", "refused"),
        (False, "refused", "refused"),
    ],
)
def test_what_it_is_beside_what_was_said_before(yes: bool, before: str | None, kind: str) -> None:
    assert kind_of(yes, None if before is None else vote(MOTHER, before)) == kind


@pytest.mark.parametrize(
    ("last", "rests_on", "said"),
    [
        (None, 1, None),
        (vote(MOTHER), 1, True),
        (vote(MOTHER), 2, None),
        (vote(MOTHER, "expired", valid_until=None), 1, True),
        (no(MOTHER), 1, False),
        (no(MOTHER), 2, False),
    ],
)
def test_leaving_it_as_it_is_repeats_what_can_be_repeated(
    last: Vote | None, rests_on: int, said: bool | None
) -> None:
    assert left_as_it_is(last, rests_on=rests_on) is said


@pytest.mark.parametrize(
    ("on", "ends_on"),
    [
        (date(2026, 3, 2), date(2026, 10, 31)),
        (date(2026, 8, 2), date(2026, 10, 31)),
        (date(2026, 8, 3), date(2027, 10, 31)),
        (date(2026, 12, 31), date(2027, 10, 31)),
    ],
)
def test_a_period_ends_ninety_days_after_an_answer_at_least(on: date, ends_on: date) -> None:
    assert period_end(10, 31, on=on) == ends_on


def test_a_period_can_end_on_the_last_day_of_february() -> None:
    assert period_end(2, 31, on=date(2026, 9, 1)) == date(2027, 2, 28)
    assert period_end(2, 29, on=date(2027, 9, 1)) == date(2028, 2, 29)
    assert period_end(1, 31, on=date(2026, 12, 31)) == date(2028, 1, 31)


def test_only_a_question_that_expires_has_a_last_day() -> None:
    assert last_day_of(Renewal.EXPIRES, ends_on=DAY) == DAY
    assert last_day_of(Renewal.REMINDS, ends_on=DAY) is None
    assert last_day_of(Renewal.ON_CHANGE, ends_on=DAY) is None


def test_the_same_answer_on_the_same_day_and_text_is_one() -> None:
    before = vote(MOTHER, at=datetime(2026, 3, 2, 9, tzinfo=AMSTERDAM))
    assert says_the_same("confirmed", before, text_number=1, on=DAY)
    assert not says_the_same("confirmed", before, text_number=2, on=DAY)
    assert not says_the_same("withdrawn", before, text_number=1, on=DAY)
    assert not says_the_same("confirmed", before, text_number=1, on=DAY + timedelta(days=1))
    assert not says_the_same("given", None, text_number=1, on=DAY)


# --- in words


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Ruling(YES, until=date(2026, 10, 31)), "Ja, tot en met 31 oktober 2026."),
        (Ruling(YES), "Ja, tot iemand het verandert."),
        (Ruling(Outcome.NO), "Nee. Een ouder of verzorger met gezag zegt nee."),
        (Ruling(Outcome.NO, True), "Nee. De leerling is 16 of ouder en zegt nee."),
        (Ruling(Outcome.SILENT), "Nee. Er is nog geen antwoord. Wie zwijgt, zegt nee."),
        (
            Ruling(Outcome.SILENT, True),
            "Nee. De leerling is 16 of ouder en heeft nog niet geantwoord.",
        ),
        (Ruling(Outcome.EXPIRED), "Nee. De toestemming is verlopen."),
        (Ruling(Outcome.LEFT), "Nee. De leerling is niet op deze school."),
    ],
)
def test_a_ruling_in_a_sentence(found: Ruling, sentence: str) -> None:
    with translation.override("nl"):
        assert explain(found) == sentence


def test_a_cell_says_why_in_a_few_words() -> None:
    with translation.override("nl"):
        assert briefly(Ruling(YES, until=date(2026, 10, 31))) == "tot en met 31 oktober 2026"
        assert briefly(Ruling(YES)) == ""
        assert briefly(Ruling(Outcome.NO)) == "een ouder zegt nee"
        assert briefly(Ruling(Outcome.NO, True)) == "de leerling zegt nee"
        assert briefly(Ruling(Outcome.SILENT)) == "geen antwoord"


def test_every_outcome_has_a_sentence_that_begins_with_yes_or_no() -> None:
    for outcome in Outcome:
        for decides in (True, False):
            sentence = explain(Ruling(outcome, decides))
            assert sentence.startswith("Ja" if outcome is YES else "Nee"), outcome
