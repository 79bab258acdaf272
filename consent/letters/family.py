"""E-mails to guardians and pupils: what they answered, and a new link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consent.letters.links import family_link
from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.organisation.models import Guardian, Pupil, School


@dataclass(frozen=True)
class AnswerSaid:
    """One question by its title, in the language in which it was read, and what was said."""

    title: str
    yes: bool
    language: str


@dataclass(frozen=True)
class ChildSaid:
    """A child by first name, and what this person said now."""

    first_name: str
    answers: Sequence[AnswerSaid]


@dataclass(frozen=True)
class AnsweredFacts:
    """What the confirmation says: this person's own answers of this moment, nobody else's."""

    board_name: str
    name: str
    children: Sequence[ChildSaid]
    link: str


@dataclass(frozen=True)
class OwnLink:
    """Somebody with this address, and the link."""

    name: str
    link: str


@dataclass(frozen=True)
class NewLinkFacts:
    """What the e-mail with new links says: one link for each person with this address."""

    board_name: str
    people: Sequence[OwnLink]


def answered(
    who: Guardian | Pupil,
    *,
    to: str,
    children: Sequence[ChildSaid],
    board_name: str,
    language: str,
    key: str,
    school: School | None,
    at: datetime,
) -> None:
    """Confirm what somebody answered, in one e-mail for one form."""
    link = f"{family_link(who, at)}?taal={language}"
    facts = AnsweredFacts(board_name=board_name, name=who.name, children=children, link=link)
    content = compose("consent/answered", facts, language=language)
    posting = outbox.Posting(content=content, to=to, key=key)
    outbox.queue_all([posting], at=at, about=who, school=school)


def new_link(
    people: Sequence[Guardian | Pupil],
    *,
    to: str,
    board_name: str,
    language: str,
    key: str,
    at: datetime,
) -> None:
    """Send everybody with this address the own link, in one e-mail."""
    links = [
        OwnLink(each.name or to, f"{family_link(each, at)}?taal={language}") for each in people
    ]
    facts = NewLinkFacts(board_name=board_name, people=links)
    content = compose("consent/new_link", facts, language=language)
    posting = outbox.Posting(content=content, to=to, key=key)
    outbox.queue_all([posting], at=at, about=people[0])
