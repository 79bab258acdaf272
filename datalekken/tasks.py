"""What the clock does for breaches: remind of the 72 hours, and make the letters to people."""

from datetime import datetime, timedelta

from datalekken.actions.exporting import make_register_files
from datalekken.actions.left_open import WATCHES, remind_to_close
from datalekken.actions.notifying import make_waiting_dossiers
from datalekken.actions.reminding import remind_of_breaches
from datalekken.actions.telling_letters import make_told_letters
from privacyboard.clockwork import reminders, sweeps

reminders.watch(*WATCHES)


@sweeps.register(
    name="breach_reminders",
    title="Herinneren aan de 72 uur van datalekken",
    every=timedelta(minutes=5),
)
def sweep_breach_reminders(at: datetime) -> int:
    """Write to who should hear of a term by now; what was written stands, and is not sent twice."""
    return remind_of_breaches(by=None, at=at)


@sweeps.register(
    name="breach_closing", title="Herinneren aan open datalekken", every=timedelta(hours=1)
)
def sweep_breach_closing(at: datetime) -> int:
    """Tell who should hear that a decided file is still open; what was told stands."""
    return remind_to_close(by=None, at=at)


@sweeps.register(
    name="breach_letters", title="Brieven over datalekken maken", every=timedelta(seconds=15)
)
def sweep_breach_letters(at: datetime) -> int:
    """Make the letters of every round that was sent, in batches."""
    return make_told_letters(at=at)


@sweeps.register(
    name="breach_dossiers", title="Dossiers voor de AP maken", every=timedelta(seconds=30)
)
def sweep_breach_dossiers(at: datetime) -> int:
    """Make the PDF of every notification that has none."""
    return make_waiting_dossiers(at=at)


@sweeps.register(
    name="breach_registers", title="Register van datalekken printen", every=timedelta(seconds=10)
)
def sweep_breach_registers(at: datetime) -> int:
    """Print every register that somebody asked on paper."""
    return make_register_files(at=at)
