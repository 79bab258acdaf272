"""The table of `make faults` says what is met and what is not."""

from __future__ import annotations

import pytest

from tests.faults.__main__ import main
from tests.faults.table import at_most, exactly, heading, line


def test_a_figure_that_must_be_this_one() -> None:
    assert exactly("letters lost", 0, 0).is_met
    assert not exactly("letters lost", 1, 0).is_met
    assert not exactly("letters sent", 199, 200).is_met


@pytest.mark.parametrize(
    ("found", "is_met", "figure"),
    [(20, True, "20.0 s"), (20.1, False, "20.1 s"), (float("inf"), False, "inf s")],
)
def test_a_figure_with_a_bound(found: float, is_met: bool, figure: str) -> None:
    finding = at_most("all out", found, 20, "s")
    assert (finding.is_met, finding.figure, finding.against) == (is_met, figure, "at most 20 s")


def test_each_line_ends_with_the_verdict() -> None:
    columns = heading().splitlines()[0].split()
    assert columns == ["what", "figure", "held", "against", "met"]
    assert line(exactly("lost", 0, 0)).split() == ["lost", "0", "0", "yes"]
    bad = line(at_most("doubled", 21, 20)).split()
    assert bad == ["doubled", "21", "at", "most", "20", "NOT", "MET"]


def test_a_fault_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("earthquake",)) == 2
    assert capsys.readouterr().out.startswith("unknown: earthquake; there are worker_killed, ")
