"""What Celery beat calls: one task that runs any sweep by its name."""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from privacyboard.clockwork import runs, sweeps

logger = logging.getLogger(__name__)


@shared_task(name="clockwork.run_sweep")
def run_sweep(*, name: str) -> None:
    """Run the sweep; an unknown name (from an older schedule) is logged and left."""
    try:
        sweeps.run(name=name, at=sweeps.moment_for(name, now=timezone.now()))
    except sweeps.UnknownSweep:
        logger.warning("unknown sweep %s", name)


@sweeps.register(
    name="retention",
    title="Opruimen wat niet meer mag blijven",
    every=timedelta(hours=1),
    takes_away=True,
)
def sweep_retention(at: datetime) -> int:
    """Forget all of which the term is over; returns how many records went."""
    return sum(line.gone for line in runs.run_rules(by=None, at=at).lines.all())
