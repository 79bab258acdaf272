"""A hold on everything under a term: what is kept here stays too, at that school."""

from __future__ import annotations

from datetime import date

import pytest

from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.organisation.models import Guardian, Pupil
from registers.choices import Bound, Fate
from tests import retention_runs
from tests.conftest import NOW, Cast
from tests.factories import people
from tests.factories import registers as make

LEFT = date(2026, 7, 18)


def run(*names: str) -> int:
    return retention_runs.run(date(2028, 7, 19), *names)


@pytest.mark.django_db
@pytest.mark.parametrize("everywhere", [False, True])
def test_a_hold_on_a_term_holds_what_is_kept_here(cast: Cast, everywhere: bool) -> None:
    rule = make.retention_rule("pupil_file", years=2)
    for school, key in ((cast.linde, "1"), (cast.eik, "2")):
        child = people.pupil(school, key=key, left_on=LEFT)
        people.guardian(child, first_name=f"Ouder{key}")
    hold = put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De rechter kijkt naar alle dossiers.",
        owner=cast.director,
        review_on=date(2029, 1, 1),
        school=None if everywhere else cast.linde,
        subject=rule,
        by=cast.director,
        at=NOW,
    )
    # Of a parent no column tells the school: those stay at both.
    assert run("guardian_details", "guardians") == 0
    run("pupils")
    left = set(Pupil.objects.values_list("key", flat=True))
    assert left == ({"1", "2"} if everywhere else {"1"})
    assert Guardian.objects.count() == 2
    lift_hold(hold=hold, because="uitspraak", by=cast.director, at=NOW)
    assert run("guardian_details", "guardians", "pupils") > 0
    assert not Pupil.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("changed", [{"bound": Bound.NONE}, {"fate": Fate.KEEP}])
def test_what_the_board_keeps_without_an_end_does_not_go(
    cast: Cast, changed: dict[str, str]
) -> None:
    make.retention_rule("pupil_file", years=2, **changed)
    people.pupil(cast.linde, left_on=LEFT)
    assert run("pupils") == 0
    assert Pupil.objects.exists()
