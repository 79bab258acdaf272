"""The tracker of obligations: an unknown id is an error; only a passing test proves a thing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.requirement_marks import Requirement, load_catalogue
from tests.requirements_report import report

pytest_plugins = ["pytester"]

REPOSITORY = Path(__file__).resolve().parents[2]

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest in a process and a folder of its own, with only the tracker (and xdist)."""
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run(source: str, *arguments: str) -> pytest.RunResult:
        pytester.makeini("[pytest]\naddopts = --strict-markers")
        pytester.makepyfile("import pytest\n" + source)
        return pytester.runpytest_subprocess("-p", "tests.requirement_marks", *arguments)

    return run


def proven_in(pytester: pytest.Pytester) -> dict[str, list[str]]:
    text = (pytester.path / "var" / "requirements.json").read_text(encoding="utf-8")
    return {
        req_id: [nodeid.partition("::")[2] for nodeid in nodeids]
        for req_id, nodeids in json.loads(text).items()
    }


def test_the_catalogue_has_133_obligations_to_enforce_and_97_to_support() -> None:
    requirements = load_catalogue()

    assert len(requirements) == 230
    assert Counter(row.type for row in requirements.values()) == {"enforce": 133, "support": 97}
    assert requirements["KPO-003"] == Requirement(
        req_id="KPO-003",
        module="register",
        type="enforce",
        article="2 Definities: Bijzondere persoonsgegevens",
        obligation="Special categories are separately defined "
        "(incl. biometric photos for identification)",
    )


# A file that is planted and run by itself: its skip and its xfails are there to prove that a test
# which did not run, or was expected to fail, counts for no requirement. None of ours is skipped.
MIXED = """
@pytest.fixture
def breaks_afterwards():
    yield
    raise RuntimeError

@pytest.mark.requirement("KPO-001", "KPO-002")
def test_passes(): pass

@pytest.mark.requirement("KPO-002")
@pytest.mark.requirement("KPO-001")
def test_passes_too(): pass

@pytest.mark.requirement("KPO-003")
def test_fails(): assert False

@pytest.mark.requirement("KPO-003")
def test_is_skipped(): pytest.skip("no browser")

@pytest.mark.requirement("KPO-003")
@pytest.mark.xfail
def test_is_expected_to_fail(): assert False

@pytest.mark.requirement("KPO-003")
@pytest.mark.xfail(strict=False)
def test_passes_against_expectation(): pass

@pytest.mark.requirement("KPO-003")
def test_breaks_afterwards(breaks_afterwards): pass

@pytest.mark.requirement("KPO-004")
class TestMarkedAsAClass:
    @pytest.mark.parametrize(
        "number", [1, pytest.param(2, marks=pytest.mark.requirement("KPO-005"))]
    )
    def test_of_the_class(self, number): pass

def test_without_a_mark(): pass
"""
MIXED_PROVES = {
    "KPO-001": ["test_passes", "test_passes_too"],
    "KPO-002": ["test_passes", "test_passes_too"],
    "KPO-004": [
        "TestMarkedAsAClass::test_of_the_class[1]",
        "TestMarkedAsAClass::test_of_the_class[2]",
    ],
    "KPO-005": ["TestMarkedAsAClass::test_of_the_class[2]"],
}


@pytest.mark.parametrize(
    "workers", [(), ("-p", "xdist", "-n", "2")], ids=["one process", "two workers"]
)
def test_only_passing_tests_count(
    pytester: pytest.Pytester, run: Run, workers: tuple[str, ...]
) -> None:
    result = run(MIXED, "--requirements-report", *workers)

    result.assert_outcomes(passed=6, failed=1, errors=1, skipped=1, xfailed=1, xpassed=1)
    assert proven_in(pytester) == MIXED_PROVES


@pytest.mark.parametrize(
    "workers", [(), ("-p", "xdist", "-n", "2")], ids=["one process", "two workers"]
)
def test_an_unknown_id_fails_the_collection(run: Run, workers: tuple[str, ...]) -> None:
    result = run(
        '@pytest.mark.requirement("KPO-001", "KPO-999")\ndef test_of_the_unheard_of(): pass\n',
        *workers,
    )

    assert result.ret == (pytest.ExitCode.TESTS_FAILED if workers else pytest.ExitCode.INTERRUPTED)
    result.stdout.fnmatch_lines(["*test_of_the_unheard_of: not in requirements.csv: KPO-999"])


@pytest.mark.parametrize(
    "mark", ["requirement", "requirement()", 'requirement("KPO-001", why="x")']
)
def test_a_mark_without_ids_fails_the_collection(run: Run, mark: str) -> None:
    result = run(f"@pytest.mark.{mark}\ndef test_proves_nothing(): pass\n")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*test_proves_nothing: write @pytest.mark.requirement(*"])


def test_without_the_option_nothing_is_written(pytester: pytest.Pytester, run: Run) -> None:
    run(MIXED)

    assert not (pytester.path / "var").exists()


def test_a_run_that_does_not_finish_leaves_no_report_of_an_earlier_one(
    pytester: pytest.Pytester, run: Run
) -> None:
    run(MIXED, "--requirements-report")
    run("import os\ndef test_takes_everything_down(): os._exit(3)\n", "--requirements-report")

    assert not (pytester.path / "var" / "requirements.json").exists()


def test_the_report_counts_per_module_and_names_what_has_no_test() -> None:
    def row(req_id: str, module: str, of_type: str) -> Requirement:
        return Requirement(req_id, module, of_type, "1", f"what {req_id} asks")

    rows = [
        row("A-1", "consent", "enforce"),
        row("A-2", "camera", "support"),
        row("A-3", "camera", "support"),
    ]

    assert report(rows, {"A-1", "A-3"}).splitlines() == [
        "obligations with a passing test",
        "",
        "module                 enforce       support",
        "camera                  0 of 0        1 of 2",
        "consent                 1 of 1        0 of 0",
        "all                     1 of 1        1 of 2",
        "",
        "without a passing test:",
        "  camera        support  A-2  what A-2 asks",
    ]


def print_report(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.requirements_report"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_reads_what_the_run_wrote(pytester: pytest.Pytester, run: Run) -> None:
    run(MIXED, "--requirements-report")
    printed = print_report(pytester.path)

    assert printed.returncode == 0
    assert "all                   2 of 133       2 of 97" in printed.stdout
    assert "KPO-003" in printed.stdout
    assert "KPO-005" not in printed.stdout


def test_the_command_says_when_there_was_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    printed = print_report(tmp_path)

    assert printed.returncode == 1
    assert "did not finish" in printed.stderr
