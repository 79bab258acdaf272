"""What the public register page says of an activity: only what the board chose to show. Pure.

The parts are copied into an empty activity: what is added to an activity later stays inside
until somebody names it here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from registers.choices import DeviatingField, ProcessGroup, PublicPart
from registers.content import (
    ActivityContent,
    DataContent,
    PurposeContent,
    RecipientContent,
    TransferContent,
)
from registers.rules.statement import basis_in_words
from registers.rules.wording import Row, Section, sections

Shown = Collection[str]
# What a school does otherwise: by the code of the activity, the part and how it is there.
Local = Mapping[str, Sequence[tuple[str, str]]]

# Where a school's own way is shown: with the part that it is about. Where and in which form files
# are kept is for inside.
_LOCAL: dict[str, str] = {
    DeviatingField.OWNER: PublicPart.OWNER,
    DeviatingField.SYSTEMS: PublicPart.SYSTEMS,
    DeviatingField.PRODUCTS: PublicPart.SYSTEMS,
    DeviatingField.ACCESS: PublicPart.ACCESS,
    DeviatingField.RECIPIENTS: PublicPart.RECIPIENTS,
    DeviatingField.MEASURES: PublicPart.MEASURES,
    DeviatingField.RETENTION: PublicPart.RETENTION,
}

# Rows that are said with the name and the chapter, or that are for inside only.
_NEVER = frozenset({"name", "process_group", "medium", "place", "next_review_on", "source"})
_LINES = ("purpose:", "data:", "access:", "recipient:", "transfer:")


@dataclass(frozen=True)
class PublicActivity:
    code: str
    name: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class PublicChapter:
    key: str
    title: str
    activities: tuple[PublicActivity, ...]


def public_chapters(
    contents: Iterable[ActivityContent],
    *,
    school: str | None,
    shown: Shown,
    local: Local | None = None,
) -> tuple[PublicChapter, ...]:
    """The chapters of the page of a school (by its slug), or of the board.

    `local` is what that school does otherwise; it stands with the standard, never why it is so.
    What is done for another controller belongs in that controller's register (AVG 30(2)).
    """
    own = [
        content
        for content in contents
        if content.is_own and (school is None or content.holds_at(school))
    ]
    found = []
    for group in ProcessGroup:
        activities = tuple(
            PublicActivity(
                each.code,
                each.name,
                public_sections(each, shown) + _local(each.code, shown, local or {}),
            )
            for each in own
            if each.process_group == group
        )
        if activities:
            found.append(PublicChapter(str(group.value), str(group.label), activities))
    return tuple(found)


def public_sections(content: ActivityContent, shown: Shown) -> tuple[Section, ...]:
    """An activity in words, in the parts that are shown; what says nothing is left out."""
    told = [
        Section(_title(section, shown), tuple(row for row in section.rows if _is_told(row)))
        for section in sections(_public(content, shown))
    ]
    told += [
        Section("Waarom het mag", _bases(content, shown)),
        Section("Hoe lang wij bewaren", _terms(content, shown)),
    ]
    return tuple(section for section in told if section.rows)


def _local(code: str, shown: Shown, local: Local) -> tuple[Section, ...]:
    rows = tuple(
        Row(f"local:{part}", str(DeviatingField(part).label), text)
        for part, text in local.get(code, ())
        if _LOCAL.get(part) in shown
    )
    return (Section("Op deze school anders", rows),) if rows else ()


def _title(section: Section, shown: Shown) -> str:
    """The title promises no bases where they are not shown."""
    holds_purposes = any(row.key.startswith("purpose:") for row in section.rows)
    return "Doelen" if holds_purposes and PublicPart.BASES not in shown else section.title


def _is_told(row: Row) -> bool:
    return row.key not in _NEVER and (bool(row.text) or row.key.startswith(_LINES))


Content = TypeVar(
    "Content", ActivityContent, PurposeContent, DataContent, RecipientContent, TransferContent
)


def _only(content: Content, names: Iterable[str]) -> Content:
    """The same thing with these fields only: the others are empty."""
    kept = set(names)
    return replace(
        content,
        **{
            each.name: _EMPTY[type(getattr(content, each.name))]
            for each in fields(content)
            if each.name not in kept
        },
    )


class _Nothing(dict[type, Any]):
    """An empty value of the type of a field; a dataclass becomes None."""

    def __missing__(self, kind: type) -> Any:
        return kind() if kind in (str, bool, int, tuple) else None


_EMPTY = _Nothing()

_WHOLE: dict[str, tuple[str, ...]] = {
    PublicPart.DESCRIPTION: ("description",),
    PublicPart.NECESSITY: ("subsidiarity", "proportionality", "minimisation"),
    PublicPart.AUTOMATION: (
        "automation",
        "automation_logic",
        "automation_significance",
        "human_intervention",
    ),
    # Why a DPIA is needed or not, and where it is kept, is for inside.
    PublicPart.DPIA: ("dpia_needed", "dpia_adopted_on"),
    PublicPart.ACCESS: ("access",),
    PublicPart.SYSTEMS: ("systems", "products"),
    PublicPart.MEASURES: ("measures",),
    PublicPart.OWNER: ("owner",),
}


def _public(content: ActivityContent, shown: Shown) -> ActivityContent:
    names = ["code", "name", "process_group", "all_schools", "schools"]
    names += [name for part, whole in _WHOLE.items() if part in shown for name in whole]
    public = _only(content, names)
    if PublicPart.PURPOSES in shown:
        public = replace(public, purposes=tuple(_purpose(each, shown) for each in content.purposes))
    if PublicPart.DATA in shown:
        public = replace(public, data=tuple(_data(each, shown) for each in content.data))
    if PublicPart.RECIPIENTS in shown:
        lines = tuple(_recipient(each, shown) for each in content.recipients)
        public = replace(public, recipients=lines)
    if PublicPart.TRANSFERS in shown:
        names = ["country", "party", "instrument"]
        public = replace(public, transfers=tuple(_only(each, names) for each in content.transfers))
    return public


def _purpose(line: PurposeContent, shown: Shown) -> PurposeContent:
    names = ["letter", "name", "explanation"]
    if PublicPart.BASES in shown:
        names += ["basis", "statute", "interest"]
    return _only(line, names)


def _data(line: DataContent, shown: Shown) -> DataContent:
    names = ["group", "category", "source", "source_explanation", "identifiability"]
    names += ["obligation", "consequence"]
    if PublicPart.RETENTION in shown:
        names += ["retention"]
    if PublicPart.BASES in shown:
        names += ["special_ground", "criminal_ground", "national_number_ground"]
    return _only(line, names)


def _recipient(line: RecipientContent, shown: Shown) -> RecipientContent:
    names = ["kind", "party"]
    if PublicPart.BASES in shown:
        names += ["basis", "statute"]
    if PublicPart.PURPOSES in shown:
        names += ["purpose"]
    if PublicPart.DATA in shown:
        names += ["data"]
    return _only(line, names)


def _bases(content: ActivityContent, shown: Shown) -> tuple[Row, ...]:
    """The bases by themselves, where they do not stand with the purposes."""
    if PublicPart.BASES not in shown or PublicPart.PURPOSES in shown:
        return ()
    words = (basis_in_words(each.basis, each.statute) for each in content.purposes if each.basis)
    return tuple(Row(f"basis:{each}", "grondslag", each) for each in dict.fromkeys(words))


def _terms(content: ActivityContent, shown: Shown) -> tuple[Row, ...]:
    """The terms by themselves, where they do not stand with the data."""
    if PublicPart.RETENTION not in shown or PublicPart.DATA in shown:
        return ()
    return tuple(dict.fromkeys(_retention(content)))


def _retention(content: ActivityContent) -> Iterator[Row]:
    for line in content.data:
        rule = line.retention
        if rule is not None:
            yield Row(f"retention:{rule.code}", rule.name, rule.term)
