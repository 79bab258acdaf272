"""The day on which the 72 hours end, in the calendar of who handles or decides: never a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from datalekken.actions.deciding import assess_breach, decide
from datalekken.actions.guarding import make_confidential, name_person
from datalekken.actions.notifying import Delivery, record_notification
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.factories import breaches as make
from tests.frontdesk.test_calendar import address, days

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
# A Thursday evening: the 72 hours end on Sunday, and no weekend moves that.
KNOWN = datetime(2026, 3, 5, 23, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))
HOUR = timedelta(hours=1)


def test_the_end_of_the_term_stands_there_until_the_ap_has_heard(
    cast: Cast, as_user: AsUser
) -> None:
    made = make.breach(cast.linde, at=KNOWN - HOUR, title="Stick van Tess")
    path = address(as_user(cast.ibp))
    # Nothing is certain: counted from the report, for who plays safe.
    assert days(path) == {"Uiterste dag D-2026-0001 (vanaf het eerste signaal)": "20260308"}

    make.certain(made, at=KNOWN + 2 * HOUR, by=cast.ibp)
    assert days(path) == {"Uiterste dag D-2026-0001": "20260309"}
    text = Client().get(path).content.decode()
    for private in ("Stick", "Tess", "Linde", "USB", "rapporten", "kwijt"):
        assert private not in text
    assert f"/datalekken/{made.number}/" in text

    assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=KNOWN + 3 * HOUR)
    decide(breach=made, decision=make.decision(), by=cast.ibp, at=KNOWN + 3 * HOUR)
    assert days(path) == {"Uiterste dag D-2026-0001": "20260309"}

    delivery = Delivery(kind="complete", sent_at=KNOWN + 4 * HOUR)
    record_notification(breach=made, delivery=delivery, by=cast.ibp, at=KNOWN + 4 * HOUR)
    assert days(path) == {}


def test_what_need_not_be_notified_has_no_day(cast: Cast, as_user: AsUser) -> None:
    made = make.certain(make.breach(cast.linde, at=KNOWN), at=KNOWN, by=cast.ibp)
    path = address(as_user(cast.ibp))
    assert list(days(path)) == ["Uiterste dag D-2026-0001"]
    make.decided_not(made, at=KNOWN, by=cast.ibp)
    assert days(path) == {}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ibp", {"D-2026-0001", "D-2026-0002", "D-2026-0003"}),
        ("board_member", {"D-2026-0001", "D-2026-0002"}),
        ("fg", set()),
        ("director", set()),
        ("eik_director", set()),
        ("teacher", set()),
        ("auditor", set()),
        ("administrator", set()),
    ],
)
def test_only_for_who_handles_or_decides_and_may_read_it(
    cast: Cast, as_user: AsUser, who: str, seen: set[str]
) -> None:
    make.certain(make.breach(cast.linde, at=KNOWN), at=KNOWN, by=cast.ibp)
    make.certain(make.breach(at=KNOWN), at=KNOWN, by=cast.ibp)
    shut = make.certain(make.breach(cast.eik, at=KNOWN), at=KNOWN, by=cast.ibp)
    make_confidential(breach=shut, reason="proef", by=cast.ibp, at=KNOWN)

    found = days(address(as_user(getattr(cast, who))))

    assert {title.removeprefix("Uiterste dag ") for title in found} == seen


def test_who_decides_and_is_named_sees_the_confidential_one(cast: Cast, as_user: AsUser) -> None:
    shut = make.certain(make.breach(cast.eik, at=KNOWN), at=KNOWN, by=cast.ibp)
    make_confidential(breach=shut, reason="proef", by=cast.ibp, at=KNOWN)
    name_person(breach=shut, user=cast.board_member, by=cast.ibp, at=KNOWN)
    assert list(days(address(as_user(cast.board_member)))) == ["Uiterste dag D-2026-0001"]


def test_the_calendar_costs_the_same_with_one_file_and_with_three(
    cast: Cast, as_user: AsUser
) -> None:
    path = address(as_user(cast.ibp))
    counts = []
    for number in (1, 2):
        for _each in range(number):
            make.certain(make.breach(cast.linde, at=KNOWN), at=KNOWN, by=cast.ibp)
        with CaptureQueriesContext(connection) as asked:
            assert len(days(path)) == 2 * number - 1
        counts.append(len(asked))
    assert counts == [4, 4]
