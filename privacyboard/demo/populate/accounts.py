"""The people who work for the board, each with a running role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from privacyboard.demo.people import PASSWORD
from privacyboard.demo.populate.making import Making, in_turn
from privacyboard.demo.populate.words import FIRST_NAMES, INFIXES, LAST_NAMES
from privacyboard.organisation.actions import group_of
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, School, User
from privacyboard.organisation.rules import sort_key

BOARD_ROLES = (
    Role.IBP_MANAGER,
    Role.FG,
    Role.BOARD_MEMBER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
RUNNING_DAYS = 30
AUDIT_DAYS = 365
EACH_AT_TWO = 50

Task = tuple[Role, School | None]


def make_users(making: Making, count: int) -> None:
    """First the board's own roles, then directors and care coordinators, then teachers.

    One in fifty teachers works at a second school. Everybody has the password of the demo, of
    which the hash is computed once.
    """
    password = make_password(PASSWORD)
    tasks = list(islice(_tasks(making.made(School), count), count))
    users = making.keep(User, [_user(making, number, password) for number in range(len(tasks))])
    making.by = users[0] if users else None
    groups = {task: group_of(*task) for task in dict.fromkeys(tasks)}
    held = list(zip(users, tasks, strict=True))
    held += [
        (user, other)
        for (user, task), other in zip(held[::EACH_AT_TWO], tasks[1::EACH_AT_TWO], strict=False)
        if task[0] == other[0] == Role.EMPLOYEE and task != other
    ]
    making.keep(Appointment, [_appointment(making, *each, groups) for each in held])


def _tasks(schools: list[School], count: int) -> Iterator[Task]:
    for role in BOARD_ROLES:
        yield role, None
    for role in (Role.DIRECTOR, Role.CARE_COORDINATOR):
        for school in schools:
            yield role, school
    for school in in_turn(schools, count):
        yield Role.EMPLOYEE, school


def _user(making: Making, number: int, password: str) -> User:
    first = making.random.choice(FIRST_NAMES)
    infix = making.random.choice(INFIXES)
    last = making.random.choice(LAST_NAMES)
    return User(
        email=f"{sort_key(first)}.{sort_key(last)}.{number}@bestuur.example",
        first_name=first,
        infix=infix,
        last_name=last,
        sort_name=sort_key(f"{last} {first} {infix}"),
        password=password,
        created_at=making.at,
    )


def _appointment(
    making: Making, user: User, task: Task, groups: Mapping[Task, Group]
) -> Appointment:
    role, school = task
    ends = making.today + timedelta(days=AUDIT_DAYS) if role == Role.AUDITOR else None
    return Appointment(
        user=user,
        role=role,
        school=school,
        group=groups[task],
        starts_on=making.today - timedelta(days=RUNNING_DAYS),
        ends_on=ends,
    )
