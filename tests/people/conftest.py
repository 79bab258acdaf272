"""Taking a file in as the pages do: by the director of De Linde, on the tests' today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from privacyboard.people.actions import files as file_acts
from privacyboard.people.models import PeopleFile
from privacyboard.people.rules.mapping import Mapping
from tests.conftest import NOW, Cast
from tests.people.village import village  # noqa: F401 - a fixture for every test here

TakeIn = Callable[..., PeopleFile]


def lines(*rows: str) -> bytes:
    return "\r\n".join(rows).encode()


@pytest.fixture
def look(cast: Cast) -> TakeIn:
    """Hand a file in and look it through; a table with the columns that are proposed."""

    def done(content: bytes | str, **values: Any) -> PeopleFile:
        raw = content.encode() if isinstance(content, str) else content
        at: datetime = values.pop("at", NOW)
        year = values.pop("school_year", None)
        full = values.pop("is_full", False)
        file = file_acts.take_file(
            school=values.pop("school", cast.linde),
            content=raw,
            file_name=values.pop("file_name", "leerlingen.csv"),
            by=cast.director,
            at=at,
            school_year=year,
            is_full=full,
        )
        if file.state != "mapping":
            return file
        return file_acts.choose_mapping(
            file=file,
            mapping=values.pop("mapping", None) or Mapping.from_json(file.mapping),
            school_year=file.school_year,
            is_full=full,
            by=cast.director,
            at=at,
        )

    return done


@pytest.fixture
def take_in(cast: Cast, look: TakeIn) -> TakeIn:
    """The same, and apply it."""

    def done(content: bytes | str, **values: Any) -> PeopleFile:
        leave = values.pop("leave", ())
        file = look(content, **values)
        assert file.problem == ""
        at = values.get("at", NOW)
        return file_acts.ask_to_apply(file=file, by=cast.director, at=at, leave=leave)

    return done
