"""Every letter about requests and complaints."""

from requests_ar.letters.decision import decision
from requests_ar.letters.facts import Contact, Written, contacts_for, requester_of
from requests_ar.letters.links import STATUS, present_status, status_address
from requests_ar.letters.mails import confirm_mail, letter_mail
from requests_ar.letters.notices import (
    extension,
    fee,
    other_right,
    question,
    receipt,
    withdrawn,
)

__all__ = [
    "STATUS",
    "Contact",
    "Written",
    "confirm_mail",
    "contacts_for",
    "decision",
    "extension",
    "fee",
    "letter_mail",
    "other_right",
    "present_status",
    "question",
    "receipt",
    "requester_of",
    "status_address",
    "withdrawn",
]
