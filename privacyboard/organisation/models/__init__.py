"""The board, its schools, the people who work for it, its pupils and their parents."""

from privacyboard.organisation.models.board import (
    Board,
    School,
    SchoolGroupPermission,
    SchoolUserPermission,
)
from privacyboard.organisation.models.calendar import Closings, SchoolHoliday
from privacyboard.organisation.models.guardians import Guardian, Guardianship
from privacyboard.organisation.models.people import Appointment, User, UserManager
from privacyboard.organisation.models.pupils import Group, Person, Placement, Pupil, Teacher
from privacyboard.organisation.models.recorded import Recorded

__all__ = [
    "Appointment",
    "Board",
    "Closings",
    "Group",
    "Guardian",
    "Guardianship",
    "Person",
    "Placement",
    "Pupil",
    "Recorded",
    "School",
    "SchoolGroupPermission",
    "SchoolHoliday",
    "SchoolUserPermission",
    "Teacher",
    "User",
    "UserManager",
]
