"""Every field of this app that holds data of a person, and what becomes of it."""

from enum import StrEnum


class Fate(StrEnum):
    """What becomes of data of a person in a breach file."""

    ERASED = "the row goes with its history, files and e-mails when the term of the file is over"
    EMPTIED = "emptied when the term of the file is over: the row stays for what it counts"
    TOLD = "goes TOLD_ARE_KEPT after the file was closed; how many they were stays"
    PRINT = "goes PRINTS_ARE_KEPT after it was asked, with its file"
    DUTY = "goes DUTY_IS_KEPT after the last day of the turn"
    PROOF = "stays: a number that the AP gave to a notification names nobody"


# Each as `model.field`; the history of a model holds the same, and shares the fate.
PERSONAL: dict[str, Fate] = {
    "apnumber.ap_number": Fate.PROOF,
    "apnumber.recorded_by": Fate.EMPTIED,
    "assessment.explanation": Fate.EMPTIED,
    "assessment.facts": Fate.EMPTIED,
    "assessment.made_by": Fate.EMPTIED,
    "assessment.outcome": Fate.EMPTIED,
    "breach.change_text": Fate.EMPTIED,
    "breach.decided_by": Fate.EMPTIED,
    "breach.deviation_reason": Fate.EMPTIED,
    "breach.discovery_text": Fate.EMPTIED,
    "breach.fg_advice": Fate.EMPTIED,
    "breach.form_answers": Fate.EMPTIED,
    "breach.form_digest": Fate.EMPTIED,
    "breach.handler": Fate.EMPTIED,
    "breach.lessons": Fate.EMPTIED,
    "breach.notify_reasons": Fate.EMPTIED,
    "breach.public_notice": Fate.EMPTIED,
    "breach.public_notice_where": Fate.EMPTIED,
    "breach.registered_by": Fate.EMPTIED,
    "breach.reporter": Fate.EMPTIED,
    "breach.reporter_email": Fate.EMPTIED,
    "breach.reporter_name": Fate.EMPTIED,
    "breach.reporter_phone": Fate.EMPTIED,
    "breach.root_cause": Fate.EMPTIED,
    "breach.tell_reasons": Fate.EMPTIED,
    "breach.title": Fate.EMPTIED,
    "breach.what_happened": Fate.EMPTIED,
    "breach.which_data": Fate.EMPTIED,
    "breach.whose_data": Fate.EMPTIED,
    "breachfile.document": Fate.ERASED,
    "breachfile.note": Fate.ERASED,
    "breachuserpermission.user": Fate.ERASED,
    "dutyturn.user": Fate.DUTY,
    "dutyturn.why": Fate.DUTY,
    "measure.owner": Fate.ERASED,
    "measure.owner_name": Fate.ERASED,
    "measure.result": Fate.ERASED,
    "measure.text": Fate.ERASED,
    "notification.ap_number": Fate.PROOF,
    "notification.content": Fate.EMPTIED,
    "notification.delay_reason": Fate.EMPTIED,
    "notification.sender": Fate.EMPTIED,
    "notification.sha256": Fate.EMPTIED,
    "notification.withdrawal_reason": Fate.EMPTIED,
    "notificationpaper.document": Fate.ERASED,
    "registerfile.asked_by": Fate.PRINT,
    "registerfile.breaches": Fate.PRINT,
    "registerfile.chosen": Fate.PRINT,
    "registerfile.document": Fate.PRINT,
    "telling.advice": Fate.ERASED,
    "telling.consequences": Fate.ERASED,
    "telling.contact": Fate.ERASED,
    "telling.measures": Fate.ERASED,
    "telling.sent_by": Fate.ERASED,
    "telling.title": Fate.ERASED,
    "telling.what_happened": Fate.ERASED,
    "toldperson.about": Fate.TOLD,
    "toldperson.address": Fate.TOLD,
    "toldperson.bundle": Fate.TOLD,
    "toldperson.document": Fate.TOLD,
    "toldperson.email": Fate.TOLD,
    "toldperson.name": Fate.TOLD,
    "toldperson.parents_reason": Fate.TOLD,
    "toldperson.rule": Fate.TOLD,
}
