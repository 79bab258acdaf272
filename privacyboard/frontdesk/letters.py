"""The morning letter: what can wait, together, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import DigestLine
from privacyboard.clockwork.reminders import kinds
from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User

# Of each heading; the home page shows the rest.
MOST_OF_A_KIND = 10


@dataclass(frozen=True)
class DigestItem:
    """One sentence with its page. `times`: for how many records it was said."""

    sentence: str
    link: str
    times: int


@dataclass(frozen=True)
class DigestPart:
    """One heading with its sentences, and how many more there are."""

    title: str
    items: tuple[DigestItem, ...]
    more: int


@dataclass(frozen=True)
class DigestFacts:
    """What a morning letter may say. No names but the receiver's own.

    `back_on`: in a holiday, the first school day after it.
    """

    name: str
    board_name: str
    parts: tuple[DigestPart, ...]
    number: int
    is_weekly: bool
    is_at_once: bool
    back_on: date | None
    home: str
    preferences: str


def digest(
    lines: Sequence[DigestLine],
    *,
    to: User,
    pace: str,
    key: str,
    board_name: str,
    at: datetime,
    back_on: date | None = None,
) -> OutboundLetter:
    """Write these lines to one person, by heading, what is due soonest first."""
    parts = _parts(lines)
    facts = DigestFacts(
        name=to.first_name,
        board_name=board_name,
        parts=parts,
        number=sum(each.more + len(each.items) for each in parts),
        is_weekly=pace == Pace.WEEKLY,
        is_at_once=pace == Pace.AT_ONCE,
        back_on=back_on,
        home=f"{settings.BASE_URL}{reverse('home')}",
        preferences=f"{settings.BASE_URL}{reverse('messages')}",
    )
    letter = "frontdesk/digest"
    return outbox.queue(compose(letter, facts), to=to.email, key=f"{letter}:{key}", at=at, about=to)


def _parts(lines: Sequence[DigestLine]) -> tuple[DigestPart, ...]:
    titles: dict[str, list[DigestLine]] = {each.title: [] for each in kinds().values()}
    for line in sorted(lines, key=lambda each: (each.due_on, each.sentence, each.pk)):
        titles[kinds()[line.kind].title].append(line)
    return tuple(_part(title, of) for title, of in titles.items() if of)


def _part(title: str, lines: Sequence[DigestLine]) -> DigestPart:
    # The same sentence of several records (twelve appointments that end on a day) is said once.
    # Of one record two stages can wait together: on the morning both say the same.
    said: defaultdict[tuple[str, str], set[tuple[str, str, str]]] = defaultdict(set)
    for line in lines:
        said[line.sentence, line.path].add((line.kind, line.subject_type, line.subject_id))
    items = tuple(
        DigestItem(sentence, f"{settings.BASE_URL}{path}", len(records))
        for (sentence, path), records in said.items()
    )
    return DigestPart(title, items[:MOST_OF_A_KIND], max(len(items) - MOST_OF_A_KIND, 0))
