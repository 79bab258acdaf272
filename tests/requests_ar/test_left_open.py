"""What has its answer or its end and nobody closed: no term begins before somebody does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from privacyboard.clockwork.models import DigestLine
from privacyboard.clockwork.worklist import items_of
from privacyboard.organisation.models import Appointment, User
from requests_ar import worklist
from requests_ar.actions import complaints
from requests_ar.actions.left_open import remind_to_close
from requests_ar.models import SubjectRequest
from tests.conftest import TODAY, Cast
from tests.factories import complaints as make_complaints
from tests.factories import requests as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NUMBER = "V-2026-0001"


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def remind(day: date) -> list[tuple[str, str]]:
    """Who is told what on a day: the lines that were made now."""
    before = set(DigestLine.objects.values_list("pk", flat=True))
    remind_to_close(by=None, at=at(day))
    new = DigestLine.objects.exclude(pk__in=before).order_by("user__first_name")
    return list(new.values_list("user__first_name", "sentence"))


def answered(cast: Cast, **values: Any) -> SubjectRequest:
    """A request of De Linde that was answered today, about nothing that has to be done."""
    given: dict[str, Any] = {"state": "answered", "answered_on": TODAY, "handler": cast.director}
    return make.subject_request(cast.linde, at=at(TODAY), **given | values)


def grant_erasure(case: SubjectRequest) -> None:
    """As decided, and not done yet."""
    part = case.parts.get()
    part.kind, part.verdict = "erasure", "granted"
    part.record(by=None, why="proef")


def listed(user: User, day: date) -> list[tuple[str, str, str]]:
    user.__dict__.pop("_standing", None)
    items = items_of([worklist], user, at(day))
    return [(each.sentence, each.act_label, each.tone) for each in items]


TO_CLOSE = f"Verzoek {NUMBER} is beantwoord op 2 maart 2026 en nog niet gesloten. Sluit het."
TO_DO = f"Verzoek {NUMBER} is beantwoord op 2 maart 2026. Doe wat nog moet, en sluit het."


@pytest.mark.requirement("OPO-052")
def test_after_two_weeks_who_handles_it_hears_of_it_and_two_weeks_later_the_role_above(
    cast: Cast,
) -> None:
    case = answered(cast)
    assert remind(TODAY + 13 * DAY) == []
    assert remind(TODAY + 14 * DAY) == [("Dirk", TO_CLOSE)]
    assert remind(TODAY + 27 * DAY) == []
    assert remind(TODAY + 28 * DAY) == [("Dirk", TO_CLOSE), ("Ilse", TO_CLOSE)]
    assert remind(TODAY + 400 * DAY) == []
    assert DigestLine.objects.earliest("pk").path == f"/verzoeken/{case.number}/"


def test_a_request_that_is_closed_in_time_is_never_told(cast: Cast) -> None:
    answered(cast, state="closed", closed_at=at(TODAY))
    assert remind(TODAY + 100 * DAY) == []


def test_something_that_still_has_to_be_done_is_said(cast: Cast) -> None:
    grant_erasure(answered(cast))
    assert remind(TODAY + 14 * DAY) == [("Dirk", TO_DO)]


def test_without_a_handler_or_with_one_who_left_the_role_hears_of_it(cast: Cast) -> None:
    answered(cast, handler=None)
    assert [who for who, _words in remind(TODAY + 14 * DAY)] == ["Dirk"]
    answered(cast, handler=cast.eik_director)
    assert [who for who, _words in remind(TODAY + 14 * DAY)] == ["Dirk"]
    Appointment.objects.filter(user=cast.director).update(ends_on=TODAY)
    answered(cast)
    assert [who for who, _words in remind(TODAY + 14 * DAY)] == ["Ilse"]


def test_above_the_ibp_manager_stands_the_fg_who_can_read_it(cast: Cast) -> None:
    answered(cast, handler=cast.ibp)
    assert [who for who, _words in remind(TODAY + 14 * DAY)] == ["Ilse"]
    assert [who for who, _words in remind(TODAY + 28 * DAY)] == ["Fenna", "Ilse"]


def test_of_a_confidential_one_nothing_is_told_to_who_may_not_open_it(cast: Cast) -> None:
    answered(cast, is_confidential=True)
    words = "Een vertrouwelijk verzoek is beantwoord en nog niet gesloten. Sluit het."
    assert remind(TODAY + 14 * DAY) == [("Ilse", words)]
    assert DigestLine.objects.get().path == "/verzoeken/"
    assert remind(TODAY + 28 * DAY) == [("Fenna", words), ("Ilse", words)]


@pytest.mark.requirement("OPO-052")
def test_it_stands_on_the_list_of_work_until_it_is_closed(cast: Cast) -> None:
    case = answered(cast)
    before, after = TODAY + 13 * DAY, TODAY + 14 * DAY
    assert listed(cast.director, before) == []
    assert listed(cast.director, after) == [(TO_CLOSE, "Sluiten", "attention")]
    assert listed(cast.ibp, after) == []
    assert listed(cast.ibp, TODAY + 28 * DAY) == [(TO_CLOSE, "Sluiten", "attention")]
    assert listed(cast.eik_director, TODAY + 28 * DAY) == []
    case.state, case.closed_at = "closed", at(after)
    case.record(by=None, why="proef")
    assert listed(cast.director, TODAY + 28 * DAY) == []


def test_what_was_granted_and_has_to_be_done_stands_there_at_once(cast: Cast) -> None:
    grant_erasure(answered(cast))
    assert listed(cast.director, TODAY) == [(TO_DO, "Verder", "attention")]


def test_three_requests_cost_what_one_does(cast: Cast) -> None:
    def cost(rows: int, day: date) -> int:
        for _each in range(rows):
            answered(cast, answered_on=day)
        with CaptureQueriesContext(connection) as asked:
            assert len(remind(day + 14 * DAY)) == rows
        SubjectRequest.objects.update(state="closed", closed_at=at(day))
        return len(asked)

    assert cost(1, TODAY) == cost(3, TODAY + DAY)


# --- complaints -------------------------------------------------------------------------------

COMPLAINT = "Klacht K-2026-0001 wacht op een volgende stap of een uitkomst."
ELSEWHERE = "Klacht K-2026-0001 is gesloten en ligt nog bij: {}. Is dat klaar?"


def test_a_complaint_that_lies_nowhere_is_told_of(cast: Cast) -> None:
    made = make_complaints.complaint(cast.linde, at=at(TODAY))
    assert remind(TODAY + 50 * DAY) == []  # it lies with the director
    step = made.steps.get()
    step.ended_on = TODAY + DAY
    step.record(by=None, why="klaar")
    assert remind(TODAY + 14 * DAY) == []
    assert remind(TODAY + 15 * DAY) == [("Dirk", COMPLAINT)]
    assert remind(TODAY + 29 * DAY) == [("Dirk", COMPLAINT), ("Ilse", COMPLAINT)]


def test_a_closed_complaint_that_lies_elsewhere_still_is_told_of_after_half_a_year(
    cast: Cast,
) -> None:
    made = make_complaints.complaint(cast.linde, at=at(TODAY))
    made.steps.all().delete()
    complaints.take_to(
        complaint=made, body="ap", began_on=TODAY, reason="", by=cast.ibp, at=at(TODAY)
    )
    complaints.conclude(
        complaint=made,
        outcome="withdrawn",
        outcome_text="",
        closed_on=TODAY,
        by=cast.director,
        at=at(TODAY),
    )
    assert remind(TODAY + 181 * DAY) == []
    words = ELSEWHERE.format("Autoriteit Persoonsgegevens")
    assert remind(TODAY + 182 * DAY) == [("Ilse", words)]


@pytest.mark.parametrize("number", [1, 3])
def test_finding_them_takes_the_same_queries_for_any_number(
    cast: Cast, number: int, django_assert_num_queries: object
) -> None:
    for _each in range(number):
        answered(cast)
    with django_assert_num_queries(1):  # type: ignore[operator]
        remind_to_close(by=None, at=at(TODAY + 13 * DAY))
