"""Every field of this app that holds data of a person, and what becomes of it."""

from enum import StrEnum


class Fate(StrEnum):
    """What becomes of data of a person in a case."""

    ERASED = "the row goes with its history, files and e-mails when the term of the case is over"
    EMPTIED = "emptied when the term of the case is over: the row stays for what it counts"


# Each as `model.field`; the history of a model holds the same, and shares the fate.
PERSONAL: dict[str, Fate] = {
    "answeritem.text": Fate.ERASED,
    "answeritem.why_empty": Fate.ERASED,
    "complaint.email": Fate.EMPTIED,
    "complaint.name": Fate.EMPTIED,
    "complaint.outcome_text": Fate.EMPTIED,
    "complaint.text": Fate.EMPTIED,
    "complaintstep.result": Fate.EMPTIED,
    "complaintuserpermission.user": Fate.ERASED,
    "delivery.code_hash": Fate.ERASED,
    "delivery.code_reason": Fate.ERASED,
    "delivery.delivered_by": Fate.ERASED,
    "delivery.why_no_copy": Fate.ERASED,
    "delivery.why_this_way": Fate.ERASED,
    "dossierfile.document": Fate.ERASED,
    "dossierfile.note": Fate.ERASED,
    "fee.reasons": Fate.ERASED,
    "identitycheck.checked_by": Fate.ERASED,
    "identitycheck.note": Fate.ERASED,
    "pause.reason": Fate.ERASED,
    "recipienttask.why_not": Fate.ERASED,
    "requestletter.document": Fate.ERASED,
    "requestletter.html": Fate.ERASED,
    "requestletter.made_by": Fate.ERASED,
    "requestletter.title": Fate.ERASED,
    "requestletter.to_name": Fate.ERASED,
    "requestpart.balancing": Fate.EMPTIED,
    "requestpart.carried_out": Fate.EMPTIED,
    "requestpart.grounds": Fate.EMPTIED,
    "requestpart.reasons": Fate.EMPTIED,
    "requestpart.redactions": Fate.EMPTIED,
    "requestpart.send_to": Fate.EMPTIED,
    "requestpart.text": Fate.EMPTIED,
    "requestperson.address": Fate.ERASED,
    "requestperson.email": Fate.ERASED,
    "requestperson.guardian": Fate.ERASED,
    "requestperson.key": Fate.ERASED,
    "requestperson.name": Fate.ERASED,
    "requestperson.phone": Fate.ERASED,
    "requestperson.pupil": Fate.ERASED,
    "requestuserpermission.user": Fate.ERASED,
    "restriction.what": Fate.ERASED,
    "searchtask.assignee": Fate.ERASED,
    "searchtask.contact_email": Fate.ERASED,
    "searchtask.contact_name": Fate.ERASED,
    "searchtask.found": Fate.ERASED,
    "searchtask.what": Fate.ERASED,
    "subjectrequest.decided_by": Fate.EMPTIED,
    "subjectrequest.deviation_reason": Fate.EMPTIED,
    "subjectrequest.extension_text": Fate.EMPTIED,
    "subjectrequest.fg_advice": Fate.EMPTIED,
    "subjectrequest.form_digest": Fate.EMPTIED,
    "subjectrequest.handler": Fate.EMPTIED,
    "subjectrequest.registered_by": Fate.EMPTIED,
    "subjectrequest.subject_text": Fate.EMPTIED,
    "subjectrequest.withdrawal_reason": Fate.EMPTIED,
}
