"""Every field of the register that holds data of a person, with its fate."""

from __future__ import annotations

from enum import StrEnum


class Fate(StrEnum):
    """What becomes of data of a person in the register."""

    EMPTIED = "removed IMPORTS_ARE_KEPT after the file was applied or handed in; figures stay"
    UNUSED = "removed when no issue of the register used it for a month"
    EXPORT = "removed with its file a week after it was asked"
    DISCLOSURE = "the row goes with its file five years after the disclosure"
    PUPIL = "the row goes with the file of its pupil, else two years after it ended"
    LISTED = "the way to data in other systems: gone when its destruction list is closed"
    WORDED = "stays as proof without numbers: refused when typed, struck when its list is closed"
    PROOF = "stays with what was decided: who did it is part of the account (AVG 5(2), 24)"
    AGREEMENT = "the row goes with its file and its history five years after the agreement ended"
    REPLACED = "as long as it holds; five years after it was replaced it goes from the history"
    REVIEW = "the row goes with its report five years after the review was done with"
    OVERVIEW = "the row goes two years after a newer one of its kind was read in"
    DEVIATION = "the row goes five years after the school went back to the standard"
    REMARK = "emptied five years after the answer; what was answered stays"


# Each as `model.field`; the history of a model holds the same, and shares the fate.
PERSONAL: dict[str, Fate] = {
    "accessreview.answered_by": Fate.REVIEW,
    "accessreview.corrections": Fate.REVIEW,
    "accessreview.handled_by": Fate.REVIEW,
    "accessreview.handling": Fate.REVIEW,
    "accessreview.report": Fate.REVIEW,
    "activityversion.content": Fate.PROOF,
    "activityversion.established_by": Fate.PROOF,
    "activityversion.fg_remark": Fate.PROOF,
    "activityversion.proposed_by": Fate.PROOF,
    "agreement.document": Fate.AGREEMENT,
    "agreement.note": Fate.AGREEMENT,
    "compatibilitytest.tested_by": Fate.PROOF,
    "confidentialitynote.agreed_with": Fate.PUPIL,
    "confidentialitynote.pupil_key": Fate.PUPIL,
    "confidentialitynote.who_may_know": Fate.PUPIL,
    "destructionitem.added_by": Fate.LISTED,
    "destructionitem.period": Fate.WORDED,
    "destructionitem.person_key": Fate.LISTED,
    "destructionitem.reason": Fate.LISTED,
    "destructionline.decided_by": Fate.PROOF,
    "destructionline.former_term": Fate.PROOF,
    "destructionline.reason": Fate.WORDED,
    "destructionline.shortened_because": Fate.WORDED,
    "destructionlist.approved_by": Fate.PROOF,
    "destructionlist.certificate": Fate.PROOF,
    "destructionlist.checked_by": Fate.PROOF,
    "destructionlist.closed_by": Fate.PROOF,
    "destructionlist.handed_by": Fate.PROOF,
    "destructionlist.remark": Fate.WORDED,
    "destructiontask.done_by": Fate.WORDED,
    "destructiontask.proof": Fate.PROOF,
    "destructiontask.result": Fate.WORDED,
    "disclosure.consent_reference": Fate.DISCLOSURE,
    "disclosure.minimisation": Fate.DISCLOSURE,
    "disclosure.official_request": Fate.DISCLOSURE,
    "disclosure.person_key": Fate.DISCLOSURE,
    "disclosure.proportionality": Fate.DISCLOSURE,
    "disclosure.purpose": Fate.DISCLOSURE,
    "disclosure.request_file": Fate.DISCLOSURE,
    "disclosure.subsidiarity": Fate.DISCLOSURE,
    "importrun.applied_by": Fate.PROOF,
    "importrun.asked_by": Fate.PROOF,
    "importrun.document": Fate.EMPTIED,
    "importrun.error": Fate.EMPTIED,
    "importrun.fates": Fate.EMPTIED,
    "importrun.read_by": Fate.PROOF,
    "nationaloverview.file_name": Fate.OVERVIEW,
    "nationaloverview.read_by": Fate.OVERVIEW,
    "nationaloverview.rows": Fate.OVERVIEW,
    "parentnotice.letter": Fate.PROOF,
    "parentnotice.noted_by": Fate.PROOF,
    "processingactivity.fg_remark": Fate.REPLACED,
    "processingactivity.fg_remark_by": Fate.PROOF,
    "processingactivity.on_behalf_contact": Fate.REPLACED,
    "processingactivity.owner": Fate.REPLACED,
    "processingactivity.proposed_by": Fate.PROOF,
    "processor.contact_email": Fate.REPLACED,
    "publishedstatement.content": Fate.PROOF,
    "publishedstatement.pdf": Fate.PROOF,
    "publishedstatement.published_by": Fate.PROOF,
    "registerfile.asked_by": Fate.EXPORT,
    "registerfile.document": Fate.EXPORT,
    "renderedpart.pdf": Fate.UNUSED,
    "schooldeviation.reason": Fate.DEVIATION,
    "schooldeviation.text": Fate.DEVIATION,
    "sharingagreement.contact_point": Fate.AGREEMENT,
    "sharingagreement.document": Fate.AGREEMENT,
    "sharingagreement.note": Fate.AGREEMENT,
    "versionanswer.answered_by": Fate.PROOF,
    "versionanswer.remark": Fate.REMARK,
}
