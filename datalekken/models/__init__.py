"""The tables of breaches."""

from datalekken.models.assessments import Assessment
from datalekken.models.breaches import (
    Breach,
    BreachFile,
    BreachGroupPermission,
    BreachUserPermission,
)
from datalekken.models.duty import DutyTurn, people_on_duty
from datalekken.models.follow_up import Measure, closing_facts, closing_facts_with
from datalekken.models.notifications import ApNumber, Notification, NotificationPaper
from datalekken.models.register_files import RegisterFile
from datalekken.models.steps import locked, locked_in, locked_telling, step, unsent
from datalekken.models.telling import Telling, ToldPerson

__all__ = [
    "ApNumber",
    "Assessment",
    "Breach",
    "BreachFile",
    "BreachGroupPermission",
    "BreachUserPermission",
    "DutyTurn",
    "Measure",
    "Notification",
    "NotificationPaper",
    "RegisterFile",
    "Telling",
    "ToldPerson",
    "closing_facts",
    "closing_facts_with",
    "locked",
    "locked_in",
    "locked_telling",
    "people_on_duty",
    "step",
    "unsent",
]
