"""The standing cast: the same people in every test, and the servers they live on.

De Linde is a public primary school, De Eik a private secondary one. One person holds each of the
eight roles; strangers come from De Eik.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from hypothesis import settings as hypothesis_settings

from privacyboard.clockwork import hints, holds
from privacyboard.clockwork.runs import registering
from privacyboard.organisation.actions import appoint
from privacyboard.organisation.choices import Denomination, LegalForm, Role, Sector
from privacyboard.organisation.models import Appointment, Board, School, User
from tests.factories.pictures import Picture

pytest_plugins = ["tests.requirement_marks", "tests.quick_migrations", "tests.quick_emptying"]

# Two workers share two cores: a slow example is no fault of the code.
hypothesis_settings.register_profile("privacyboard", deadline=None)
hypothesis_settings.load_profile("privacyboard")

# Monday 2 March 2026, ten in the morning in Amsterdam.
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
STARTED = date(2020, 8, 1)
PASSWORD = "een-zin-die-alleen-wij-kennen"


@dataclass(frozen=True)
class Cast:
    """Everybody. Each role's rights run from 2020 without end, but the auditor's end in 2099."""

    board: Board
    linde: School
    eik: School
    fg: User
    ibp: User
    board_member: User
    director: User
    care: User
    teacher: User
    auditor: User
    administrator: User
    eik_director: User
    eik_teacher: User

    def everybody(self) -> list[User]:
        """Every person with an account."""
        return [getattr(self, each.name) for each in fields(self) if each.type == "User"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """While the tests are gathered little is thrown away: looking for it takes as long again."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Thousands of tests stay until the end: looking them through for garbage is lost time.

    So is looking after every seven hundred objects: a seventh of the run. Cycles are few.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()


@pytest.fixture
def now() -> datetime:
    return NOW


def make_board() -> Board:
    board = Board(
        name="Stichting De Proef",
        legal_form=LegalForm.FOUNDATION,
        street="Proefweg 1",
        postcode="1234 AB",
        city="Proefstad",
        kvk="12345678",
        authority_number="12345",
        email="bestuur@deproef.example",
        fg_name="Fenna Graaf",
        fg_email="fg@deproef.example",
        breach_email="datalek@deproef.example",
        complaints_text="Praat eerst met de directeur.",
    )
    board.record(by=None, why="toneel")
    return board


def make_school(board: Board, *, name: str, slug: str, brin: str, public: bool) -> School:
    school = School(
        board=board,
        name=name,
        slug=slug,
        brin=brin,
        sector=Sector.PRIMARY if public else Sector.SECONDARY,
        denomination=Denomination.PUBLIC if public else Denomination.PRIVATE,
        street="Schoolstraat 1",
        postcode="1234 AB",
        city="Proefstad",
        email=f"{slug}@deproef.example",
    )
    school.record(by=None, why="toneel")
    return school


def make_person(
    name: str,
    role: Role | None = None,
    school: School | None = None,
    *,
    starts_on: date = STARTED,
    ends_on: date | None = None,
) -> User:
    """A person with one appointment (or none), who can sign in with PASSWORD."""
    first, _space, last = name.partition(" ")
    user = User.objects.create_user(
        f"{first.lower()}@deproef.example", PASSWORD, first_name=first, last_name=last
    )
    if role is not None:
        appoint(
            user=user,
            role=role,
            school=school,
            starts_on=starts_on,
            ends_on=ends_on,
            by=None,
            at=NOW,
        )
    return user


