"""What the clock does for documents."""

from datetime import datetime, timedelta

from privacyboard.clockwork import sweeps
from privacyboard.documents import retention


@sweeps.register(
    name="documents_orphans",
    title="Bestanden opruimen die bij niets meer horen",
    every=timedelta(days=1),
    takes_away=True,
)
def sweep_orphans(at: datetime) -> int:
    """Delete files and rows that a killed process left; returns how many."""
    return retention.forget_orphans(at=at, since=sweeps.last_good(name="documents_orphans"))
