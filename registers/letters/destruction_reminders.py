"""The letter that reminds a processor of what it was asked to destroy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.context_processors import board_name
from privacyboard.organisation.models import Board
from registers.letters.destruction import language_of, task_address
from registers.models import DestructionTask


@dataclass(frozen=True)
class DestructionReminded:
    """What a reminder to a processor may say; the list is behind the link: mail lies open."""

    board_name: str
    number: str
    name: str
    due_on: date
    is_today: bool
    is_late: bool
    place: str
    email: str
    link: str


def destruction_reminded(
    task: DestructionTask, *, stage: str, today: date, at: datetime
) -> OutboundLetter:
    """Remind a processor of its task, with a link that works from now on as long as the first did.

    The link in earlier letters keeps working. Raises NoAddress.
    """
    assert task.processor is not None  # noqa: S101 - only a processor is written to
    letter, school, board = (
        "registers/destruction_reminded",
        task.list.school,
        Board.objects.first(),
    )
    facts = DestructionReminded(
        board_name=board_name(),
        number=task.list.number,
        name=task.name,
        due_on=task.due_on,
        is_today=task.due_on == today,
        is_late=task.due_on < today,
        place=school.name if school else board_name(),
        email=(school.email if school else "") or (board.email if board else ""),
        link=task_address(task, at=at),
    )
    return outbox.queue(
        compose(letter, facts, language=language_of(task)),
        to=task.processor.contact_email,
        key=f"{letter}:{task.pk}:{stage}",
        at=at,
        about=task,
        school=school,
    )
