"""Reasons why something may not be destroyed yet, told by the apps upstairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from django.db import models

from privacyboard.clockwork import holds
from privacyboard.clockwork.holds import Hold
from tests.conftest import Cast

REQUEST = Hold("open verzoek", "IBP-manager", date(2026, 4, 2))
LAWSUIT = Hold("rechtszaak", "bestuur")


@pytest.fixture
def no_sources() -> Iterator[None]:
    """An empty registry; what the apps had registered is put back."""
    kept = dict(holds._sources)
    holds._sources.clear()
    yield
    holds._sources.clear()
    holds._sources.update(kept)


def on_linde(hold: Hold) -> holds.HoldSource:
    def source(records: Sequence[models.Model]) -> dict[int, list[Hold]]:
        return {record.pk: [hold] for record in records if str(record) == "De Linde"}

    return source


def test_without_a_source_nothing_is_held(no_sources: None, cast: Cast) -> None:
    assert holds.holds_on([cast.linde, cast.eik]) == {}


def test_every_source_is_asked_and_its_reasons_add_up(no_sources: None, cast: Cast) -> None:
    holds.register("requests", on_linde(REQUEST))
    holds.register("lawsuits", on_linde(LAWSUIT))
    assert holds.holds_on([cast.linde, cast.eik]) == {cast.linde.pk: [REQUEST, LAWSUIT]}


def test_a_source_that_registers_again_tells_its_reasons_once(no_sources: None, cast: Cast) -> None:
    holds.register("requests", on_linde(REQUEST))
    holds.register("requests", on_linde(REQUEST))
    assert holds.holds_on([cast.linde]) == {cast.linde.pk: [REQUEST]}
