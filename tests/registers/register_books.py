"""A small register to print: two established activities, and a concept without lines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from registers import actions
from registers.exchange import queue
from registers.models import RegisterFile
from tests.conftest import NOW, Cast
from tests.factories import registers as made


def established(cast: Cast, code: str, *, processor: bool = False, **values: Any) -> Any:
    activity = made.activity(code, **values)
    if processor:
        made.recipient_line(activity)
    actions.propose(activity=activity, by=cast.ibp, at=NOW)
    actions.establish(activity=activity, by=cast.board_member, at=NOW, exception="Loopt nog.")
    return activity


def three_activities(cast: Cast) -> list[Any]:
    """Two established activities, and a concept without lines."""
    made.agreement(made.processor())
    return [
        established(cast, "V01", name="Inschrijven", processor=True),
        established(cast, "V02", name="Begeleiden"),
        made.bare_activity("V03", name="Een idee"),
    ]


def claimed(at: datetime) -> RegisterFile:
    file = queue.claim_register_file(at=at)
    assert file is not None
    return file
