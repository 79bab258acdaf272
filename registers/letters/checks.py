"""What one person may read of the register, held against law and policy: for page and figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from privacyboard.organisation.models import Board, User
from registers.choices import ActivityStatus
from registers.content import ActivityContent, digest, to_json
from registers.letters.facts import board_facts
from registers.models import (
    ActivityVersion,
    ProcessingActivity,
    read_policy,
    read_situation,
    with_contents,
)
from registers.models.remembered import Remembered
from registers.rules.completeness import Gap
from registers.rules.overview import BOARD_ASKED, Checked, board_percentage, checked
from registers.rules.policy import board_policy_gaps
from registers.rules.situation import all_gaps, asked, percentage
from registers.rules.statement import board_gaps


class CheckedRegister:
    """Every activity that a person may read and that did not expire, and the board itself.

    Read in six queries, or seven where a version in force says something else than the register.
    """

    def __init__(self, *, user: User, on: date) -> None:
        board = Board.objects.first()
        visible = ProcessingActivity.objects.visible_to(user)
        held = with_contents(visible.exclude(status=ActivityStatus.EXPIRED))
        contents = {each.pk: content for each, content in held}
        situation, policy = read_situation(board), read_policy(on=on, user=user)
        differing = _differing(visible, contents)
        self.activities: tuple[Checked, ...] = tuple(
            checked(
                each.pk,
                str(each.get_status_display()),
                content,
                situation=situation,
                policy=policy,
                in_force=differing.get(each.pk),
            )
            for each, content in held
        )
        self.board: tuple[Gap, ...] = tuple(_board_gaps(board))
        self.board_policy: tuple[Gap, ...] = tuple(board_policy_gaps(contents.values(), policy))

    @property
    def percentage(self) -> int:
        """The part of everything that the law asks here that is there."""
        return board_percentage(self.activities, self.board)


def _board_gaps(board: Board | None) -> list[Gap]:
    found = list(board_gaps(board_facts(board)))
    if not (board and board.fg_ap_number):
        sentence = "Meld de FG aan bij de AP en vul het FG-nummer in."
        found.append(Gap("AVG 37 lid 7", "gegevens van het bestuur", sentence))
    return found


def _differing(
    visible: QuerySet[Any], contents: dict[int, ActivityContent]
) -> dict[int, ActivityContent]:
    """The versions in force that say something else than the register does now."""
    versions = ActivityVersion.objects.in_force().filter(activity__in=visible.values("pk"))
    now = {key: digest(to_json(each)) for key, each in contents.items()}
    hashes = versions.order_by().values_list("activity", "sha256")
    other = [key for key, sha256 in hashes if key in now and now[key] != sha256]
    if not other:
        return {}
    return {each.activity_id: each.read() for each in versions.filter(activity__in=other)}


@dataclass(frozen=True)
class RegisterFigures:
    """A few numbers about what one person may read: how many are established, and how complete."""

    established: int
    percentage: int


def register_figures(
    *,
    user: User,
    on: date,
    remembered: Remembered | None = None,
    board: Board | None = None,
) -> RegisterFigures:
    """The numbers of the home page, in two queries; kept until a change."""
    memory = remembered or Remembered(on=on, user=user)
    return memory.recall("figures", lambda: _figures(user, memory, board))


def completeness_figure(*, user: User, on: date) -> int:
    """The percentage of what this person may read."""
    return register_figures(user=user, on=on).percentage


def _figures(user: User, memory: Remembered, board: Board | None) -> RegisterFigures:
    board = board or Board.objects.first()
    visible = ProcessingActivity.objects.visible_to(user)
    held = with_contents(visible.exclude(status=ActivityStatus.EXPIRED))
    situation = read_situation(board)
    asks = BOARD_ASKED + sum(asked(content) for _each, content in held)
    missing = sum(len(all_gaps(content, situation)) for _each, content in held)
    return RegisterFigures(
        established=sum(each.status == ActivityStatus.ESTABLISHED for each, _content in held),
        percentage=percentage(asks, len(_board_gaps(board)) + missing),
    )
