"""The back office on a phone: its lists fit, and only a table scrolls within its own frame."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.pages import Visitor
from tests.conftest import Cast
from tests.factories import destruction as make

Visit = Callable[..., Visitor]


def test_a_list_with_a_search_box_fits(visit: Visit, cast: Cast) -> None:
    make.absence_rule()
    ibp = visit(width=390, height=844)
    ibp.signs_in(cast.ibp)
    ibp.go("/beheer/registers/retentionrule/")
    ibp.sees("Verzuim en in- en uitschrijving", "gevonden: 1")
    assert not ibp.needs_to_scroll_sideways()
