"""What every page says about the board."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from privacyboard.organisation.models import Board


def board_name() -> str:
    """The board's name, or nothing before the board is entered."""
    return Board.objects.values_list("name", flat=True).first() or ""


def board_on(request: HttpRequest) -> Board | None:
    """The board, read once per page; nothing before it is entered."""
    if "_board" not in request.__dict__:
        request.__dict__["_board"] = Board.objects.first()
    found: Board | None = request.__dict__["_board"]
    return found


def board_name_on(request: HttpRequest) -> str:
    """The board's name, or nothing before the board is entered."""
    found = board_on(request)
    return found.name if found else ""


def board(request: HttpRequest) -> dict[str, Any]:
    """Put the board's name at the disposal of templates; it is read only where it is shown."""
    return {"board_name": SimpleLazyObject(lambda: board_name_on(request)), "demo": settings.DEMO}
