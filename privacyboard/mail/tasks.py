"""Delivery: at once on a hint, and every few seconds whatever happened."""

from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from privacyboard.clockwork import sweeps
from privacyboard.mail import outbox


@shared_task(name="mail.deliver")
def deliver() -> None:
    """Deliver what waits now."""
    outbox.deliver_due(timezone.now())


@sweeps.register(name="outbox", title="Post verzenden", every=timedelta(seconds=5))
def sweep_outbox(at: datetime) -> int:
    """Deliver what waits, also what no hint told of."""
    return outbox.deliver_due(at)
