"""What the clock does for accounts."""

from datetime import datetime, timedelta

from privacyboard.backoffice.reminders import WATCHES, remind_of_accounts
from privacyboard.clockwork import reminders, sweeps

reminders.watch(*WATCHES)


@sweeps.register(
    name="account_reminders",
    title="Herinneren aan aanstellingen die aflopen",
    every=timedelta(hours=1),
)
def sweep_account_reminders(at: datetime) -> int:
    """Tell who should hear of it by now; what was told stands, and is not told twice."""
    return remind_of_accounts(by=None, at=at)
