"""What the worker makes for the register."""

import logging
from datetime import datetime, timedelta
from typing import Protocol

from celery import shared_task
from django.utils import timezone

from privacyboard.clockwork import reminders, sweeps
from privacyboard.clockwork.turns import in_turn
from privacyboard.organisation.models import User
from privacyboard.sheets.faults import FileUnreadable
from registers import actions
from registers.actions.destroying import listing, planning
from registers.actions.destroying.reminding import remind_processors
from registers.actions.reminding import WATCHES, remind_of_register
from registers.choices import ImportState
from registers.exchange import import_queue, kept_file, queue, register_pdf
from registers.models import ImportRun, RegisterFile

logger = logging.getLogger(__name__)

reminders.watch(*WATCHES)


@shared_task(name="registers.make_files")
def make_files() -> None:
    """Make the files that wait now."""
    make_waiting(timezone.now())


@sweeps.register(
    name="register_files", title="Register als bestand maken", every=timedelta(minutes=1)
)
def sweep_register_files(at: datetime) -> int:
    """Make what waits, also what no hint told of or a killed worker left."""
    return make_waiting(at)


class _Work(Protocol):
    def __call__(self, *, by: User | None, at: datetime) -> int:
        """How many things it did."""


def _each_of(*works: _Work, at: datetime) -> list[int]:
    """What each did; one that fails keeps no other. Raises the first problem at the end."""
    done = []
    with in_turn() as turn:
        for work in works:
            with turn():
                done.append(work(by=None, at=at))
    return done


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


@shared_task(name="registers.take_in_files")
def take_in_files() -> None:
    """Look through and apply the files that wait now."""
    take_in_waiting(timezone.now())


@sweeps.register(name="imports", title="Bestanden inlezen", every=timedelta(minutes=1))
def sweep_imports(at: datetime) -> int:
    """Take up what waits, also what no hint told of or a killed worker left."""
    return take_in_waiting(at)


def take_in_waiting(at: datetime) -> int:
    """Look through or apply every file that waits; returns how many were taken up."""
    taken = 0
    while run := import_queue.claim_import(at=at):
        try:
            _take_in(run, at)
        except actions.ImportBusy:
            # Who applies the other file takes this one up next, or else the next sweep does.
            import_queue.release(run)
            return taken
        taken += 1
        at = timezone.now()
    return taken


def _take_in(run: ImportRun, at: datetime) -> None:
    try:
        if run.state == ImportState.LOOKING:
            kept_file.look_through(run, clock=timezone.now)
        else:
            actions.apply_import(run=run, by=run.asked_by, at=at, claim=run.claimed_at)
    except actions.ImportBusy:
        raise
    except import_queue.ClaimLost:
        logger.warning("import %s was taken over by another worker", run.pk)
    except (FileUnreadable, actions.ImportRefused) as problem:
        import_queue.give_up(run=run, sentence=str(problem))
    except Exception as error:  # noqa: BLE001 - whatever it is, the page says so and it can be tried again
        # Only the kind of error: its text can hold a name.
        logger.error("import %s failed: %s", run.pk, type(error).__name__)
        import_queue.give_up(run=run, sentence=import_queue.FAILED[ImportState(run.state)])


@sweeps.register(
    name="parent_letters",
    title="Brieven aan ouders over de privacyverklaring maken",
    every=timedelta(seconds=30),
)
def sweep_parent_letters(at: datetime) -> int:
    """Make the letters that a publication asked for, and tell the directors."""
    return actions.make_parent_letters(by=None, at=at)


@sweeps.register(
    name="register_reminders",
    title="Herinneren aan dagen in het register",
    every=timedelta(hours=1),
)
def sweep_register_reminders(at: datetime) -> int:
    """Tell who should hear of a day by now; what was told stands, and is not told twice."""
    return sum(_each_of(remind_of_register, remind_processors, at=at))


@sweeps.register(
    name="destruction_lists", title="Vernietigingslijsten voorstellen", every=timedelta(hours=1)
)
def sweep_destruction_lists(at: datetime) -> int:
    """Plan what follows from who left and which years ended, and list what is due."""
    return sum(_each_of(planning.plan, listing.list_due, at=at))
