"""Lines that a clock which ran ahead wrote down: they go with the next letter."""

from __future__ import annotations

import pytest

from tests.conftest import NOW, Cast
from tests.factories import requests as make
from tests.frontdesk.test_digest import line, send


@pytest.mark.django_db
def test_a_line_of_a_clock_that_ran_ahead_goes_the_next_morning(cast: Cast) -> None:
    line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-04-11T10:00")
    assert send("2026-03-03T06:30") == ["dirk"]
