"""How many public forms one sender can send: a pause against floods, never a closed door.

Who asks a right or reports a breach is heard on any channel: who is asked to wait is shown the
other ways. A school with all its parents behind one address must get through on the evening on
which it tells them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FORMS_PER_NETWORK_AND_HOUR = 60
FORMS_PER_NETWORK_AND_DAY = 200
# A mailbox is one person's; a family of five children asks two things for each.
FORMS_PER_MAILBOX_AND_DAY = 10


class Bound(StrEnum):
    """Which bound was reached."""

    HOUR = "hour"
    DAY = "day"
    MAILBOX = "mailbox"


@dataclass(frozen=True)
class Sent:
    """How many forms of one purpose were sent before this one."""

    by_network_this_hour: int
    by_network_today: int
    by_mailbox_today: int


def bound_reached(sent: Sent) -> Bound | None:
    """The bound that stands in the way of one more form; the one that lasts longest first."""
    if sent.by_mailbox_today >= FORMS_PER_MAILBOX_AND_DAY:
        return Bound.MAILBOX
    if sent.by_network_today >= FORMS_PER_NETWORK_AND_DAY:
        return Bound.DAY
    if sent.by_network_this_hour >= FORMS_PER_NETWORK_AND_HOUR:
        return Bound.HOUR
    return None
