"""What was done and when, what must stay, and what a retention run took away."""

from privacyboard.clockwork.models.alerts import AlertPreference, DigestLine
from privacyboard.clockwork.models.holds import Hold
from privacyboard.clockwork.models.reminders import Heartbeat, Reminder
from privacyboard.clockwork.models.runs import RetentionLine, RetentionRun

__all__ = [
    "AlertPreference",
    "DigestLine",
    "Heartbeat",
    "Hold",
    "Reminder",
    "RetentionLine",
    "RetentionRun",
]
