"""A year in a minute: every sweep, day by day, held against days that were counted by hand."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from privacyboard.clockwork import reminders, runs
from privacyboard.mail.models import OutboundLetter
from tests.clockwork import year, year_consent, year_terms, year_world
from tests.clockwork.year_world import DAY, FIRST, LAST, moment
from tests.conftest import Cast

NOT_SENT = [OutboundLetter.State.QUEUED, OutboundLetter.State.FAILED]
# Reminders that are no line of a morning letter, but a letter of their own.
BY_LETTER = {"breach_term", "list_task_letter", "consent.round"}


def _day_by_day(world: year_world.World) -> dict[str, dict[Any, date]]:
    """On which day each thing was first seen."""
    found: dict[str, dict[Any, date]] = {"told": {}, "gone": {}, "asked": {}, "cleaned": {}}
    before = FIRST - DAY
    for day in year.each_day():
        world.happen(day, since=before)
        year.sweep_all(moment(day))
        now: dict[str, set[Any]] = {
            "told": world.told(),
            "gone": world.gone(but=found["gone"].keys()),
            "asked": year_world.sixteens(),
            "cleaned": set(year_world.clean_ups()),
        }
        for what, seen in now.items():
            found[what] |= dict.fromkeys(seen - found[what].keys(), day)
        before = day
    return found


@pytest.mark.requirement("OPO-051", "KPO-022")
def test_a_school_year_day_by_day(cast: Cast) -> None:
    world = year.build(cast)
    found = _day_by_day(world)
    assert found["told"] == year.TOLD
    assert found["gone"] == year.GONE
    assert world.gone() == set(year.GONE)
    assert found["asked"] == year_consent.SIXTEEN
    assert found["cleaned"] == year_world.clean_ups() == year_consent.CLEANED
    assert year_world.mornings() == year.MORNINGS
    assert year_world.sent("consent", "registers") == year.SENT
    assert world.ended() == year.ENDS
    assert world.gone_of_what_stays() == set()
    # Each by the rule that should, as the reports of the runs tell; and nothing else ever went.
    by_rule = {(rule, year.GONE[what]) for what, (rule, _look) in world.goes.items() if rule}
    assert year_world.carried_out() == by_rule | year.ALSO
    assert year_world.taken() == _to_take(world)
    # Each letter left once.
    assert not OutboundLetter.objects.filter(state__in=NOT_SENT).exists()
    keys = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(keys) == len(set(keys))
    # What had its last day on the last day of the year goes on the day after.
    year.sweep_all(moment(LAST + DAY))
    assert world.gone_of_what_stays() == world.stays.keys() - year.STAYS_LONGER


def _to_take(world: year_world.World) -> Counter[str]:
    """How many records have to go by each rule: one of each kind, and what goes along."""
    rules = [rule for rule, _look in world.goes.values()] + [rule for rule, _day in year.ALSO]
    return Counter(rule for rule in rules if rule not in ("", "digest_lines"))


def _close(meet: Barrier) -> None:
    """Each worker closes its own connection: neither is done before the other has come."""
    connection.close()
    meet.wait()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [20260801])
def test_days_missed_runs_doubled_and_two_workers_come_to_the_same(
    append_only_lifted: None, cast: Cast, seed: int
) -> None:
    world, chance = year.build(cast), random.Random(seed)  # noqa: S311 - no secret
    before = FIRST - DAY
    with ThreadPoolExecutor(2) as workers:
        try:
            for day in year.each_day():
                # At most five days in a row nobody is there. On the last day somebody is; on the
                # first too: from then on a list of what was late before has its two weeks.
                is_there = day in (FIRST, LAST)
                if not is_there and (day - before).days < 6 and chance.random() < 0.85:
                    continue
                world.happen(day, since=before)
                at = moment(day)
                turns = chance.choice((1, 2, 2, 3))
                list(workers.map(year.sweep_all, [at] * turns))
                before = day
        finally:
            meet = Barrier(2, timeout=60)
            list(workers.map(_close, [meet] * 2))
    assert world.told() == set(year.TOLD)
    assert world.gone() == set(year.GONE)
    assert year_world.sixteens() == set(year_consent.SIXTEEN)
    assert set(year_world.clean_ups()) == set(year_consent.CLEANED)
    assert world.ended() == year.ENDS
    assert world.gone_of_what_stays() == set()
    assert year_world.taken() == _to_take(world)
    assert not OutboundLetter.objects.filter(state__in=NOT_SENT).exists()


def test_no_watch_and_no_rule_is_forgotten(cast: Cast) -> None:
    """A new one is counted by hand here too, or it is said where else that is done."""
    assert {kind for kind, _stage, _to in year.TOLD} - BY_LETTER == set(reminders.kinds())
    rules = {rule for rule, _look in year.build(cast).goes.values() if rule}
    assert rules | year.ELSEWHERE.keys() == {rule.name for rule in runs.all_rules()}
    assert not rules & year.ELSEWHERE.keys()
    # Of each rule of the table something goes within the year, and something stays by a day.
    assert all(row.began < row.goes and row.goes in year.each_day() for row in year_terms.ROWS)