def make_cast() -> Cast:
    """Everybody, by the acts that people use."""
    board = make_board()
    linde = make_school(board, name="De Linde", slug="de-linde", brin="12AB", public=True)
    eik = make_school(board, name="De Eik", slug="de-eik", brin="34CD", public=False)
    return Cast(
        board=board,
        linde=linde,
        eik=eik,
        fg=make_person("Fenna Graaf", Role.FG),
        ibp=make_person("Ilse Beheer", Role.IBP_MANAGER),
        board_member=make_person("Bram Bestuur", Role.BOARD_MEMBER),
        director=make_person("Dirk Linde", Role.DIRECTOR, linde),
        care=make_person("Carla Zorg", Role.CARE_COORDINATOR, linde),
        teacher=make_person("Tess Leraar", Role.EMPLOYEE, linde),
        auditor=make_person("Aad Toets", Role.AUDITOR, ends_on=date(2099, 12, 31)),
        administrator=make_person("Tom Techniek", Role.ADMINISTRATOR),
        eik_director=make_person("Edo Eik", Role.DIRECTOR, eik),
        eik_teacher=make_person("Eva Vreemd", Role.EMPLOYEE, eik),
    )


def keys_apart() -> None:
    """Begin each kind of key at a place of its own: who takes one for another finds nothing."""
    with connection.cursor() as cursor:
        for place, model in enumerate((School, User, Group, Appointment), start=1):
            cursor.execute(
                "SELECT setval(s, greatest(nextval(s), %s)) FROM pg_get_serial_sequence(%s, %s) s",
                [place * 1000, model._meta.db_table, "id"],
            )


@cache
def picture_of_the_cast() -> Picture[Cast]:
    """The cast as it was made in this worker."""
    keys_apart()
    return Picture(make_cast)


@pytest.fixture
def cast(db: None) -> Cast:
    return picture_of_the_cast().put_back()


@pytest.fixture
def as_user(client: Client) -> Callable[[User], Client]:
    """Sign somebody in and return the client."""

    def sign_in(user: User) -> Client:
        # A process knows them after a while; who counts queries counts those of every day.
        ContentType.objects.get_for_models(*apps.get_models())
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture(scope="session")
def _files_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place for the files of each test, which nobody makes until there is one."""
    root = tmp_path_factory.mktemp("files")
    return (root / str(number) for number in count(1))


@pytest.fixture(autouse=True)
def files_in_tmp(
    request: pytest.FixtureRequest, _files_of_tests: Iterator[Path], settings: Any
) -> None:
    """No test leaves a file behind. Who asks for `tmp_path` has its files in there.

    For all others it is not made: it costs more than the test of a rule.
    """
    asked = "tmp_path" in request.fixturenames
    root = request.getfixturevalue("tmp_path") / "files" if asked else next(_files_of_tests)
    settings.FILES_ROOT = root
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": root, "base_url": None},
        },
    }


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hint goes nowhere: tests deliver by the sweep. (The broker itself is tested for real.)"""
    monkeypatch.setattr("privacyboard.mail.outbox._hint", lambda: None)
    monkeypatch.setattr("registers.actions.files._hint", lambda: None)
    monkeypatch.setattr("registers.actions.import_asking._hint", lambda: None)
    monkeypatch.setattr("privacyboard.people.exchange.waiting.hint", lambda: None)


@pytest.fixture(scope="session", autouse=True)
def _hints_end() -> Iterator[None]:
    """After the last test nothing is logged any more: what it would be written to is closed."""
    yield
    hints._messenger.rest()


@pytest.fixture
def only() -> Iterator[None]:
    """No retention rules but those of the test, and no holds of the apps."""
    kept, sources = dict(registering._rules), dict(holds._sources)
    registering._rules.clear()
    holds._sources.clear()
    yield
    registering._rules.clear()
    registering._rules.update(kept)
    holds._sources.clear()
    holds._sources.update(sources)


@pytest.fixture
def append_only_lifted(transactional_db: None) -> Iterator[None]:
    """What a test with real commits left is deleted, which the append-only triggers refuse.

    As a copy of a database is written: without triggers, so without asking of each row what still
    points to it. All of it goes. The permission ends with the deleting (`tests/quick_emptying.py`).
    """
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")


def chromium_path() -> str:
    """A browser that starts, or nothing: on Ubuntu the command may be a stub without a browser."""
    for name in (os.environ.get("PRIVACYBOARD_CHROMIUM", ""), "chromium", "chromium-browser"):
        path = shutil.which(name) if name else None
        if path and subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path
    return ""
