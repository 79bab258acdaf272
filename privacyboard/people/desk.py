"""Picking somebody from the records: whom a page finds, and shows to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Guardianship, Placement, Pupil, School, User
from privacyboard.organisation.querysets import running_on
from privacyboard.organisation.rules import school_year_of, sort_key

# Who finds more than this types more of the name.
MOST_MATCHES = 20
LONGEST_WORDS = 100


@dataclass(frozen=True)
class Match:
    """A pupil who is found, as one tells them apart: class, birthday, number, school."""

    pupil: Pupil
    groups: str
    has_left: bool


@dataclass(frozen=True)
class Found:
    """What was looked for, and who was found; `has_more` where not all of them are shown."""

    words: str
    matches: tuple[Match, ...] = ()
    has_more: bool = False


@dataclass(frozen=True)
class Door:
    """A page elsewhere about one pupil: its address by the pupil's key, for who holds the right."""

    label: Any
    right: str
    url_name: str


_doors: list[Door] = []


def register(door: Door) -> None:
    """Called by an app upstairs when it is ready; twice the same is once."""
    if door not in _doors:
        _doors.append(door)


def doors_of(user: User, pupil: Pupil) -> list[tuple[str, str]]:
    """Where this person can read on about a pupil: label and address."""
    return [
        (str(each.label), reverse(each.url_name, args=[pupil.pk]))
        for each in _doors
        if user.standing.holds_at(each.right, pupil.school_id)
    ]


def clean_words(given: str) -> str:
    """What was typed to look for somebody."""
    return given.replace("\x00", "").strip()[:LONGEST_WORDS]


def pickable(user: User, *, schools: Iterable[School] | None = None) -> Any:
    """Pupils whom this person reads in full; of these schools, where they are given.

    A teacher and a care coordinator pick nobody: they see names and classes only.
    """
    found = Pupil.objects.at(user, Right.VIEW_PEOPLE)
    return found if schools is None else found.filter(school__in=[each.pk for each in schools])


def find_pupils(rows: Any, given: str, *, on: date) -> Found:
    """Of these pupils: every word somewhere in the name, or the whole number."""
    words = clean_words(given)
    if not words:
        return Found("")
    named = Q()
    for word in sort_key(words).split():
        named &= Q(sort_name__contains=word)
    found = list(_told(rows.filter(named | Q(key=words)), on)[: MOST_MATCHES + 1])
    return Found(
        words, tuple(_match(each, on) for each in found[:MOST_MATCHES]), len(found) > MOST_MATCHES
    )


def match_of(rows: Any, given: str, *, on: date) -> Match | None:
    """The one of these pupils whom somebody chose, by the key that a page gave."""
    if not (given.isascii() and given.isdigit() and len(given) < 18):
        return None
    found = _told(rows.filter(pk=int(given)), on).first()
    return None if found is None else _match(found, on)


def ties_of(pupil: Pupil, *, on: date) -> list[Guardianship]:
    """Who stands for the pupil on this day, with authority or without."""
    rows = Guardianship.objects.running_on(on).filter(pupil=pupil).select_related("guardian")
    return list(rows.order_by("pk"))


def _told(rows: Any, on: date) -> Any:
    places = Placement.objects.filter(running_on(on), group__school_year=school_year_of(on))
    return (
        rows.select_related("school")
        .order_by("sort_name", "id")
        .prefetch_related(
            Prefetch("placements", queryset=places.select_related("group"), to_attr="places_now")
        )
    )


def _match(pupil: Any, on: date) -> Match:
    groups = sorted((each.group for each in pupil.places_now), key=lambda each: each.is_combined)
    return Match(
        pupil=pupil,
        groups=", ".join(each.name for each in groups),
        has_left=pupil.left_on is not None and pupil.left_on <= on,
    )
