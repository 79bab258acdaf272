"""A year in a minute: every sweep, day by day, held against days that were counted by hand."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection

from privacyboard.mail.models import OutboundLetter
from tests.clockwork import year
from tests.conftest import Cast

NOT_SENT = [OutboundLetter.State.QUEUED, OutboundLetter.State.FAILED]


@pytest.mark.requirement("OPO-051", "KPO-022")
def test_a_school_year_day_by_day(cast: Cast) -> None:
    world = year.build(cast)
    told: dict[year.Told, date] = {}
    gone: dict[str, date] = {}
    asked: dict[int, date] = {}
    before = year.FIRST - year.DAY
    for day in year.each_day():
        world.happen(day, since=before)
        year.sweep_all(year.moment(day))
        told.update(dict.fromkeys(world.told() - told.keys(), day))
        gone.update(dict.fromkeys(world.gone() - gone.keys(), day))
        if world.invited() and not asked:
            asked[world.invited()] = day
        before = day
    assert told == year.TOLD
    assert gone == year.GONE
    assert asked == {1: year.SIXTEEN}
    assert year.mornings() == year.MORNINGS
    assert not any(look() for look in world.stays.values())
    # Each letter left once.
    assert not OutboundLetter.objects.filter(state__in=NOT_SENT).exists()
    keys = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(keys) == len(set(keys))


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
    before = year.FIRST - year.DAY
    with ThreadPoolExecutor(2) as workers:
        try:
            for day in year.each_day():
                # At most five days in a row nobody is there. On the last day somebody is; on the
                # first too: from then on a list of what was late before has its two weeks.
                is_there = day in (year.FIRST, year.LAST)
                if not is_there and (day - before).days < 6 and chance.random() < 0.85:
                    continue
                world.happen(day, since=before)
                at = year.moment(day)
                turns = chance.choice((1, 2, 2, 3))
                list(workers.map(year.sweep_all, [at] * turns))
                before = day
        finally:
            meet = Barrier(2, timeout=60)
            list(workers.map(_close, [meet] * 2))
    assert world.told() == set(year.TOLD)
    assert world.gone() == set(year.GONE)
    assert world.invited() == 1
    assert not any(look() for look in world.stays.values())
    assert not OutboundLetter.objects.filter(state__in=NOT_SENT).exists()
