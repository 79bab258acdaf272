"""How often a public form was sent from one address: a count, and nobody's address."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, models
from django.db.models import Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from privacyboard.publicforms.rules import Bound, Sent, bound_reached


def _hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def sender_of(purpose: str, kind: str, who: str, *, at: datetime) -> str:
    """A keyed hash of the day: tomorrow nobody can tell that it was the same sender."""
    said = f"{purpose}:{kind}:{who}:{timezone.localdate(at)}"
    return salted_hmac("publicforms.sender", said, algorithm="sha256").hexdigest()


class FormCountQuerySet(models.QuerySet["FormCount"]):
    def count_form(
        self, purpose: str, *, network: str, mailbox: str = "", at: datetime
    ) -> Bound | None:
        """Count one more form of this network and mailbox; at a bound nothing is counted.

        Returns the bound that was reached. Call it inside the transaction that keeps the form.
        """
        place = sender_of(purpose, "network", network, at=at)
        box = sender_of(purpose, "mailbox", mailbox.strip().lower(), at=at) if mailbox else ""
        sent = Sent(
            by_network_this_hour=self.this_hour(place, at=at),
            by_network_today=self.today(place),
            by_mailbox_today=self.today(box) if box else 0,
        )
        bound = bound_reached(sent)
        if bound is None:
            for sender in filter(None, (place, box)):
                self.add(sender, at=at)
        return bound

    def this_hour(self, sender: str, *, at: datetime) -> int:
        """Forms of this sender in the hour of this moment."""
        found = self.filter(sender=sender, hour=_hour_of(at)).values_list("forms", flat=True)
        return found.first() or 0

    def today(self, sender: str) -> int:
        """Forms of this sender on its day: a sender has another hash tomorrow."""
        return self.filter(sender=sender).aggregate(total=Sum("forms"))["total"] or 0

    def add(self, sender: str, *, at: datetime) -> None:
        """Count one more. One statement: two at once both count."""
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} AS counted (sender, hour, forms) VALUES (%s, %s, 1)"  # noqa: S608
                " ON CONFLICT (sender, hour) DO UPDATE SET forms = counted.forms + 1",
                [sender, _hour_of(at)],
            )


class FormCount(models.Model):
    """Forms of one sender in one hour. `sender` is a keyed hash that changes every day."""

    sender = models.CharField(max_length=64)
    hour = models.DateTimeField(db_index=True)
    forms = models.PositiveIntegerField(default=1)

    objects = FormCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("telling van formulieren")
        verbose_name_plural = _("tellingen van formulieren")
        constraints = [
            models.UniqueConstraint(fields=["sender", "hour"], name="one_count_per_form_and_hour")
        ]

    def __str__(self) -> str:
        return f"{self.hour:%d-%m-%Y %H} {self.forms}"
