"""What the worker makes for the register."""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from privacyboard.clockwork import sweeps
from registers import actions
from registers.exchange import queue, register_pdf
from registers.models import RegisterFile

logger = logging.getLogger(__name__)


@shared_task(name="registers.make_files")
def make_files() -> None:
    """Make the files that wait now."""
    make_waiting(timezone.now())


@sweeps.register(
    name="register_files", title="Register als bestand maken", every=timedelta(minutes=1)
)
def sweep_register_files(at: datetime) -> int:
    """Make what waits, also what no hint told of or a killed worker left; forget old parts."""
    queue.forget_unused_parts(at=at)
    return make_waiting(at)


def make_waiting(at: datetime) -> int:
    """Make every register file that waits; returns how many were taken up."""
    taken = 0
    while file := queue.claim_register_file(at=at):
        _make(file, at)
        taken += 1
        at = timezone.now()
    return taken


def _make(file: RegisterFile, at: datetime) -> None:
    def tell(done: int, total: int) -> None:
        queue.note_progress(file=file, done=done, total=total, at=timezone.now())

    asked_by = str(file.asked_by) if file.asked_by else "privacyboard"
    try:
        day = timezone.localdate(at)
        pdf = register_pdf.make(on=day, at=at, asked_by=asked_by, progress=tell)
        queue.finish_register_file(file=file, content=pdf, at=timezone.now())
    except queue.ClaimLost:
        logger.warning("register file %s was taken over by another worker", file.pk)
    except Exception as error:  # noqa: BLE001 - whatever it is, the page says so and it can be asked again
        # Only the kind of error: its text can hold a name.
        logger.error("register file %s could not be made: %s", file.pk, type(error).__name__)
        queue.fail_register_file(file=file, at=timezone.now())


@sweeps.register(
    name="parent_letters",
    title="Brieven aan ouders over de privacyverklaring maken",
    every=timedelta(seconds=30),
)
def sweep_parent_letters(at: datetime) -> int:
    """Make the letters that a publication asked for, and tell the directors."""
    return actions.make_parent_letters(by=None, at=at)
