"""Which letters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from privacyboard.mail.choices import ABOUT_ONE_LETTER, UNDELIVERED
from privacyboard.organisation.choices import Right

if TYPE_CHECKING:
    from privacyboard.organisation.models import User

# A mail server that is restarted is back by then.
_PATIENCE = timedelta(hours=1)


class LetterQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> LetterQuerySet:
        """All, for who keeps the post running: never their text, nor to whom they went."""
        return self if user.standing.holds(Right.VIEW_OPERATION) else self.none()

    def to_look_at(self) -> LetterQuerySet:
        """Those that did not arrive, that nobody tries again, and that nobody settled.

        Of an old one nothing is left to send: it was emptied.
        """
        return self.filter(state__in=UNDELIVERED, settled_at__isnull=True).exclude(to="")

    def held_up(self) -> LetterQuerySet:
        """Those that were tried in vain, and are tried again by themselves."""
        return self.filter(state="queued", attempts__gt=0)

    def standing_still(self, at: datetime) -> LetterQuerySet:
        """Those that wait for over an hour because the mail server is away or refuses us.

        A full mailbox is no such thing: that is about one letter.
        """
        about_one = Q()
        for kind in ABOUT_ONE_LETTER:
            about_one |= Q(last_error__startswith=kind)
        return self.held_up().filter(queued_at__lt=at - _PATIENCE).exclude(about_one)
