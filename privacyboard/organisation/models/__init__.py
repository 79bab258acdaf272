"""The board, its schools, the people who work for it and what they are appointed to."""

from privacyboard.organisation.models.board import (
    Board,
    School,
    SchoolGroupPermission,
    SchoolUserPermission,
)
from privacyboard.organisation.models.people import Appointment, User, UserManager
from privacyboard.organisation.models.recorded import Recorded

__all__ = [
    "Appointment",
    "Board",
    "Recorded",
    "School",
    "SchoolGroupPermission",
    "SchoolUserPermission",
    "User",
    "UserManager",
]
