"""Delivery: at once on a hint, and every few seconds whatever happened."""

from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from privacyboard.clockwork import sweeps
from privacyboard.mail import bounces, outbox
from privacyboard.mail.models import OutboundLetter


@shared_task(name="mail.deliver")
def deliver() -> None:
    """Deliver what waits now."""
    outbox.deliver_due(timezone.now())


@sweeps.register(name="outbox", title="Post verzenden", every=timedelta(seconds=5))
def sweep_outbox(at: datetime) -> int:
    """Deliver what waits, also what no hint told of."""
    return outbox.deliver_due(at)


class PostStandsStill(Exception):
    """Letters wait for over an hour because the mail server is away or refuses us."""


@sweeps.register(
    name="post_leaves", title="Nakijken of de post weggaat", every=timedelta(minutes=5)
)
def sweep_post_leaves(at: datetime) -> int:
    """Raise PostStandsStill while it does: trying again well is no health when nothing leaves."""
    if OutboundLetter.objects.standing_still(at).exists():
        raise PostStandsStill
    return 0


@sweeps.register(name="bounces", title="Post die terugkwam", every=timedelta(minutes=10))
def sweep_bounces(at: datetime) -> int:
    """Read the mailbox to which mail comes back; without one there is nothing to do."""
    url = settings.BOUNCE_MAILBOX_URL
    return bounces.read_mailbox(url) if url else 0
