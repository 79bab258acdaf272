"""A decided file that nobody closes is told of: its term begins when it is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm

from datalekken.actions.closing import close_breach
from datalekken.actions.left_open import remind_to_close
from datalekken.choices import BreachState
from datalekken.models import Breach, DutyTurn, Measure
from privacyboard.clockwork.models import DigestLine, Reminder
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, User
from tests.conftest import NOW, TODAY, Cast, make_person
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


def decide_another(cast: Cast, handler: User | None = None) -> Breach:
    made = make.decided(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    if handler is not None:
        made.handler = handler
        made.record(by=None, why="proef")
    return made


@pytest.mark.parametrize("files", [1, 3])
def test_however_many_wait_it_asks_as_much(cast: Cast, decided: Breach, files: int) -> None:
    other = make_person("Olaf Ander", Role.IBP_MANAGER)
    for handler in [other, None][: files - 1]:
        decide_another(cast, handler)
    with CaptureQueriesContext(connection) as asked:
        assert remind_to_close(by=None, at=NOW + 56 * DAY) == files
    # Which wait, the files, who has which role; and for the lines: a savepoint, the claim, who
    # wants none, the lines, its end.
    assert len(asked) == 8
    assert DigestLine.objects.count() == 2 * files


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("confidential", [False, True])
def test_nobody_is_told_of_a_file_that_is_shut_to_them(
    cast: Cast, decided: Breach, confidential: bool, named: bool
) -> None:
    # The director handles it by name, which is no right to: who may, hears of it.
    decided.is_confidential, decided.handler = confidential, cast.director
    decided.record(by=None, why="proef")
    if named:
        assign_perm("open_case", cast.board_member, decided)
    remind_to_close(by=None, at=NOW + 56 * DAY)
    told = User.objects.filter(pk__in=DigestLine.objects.values("user"))
    for person in told:
        assert Breach.objects.visible_to(person).filter(pk=decided.pk).exists()
    names = [person.first_name for person in told.order_by("first_name")]
    assert names == (["Fenna", "Ilse"] if confidential and not named else ["Bram", "Ilse"])


def test_in_the_holidays_who_is_on_duty_hears_of_it(cast: Cast, decided: Breach) -> None:
    deputy = make_person("Olaf Ander", Role.IBP_MANAGER)
    breach_without_handler(decided)
    last = TODAY + 30 * DAY
    for person in (cast.director, deputy):  # the director may not handle breaches
        DutyTurn(user=person, starts_on=TODAY, ends_on=last).record(by=None, why="vakantie")
    assert [who for who, _words in remind(NOW + 28 * DAY)] == ["Olaf"]
    DigestLine.objects.all().delete()
    Reminder.objects.all().delete()
    assert [who for who, _words in remind(NOW + 31 * DAY)] == ["Ilse", "Olaf"]


def breach_without_handler(breach: Breach) -> None:
    breach.handler = None
    breach.record(by=None, why="proef")


def test_a_file_asks_what_its_other_tables_still_miss(cast: Cast, decided: Breach) -> None:
    """The same gaps as the page of the file shows, though all files are read at once."""
    breach = decide_another(cast)
    breach.nature, breach.lessons, breach.cause = "breach", "Niets.", "internal_accident"
    breach.root_cause, breach.register_must_change, breach.dpia_must_change = "Haast.", False, False
    breach.notifies = breach.tells = False
    breach.record(by=None, why="proef")
    sentence = f"Datalek {breach.number} is besloten op 2 maart 2026 en nog niet gesloten. "
    assert ("Ilse", f"{sentence}Doe wat nog moet, en sluit het.") in remind(NOW + 28 * DAY)
    Measure(breach=breach, kind="at_once", text="Nieuw slot", owner=cast.ibp, due_on=TODAY).record(
        by=None, why="proef"
    )
    DigestLine.objects.all().delete()
    Reminder.objects.all().delete()
    assert ("Ilse", f"{sentence}Sluit het.") in remind(NOW + 28 * DAY)
