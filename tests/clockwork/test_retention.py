"""What logs, sessions and the clockwork forget."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session

from privacyboard.audit.actions import note_access
from privacyboard.audit.forgetting import forgetting
from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork import retention
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind, Pace
from privacyboard.clockwork.models import AlertPreference, DigestLine, Hold
from privacyboard.frontdesk import retention as of_frontdesk
from privacyboard.frontdesk.models import CalendarAddress
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import School, User
from privacyboard.publicforms import retention as of_forms
from privacyboard.publicforms.models import FormCount
from tests.conftest import NOW, TODAY, Cast, make_person
from tests.personal_fields import fields_that_can_hold_people
from tests.retention_runs import run

DAY = timedelta(days=1)


def goes_on(day: date, name: str) -> bool:
    """Whether one row of this rule goes on this day, and not on the day before."""
    return (run(day - DAY, name), run(day, name), run(day + DAY, name)) == (0, 1, 0)


def test_the_access_log_goes_after_a_year(cast: Cast) -> None:
    entry = note_access(subject=cast.linde, act="opened", by=cast.fg)
    with forgetting(reason="proef"):
        AccessEntry.objects.filter(pk=entry.pk).update(at=NOW)
    assert goes_on(date(2027, 3, 3), "access_log")


def test_the_log_of_the_admin_goes_after_a_year(cast: Cast) -> None:
    LogEntry.objects.create(
        user=cast.administrator,
        action_time=NOW,
        content_type=ContentType.objects.get_for_model(School),
        object_id="1",
        object_repr="De Linde",
        action_flag=2,
    )
    assert goes_on(date(2027, 3, 3), "admin_log")


def test_a_session_goes_when_it_is_over(cast: Cast) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for name, expires in (("over", NOW), ("loopt", NOW + 9 * DAY)):
        session: Any = store()
        session["wie"] = name
        session.save()
        Session.objects.filter(session_key=session.session_key).update(expire_date=expires)
    assert goes_on(TODAY + 2 * DAY, "sessions")
    assert Session.objects.get().get_decoded() == {"wie": "loopt"}


@pytest.mark.parametrize(("sent", "day"), [(1, date(2026, 4, 3)), (None, date(2026, 4, 2))])
def test_a_line_of_a_morning_letter_goes_a_month_after_it(
    cast: Cast, sent: int | None, day: date
) -> None:
    """Who never got a letter: a month after the line was made."""
    DigestLine.objects.create(
        user=cast.fg,
        subject_type="registers.agreement",
        subject_id="1",
        kind="ends",
        stage="30",
        sentence="Een overeenkomst loopt af.",
        path="/overeenkomsten/",
        due_on=TODAY,
        made_at=NOW,
        sent_at=NOW + sent * DAY if sent else None,
    )
    assert goes_on(day, "digest_lines")


def test_a_hold_goes_five_years_after_it_was_lifted(cast: Cast) -> None:
    def hold(key: str) -> Hold:
        return put_hold(
            kind=HoldKind.LAWSUIT,
            reason=f"De zaak over {key} loopt.",
            owner=cast.ibp,
            review_on=TODAY + 90 * DAY,
            school=cast.linde,
            person_key=key,
            by=cast.ibp,
            at=NOW,
        )

    stays, goes = hold("L1"), hold("L2")
    lift_hold(hold=goes, because="De rechter heeft beslist.", by=cast.ibp, at=NOW + DAY)
    assert goes_on(date(2031, 3, 4), "holds")
    assert list(Hold.objects.all()) == [stays]
    assert set(Hold.history.values_list("id", flat=True)) == {stays.pk}


@pytest.fixture
def former(cast: Cast) -> User:
    """Worked here until 2 March 2026."""
    user = make_person("Wil Weg", Role.FG, ends_on=TODAY)
    User.objects.filter(pk=user.pk).update(created_at=NOW - 900 * DAY)
    return user


def test_what_somebody_chose_goes_after_the_last_appointment(cast: Cast, former: User) -> None:
    for user in (former, cast.fg):
        AlertPreference(user=user, pace=Pace.WEEKLY).record(by=user, why="gekozen")
    assert goes_on(date(2028, 3, 3), "alert_preferences")
    assert AlertPreference.objects.get().user == cast.fg
    assert AlertPreference.history.count() == 1


def test_a_calendar_address_goes_four_weeks_after_the_last_appointment(
    cast: Cast, former: User
) -> None:
    for user in (former, cast.fg):
        CalendarAddress.objects.create(user=user, token_hash=f"{user.pk:064}", made_at=NOW)
    assert goes_on(date(2026, 3, 31), "calendar_addresses")
    assert CalendarAddress.objects.get().user == cast.fg


def test_a_count_of_forms_goes_when_its_day_is_long_over(db: None) -> None:
    FormCount.objects.create(sender="0" * 64, hour=NOW)
    assert goes_on(TODAY + 2 * DAY, "form_counts")


# --- every field with personal data is named --------------------------------------------------


def test_every_field_that_can_hold_a_person_is_named_or_says_nothing_of_anybody() -> None:
    fields = {
        "digestline": {"subject_type", "kind", "stage"},
        "hold": {"subject_type"},
        "reminder": {"subject_type", "kind", "stage"},
        "retentionline": {"rule", "title", "term", "tables", "error", "failed_keys"},
    }
    found = fields_that_can_hold_people("clockwork", {"heartbeat"}, fields)
    assert found == set(retention.PERSONAL)
    fields = {"forgettingcount": {"table_name", "operation"}, "accessentry": {"subject_type"}}
    assert fields_that_can_hold_people("audit", (), fields) == set(retention.PERSONAL_IN_AUDIT)
    assert fields_that_can_hold_people("publicforms") == set(of_forms.PERSONAL)
    assert fields_that_can_hold_people("frontdesk") == set(of_frontdesk.PERSONAL)
