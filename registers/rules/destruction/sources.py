"""Which data the register says are kept under a rule, and in which systems. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from registers.choices import Medium, RecipientKind
from registers.choices.destruction import TaskKind
from registers.content import ActivityContent, DataContent

# What is kept of these people is kept by their school; the rest by the board's own office.
OF_A_SCHOOL = frozenset({"pupils", "former_pupils", "guardians", "not_admitted"})

# A rule and a kind of data, each by its code.
Pair = tuple[str, str]


@dataclass(frozen=True)
class KeptData:
    """What is kept at one place: per rule the kinds of data; per pair who must destroy them."""

    lines: Mapping[str, Mapping[str, str]]

    def rules(self) -> frozenset[str]:
        """The codes of the rules that are in use."""
        return frozenset(self.lines)


def kept_data(contents: Iterable[ActivityContent], *, slug: str | None) -> KeptData:
    """What the established activities keep under which rule, at a school or at the board's office.

    At the office: rules that no line about pupils or parents uses.
    """
    found: dict[str, dict[str, str]] = {}
    of_schools: set[str] = set()
    for content, line in _lines(contents):
        if line.retention is None:
            continue
        rule = line.retention.code
        if line.group.code in OF_A_SCHOOL:
            of_schools.add(rule)
        if slug is None or content.holds_at(slug):
            found.setdefault(rule, {})[line.category.code] = line.category.name
    here = {rule for rule in found if slug is not None or rule not in of_schools}
    return KeptData({rule: found[rule] for rule in sorted(here)})


def school_rules(contents: Iterable[ActivityContent]) -> frozenset[str]:
    """The codes of the rules under which data of pupils or parents are kept."""
    return frozenset(
        line.retention.code
        for _content, line in _lines(contents)
        if line.retention is not None and line.group.code in OF_A_SCHOOL
    )


def _lines(contents: Iterable[ActivityContent]) -> Iterator[tuple[ActivityContent, DataContent]]:
    # What is done for another controller is destroyed on that one's word (AVG 28(3)(g)).
    for content in contents:
        if content.is_own:
            yield from ((content, line) for line in content.data)


@dataclass(frozen=True)
class Place:
    """Somewhere that data on a list are kept, and which pairs of rule and data lie there."""

    kind: TaskKind
    code: str
    name: str
    pairs: tuple[Pair, ...]

    @property
    def key(self) -> str:
        """The place in one word."""
        return f"{self.kind.value}:{self.code}"


def places(
    contents: Iterable[ActivityContent],
    *,
    slug: str | None,
    pairs: Collection[Pair],
    behind: Mapping[str, str],
) -> tuple[Place, ...]:
    """Where these data are kept: systems, processors that stand behind none of them, and paper.

    `behind`: the code of the processor behind a system, by the system's code. What no activity
    names is destroyed by the school itself.
    """
    found: dict[tuple[TaskKind, str, str], set[Pair]] = {}
    placed: set[Pair] = set()
    for content in contents:
        here = _pairs_of(content, slug) & set(pairs)
        for kind, code, name in _places_of(content, behind) if here else ():
            found.setdefault((kind, code, name), set()).update(here)
            placed |= here
    if rest := set(pairs) - placed:
        found[TaskKind.SCHOOL, "", str(TaskKind.SCHOOL.label)] = rest
    order = list(TaskKind)
    return tuple(
        Place(kind, code, name, tuple(sorted(found[kind, code, name])))
        for kind, code, name in sorted(found, key=lambda key: (order.index(key[0]), key[2]))
    )


def _pairs_of(content: ActivityContent, slug: str | None) -> set[Pair]:
    if not content.is_own or not (slug is None or content.holds_at(slug)):
        return set()
    return {
        (line.retention.code, line.category.code)
        for line in content.data
        if line.retention is not None
    }


def _places_of(
    content: ActivityContent, behind: Mapping[str, str]
) -> Iterator[tuple[TaskKind, str, str]]:
    for system in content.systems:
        yield TaskKind.SYSTEM, system.code, system.name
    served = {behind.get(system.code) for system in content.systems}
    for recipient in content.recipients:
        if recipient.kind == RecipientKind.PROCESSOR and recipient.party.code not in served:
            yield TaskKind.PROCESSOR, recipient.party.code, recipient.party.name
    if content.medium in (Medium.PAPER, Medium.BOTH):
        yield TaskKind.ARCHIVE, "", str(TaskKind.ARCHIVE.label)
