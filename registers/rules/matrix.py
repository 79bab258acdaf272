"""The access matrix of a school: which role sees and changes which data, from what is established.

Nobody keeps it by hand: it follows from the activities that hold at the school (VOG-011).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from registers.choices import AccessLevel
from registers.content import ActivityContent, Named


@dataclass(frozen=True)
class Cell:
    """One role and one category: how far it goes, and by which activities (their codes)."""

    category: Named
    level: str
    activities: tuple[str, ...]


@dataclass(frozen=True)
class RoleAccess:
    """Everything that one role may see or change; a category stands in one of the two."""

    role: Named
    view: tuple[Cell, ...]
    change: tuple[Cell, ...]


@dataclass(frozen=True)
class LocalAccess:
    """Where the school itself does otherwise than the board's standard."""

    activity: str
    name: str
    text: str
    reason: str


@dataclass(frozen=True)
class AccessMatrix:
    school: Named
    roles: tuple[RoleAccess, ...]
    local: tuple[LocalAccess, ...]


def access_matrix(
    *, school: Named, contents: Iterable[ActivityContent], local: Iterable[LocalAccess] = ()
) -> AccessMatrix:
    """Roles and data categories of one school; the widest level of all activities counts.

    A line without a category is about every category of its activity.
    """
    names: dict[str, Named] = {}
    held: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for content in contents:
        if not content.holds_at(school.code):
            continue
        whole = tuple(dict.fromkeys(line.category for line in content.data))
        for line in content.access:
            names[f"role {line.role.code}"] = line.role
            categories = (line.category,) if line.category else whole
            for category in categories:
                # By code: a list may have been renamed between two versions.
                names[category.code] = category
                found = held.setdefault(line.role.code, {}).setdefault(category.code, [])
                found.append((line.level, content.code))
    rows = (_role(names[f"role {role}"], cells, names) for role, cells in held.items())
    ordered = sorted(rows, key=lambda row: row.role.name.casefold())
    return AccessMatrix(school=school, roles=tuple(ordered), local=tuple(local))


def _role(
    role: Named, found: dict[str, list[tuple[str, str]]], names: dict[str, Named]
) -> RoleAccess:
    cells = [_cell(names[code], given) for code, given in found.items()]
    cells.sort(key=lambda cell: cell.category.name.casefold())
    return RoleAccess(
        role=role,
        view=tuple(cell for cell in cells if cell.level == AccessLevel.VIEW),
        change=tuple(cell for cell in cells if cell.level == AccessLevel.CHANGE),
    )


def _cell(category: Named, given: list[tuple[str, str]]) -> Cell:
    may_change = any(level == AccessLevel.CHANGE for level, _code in given)
    return Cell(
        category=category,
        level=AccessLevel.CHANGE.value if may_change else AccessLevel.VIEW.value,
        activities=tuple(sorted({code for _level, code in given})),
    )


# A yearly look (VOG: the access policy is checked every year). No text sets a term for the answer:
# four weeks is this board's own rule.
ANSWER_DAYS = 28


def answer_problem(*, outcome: str, corrections: str, outcomes: Iterable[str]) -> str:
    """Say why an answer is not in order: none chosen, or a correction without its words."""
    if outcome not in outcomes:
        return "Kies of de toegang klopt."
    if outcome == "corrected" and not corrections.strip():
        return "Schrijf op wat er anders moet."
    return ""
