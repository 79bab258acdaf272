"""Signed links for people without an account: one purpose, an age, bound to a present state.

Pure: no tables, no clock. An app declares each kind of link once, at module level:

    PREVIEW = Link(purpose="statement-preview", max_age=timedelta(days=7))
    token = PREVIEW.make(str(statement.pk), at=at, state=statement.status)
    pk = PREVIEW.read(token, at=at, state=lambda pk: present_status(pk))

The state is what makes a link serve once, or be revoked: the value that the act changes, or a
number that revoking raises. A token proves who made it and hides nothing: its subject is an
identifier, never a name or an address. GET shows, POST acts: mail scanners click.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.core.signing import BadSignature, Signer

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# A point cannot occur in the base64 parts, and mail programs leave it alone.
_SEPARATOR: Final = "."
_declared: set[str] = set()


class LinkError(Exception):
    """A link that does not serve; `subject` only where its signature was good."""

    def __init__(self, message: str, *, subject: str | None = None) -> None:
        super().__init__(message)
        self.subject = subject


class LinkAltered(LinkError):
    """Not a token of this purpose, or not as it was made."""


class LinkExpired(LinkError):
    """Genuine, and older than its purpose allows."""


class LinkSpent(LinkError):
    """Genuine and in time, but what it was bound to has changed or is gone."""


@dataclass(frozen=True)
class Link:
    """One kind of link. `purpose` (a-z, 0-9, hyphen) is its salt: no two kinds share one.

    A token of one purpose is altered in the eyes of every other. Refused with ValueError: a
    purpose that is declared already or spelt otherwise, a `max_age` that is not positive.
    """

    purpose: str
    max_age: timedelta

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", self.purpose):
            raise ValueError(f"a purpose is written in a-z, 0-9 and hyphens: {self.purpose!r}")
        if self.max_age <= timedelta(0):
            raise ValueError(f"a link lives for some time: {self.max_age!r}")
        if self.purpose in _declared:
            raise ValueError(f"this purpose is declared already: {self.purpose!r}")
        _declared.add(self.purpose)

    def make(self, subject: str, *, at: datetime, state: str) -> str:
        """A URL-safe token for `subject`, issued at an aware moment, bound to `state`.

        Refused with ValueError: an empty subject or state, a naive moment.
        """
        if not subject or not state:
            raise ValueError("a link has a subject, and is bound to a state")
        proof = self._signer("state").signature(state)
        return self._signer("token").sign_object([subject, _microseconds(at), proof])

    def read(self, token: str, *, at: datetime, state: str | Callable[[str], str | None]) -> str:
        """The subject of a token that serves at that aware moment.

        `state`: the present state, or a function from subject to it (None: gone). The age
        counts up to and including `max_age`; a moment of issue after `at` is no reason for
        refusal, since clocks differ. Raises LinkAltered, LinkExpired, LinkSpent, in that order.
        """
        subject, issued, proof = self._opened(token)
        if _microseconds(at) - issued > self.max_age // _MICROSECOND:
            raise LinkExpired(f"older than {self.max_age}", subject=subject)
        present = state(subject) if callable(state) else state
        if present is None:
            raise LinkSpent("what it was bound to is gone", subject=subject)
        try:
            self._signer("state").unsign(f"{present}{_SEPARATOR}{proof}")
        except BadSignature:
            raise LinkSpent("what it was bound to has changed", subject=subject) from None
        return subject

    def _opened(self, token: str) -> tuple[str, int, str]:
        # Django's signer chokes on what cannot be encoded, instead of refusing it.
        if not token.isascii():
            raise LinkAltered("not a token")
        try:
            content = self._signer("token").unsign_object(token)
        except BadSignature:
            raise LinkAltered("the signature does not fit") from None
        subject, issued, proof = content
        return str(subject), int(issued), str(proof)

    def _signer(self, part: str) -> Signer:
        # Made on each use: it reads SECRET_KEY and SECRET_KEY_FALLBACKS from the settings.
        return Signer(salt=f"privacyboard.links.{self.purpose}.{part}", sep=_SEPARATOR)


def digest(token: str) -> str:
    """The SHA-256 of a token in hexadecimal: what is stored of it, never the token itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def _microseconds(at: datetime) -> int:
    if at.utcoffset() is None:
        raise ValueError(f"a moment with a time zone is due, not {at!r}")
    return (at - _EPOCH) // _MICROSECOND
