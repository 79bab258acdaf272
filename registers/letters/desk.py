"""Where each statement stands: what stops it, and when what it rests on last changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.db.models.functions import Greatest

from privacyboard.organisation.models import Board, School
from registers.content import ActivityContent
from registers.letters.facts import board_facts
from registers.models import ActivityVersion, PublishedStatement, SchoolDeviation
from registers.rules.completeness import Gap
from registers.rules.statement import (
    EDITIONS,
    Edition,
    activity_gaps,
    concerns,
    gaps_of_chosen,
)


@dataclass(frozen=True)
class EditionState:
    """One statement of one place: what stands now, what stops the next, is there reason for it."""

    edition: Edition
    published: PublishedStatement | None
    gaps: tuple[Gap, ...]
    has_changed: bool

    @property
    def is_ready(self) -> bool:
        """Whether publishing now would bring something new."""
        return not self.gaps and (self.published is None or self.has_changed)


def desk_states(schools: Sequence[School | None]) -> list[list[EditionState]]:
    """The state of every edition of each place, in a fixed number of queries; None: the board."""
    versions = ActivityVersion.objects.in_force().order_by("activity__code")
    dated = [(version.read(), version.established_at) for version in versions]
    board = board_facts(Board.objects.first())
    per_edition = {
        edition: [each for each in dated if concerns(each[0], edition.audience)]
        for edition in EDITIONS
    }
    known = {
        edition: {content.code: activity_gaps(content, edition) for content, _when in found}
        for edition, found in per_edition.items()
    }
    published = _published()
    ended, local = _ended(published.values()), _local_changes()
    states = []
    for school in schools:
        row = []
        for edition in EDITIONS:
            chosen = [each for each in per_edition[edition] if _holds(each[0], school)]
            contents = [content for content, _when in chosen]
            standing = published.get((school.pk if school else None, edition))
            changes = [when for _content, when in chosen]
            changes += [when for code, when in ended if not school or code in (None, school.slug)]
            changes += [local[school.pk]] if school and school.pk in local else []
            row.append(
                EditionState(
                    edition=edition,
                    published=standing,
                    gaps=tuple(gaps_of_chosen(board, contents, edition, known[edition])),
                    has_changed=bool(standing) and _is_later(changes, standing),
                )
            )
        states.append(row)
    return states


def _is_later(changes: Sequence[datetime], standing: PublishedStatement | None) -> bool:
    return standing is not None and any(when > standing.published_at for when in changes)


def _holds(content: ActivityContent, school: School | None) -> bool:
    return school is None or content.holds_at(school.slug)


def _published() -> dict[tuple[int | None, Edition], PublishedStatement]:
    """What stands now, without its content: a desk of sixty schools would read it in vain."""
    found = PublishedStatement.objects.in_force().defer("content")
    editions = {(each.audience, each.language): each for each in EDITIONS}
    return {
        (each.school_id, editions[each.audience, each.language]): each
        for each in found
        if (each.audience, each.language) in editions
    }


def _ended(published: Iterable[PublishedStatement]) -> list[tuple[str | None, datetime]]:
    """Versions that ended since the oldest statement: (slug of the school or None for all, when).

    What expired has no version in force any more that could tell of it.
    """
    since = min((each.published_at for each in published), default=None)
    if since is None:
        return []
    rows = ActivityVersion.objects.filter(ended_at__gt=since).values_list(
        "content__all_schools", "content__schools", "ended_at"
    )
    found: list[tuple[str | None, datetime]] = []
    for everywhere, schools, when in rows:
        assert when is not None, "only versions that ended were asked"  # noqa: S101
        found += [(code, when) for code in ([None] if everywhere else _codes(schools))]
    return found


def _codes(schools: list[dict[str, str]]) -> list[str | None]:
    return [school["code"] for school in schools]


def _local_changes() -> dict[int, datetime]:
    """Per school when one of its deviations last began or ended."""
    last = Max(Greatest("decided_at", "ended_at"))  # PostgreSQL leaves out what is null
    rows = SchoolDeviation.objects.order_by().values_list("school").annotate(last=last)
    return dict(rows)
