"""How often one sender can use the public form: counted without keeping who it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from requests_ar.models import FormCount

# A school's network is one address for many parents; a mailbox is one person's.
FORMS_PER_NETWORK_AND_HOUR = 20
FORMS_PER_MAILBOX_AND_DAY = 5
_KEPT = timedelta(days=2)


class Bound(StrEnum):
    """Which bound was reached."""

    NETWORK = "network"
    MAILBOX = "mailbox"


class TooManyForms(Exception):
    """This sender used the form too often; `bound` says which count ran over."""

    def __init__(self, bound: Bound) -> None:
        super().__init__(bound)
        self.bound = bound


@transaction.atomic
def count_form(*, network: str, email: str, at: datetime) -> None:
    """Count a form of this network and this mailbox. Raises TooManyForms: it counts no further."""
    FormCount.objects.filter(hour__lt=at - _KEPT).delete()
    mailbox = _sender(Bound.MAILBOX, email.strip().lower(), at)
    today = FormCount.objects.filter(sender=mailbox).aggregate(total=Sum("forms"))["total"] or 0
    if today >= FORMS_PER_MAILBOX_AND_DAY:
        raise TooManyForms(Bound.MAILBOX)
    if _add(_sender(Bound.NETWORK, network, at), at) > FORMS_PER_NETWORK_AND_HOUR:
        raise TooManyForms(Bound.NETWORK)
    _add(mailbox, at)


def _sender(kind: str, who: str, at: datetime) -> str:
    """A keyed hash of the day: tomorrow nobody can tell that it was the same sender."""
    said = f"{kind}:{who}:{timezone.localdate(at)}"
    return salted_hmac("requests_ar.form", said, algorithm="sha256").hexdigest()


def _add(sender: str, at: datetime) -> int:
    """Count one more in this hour; returns the count. One statement: two at once both count."""
    table = connection.ops.quote_name(FormCount._meta.db_table)
    hour = at.replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS counted (sender, hour, forms) VALUES (%s, %s, 1)"  # noqa: S608
            " ON CONFLICT (sender, hour) DO UPDATE SET forms = counted.forms + 1"
            " RETURNING forms",
            [sender, hour],
        )
        return int(cursor.fetchone()[0])
