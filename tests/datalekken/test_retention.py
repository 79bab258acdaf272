"""What breach files forget: on their day, no day sooner; and what the register counts stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from datalekken import retention
from datalekken.actions.notifying import make_waiting_dossiers
from datalekken.letters.register import figures, register_rows
from datalekken.models import (
    Assessment,
    Breach,
    DutyTurn,
    Measure,
    Notification,
    RegisterFile,
    Telling,
    ToldPerson,
)
from privacyboard.clockwork import actions, runs
from privacyboard.clockwork.choices import HoldKind
from privacyboard.documents.models import StoredDocument
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import School, User
from tests import retention_runs
from tests.conftest import NOW, Cast
from tests.factories.breaches import breach
from tests.factories.forgetting import committed, document, files_on_disk, full_breach, places_of
from tests.personal_fields import fields_that_can_hold_people
from tests.planner import plan_with_only
from tests.together import together

AsUser = Callable[[User], Client]
WORD = "Zwaluwman"
DAY = timedelta(days=1)
# Closed on Friday 6 March 2026: kept up to and including 6 March 2031.
LAST = datetime(2031, 3, 6, 12, tzinfo=UTC)
OVER = LAST + DAY


def forget(at: datetime, name: str = "breach_register") -> int:
    with committed():
        return retention_runs.gone(at, name)


def held(at: datetime, name: str = "breach_register") -> int:
    return retention_runs.held(at, name)


@pytest.mark.requirement("KPO-022", "OPO-051")
def test_a_file_goes_five_years_after_it_was_closed_and_no_day_sooner(cast: Cast) -> None:
    made = full_breach(cast, WORD, at=NOW)
    assert forget(LAST) == 0
    assert len(places_of(WORD)) > 15
    assert forget(OVER) == 1
    assert places_of(WORD) == []
    assert files_on_disk() == 0
    assert (StoredDocument.objects.count(), OutboundLetter.objects.count()) == (0, 0)
    made.refresh_from_db()
    assert made.forgotten_at == OVER
    people = (made.reporter, made.handler, made.decided_by, made.registered_by)
    assert people == (None, None, None, None)
    connection.check_constraints()


def register_facts() -> dict[str, dict[str, Any]]:
    """Of every breach what the register tells that is no free text."""
    free = {
        *("wat er gebeurde", "om wie het gaat", "om welke gegevens het gaat"),
        *("gevolgen: waarom", "gevolgen: toelichting", "maatregelen", "advies van de FG"),
        *("waarom wel of niet melden", "waarom wel of niet vertellen", "meldingen bij de AP"),
        *("waarom van het advies is afgeweken", "waarom het kon gebeuren", "wat wij ervan leren"),
    }
    rows = register_rows(Breach.objects.judged(OVER))
    return {
        row.number: {name: value for name, value in row.facts if name not in free} for row in rows
    }


def counted() -> Any:
    found = Breach.objects.judged(OVER)
    return figures(found, schools=School.objects.all(), with_board=True), register_facts()


@pytest.mark.requirement("OPO-053")
def test_what_the_register_counts_stays(cast: Cast) -> None:
    made = full_breach(cast, WORD, at=NOW)
    full_breach(cast, "Blijfman", at=NOW + DAY)
    before = counted()
    assert before[0].total == 2
    assert forget(OVER) == 1
    assert counted() == before
    assert before[1][made.number]["aantal mensen"] == 25
    assert list(made.schools.all()) == [cast.linde]
    sent = Notification.objects.filter(breach=made).numbered()
    assert list(sent.values_list("kind", "known_number", "withdrawal_reason", "content")) == [
        ("complete", "AP-1", "", {}),
        ("withdrawal", "AP-3", "(vergeten)", {}),
    ]
    weighed = Assessment.objects.get(breach=made)
    assert (weighed.risk, weighed.people_count, weighed.facts) == ("high", 25, {})
    assert made.history.get().history_change_reason == "bewaartermijn: Datalekken"


def test_another_file_is_untouched(cast: Cast) -> None:
    full_breach(cast, WORD, at=NOW)
    other = full_breach(cast, "Blijfman", at=NOW + 30 * DAY)
    before = everything_of(other)
    assert forget(OVER) == 1
    assert everything_of(other) == before
    assert files_on_disk() == 5


def everything_of(made: Breach) -> list[list[tuple[Any, ...]]]:
    found = []
    with connection.cursor() as cursor:
        for table in ("measure", "telling", "toldperson", "notification", "assessment"):
            cursor.execute(
                f"SELECT * FROM datalekken_{table} WHERE breach_id = %s ORDER BY 1",  # noqa: S608
                [made.pk],
            )
            found.append(cursor.fetchall())
        cursor.execute("SELECT * FROM datalekken_historicalbreach WHERE id = %s", [made.pk])
        found.append(cursor.fetchall())
    return found


def test_a_second_run_finds_nothing(cast: Cast) -> None:
    made = full_breach(cast, WORD, at=NOW)
    assert (forget(OVER), forget(OVER + DAY)) == (1, 0)
    made.refresh_from_db()
    assert (made.forgotten_at, made.link_number) == (OVER, 2)


def test_no_dossier_is_made_anew_of_what_was_forgotten(cast: Cast) -> None:
    """That the AP was told stays, without what was said and without its paper."""
    full_breach(cast, WORD, at=NOW)
    assert forget(OVER) == 1
    assert Notification.objects.filter(paper=None).exists()
    assert make_waiting_dossiers(at=OVER) == 0


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_end_in_the_same(append_only_lifted: None, cast: Cast) -> None:
    for number in range(4):
        full_breach(cast, f"{WORD}{number}", at=NOW)

    assert sum(together(*[lambda: forget(OVER)] * 2)) == 4
    assert places_of(WORD) == []
    assert Breach.objects.filter(forgotten_at=OVER, link_number=2).count() == 4


def test_a_file_that_is_open_or_was_opened_again_stays(cast: Cast) -> None:
    breach(cast.linde, at=NOW)
    full_breach(cast, WORD, at=NOW, state="in_progress")
    assert forget(OVER + 4000 * DAY) == 0


def test_finding_nothing_costs_one_statement_by_an_index(cast: Cast) -> None:
    rule = next(each for each in runs.all_rules() if each.name == "breach_register")
    found = rule.due(rule.default.cut(LAST.date()))
    plan = plan_with_only(found, {"breaches_to_forget"}, Breach)
    assert "breaches_to_forget" in plan


# --- holds ------------------------------------------------------------------------------------


@pytest.mark.requirement("OPO-052")
def test_a_measure_that_is_not_done_holds_its_file(cast: Cast) -> None:
    full_breach(cast, WORD, at=NOW)
    Measure.objects.update(done_on=None)
    assert (forget(OVER), held(OVER)) == (0, 1)
    Measure.objects.update(done_on=date(2031, 3, 7))
    assert forget(OVER) == 1


@pytest.mark.requirement("OPO-052")
def test_a_hold_on_a_file_stops_it_and_its_list_of_people(cast: Cast) -> None:
    made = full_breach(cast, WORD, at=NOW)
    hold = actions.put_hold(
        kind=HoldKind.LAWSUIT,
        reason="Een ouder vraagt schadevergoeding.",
        owner=cast.fg,
        review_on=date(2031, 1, 1),
        subject=made,
        by=cast.fg,
        at=NOW,
    )
    assert (held(OVER), held(OVER, "breach_told_people")) == (1, 1)
    assert (forget(OVER), forget(OVER, "breach_told_people")) == (0, 0)
    actions.lift_hold(hold=hold, because="De zaak is klaar.", by=cast.fg, at=OVER)
    assert (forget(OVER, "breach_told_people"), forget(OVER)) == (1, 1)


# --- who was told, prints, duty ---------------------------------------------------------------


def test_who_was_told_goes_a_year_after_closing_and_how_many_stays(
    cast: Cast, as_user: AsUser
) -> None:
    made = full_breach(cast, WORD, at=NOW)
    noon = datetime(2027, 3, 6, 12, tzinfo=UTC)
    assert forget(noon, "breach_told_people") == 0
    to = f"email{WORD}@thuis.example"
    assert (ToldPerson.objects.count(), OutboundLetter.objects.filter(to=to).count()) == (2, 1)
    assert forget(noon + DAY, "breach_told_people") == 1
    assert not ToldPerson.objects.exists()
    assert (places_of(f"email.{WORD}@"), places_of(to), places_of(f"Kind {WORD}")) == ([], [], [])
    telling = Telling.objects.get()
    assert (telling.forgotten_people, telling.people_forgotten_at) == (2, noon + DAY)
    assert telling.title == WORD  # what was told documents the file, and names nobody
    page = as_user(cast.ibp).get(reverse("breach", args=[made.number])).text
    assert "Het ging naar 2 mensen. Wie dat waren, is gewist op 7 maart 2027" in page
    assert forget(noon + 2 * DAY, "breach_told_people") == 0


def test_who_was_told_stays_while_the_file_is_open(cast: Cast) -> None:
    full_breach(cast, WORD, at=NOW, state="decided", closed_at=None)
    assert forget(OVER, "breach_told_people") == 0


def test_a_printed_register_goes_seven_days_after_it_was_asked(cast: Cast) -> None:
    kept = document(WORD, at=NOW, kind="datalekken.register")
    RegisterFile.objects.create(
        asked_by=cast.fg, asked_at=NOW, breaches=[], chosen=[WORD], document=kept
    )
    assert forget(NOW + 7 * DAY, "breach_register_files") == 0
    assert forget(NOW + 8 * DAY, "breach_register_files") == 1
    assert (places_of(WORD), files_on_disk()) == ([], 0)


def test_a_duty_turn_goes_two_years_after_its_last_day(cast: Cast) -> None:
    turn = DutyTurn(user=cast.ibp, starts_on=date(2026, 2, 14), ends_on=date(2026, 2, 22), why=WORD)
    turn.record(by=cast.fg, why="vakantie")
    assert forget(datetime(2028, 2, 22, 12, tzinfo=UTC), "breach_duty") == 0
    assert forget(datetime(2028, 2, 23, 12, tzinfo=UTC), "breach_duty") == 1
    assert places_of(WORD) == []


# --- what people see --------------------------------------------------------------------------


def test_the_page_says_that_it_is_gone_and_keeps_what_is_counted(
    cast: Cast, as_user: AsUser
) -> None:
    made = full_breach(cast, WORD, at=NOW)
    forget(OVER)
    for user in (cast.fg, cast.director):
        client = as_user(user)
        page = client.get(reverse("breach", args=[made.number]))
        assert page.status_code == 200
        assert "Dit dossier is gewist" in page.text
        assert "De bewaartermijn is voorbij. Op 7 maart 2031 is gewist wie het meldde" in page.text
        assert "3 maart 2026 10:00, op tijd" in page.text
        assert "AP-3" in page.text
        assert client.get(reverse("breaches"), {"toon": "all"}).status_code == 200
        assert client.get(reverse("breach_register")).status_code == 200
        assert client.get(reverse("breach_history", args=[made.number])).status_code == 404
        for act in ("maatregel", "heropenen", "vertrouwelijk"):
            assert client.get(reverse("breach_act", args=[made.number, act])).status_code == 404
    client = as_user(cast.fg)
    assert client.get(reverse("breach_dossier", args=[made.number])).status_code == 404
    assert client.get(reverse("breach_register_xlsx")).status_code == 200


def test_a_forgotten_confidential_file_stays_closed_to_others(cast: Cast, as_user: AsUser) -> None:
    made = full_breach(cast, WORD, at=NOW, is_confidential=True)
    url = reverse("breach", args=[made.number])
    assert as_user(cast.teacher).get(url).status_code == 200  # named on it
    forget(OVER)
    seen = {user: as_user(user).get(url).status_code for user in (cast.fg, cast.director)}
    assert seen == {cast.fg: 200, cast.director: 404}
    assert as_user(cast.teacher).get(url).status_code == 404


# --- every field with personal data is named --------------------------------------------------


def test_every_field_that_can_hold_a_person_is_named_or_says_nothing_of_anybody() -> None:
    found = fields_that_can_hold_people("datalekken", (), {"breach": {"number"}})
    assert found == set(retention.PERSONAL)
