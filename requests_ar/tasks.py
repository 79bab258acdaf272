"""What the clock does for requests: make the letters that were written, and remind of terms."""

from datetime import datetime, timedelta

from privacyboard.clockwork import reminders, sweeps
from requests_ar.actions.left_open import WATCHES, remind_to_close
from requests_ar.actions.reminding import KINDS, remind_of_terms
from requests_ar.actions.writing import make_waiting_letters


@sweeps.register(
    name="request_letters", title="Brieven over verzoeken maken", every=timedelta(seconds=15)
)
def sweep_request_letters(at: datetime) -> int:
    """Make the PDF of every letter that has none."""
    return make_waiting_letters(at=at)


@sweeps.register(
    name="request_reminders",
    title="Herinneren aan verzoeken en klachten",
    every=timedelta(hours=1),
)
def sweep_request_reminders(at: datetime) -> int:
    """Tell who should hear of a term; never twice of the same."""
    return remind_of_terms(by=None, at=at)


@sweeps.register(
    name="request_closing",
    title="Herinneren aan open verzoeken en klachten",
    every=timedelta(hours=1),
)
def sweep_request_closing(at: datetime) -> int:
    """Tell who should hear of what nobody closed; what was told stands."""
    return remind_to_close(by=None, at=at)


for kind in KINDS:
    reminders.register(kind)
reminders.watch(*WATCHES)
