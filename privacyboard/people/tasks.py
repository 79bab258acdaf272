"""What the worker does with files of pupils and parents."""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from privacyboard.audit.acts import ActRefused
from privacyboard.clockwork import sweeps
from privacyboard.people.actions import files as file_acts
from privacyboard.people.actions.eighteen import end_authority
from privacyboard.people.choices import FileState
from privacyboard.people.exchange import kept, waiting
from privacyboard.people.models import PeopleFile

logger = logging.getLogger(__name__)

BROKEN_OFF = (
    "Het werk aan dit bestand is steeds afgebroken. Er is niets ingelezen. "
    "Deel het in kleinere bestanden, of probeer het later opnieuw."
)
FAILED = "Dit is niet gelukt. Er is niets ingelezen. Probeer het opnieuw."


@shared_task(name="people.take_in_files")
def take_in_files() -> None:
    """Look through and apply the files that wait now."""
    take_in_waiting(timezone.now())


@sweeps.register(
    name="people_files", title="Leerlingen en ouders inlezen", every=timedelta(minutes=1)
)
def sweep_people_files(at: datetime) -> int:
    """Take up what waits, also what no hint told of or a killed worker left."""
    return take_in_waiting(at)


@sweeps.register(
    name="people_eighteen", title="Gezag beëindigen bij achttien jaar", every=timedelta(hours=1)
)
def sweep_eighteen(at: datetime) -> int:
    """Let the records say that authority over who is eighteen has ended; each tie once."""
    return end_authority(by=None, at=at)


def take_in_waiting(at: datetime) -> int:
    """Look through or apply every file that waits; returns how many were taken up."""
    taken = 0
    while True:
        with waiting.claimed() as file:
            if file is None or not _take_in(file, at):
                return taken
        taken += 1
        at = timezone.now()


def _take_in(file: PeopleFile, at: datetime) -> bool:
    """One file; False where it has to wait for another one."""
    tries = file.report.get("tries", 0) + 1
    if tries > waiting.MOST_TRIES:
        waiting.give_up(file=file, sentence=BROKEN_OFF)
        return True
    # Before the work: a worker that is killed by this file has counted.
    file.report["tries"] = tries
    file.save(update_fields=["report"])
    try:
        if file.state == FileState.WAITING:
            file_acts.read(file=file, by=file.asked_by, at=at)
        else:
            file_acts.apply(file=file, by=file.applied_by, at=at)
    except kept.Busy:
        return False
    except ActRefused as problem:
        logger.info("file %s with people: refused", file.pk)
        waiting.give_up(file=file, sentence=str(problem))
    except Exception as error:  # noqa: BLE001 - whatever it is, the page says so and it can be tried again
        # Only the kind of error: its text can hold a name.
        logger.error("file %s with people failed: %s", file.pk, type(error).__name__)
        waiting.give_up(file=file, sentence=FAILED)
    return True
