"""Cases that run while a retention run goes: most of them about people of today.

By the acts that people use. Some mean a pupil of long ago, by number or by the address of a parent:
of those the run must leave everything.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

from django.db import connection

from datalekken.rules.told import Candidate
from privacyboard.clockwork.actions import put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.organisation.models import School, User
from tests.factories.breaches import breach, decided
from tests.factories.requests import subject_request
from tests.factories.tellings import candidate, telling

REQUESTS, BREACHES, HOLDS = 300, 100, 200
TOLD = 25
# So many of each mean a pupil of long ago: requests by number and by address, breaches, holds.
BY_NUMBER, BY_ADDRESS, BY_LETTER, BY_HOLD = 12, 8, 5, 20


def open_cases(old: int, *, at: datetime) -> str:
    """Make them on a board of which the pupils "B1" up to this number are of long ago; in words."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisation_guardian SET email = lower(key) || '@thuis.example'")
    school, by = School.objects.earliest("pk"), User.objects.earliest("pk")
    today, long_ago = count(old + 1), count(1)

    def key(means_old: bool) -> str:
        return f"B{next(long_ago if means_old else today)}"

    for number in range(REQUESTS - BY_ADDRESS):
        subject_request(school, at=at, key=key(number < BY_NUMBER))
    for _each in range(BY_ADDRESS):
        subject_request(school, at=at, email=_address(key(True)))
    for number in range(BREACHES):
        made = decided(breach(school, at=at), at=at, by=by)
        told = [_told(key(each == 0 and number < BY_LETTER)) for each in range(TOLD)]
        telling(made, told, at=at, by=by)
    for number in range(HOLDS):
        _hold(school, key(number < BY_HOLD), by=by, at=at)
    return f"{REQUESTS} open requests, {BREACHES} open breaches and {HOLDS} holds"


def _address(key: str) -> str:
    return f"{key.lower()}-1@thuis.example"


def _told(key: str) -> Candidate:
    return candidate(f"Ouder van {key}", email=_address(key))


def _hold(school: School, key: str, *, by: User, at: datetime) -> None:
    put_hold(
        kind=HoldKind.LAWSUIT,
        reason="Een ouder vraagt schadevergoeding.",
        owner=by,
        review_on=date(2027, 1, 1),
        school=school,
        person_key=key,
        by=by,
        at=at,
    )
