"""A decided file that nobody closes is told of: its term begins when it is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from datalekken.actions.closing import close_breach
from datalekken.actions.left_open import remind_to_close
from datalekken.choices import BreachState
from datalekken.models import Breach
from privacyboard.clockwork.models import DigestLine
from privacyboard.organisation.models import Appointment
from tests.conftest import NOW, TODAY, Cast
from tests.factories import breaches as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MISSING = (
    "Datalek D-2026-0001 is besloten op 2 maart 2026 en nog niet gesloten. Doe wat nog moet, "
    "en sluit het."
)
READY = "Datalek D-2026-0001 is besloten op 2 maart 2026 en nog niet gesloten. Sluit het."


def remind(moment: datetime) -> list[tuple[str, str]]:
    """Who is told what: the lines that were made now."""
    before = set(DigestLine.objects.values_list("pk", flat=True))
    remind_to_close(by=None, at=moment)
    new = DigestLine.objects.exclude(pk__in=before).order_by("user__first_name")
    return list(new.values_list("user__first_name", "sentence"))


@pytest.fixture
def decided(cast: Cast) -> Breach:
    made = make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    return make.decided_not(made, at=NOW, by=cast.ibp)


def complete(breach: Breach) -> None:
    """No breach after all, with its lesson: it asks nothing more."""
    breach.nature, breach.lessons = "none", "Niets."
    breach.record(by=None, why="proef")


@pytest.mark.requirement("OPO-052")
def test_four_weeks_after_the_decision_who_handles_it_hears_of_it_and_then_the_board(
    cast: Cast, decided: Breach
) -> None:
    assert remind(NOW + 27 * DAY) == []
    assert remind(NOW + 28 * DAY) == [("Ilse", MISSING)]
    assert DigestLine.objects.get().path == f"/datalekken/{decided.number}/"
    complete(decided)
    assert remind(NOW + 55 * DAY) == []
    assert remind(NOW + 56 * DAY) == [("Bram", READY), ("Ilse", READY)]
    assert remind(NOW + 400 * DAY) == []


def test_what_is_closed_or_not_decided_is_not_told(cast: Cast, decided: Breach) -> None:
    complete(decided)
    close_breach(breach=decided, by=cast.ibp, at=NOW + DAY)
    make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    assert Breach.objects.filter(state=BreachState.CLOSED).count() == 1
    assert remind(NOW + 100 * DAY) == []


def test_of_a_confidential_one_no_number_and_only_to_who_may_read_it(
    cast: Cast, decided: Breach
) -> None:
    decided.is_confidential = True
    decided.record(by=None, why="vertrouwelijk")
    words = "Een vertrouwelijk datalek is besloten en nog niet gesloten."
    assert remind(NOW + 28 * DAY) == [("Ilse", words)]
    assert remind(NOW + 56 * DAY) == [("Fenna", words), ("Ilse", words)]
    assert set(DigestLine.objects.values_list("path", flat=True)) == {"/datalekken/"}


def test_without_somebody_who_handles_breaches_the_board_hears_of_it(
    cast: Cast, decided: Breach
) -> None:
    Appointment.objects.filter(user=cast.ibp).update(ends_on=TODAY)
    assert [who for who, _words in remind(NOW + 28 * DAY)] == ["Bram"]


def test_who_handles_them_is_read_with_the_files(cast: Cast, decided: Breach) -> None:
    for _each in range(2):
        make.decided(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    with CaptureQueriesContext(connection) as asked:
        assert len(remind(NOW + 28 * DAY)) == 3
    by_key = [each for each in asked if each["sql"].endswith(f'"id" = {cast.ibp.pk} LIMIT 21')]
    assert by_key == []
