"""The demo board, put back for each test that only looks at it."""

from __future__ import annotations

import pytest

from tests.factories.demo import picture_of_the_demo


@pytest.fixture
def demo(db: None) -> None:
    picture_of_the_demo().put_back()
