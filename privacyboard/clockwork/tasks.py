"""What Celery beat calls: one task that runs any sweep by its name."""

import logging

from celery import shared_task
from django.utils import timezone

from privacyboard.clockwork import sweeps

logger = logging.getLogger(__name__)


@shared_task(name="clockwork.run_sweep")
def run_sweep(*, name: str) -> None:
    """Run the sweep; an unknown name (from an older schedule) is logged and left."""
    try:
        sweeps.run(name=name, at=timezone.now())
    except sweeps.UnknownSweep:
        logger.warning("unknown sweep %s", name)
