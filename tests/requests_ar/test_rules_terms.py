"""The term of a request: from receipt, extended once, never standing still by itself."""

from __future__ import annotations

from datetime import date

import pytest

from requests_ar.choices import ExtensionReason, RequestState
from requests_ar.rules.terms import (
    Pause,
    extension_problem,
    is_overdue,
    last_day_with_pauses,
    paused_days,
    receipt_problem,
    reminder_stages,
    term_of,
    was_late,
)

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("received_on", "extended", "target", "last_day"),
    [
        (date(2026, 3, 5), False, date(2026, 4, 5), date(2026, 4, 7)),  # Easter Sunday and Monday
        (date(2026, 1, 31), False, date(2026, 2, 28), date(2026, 3, 2)),  # a Saturday
        (date(2026, 3, 2), False, date(2026, 4, 2), date(2026, 4, 2)),
        (date(2026, 3, 2), True, date(2026, 6, 2), date(2026, 6, 2)),
    ],
)
def test_one_month_from_receipt_and_three_when_extended(
    received_on: date, extended: bool, target: date, last_day: date
) -> None:
    term = term_of(received_on, extended=extended)
    assert (term.target, term.last_day) == (target, last_day)


@pytest.mark.parametrize(
    ("received_on", "born_on", "told"),
    [
        (date(2026, 3, 3), None, "Deze dag is nog niet geweest."),
        (date(2020, 3, 1), date(2021, 1, 1), "Deze dag ligt voor de geboortedatum"),
        (date(2018, 5, 24), None, "Met deze dag kan geen termijn worden berekend."),
        (date(2026, 3, 2), date(2010, 1, 1), ""),
    ],
)
def test_a_day_of_receipt_that_cannot_be_is_refused(
    received_on: date, born_on: date | None, told: str
) -> None:
    problem = receipt_problem(received_on, today=TODAY, born_on=born_on)
    assert problem[: len(told)] == told if told else problem == ""


def test_days_of_waiting_count_once_and_the_first_deadline_stays() -> None:
    pauses = [
        Pause(date(2026, 3, 2), date(2026, 3, 6)),  # 2, 3, 4 and 5 March
        Pause(date(2026, 3, 4), date(2026, 3, 8)),  # 4 to 7 March: two of them again
    ]
    assert paused_days(pauses, today=date(2026, 3, 20)) == 6
    assert last_day_with_pauses(date(2026, 4, 2), pauses, today=TODAY) == date(2026, 4, 8)
    assert paused_days([Pause(date(2026, 3, 2))], today=date(2026, 3, 9)) == 7


@pytest.mark.parametrize("state", [RequestState.ANSWERED, RequestState.CLOSED, "withdrawn"])
def test_what_has_its_answer_is_never_overdue(state: str) -> None:
    assert not is_overdue(state=state, last_day=date(2026, 1, 1), today=TODAY)


def test_the_last_day_itself_is_in_time() -> None:
    assert not is_overdue(state=RequestState.DECIDED, last_day=TODAY, today=TODAY)
    assert is_overdue(state=RequestState.DECIDED, last_day=TODAY, today=date(2026, 3, 3))
    assert not was_late(answered_on=TODAY, last_day=TODAY)
    assert was_late(answered_on=date(2026, 3, 3), last_day=TODAY)


def extension(**changes: object) -> str:
    given = {
        "state": RequestState.IN_PROGRESS,
        "received_on": date(2026, 2, 2),
        "is_extended": False,
        "reason": ExtensionReason.COMPLEXITY,
        "text": "Er zijn vijf systemen.",
        "today": date(2026, 3, 2),
    }
    return extension_problem(**{**given, **changes})  # type: ignore[arg-type]


def test_the_term_is_extended_up_to_and_including_its_last_day() -> None:
    assert extension() == ""
    assert extension(today=date(2026, 3, 3)).startswith("Verlengen kon tot en met 02-03-2026")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"is_extended": True}, "De termijn is al verlengd. Dat kan één keer."),
        ({"reason": "busy"}, "Kies waarom verlengen nodig is. Drukte is geen reden."),
        ({"text": "  "}, "Leg in gewone taal uit waarom het langer duurt."),
        ({"state": RequestState.ANSWERED}, "Het verzoek is al beantwoord of ingetrokken"),
    ],
)
def test_an_extension_out_of_order_is_refused(changes: dict[str, object], told: str) -> None:
    assert extension(**changes)[: len(told)] == told


@pytest.mark.parametrize(
    ("today", "stages"),
    [
        (date(2026, 3, 1), ()),
        (date(2026, 3, 2), ("14",)),
        (date(2026, 3, 9), ("14", "7")),
        (date(2026, 3, 15), ("14", "7", "3", "1")),
        (date(2026, 3, 17), ("14", "7", "3", "1", "late")),
    ],
)
def test_reminders_that_are_due(today: date, stages: tuple[str, ...]) -> None:
    assert reminder_stages(last_day=date(2026, 3, 16), today=today) == stages
