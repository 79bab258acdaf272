"""What needs somebody, as rows of one shape: every app gives its own, one statement reads all.

An app's `worklist` has `sources(user, at)`, the queries that `listed` makes, `WORDS`, which says
for each word what a row of it means, and `SUBJECT`, its heading on a long page. The front desk
reads the rows of all apps in one union: the home page asks no more when an app is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import BooleanField, CharField, DateField, DateTimeField, QuerySet, Value
from django.db.models.functions import Cast

from privacyboard.organisation.models import User
from privacyboard.vocabulary import WorkItem

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Of each kind: more than this somebody does not do in a day.
MOST = 20


@dataclass(frozen=True)
class Row:
    """One thing to do, as the database found it.

    `what` is a key of `WORDS`; `ref` and `state` are texts about it; `is_new`: nobody handles it;
    `until` is a moment where hours count.
    """

    what: str
    ref: str
    state: str
    day: date | None
    is_new: bool
    until: datetime | None


Words = Mapping[str, Callable[[Row, datetime], WorkItem]]


class Worklist(Protocol):
    """What the `worklist` of an app holds."""

    SUBJECT: StrPromise
    WORDS: Words

    def sources(self, user: User, at: datetime) -> Iterator[QuerySet[Any, Any]]:
        """The rows of this person at this moment, each made by `listed`."""


def listed(
    rows: Any,
    what: str,
    ref: str,
    state: Any = None,
    day: Any = None,
    *,
    is_new: Any = False,
    until: Any = None,
) -> QuerySet[Any, Any]:
    """The first rows, in their order, in the shape of `Row`; `ref` names a column."""
    found: QuerySet[Any, Any] = (
        rows.order_by(*rows.query.order_by)
        .annotate(
            w_what=Value(what),
            w_ref=Cast(ref, CharField()),
            w_state=Cast(_expression(state if state is not None else ""), CharField()),
            w_day=Cast(_expression(day), DateField()),
            w_new=Cast(_expression(is_new), BooleanField()),
            w_until=Cast(_expression(until), DateTimeField()),
        )
        .values_list("w_what", "w_ref", "w_state", "w_day", "w_new", "w_until")
    )
    return found[:MOST]


def _expression(value: Any) -> Any:
    return value if hasattr(value, "resolve_expression") else Value(value)


def items_of(apps: Iterable[Worklist], user: User, at: datetime) -> list[WorkItem]:
    """Everything of these apps that needs this person now, what is due soonest first."""
    named = list(apps)
    sources = [source for app in named for source in app.sources(user, at)]
    if not sources:
        return []
    words = {what: say for app in named for what, say in app.WORDS.items()}
    subjects = {what: str(app.SUBJECT) for app in named for what in app.WORDS}
    rows = sources[0].union(*sources[1:], all=True) if sources[1:] else sources[0]
    items = [
        replace(words[row.what](row, at), subject=subjects[row.what])
        for row in (Row(*values) for values in rows)
    ]
    return sorted(items, key=lambda item: item.due or date.max)
