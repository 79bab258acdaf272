"""How complete the whole register is: figures per chapter, and the gaps by article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registers.choices import GapKind, ProcessGroup
from registers.content import ActivityContent
from registers.rules.completeness import Gap
from registers.rules.policy import Policy, policy_gaps
from registers.rules.situation import Situation, all_gaps, asked, percentage

# What AVG 13, 14 and 37 ask of the board itself.
BOARD_ASKED = 6
# Of one article the page shows the first; all when that article is asked for.
MOST_SHOWN = 25


@dataclass(frozen=True)
class Checked:
    """One activity, held against law and policy.

    `in_force` is the percentage of the established version, where that says something else than
    the register does now.
    """

    pk: int
    code: str
    name: str
    process_group: str
    status: str
    asked: int
    legal: tuple[Gap, ...]
    policy: tuple[Gap, ...]
    in_force: int | None = None

    @property
    def percentage(self) -> int:
        return percentage(self.asked, len(self.legal))

    @property
    def blocking(self) -> int:
        return sum(gap.blocks for gap in self.legal)


@dataclass(frozen=True)
class Found:
    """One gap and the activity in which it is; nothing for the board itself."""

    gap: Gap
    activity: Checked | None


@dataclass(frozen=True)
class Article:
    """The gaps that one article asks; `most` is how many of them a page shows."""

    name: str
    found: tuple[Found, ...]
    most: int | None = None

    @property
    def shown(self) -> tuple[Found, ...]:
        return self.found[: self.most]

    @property
    def more(self) -> int:
        return len(self.found) - len(self.shown)

    @property
    def blocks(self) -> bool:
        return any(each.gap.blocks for each in self.found)


@dataclass(frozen=True)
class ChapterFigure:
    key: str
    title: str
    percentage: int
    activities: tuple[Checked, ...]


@dataclass(frozen=True)
class Overview:
    """The completeness page: nothing in it needs the database."""

    percentage: int
    chapters: tuple[ChapterFigure, ...]
    legal: tuple[Article, ...]
    policy: tuple[Article, ...]
    articles: tuple[str, ...]


def checked(
    pk: int,
    status: str,
    content: ActivityContent,
    *,
    situation: Situation,
    policy: Policy,
    in_force: ActivityContent | None = None,
) -> Checked:
    """Hold an activity, and its version in force where that differs, against law and policy."""
    return Checked(
        pk=pk,
        code=content.code,
        name=content.name,
        process_group=content.process_group,
        status=status,
        asked=asked(content),
        legal=tuple(all_gaps(content, situation)),
        policy=tuple(policy_gaps(content, policy)),
        in_force=(
            None
            if in_force is None
            else percentage(asked(in_force), len(all_gaps(in_force, situation)))
        ),
    )


def board_percentage(activities: Iterable[Checked], board: Sequence[Gap]) -> int:
    """The part of everything that the law asks, of the board and its activities, that is there."""
    found = list(activities)
    return percentage(
        BOARD_ASKED + sum(each.asked for each in found),
        len(board) + sum(len(each.legal) for each in found),
    )


def overview(
    activities: Sequence[Checked],
    *,
    board: Sequence[Gap],
    board_policy: Sequence[Gap],
    kind: str = "",
    article: str = "",
) -> Overview:
    """The whole page. A filter chooses which gaps are listed; the figures stay the whole."""
    legal = _all(activities, board, "legal")
    policy = _all(activities, board_policy, "policy")
    names = dict.fromkeys(each.gap.article for each in [*legal, *policy])
    if kind == GapKind.POLICY:
        legal = []
    if kind in {GapKind.LAW, GapKind.BLOCKING}:
        policy = []
    if kind == GapKind.BLOCKING:
        legal = [each for each in legal if each.gap.blocks]
    return Overview(
        percentage=board_percentage(activities, board),
        chapters=tuple(_chapters(activities)),
        legal=_by_article(legal, article),
        policy=_by_article(policy, article),
        articles=tuple(sorted(names)),
    )


def _all(activities: Iterable[Checked], board: Iterable[Gap], what: str) -> list[Found]:
    inside = [Found(gap, each) for each in activities for gap in getattr(each, what)]
    return [*(Found(gap, None) for gap in board), *inside]


def _by_article(found: Iterable[Found], only: str) -> tuple[Article, ...]:
    """The articles with what stops establishing first, then the most frequent."""
    by_name: dict[str, list[Found]] = {}
    for each in found:
        if not only or each.gap.article == only:
            by_name.setdefault(each.gap.article, []).append(each)
    most = None if only else MOST_SHOWN
    articles = [Article(name, tuple(each), most) for name, each in by_name.items()]
    return tuple(sorted(articles, key=lambda one: (not one.blocks, -len(one.found), one.name)))


def _chapters(activities: Sequence[Checked]) -> Iterable[ChapterFigure]:
    for group in ProcessGroup:
        inside = tuple(each for each in activities if each.process_group == group)
        if inside:
            missing = sum(len(each.legal) for each in inside)
            figure = percentage(sum(each.asked for each in inside), missing)
            yield ChapterFigure(group.value, str(group.label), figure, inside)
