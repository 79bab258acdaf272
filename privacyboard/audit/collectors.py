"""What this application itself holds about a person, collected from every app (AVG 15).

An app registers a collector in its `AppConfig.ready()`; whoever answers a request asks here. All
collectors are read in one statement, however many apps there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, QuerySet, Value
from django.db.models.functions import Cast, JSONObject

from privacyboard.organisation.models import User


@dataclass(frozen=True)
class Sought:
    """By what a person is found: e-mail addresses, keys of pupil or staff administration, a name.

    A name is no proof: with a day of birth it leaves out who was born on another day, and what was
    found by name alone is told as such. `reader` is who looks: a collector tells nothing that this
    user may not see. `schools` are those of whose administration the keys are: the same number is
    another pupil elsewhere. Who erases goes by it; who looks sees more, and says so.

    `others`: who has one of these addresses or keys too and is somebody else, as (label of the
    table, key); `own`: who is the person. What is certainly of another is not erased.
    """

    reader: User
    emails: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    name: str = ""
    born_on: date | None = None
    schools: frozenset[int] = frozenset()
    others: frozenset[tuple[str, int]] = frozenset()
    own: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def of(
        cls,
        reader: User,
        *,
        emails: Iterable[str],
        keys: Iterable[str],
        name: str = "",
        born_on: date | None = None,
        schools: Iterable[int] = (),
    ) -> Sought:
        """Of raw values: without spaces around them, addresses in lower case, nothing empty."""
        return cls(
            reader,
            frozenset(each.strip().lower() for each in emails if each.strip()),
            frozenset(each.strip() for each in keys if each.strip()),
            " ".join(name.split()),
            born_on,
            frozenset(schools),
        )

    @property
    def is_nobody(self) -> bool:
        """Whether there is nothing to look by."""
        return not (self.emails or self.keys or self.name)


@dataclass(frozen=True)
class Held:
    """One record about the person: a sentence, its day, and where it can be read."""

    sentence: str
    on: date | None = None
    url: str = ""


@dataclass(frozen=True)
class Collection:
    """What one part of the application holds; `has_more` where only the newest are named."""

    title: str
    held: tuple[Held, ...]
    has_more: bool = False


# A page names this many records of each kind; the rest is told to be there.
MOST = 100

# What a part of the application finds, each made by `rows`; and how one row is said (None: not).
Collector = Callable[[Sought], Iterable[QuerySet[Any, Any]]]
Say = Callable[[dict[str, Any]], tuple[str, str] | None]
_collectors: dict[str, tuple[str, Collector, Say]] = {}


def register(name: str, *, title: str, collector: Collector, say: Say) -> None:
    """Add a collector. `say` turns the fields of a row into a sentence and an address (or "")."""
    _collectors[name] = (title, collector, say)


def rows(found: QuerySet[Any, Any], *, on: Any, **fields: Any) -> QuerySet[Any, Any]:
    """Records as a collector gives them: their day, and what is told of each. Newest first."""
    annotated: QuerySet[Any, Any] = found.annotate(
        c_on=Cast(on, DateField()), c_told=JSONObject(**fields)
    )
    return annotated


def collect(sought: Sought) -> list[Collection]:
    """Everything about the person that the reader may see, part by part; empty parts included."""
    if sought.is_nobody or not _collectors:
        return []
    branches = [
        found.annotate(c_part=Value(name, output_field=CharField())).values_list(
            "c_part", "c_on", "c_told"
        )[: MOST + 1]
        for name, (_title, collector, _say) in _collectors.items()
        for found in collector(sought)
    ]
    held: dict[str, list[Held]] = defaultdict(list)
    for name, on, told in branches[0].union(*branches[1:], all=True):
        said = _collectors[name][2](told)
        if said is not None:
            held[name].append(Held(said[0], on, said[1]))
    parts = ((str(title), held[name]) for name, (title, *_rest) in _collectors.items())
    return [Collection(title, tuple(each[:MOST]), len(each) > MOST) for title, each in parts]
