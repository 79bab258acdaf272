"""Two people have the same page open: the second does not write over the first unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from privacyboard.organisation.models import User
from registers.models import Processor, Product
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.admin_forms import address, errors_of, values_on

AsUser = Callable[[User], Client]
TOLD = (
    "Iemand anders heeft dit intussen gewijzigd. Bij de geschiedenis staat wie en wat. Hieronder "
    "staat wat u invulde: bewaart u nog een keer, dan geldt dat."
)


@pytest.fixture
def page(cast: Cast, as_user: AsUser) -> tuple[Client, str, dict[str, Any]]:
    """The page of a processor with one product, opened, and what it would post."""
    make.product("parnassys", "ParnasSys", of=make.processor("topicus", "Topicus").code)
    client = as_user(cast.ibp)
    url = address("processor", "change", Processor.objects.get().pk)
    values = values_on(client.get(url))
    return client, url, {name: value for name, value in values.items() if value != ""}


def _save(client: Client, url: str, values: dict[str, Any], **typed: str) -> Any:
    return client.post(url, {**values, **typed, "_save": "Opslaan"})


def _by_a_colleague(cast: Cast, record: Any, **changes: str) -> None:
    for name, value in changes.items():
        setattr(record, name, value)
    record.record(by=cast.ibp, why="door een collega")


def test_the_second_is_told_and_keeps_what_was_typed(
    cast: Cast, page: tuple[Client, str, dict[str, Any]]
) -> None:
    client, url, values = page
    _by_a_colleague(cast, Processor.objects.get(), service="Van de collega")
    again = _save(client, url, values, name="Van mij")
    assert errors_of(again) == {"__all__": [TOLD]}
    assert 'value="Van mij"' in again.content.decode()
    kept = Processor.objects.get()
    assert (kept.name, kept.service) == ("Topicus", "Van de collega")
    # Saving what the page now holds is a choice.
    chosen = {name: value for name, value in values_on(again).items() if value != ""}
    assert _save(client, url, chosen).status_code == 302
    assert Processor.objects.get().name == "Van mij"


def test_a_line_that_somebody_changed_is_told_at_that_line(
    cast: Cast, page: tuple[Client, str, dict[str, Any]]
) -> None:
    client, url, values = page
    _by_a_colleague(cast, Product.objects.get(), description="Van de collega")
    again = _save(client, url, values, name="Van mij")
    assert errors_of(again) == {"products-0-__all__": [TOLD]}
    assert Product.objects.get().description == "Van de collega"
    assert Processor.objects.get().name == "Topicus"


def test_whoever_is_alone_notices_nothing(
    cast: Cast, page: tuple[Client, str, dict[str, Any]]
) -> None:
    client, url, values = page
    assert _save(client, url, values, name="Van mij").status_code == 302
    assert (Processor.history.count(), Product.history.count()) == (2, 1)
    # Of the page that was open all the time: what it says now is the same as what is there.
    assert _save(client, url, values, name="Van mij").status_code == 302


def test_a_page_that_does_not_say_where_it_stood_is_saved(
    cast: Cast, page: tuple[Client, str, dict[str, Any]]
) -> None:
    client, url, values = page
    _by_a_colleague(cast, Processor.objects.get(), service="Van de collega")
    bare = {name: value for name, value in values.items() if not name.endswith("stand")}
    assert _save(client, url, bare, name="Van mij").status_code == 302


def test_an_activity_with_all_its_lines_is_opened_and_saved_again(
    cast: Cast, now: datetime, as_user: AsUser
) -> None:
    """Every kind of field says the same at opening and at saving; the page carries it once."""
    activity = make.full_activity("V01", schools=[cast.linde])
    client = as_user(cast.ibp)
    url = address("processingactivity", "change", activity.pk)
    opened = client.get(url)
    assert opened.content.decode().count('name="stand"') == 1
    assert len(re.findall(r'name="\w+-0-stand"', opened.content.decode())) == 5
    values = {name: value for name, value in values_on(opened).items() if value != ""}
    assert _save(client, url, values, place="Kluis").status_code == 302
    before = activity.history.count()
    assert _save(client, url, values, place="Archief").status_code == 200
    assert activity.history.count() == before
