"""Everything that breaches write: alerts, the receipt for a reporter, reminders, letters."""

from datalekken.letters.alerts import report_alerts
from datalekken.letters.measures import measure_asked
from datalekken.letters.receipts import STATUS, present_status, report_receipt, status_address

__all__ = [
    "STATUS",
    "measure_asked",
    "present_status",
    "report_alerts",
    "report_receipt",
    "status_address",
]
