"""The tables of requests and complaints."""

from requests_ar.models.answers import AnswerItem, Delivery, RequestLetter
from requests_ar.models.cases import (
    Fee,
    RequestGroupPermission,
    RequestPart,
    RequestUserPermission,
    SubjectRequest,
)
from requests_ar.models.complaints import (
    Complaint,
    ComplaintGroupPermission,
    ComplaintStep,
    ComplaintUserPermission,
)
from requests_ar.models.people import IdentityCheck, Pause, RequestPerson, position_of, say_of
from requests_ar.models.steps import locked, locked_open, step
from requests_ar.models.work import (
    DossierFile,
    RecipientTask,
    Restriction,
    SearchTask,
    left_to_do,
)

__all__ = [
    "AnswerItem",
    "Complaint",
    "ComplaintGroupPermission",
    "ComplaintStep",
    "ComplaintUserPermission",
    "Delivery",
    "DossierFile",
    "Fee",
    "IdentityCheck",
    "Pause",
    "RecipientTask",
    "RequestGroupPermission",
    "RequestLetter",
    "RequestPart",
    "RequestPerson",
    "RequestUserPermission",
    "Restriction",
    "SearchTask",
    "SubjectRequest",
    "left_to_do",
    "locked",
    "locked_open",
    "position_of",
    "say_of",
    "step",
]
