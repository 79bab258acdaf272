"""Our choices in the letters of the EDPB's template, and in the words of the AP's form.

Where no option fits exactly the heavier one stands: a notification does not play anything down.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from datalekken.choices import (
    Aspect,
    Cause,
    DataKind,
    Discovery,
    Exfiltration,
    IncidentKind,
    NotificationKind,
    Occurrence,
    PeopleKind,
    Recipient,
    Restoring,
    Risk,
    TellGround,
    Unintelligible,
)

# Fields 3 and 4. A follow-up is complete unless something is missing still.
NOTICE: Final[Mapping[NotificationKind, tuple[str, str]]] = {
    NotificationKind.COMPLETE: ("a", "a"),
    NotificationKind.PRELIMINARY: ("a", "b"),
    NotificationKind.FOLLOW_UP: ("b", "a"),
    NotificationKind.WITHDRAWAL: ("b", "c"),
}
# Field 44. What is unknown can be found out later ("e"), but not in a complete notification.
OCCURRENCE: Final[Mapping[Occurrence, str]] = {
    Occurrence.MOMENT: "a",
    Occurrence.PERIOD: "b",
    Occurrence.ONGOING: "c",
    Occurrence.UNKNOWN: "d",
}
DISCOVERY: Final[Mapping[Discovery, str]] = {
    Discovery.OURSELVES: "a",
    Discovery.PROCESSOR: "b",
    Discovery.DATA_SUBJECT: "c",
    Discovery.OUTSIDER: "d",
    Discovery.PRESS: "e",
    Discovery.OTHER: "f",
}
ASPECT: Final[Mapping[Aspect, str]] = {
    Aspect.CONFIDENTIALITY: "a",
    Aspect.INTEGRITY: "b",
    Aspect.AVAILABILITY: "c",
}
# Field 56: disclosed ("a"), likely so ("b"), or not so ("c"), by what left and by who has it.
EXFILTRATION: Final[Mapping[Exfiltration, str]] = {
    Exfiltration.CERTAIN: "a",
    Exfiltration.POSSIBLE: "b",
    Exfiltration.EXCLUDED: "c",
}
RECIPIENT: Final[Mapping[Recipient, str]] = {
    Recipient.MANY: "a",
    Recipient.KNOWN: "a",
    Recipient.TRUSTED_DELETED: "a",
    Recipient.UNKNOWN: "b",
    Recipient.NOBODY: "c",
}
UNINTELLIGIBLE: Final[Mapping[Unintelligible, str]] = {
    Unintelligible.INTACT: "a",
    Unintelligible.DOUBTFUL: "b",
    Unintelligible.NO: "c",
    Unintelligible.UNKNOWN: "d",
}
# Fields 58 and 59.
INTEGRITY: Final[Mapping[Restoring, str]] = {
    Restoring.NOT_LOST: "a",
    Restoring.EASY: "a",
    Restoring.TEMPORARY: "b",
    Restoring.NEVER: "c",
}
AVAILABILITY: Final[Mapping[Restoring, str]] = {
    Restoring.NOT_LOST: "c",
    Restoring.EASY: "a",
    Restoring.TEMPORARY: "a",
    Restoring.NEVER: "b",
}
CAUSE: Final[Mapping[Cause, str]] = {
    Cause.INTERNAL_ACCIDENT: "a",
    Cause.INTERNAL_INTENT: "b",
    Cause.EXTERNAL_ACCIDENT: "c",
    Cause.EXTERNAL_INTENT: "d",
    Cause.UNKNOWN: "f",
}
INCIDENT: Final[Mapping[IncidentKind, str]] = {
    IncidentKind.ACCESS_ABUSE: "a",
    IncidentKind.RANSOMWARE: "b",
    IncidentKind.HACKING: "c",
    IncidentKind.PHISHING: "d",
    IncidentKind.VULNERABILITY: "e",
    IncidentKind.UNAUTHORISED: "f",
    IncidentKind.EXFILTRATION: "g",
    IncidentKind.WRONG_RECORD: "h",
    IncidentKind.DEVICE_LOST: "i",
    IncidentKind.OLD_DEVICE: "j",
    IncidentKind.OLD_PAPER: "k",
    IncidentKind.POST_LOST: "l",
    IncidentKind.MISCONFIGURATION: "m",
    IncidentKind.PERMISSIONS: "n",
    IncidentKind.PAPER_LOST: "o",
    IncidentKind.DELETED: "p",
    IncidentKind.SHOWN_TO_WRONG: "q",
    IncidentKind.SENT_BY_MISTAKE: "r",
    IncidentKind.OPEN_ADDRESSEES: "s",
    IncidentKind.MALFUNCTION: "t",
    IncidentKind.CHANGED: "u",
    IncidentKind.PUBLISHED: "v",
    IncidentKind.SPOKEN: "w",
    IncidentKind.UNKNOWN: "x",
    IncidentKind.OTHER: "y",
}
# Field 65. Pupils are minors too where the assessment says that there are children.
PEOPLE: Final[Mapping[PeopleKind, str]] = {
    PeopleKind.PUPILS: "f",
    PeopleKind.PARENTS: "j",
    PeopleKind.STAFF: "b",
    PeopleKind.APPLICANTS: "b",
    PeopleKind.FORMER_PUPILS: "f",
    PeopleKind.VULNERABLE: "i",
    PeopleKind.OTHER: "j",
    PeopleKind.UNKNOWN: "k",
}
MINORS: Final = "d"
DATA: Final[Mapping[DataKind, str]] = {
    DataKind.NAME: "a",
    DataKind.CONTACT: "b",
    DataKind.IMAGE: "u",
    DataKind.SCHOOL_RESULTS: "u",
    DataKind.BEHAVIOUR: "r",
    DataKind.FINANCIAL: "l",
    DataKind.PAYMENT: "q",
    DataKind.LOCATION: "o",
    DataKind.CREDENTIALS: "s",
    DataKind.NATIONAL_NUMBER: "n",
    DataKind.IDENTITY_DOCUMENT: "p",
    DataKind.HEALTH: "k",
    DataKind.STAFF_HEALTH: "m",
    DataKind.ORIGIN: "f",
    DataKind.RELIGION: "g",
    DataKind.POLITICS: "e",
    DataKind.UNION: "i",
    DataKind.GENETIC: "j",
    DataKind.BIOMETRIC: "c",
    DataKind.SEXUAL: "h",
    DataKind.CRIMINAL: "d",
    DataKind.UNKNOWN: "t",
    DataKind.OTHER: "u",
}
# The AP asks four degrees, the template three and "to be determined".
SEVERITY: Final[Mapping[str, str]] = {
    "negligible": "a",
    "limited": "b",
    "significant": "c",
    "very_large": "c",
    "unknown": "d",
}
RISK: Final[Mapping[Risk, str]] = {Risk.HIGH: "a", Risk.RISK: "b", Risk.UNLIKELY: "c"}
RISK_UNKNOWN: Final = "d"
GROUND: Final[Mapping[TellGround, str]] = {
    TellGround.UNINTELLIGIBLE: "a",
    TellGround.RISK_TAKEN_AWAY: "b",
    TellGround.DISPROPORTIONATE: "c",
}
# The letters that only an incomplete notification may use: field and letter.
TO_BE_DETERMINED: Final[Mapping[int, str]] = {
    44: "e",
    56: "e",
    57: "e",
    60: "x",
    61: "e",
    65: "k",
    67: "d",
    70: "t",
    72: "d",
    79: "e",
    81: "d",
    83: "d",
    85: "o",
    87: "d",
    89: "d",
    97: "c",
}

_LOST = "Apparaat, gegevensdrager of papier kwijtgeraakt of gestolen"
_POST = "Brief of postpakket kwijtgeraakt of geopend retour ontvangen"
_HACK = "Hacking, malware of phishing"
_PUBLISHED = "Persoonsgegevens per ongeluk gepubliceerd"
_SHOWN = "Persoonsgegevens van verkeerde klant getoond in klantportaal"
_SENT = "Persoonsgegevens verstuurd of afgegeven aan verkeerde ontvanger"
_OTHER = "Anders"
# The nine kinds of the AP's form.
AP_INCIDENT: Final[Mapping[IncidentKind, str]] = {
    IncidentKind.ACCESS_ABUSE: _OTHER,
    IncidentKind.RANSOMWARE: _HACK,
    IncidentKind.HACKING: _HACK,
    IncidentKind.PHISHING: _HACK,
    IncidentKind.VULNERABILITY: _HACK,
    IncidentKind.UNAUTHORISED: _HACK,
    IncidentKind.EXFILTRATION: _HACK,
    IncidentKind.WRONG_RECORD: _SHOWN,
    IncidentKind.DEVICE_LOST: _LOST,
    IncidentKind.OLD_DEVICE: "Persoonsgegevens nog aanwezig op een afgedankt apparaat",
    IncidentKind.OLD_PAPER: "Persoonsgegevens bij het oud papier",
    IncidentKind.POST_LOST: _POST,
    IncidentKind.MISCONFIGURATION: _OTHER,
    IncidentKind.PERMISSIONS: _OTHER,
    IncidentKind.PAPER_LOST: _LOST,
    IncidentKind.DELETED: _OTHER,
    IncidentKind.SHOWN_TO_WRONG: _SENT,
    IncidentKind.SENT_BY_MISTAKE: _SENT,
    IncidentKind.OPEN_ADDRESSEES: _SENT,
    IncidentKind.MALFUNCTION: _OTHER,
    IncidentKind.CHANGED: _OTHER,
    IncidentKind.PUBLISHED: _PUBLISHED,
    IncidentKind.SPOKEN: _OTHER,
    IncidentKind.UNKNOWN: "",
    IncidentKind.OTHER: _OTHER,
}
