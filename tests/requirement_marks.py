"""`@pytest.mark.requirement("KPO-019")`: which obligation of the boards' own texts a test proves.

The obligations stand in requirements.csv; an id that is not there fails the collection. With
`--requirements-report` the run leaves var/requirements.json: per id the tests that passed. A test
that failed in any phase, was skipped, or was expected to fail does not count. Under pytest-xdist
the marks travel with the reports, and only the controller writes.
"""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

CATALOGUE = Path(__file__).with_name("requirements.csv")
REPORT = Path("var") / "requirements.json"
PROPERTY = "requirement"


class Requirement(NamedTuple):
    req_id: str
    module: str
    type: str
    article: str
    obligation: str


@functools.cache
def load_catalogue() -> dict[str, Requirement]:
    with CATALOGUE.open(encoding="utf-8", newline="") as rows:
        return {row["req_id"]: Requirement(**row) for row in csv.DictReader(rows)}


class Ledger:
    """What the reports of one run say about each obligation."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.proven: dict[str, list[str]] = {}
        self.spoiled: set[str] = set()

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed or hasattr(report, "wasxfail"):
            self.spoiled.add(report.nodeid)
        elif report.when == "call":
            ids = [str(value) for name, value in report.user_properties if name == PROPERTY]
            if ids:
                self.proven[report.nodeid] = ids

    @pytest.hookimpl
    def pytest_sessionfinish(self) -> None:
        tests_by_id: dict[str, list[str]] = {}
        for nodeid in sorted(self.proven.keys() - self.spoiled):
            for req_id in self.proven[nodeid]:
                tests_by_id.setdefault(req_id, []).append(nodeid)
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.target.write_text(
            json.dumps(tests_by_id, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )


@pytest.hookimpl
def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--requirements-report",
        action="store_true",
        help=f"write to {REPORT} which obligations have a passing test",
    )


@pytest.hookimpl
def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "requirement(*ids): the obligations (requirements.csv) that this test proves"
    )
    is_worker = hasattr(config, "workerinput")
    if config.getoption("--requirements-report") and not is_worker:
        target = config.rootpath / REPORT
        target.unlink(missing_ok=True)
        config.pluginmanager.register(Ledger(target), "requirements-ledger")


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem(collector: pytest.Collector) -> Generator[None, Any, Any]:
    made = yield
    for item in made if isinstance(made, list) else [made]:
        if isinstance(item, pytest.Item):
            for req_id in marked_ids(item, collector):
                item.user_properties.append((PROPERTY, req_id))
    return made


def marked_ids(item: pytest.Item, collector: pytest.Collector) -> list[str]:
    known = load_catalogue()
    ids: dict[str, None] = {}
    for mark in item.iter_markers("requirement"):
        if not mark.args or mark.kwargs:
            raise collector.CollectError(
                f'{item.nodeid}: write @pytest.mark.requirement("KPO-001", …)'
            )
        ids.update(dict.fromkeys(mark.args))
    unknown = [req_id for req_id in ids if req_id not in known]
    if unknown:
        raise collector.CollectError(
            f"{item.nodeid}: not in {CATALOGUE.name}: {', '.join(map(str, unknown))}"
        )
    return list(ids)
