"""What requests and complaints forget: on their day, no day sooner; and what is counted stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from privacyboard.clockwork import actions, runs
from privacyboard.clockwork.choices import HoldKind
from privacyboard.documents.models import StoredDocument
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from registers.models import RetentionRule
from requests_ar import retention
from requests_ar.letters.register import figures, register_rows
from requests_ar.models import (
    ComplaintStep,
    RequestPart,
    Restriction,
    SubjectRequest,
)
from tests import retention_runs
from tests.conftest import NOW, Cast
from tests.factories import complaints as filed
from tests.factories.forgetting import (
    committed,
    files_on_disk,
    full_complaint,
    full_request,
    places_of,
)
from tests.factories.requests import subject_request
from tests.personal_fields import fields_that_can_hold_people
from tests.planner import plan_with_only
from tests.together import together

AsUser = Callable[[User], Client]
WORD = "Zwaluwman"
DAY = timedelta(days=1)
# Closed on Friday 6 March 2026: kept up to and including 6 March 2031.
LAST = datetime(2031, 3, 6, 12, tzinfo=UTC)
OVER = LAST + DAY


def forget(at: datetime, name: str = "privacy_requests") -> int:
    with committed():
        return retention_runs.gone(at, name)


def held(at: datetime, name: str = "privacy_requests") -> int:
    return retention_runs.held(at, name)


@pytest.mark.requirement("KPO-022", "OPO-051")
def test_a_request_goes_five_years_after_it_was_closed_and_no_day_sooner(cast: Cast) -> None:
    case = full_request(cast, WORD, at=NOW)
    assert forget(LAST) == 0
    assert len(places_of(WORD)) > 20
    assert forget(OVER) == 1
    assert places_of(WORD) == []
    assert places_of("06-12345678") == []
    assert files_on_disk() == 0
    assert (StoredDocument.objects.count(), OutboundLetter.objects.count()) == (0, 0)
    case.refresh_from_db()
    assert case.forgotten_at == OVER
    assert (case.handler, case.decided_by, case.registered_by) == (None, None, None)
    connection.check_constraints()


@pytest.mark.requirement("OPO-053")
def test_what_is_counted_stays(cast: Cast) -> None:
    case = full_request(cast, WORD, at=NOW)
    full_request(cast, "Blijfman", at=NOW + DAY)

    def counted() -> tuple[Any, list[dict[str, Any]]]:
        found = SubjectRequest.objects.all()
        rows = [
            {**asdict(row), "handler": ""}  # who worked on it goes too
            for row in register_rows(found, today=OVER.date())
        ]
        return figures(found, today=OVER.date()), rows

    before = counted()
    assert before[0].all.total == 2
    assert forget(OVER) == 1
    assert counted() == before
    part = RequestPart.objects.filter(request=case).order_by("pk")[0]
    assert (part.kind, part.verdict, part.grounds) == (
        "access",
        "partly",
        {"legal_duty": "(vergeten)", "archive": "(vergeten)"},
    )
    assert part.erasure_grounds == ["not_needed"]
    assert part.history.count() == 1
    assert case.history.get().history_change_reason == "bewaartermijn: Verzoeken"


def test_another_case_is_untouched(cast: Cast) -> None:
    full_request(cast, WORD, at=NOW)
    other = full_request(cast, "Blijfman", at=NOW + 30 * DAY)
    before = {table: rows(table, other.pk) for table in TABLES}
    assert forget(OVER) == 1
    assert {table: rows(table, other.pk) for table in TABLES} == before
    assert files_on_disk() == 2
    assert OutboundLetter.objects.filter(to="Blijfman@thuis.example").count() == 3


TABLES = (
    *("requestperson", "requestpart", "answeritem", "delivery", "identitycheck", "pause"),
    *("fee", "searchtask", "dossierfile", "recipienttask", "restriction", "requestletter"),
    *("historicalrequestperson", "historicalrequestpart", "historicalsearchtask"),
)


def rows(table: str, request: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM requests_ar_{table} WHERE request_id = %s ORDER BY 1",  # noqa: S608
            [request],
        )
        return cursor.fetchall()


def test_a_second_run_finds_nothing(cast: Cast) -> None:
    case = full_request(cast, WORD, at=NOW)
    assert (forget(OVER), forget(OVER + DAY)) == (1, 0)
    case.refresh_from_db()
    assert (case.forgotten_at, case.link_number) == (OVER, 2)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_end_in_the_same(append_only_lifted: None, cast: Cast) -> None:
    for number in range(4):
        full_request(cast, f"{WORD}{number}", at=NOW)

    assert sum(together(*[lambda: forget(OVER)] * 2)) == 4
    assert places_of(WORD) == []
    assert SubjectRequest.objects.filter(forgotten_at=OVER, link_number=2).count() == 4


def test_the_board_can_choose_another_term(cast: Cast) -> None:
    full_request(cast, WORD, at=NOW)
    RetentionRule.objects.filter(code="privacy_requests").delete()
    RetentionRule(
        code="privacy_requests", name="x", data="x", years=1, bound="maximum", trigger="case_closed"
    ).record(by=cast.ibp, why="één jaar")
    assert (forget(datetime(2027, 3, 6, 12, tzinfo=UTC)), forget(OVER)) == (0, 1)


# --- from when, and what stops it -------------------------------------------------------------


def test_an_open_request_never_goes(cast: Cast) -> None:
    subject_request(cast.linde, at=NOW)
    full_request(cast, WORD, at=NOW, state="answered", closed_at=None)
    assert forget(OVER + 4000 * DAY) == 0


def test_a_withdrawn_request_goes_five_years_after_it_was_withdrawn(cast: Cast) -> None:
    subject_request(cast.linde, at=NOW, state="withdrawn", withdrawn_on=date(2026, 3, 6))
    assert (forget(LAST), forget(OVER)) == (0, 1)


def test_an_unconfirmed_form_that_was_withdrawn_goes_after_thirty_days(cast: Cast) -> None:
    day = date(2026, 3, 6)
    common: dict[str, Any] = {"state": "withdrawn", "withdrawn_on": day}
    goes = subject_request(cast.linde, at=NOW, confirmed=False, **common)
    subject_request(cast.linde, at=NOW, **common)
    subject_request(cast.linde, at=NOW, confirmed=False)  # runs, confirmed or not
    noon = datetime(2026, 4, 5, 12, tzinfo=UTC)
    assert forget(noon, "unconfirmed_requests") == 0
    assert forget(noon + DAY, "unconfirmed_requests") == 1
    assert list(SubjectRequest.objects.exclude(forgotten_at=None)) == [goes]
    assert figures(SubjectRequest.objects.all(), today=day).all.withdrawn == 2


def test_data_under_a_restriction_stay_until_five_years_after_its_end(cast: Cast) -> None:
    case = full_request(cast, WORD, at=NOW)
    Restriction.objects.filter(request=case).update(ends_on=None, end_told_on=None)
    assert forget(OVER + 900 * DAY) == 0
    Restriction.objects.filter(request=case).update(ends_on=date(2026, 6, 1))
    assert forget(datetime(2031, 6, 1, 12, tzinfo=UTC)) == 0
    assert forget(datetime(2031, 6, 2, 12, tzinfo=UTC)) == 1


@pytest.mark.requirement("OPO-052")
def test_an_open_complaint_holds_the_request_that_it_is_about(cast: Cast) -> None:
    case = full_request(cast, WORD, at=NOW)
    complaint = filed.complaint(None, at=NOW + 9 * DAY, request=case, received_on=case.received_on)
    assert (forget(OVER), held(OVER)) == (0, 1)
    complaint.outcome, complaint.closed_on = "settled", date(2031, 3, 1)
    complaint.record(by=cast.ibp, why="klaar")
    assert held(OVER) == 1  # the director is still busy with it
    ComplaintStep.objects.update(ended_on=date(2031, 3, 1))
    assert forget(OVER) == 1


@pytest.mark.requirement("OPO-052")
def test_a_hold_stops_it_until_it_is_lifted(cast: Cast) -> None:
    case = full_request(cast, WORD, at=NOW)
    hold = actions.put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De ouders hebben de school gedagvaard.",
        owner=cast.fg,
        review_on=date(2031, 1, 1),
        subject=case,
        by=cast.fg,
        at=NOW,
    )
    assert (forget(OVER), held(OVER)) == (0, 1)
    actions.lift_hold(hold=hold, because="De zaak is klaar.", by=cast.fg, at=OVER)
    assert forget(OVER) == 1


def test_a_hold_on_a_pupil_holds_the_requests_about_that_pupil(cast: Cast) -> None:
    full_request(cast, WORD, at=NOW)
    actions.put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De ouders hebben de school gedagvaard.",
        owner=cast.fg,
        review_on=date(2031, 1, 1),
        school=cast.linde,
        person_key=f"{WORD}1",
        by=cast.fg,
        at=NOW,
    )
    assert (forget(OVER), held(OVER)) == (0, 1)


def test_finding_nothing_costs_one_statement_by_an_index(cast: Cast) -> None:
    full_request(cast, WORD, at=NOW)
    rule = next(each for each in runs.all_rules() if each.name == "privacy_requests")
    found = rule.due(rule.default.cut(LAST.date()))
    plan = plan_with_only(
        found, {"closed_requests_to_forget", "withdrawn_to_forget"}, SubjectRequest
    )
    assert "closed_requests_to_forget" in plan
    assert "withdrawn_to_forget" in plan


# --- complaints -------------------------------------------------------------------------------


def test_a_complaint_goes_five_years_after_it_was_closed_and_its_figures_stay(cast: Cast) -> None:
    made = full_complaint(cast, WORD, at=NOW)
    assert forget(LAST, "privacy_complaints") == 0
    assert forget(OVER, "privacy_complaints") == 1
    assert places_of(WORD) == []
    made.refresh_from_db()
    assert (made.outcome, made.closed_on, made.channel, made.forgotten_at) == (
        "upheld",
        date(2026, 3, 6),
        "email",
        OVER,
    )
    step = ComplaintStep.objects.get()
    assert (step.body, step.ended_on, step.history.count()) == ("director", date(2026, 3, 3), 1)
    assert forget(OVER + DAY, "privacy_complaints") == 0


def test_a_complaint_stays_while_a_court_is_busy_with_it(cast: Cast) -> None:
    made = full_complaint(cast, WORD, at=NOW)
    court = ComplaintStep(complaint=made, body="court", began_on=date(2026, 5, 1))
    court.record(by=cast.ibp, why="naar de rechter")
    assert forget(OVER + 900 * DAY, "privacy_complaints") == 0
    court.ended_on = date(2028, 5, 1)
    court.record(by=cast.ibp, why="uitspraak")
    assert forget(datetime(2033, 5, 1, 12, tzinfo=UTC), "privacy_complaints") == 0
    assert forget(datetime(2033, 5, 2, 12, tzinfo=UTC), "privacy_complaints") == 1


# --- what people see --------------------------------------------------------------------------


def test_the_page_says_that_it_is_gone_and_keeps_what_is_counted(
    cast: Cast, as_user: AsUser
) -> None:
    case = full_request(cast, WORD, at=NOW)
    forget(OVER)
    for user in (cast.fg, cast.director):
        client = as_user(user)
        page = client.get(reverse("request_case", args=[case.number]))
        assert page.status_code == 200
        assert "Dit verzoek is gewist" in page.text
        assert "De bewaartermijn is voorbij. Op 7 maart 2031 is gewist wie het vroeg" in page.text
        assert "Inzage: deels toegewezen" in page.text
        assert "5 maart 2026, op tijd" in page.text
        listed = client.get(reverse("requests"), {"toon": "all"})
        assert (listed.status_code, "gewist" in listed.text) == (200, True)
        assert client.get(reverse("request_register")).status_code == 200
        for name in ("request_history", "request_held", "request_preview", "request_pick"):
            assert client.get(reverse(name, args=[case.number])).status_code == 404
        for act in ("brief", "vertrouwelijk"):
            assert client.get(reverse("request_act", args=[case.number, act])).status_code == 404


def test_a_forgotten_confidential_case_stays_closed_to_others(cast: Cast, as_user: AsUser) -> None:
    case = full_request(cast, WORD, at=NOW, is_confidential=True)
    url = reverse("request_case", args=[case.number])
    assert as_user(cast.teacher).get(url).status_code == 200  # named on it
    forget(OVER)
    seen = {user: as_user(user).get(url).status_code for user in (cast.fg, cast.director)}
    assert seen == {cast.fg: 200, cast.director: 404}
    assert as_user(cast.teacher).get(url).status_code == 404


def test_the_link_of_the_requester_opens_nothing_any_more(cast: Cast, client: Client) -> None:
    from requests_ar.letters import status_address

    at = timezone.now()
    case = full_request(cast, WORD, at=at - 9 * DAY)
    path = "/" + status_address(case, at=at).split("/", 3)[3]
    assert client.get(path).status_code == 200
    forget(at + 3000 * DAY)
    page = client.get(path)
    assert (page.status_code, WORD in page.text) == (410, False)


def test_the_page_of_a_forgotten_complaint(cast: Cast, as_user: AsUser) -> None:
    made = full_complaint(cast, WORD, at=NOW)
    forget(OVER, "privacy_complaints")
    client = as_user(cast.ibp)
    page = client.get(reverse("complaint", args=[made.number]))
    assert page.status_code == 200
    assert "Deze klacht is gewist" in page.text
    assert "gegrond, 6 maart 2026" in page.text
    assert "Klager" not in page.text
    assert "Vastleggen" not in page.text
    assert client.get(reverse("complaints")).status_code == 200
    for name in ("complaint_letter", "complaint_history"):
        assert client.get(reverse(name, args=[made.number])).status_code == 404
    for name in ("complaint_take", "complaint_conclude", "complaint_guard", "complaint_name"):
        assert client.post(reverse(name, args=[made.number])).status_code == 404


# --- every field with personal data is named --------------------------------------------------

# Numbers, closed lists of codes, and guardian's table of groups, in which nobody is named.
FIELDS_ABOUT_NOBODY = {
    "complaint": {"number"},
    "requestpart": {"erasure_grounds"},
    "subjectrequest": {"number"},
}


def test_every_field_that_can_hold_a_person_is_named_or_says_nothing_of_anybody() -> None:
    found = fields_that_can_hold_people("requests_ar", (), FIELDS_ABOUT_NOBODY)
    assert found == set(retention.PERSONAL)
