"""What every page says about the board."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from privacyboard.organisation.models import Board


def board_name() -> str:
    """The board's name, or nothing before the board is entered."""
    return Board.objects.values_list("name", flat=True).first() or ""


def board(request: HttpRequest) -> dict[str, Any]:
    """Put the board's name at the disposal of templates; it is read only where it is shown."""
    return {"board_name": SimpleLazyObject(board_name), "demo": settings.DEMO}
