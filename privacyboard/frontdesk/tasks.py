"""What the clock does at the front desk: the morning letters."""

from datetime import datetime, timedelta

from privacyboard.clockwork import sweeps
from privacyboard.frontdesk.digests import send_digests


@sweeps.register(
    name="digest", title="Ochtendberichten aan medewerkers sturen", every=timedelta(minutes=1)
)
def sweep_digest(at: datetime) -> int:
    """Send what waited until this morning; who has had a letter gets no second one."""
    return send_digests(by=None, at=at)
