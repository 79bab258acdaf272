"""Which obligations have a passing test: reads what `pytest --requirements-report` left behind."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from tests.requirement_marks import REPORT, Requirement, load_catalogue

TYPES = ("enforce", "support")


def report(requirements: Iterable[Requirement], proven: set[str]) -> str:
    requirements = list(requirements)

    def tally(of_type: str, rows: list[Requirement]) -> str:
        of_that_type = [row for row in rows if row.type == of_type]
        done = sum(row.req_id in proven for row in of_that_type)
        return f"{done} of {len(of_that_type)}"

    def line(name: str, rows: list[Requirement]) -> str:
        return f"{name:<16}" + "".join(f"{tally(of_type, rows):>14}" for of_type in TYPES)

    lines = ["obligations with a passing test", "", f"{'module':<16}{'enforce':>14}{'support':>14}"]
    for module in sorted({row.module for row in requirements}):
        lines.append(line(module, [row for row in requirements if row.module == module]))
    lines.append(line("all", requirements))

    open_rows = [row for row in requirements if row.req_id not in proven]
    if open_rows:
        lines += ["", "without a passing test:"]
        for row in sorted(open_rows, key=lambda row: (row.module, row.type, row.req_id)):
            lines.append(f"  {row.module:<13} {row.type:<8} {row.req_id}  {row.obligation}")
    return "\n".join(lines)


def main() -> int:
    try:
        proven = json.loads(REPORT.read_text(encoding="utf-8"))
    except FileNotFoundError:
        print(
            f"{REPORT} is not there: the run with --requirements-report did not finish.",
            file=sys.stderr,
        )
        return 1
    print(report(load_catalogue().values(), set(proven)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
