"""What the README says of the house and of its packages is what stands in the repository."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Rows that name several packages at once.
_TOGETHER = re.compile(r"types-\w|django-stubs|celery-types")
# What a package that is asked for brings along by name: an extra, or its own other half.
_BROUGHT = {"dj-database-url", "dj-email-url", "django-stubs-ext"}
_OURS = {"privacyboard", "registers", "requests_ar", "datalekken", "consent", "tests"}


def contract(named: str) -> Any:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    return next(each for each in contracts if each["name"].startswith(named))


def part(title: str) -> str:
    """What stands under one heading."""
    return README.partition(f"## {title}")[2].partition("\n## ")[0]


def test_the_floors_are_drawn_as_the_contract_has_them() -> None:
    drawn = part("The house").split("```")[1].splitlines()
    names = re.compile(
        r"(?<![\w.])(?:privacyboard\.\w+|registers|requests_ar|datalekken|consent)\b"
    )
    found = [set(names.findall(line)) for line in drawn]
    layers = contract("The floors")["layers"]
    assert [each for each in found if each] == [set(re.split(r" \| ", each)) for each in layers]


def test_every_room_of_an_app_is_named() -> None:
    rooms = {
        room for layer in contract("The rooms of an app")["layers"] for room in layer.split(" | ")
    }
    # Written down in the contract for who may need them; no app has them yet.
    without = {"checks", "middleware"}
    wanted = {room.strip("()") for room in rooms} - without
    assert len(wanted) > 15
    assert sorted(room for room in wanted if f"`{room}`" not in part("The house")) == []


def test_every_file_that_the_house_points_to_is_there() -> None:
    apps = [ROOT, ROOT / "privacyboard"]
    paths = [each for each in re.findall(r"`([\w/.]+)`", part("The house")) if "/" in each]
    assert len(paths) > 15
    lost = [each for each in paths if not any((app / each).exists() for app in apps)]
    assert lost == []


def packages_asked_for() -> set[str]:
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    return {re.split(r"[~>=\[]", each)[0] for each in asked}


def modules_imported() -> set[str]:
    """The first word of every import, of what is neither ours nor Python's."""
    found = set()
    for file in (each for folder in _OURS for each in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found.add(str(node.module))
    return {each.split(".")[0] for each in found} - _OURS - sys.stdlib_module_names


def test_every_package_that_is_imported_is_asked_for() -> None:
    brought_by = packages_distributions()
    names = {re.sub(r"[._]", "-", brought_by[each][0]).lower() for each in modules_imported()}
    assert len(names) > 20
    assert sorted(names - packages_asked_for() - _BROUGHT) == []


def test_every_package_that_is_asked_for_has_its_reason() -> None:
    names = packages_asked_for()
    rows = part("Dependencies, each with its reason")
    told = {name for name in names if re.search(rf"\b{re.escape(name)}\b", rows)}
    assert sorted(each for each in names - told if not _TOGETHER.match(each)) == []
