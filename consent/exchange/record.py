"""One pupil's consent as a record after ISO/IEC TS 27560:2023, in the words of W3C DPV, as JSON-LD.

One data subject to a record; each question is a process of its own, with its notice, its data and
its events: a no stands beside a yes. Who holds a record reads what each parent said: it is for who
has to prove consent (AVG 7(1)), never for another parent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from consent.choices import AnswerKind, Means, Outcome
from consent.models.pupil_file import Happened, Held, PupilFile
from privacyboard.organisation.models import Board, Guardian
from registers.content import ActivityContent, DataContent
from registers.models import ActivityVersion

SCHEMA = "https://w3id.org/dpv/schema/dpv-27560#record"
_CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EVENTS = {
    AnswerKind.GIVEN: "dpv:ConsentGiven",
    AnswerKind.CONFIRMED: "dpv:RenewedConsentGiven",
    AnswerKind.REFUSED: "dpv:ConsentRefused",
    AnswerKind.WITHDRAWN: "dpv:ConsentWithdrawn",
    AnswerKind.EXPIRED: "dpv:ConsentExpired",
}
# What holds on the day of the record; only a yes is a state in which data may be used.
_STATES = {
    Outcome.YES: "dpv:ConsentGiven",
    Outcome.NO: "dpv:ConsentRefused",
    Outcome.SILENT: "dpv:ConsentUnknown",
    Outcome.EXPIRED: "dpv:ConsentExpired",
    Outcome.CHANGED: "dpv:ConsentInvalidated",
    Outcome.WAITS_FOR_OTHER: "dpv:ConsentRequestDeferred",
    Outcome.TO_RECONFIRM: "dpv:ConsentRequested",
    Outcome.LEFT: "dpv:ConsentTerminated",
}
_UNKNOWN = "niet vastgelegd in het register"
_HOME = "loc:NL"
# Means whose data ask for explicit consent (AVG 9(2)(a)).
_EXPLICIT = frozenset({Means.MEDICAL, Means.CARE_TEAM, Means.PCL, Means.EXTERNAL_HELPER})


def consent_record(file: PupilFile, *, at: datetime) -> dict[str, Any]:
    """The record as JSON values. Two queries beside the file."""
    board = Board.objects.first() or Board()
    pupil = file.pupil
    number = f"urn:privacyboard:consent:{pupil.pk}"
    activities = {each.question.activity_id for each in file.held}
    versions = ActivityVersion.objects.in_force().filter(activity__in=activities)
    contents = {each.activity_id: each.read() for each in versions}
    return {
        "@context": _CONTEXT,
        "@id": number,
        "@type": ["dpv:ConsentRecord", "dpv:ConsentReceipt"],
        "dct:conformsTo": [SCHEMA, "ISO/IEC TS 27560:2023"],
        "dct:identifier": number,
        # A receipt is a copy of the record: each that is taken has its own number.
        "dpv:hasIdentifier": f"{number}:{_utc(at)}",
        "dct:created": _utc(at),
        "dct:valid": file.on.isoformat(),
        "dct:language": "nl",
        "dpv:hasDataSubject": {
            "@id": _subject(pupil.pk),
            "@type": "dpv:Student",
            "dct:identifier": pupil.key,
            "dpv:hasName": pupil.name,
        },
        "dpv:hasDataController": {"@id": _CONTROLLER},
        "dpv:hasJurisdiction": _HOME,
        "dpv:hasApplicableLaw": "eu-gdpr:GDPR",
        "dpv:hasEntity": list(_parties(file, board)),
        "dpv:hasProcess": [
            _process(each, file, contents.get(each.question.activity_id)) for each in file.held
        ],
    }


_CONTROLLER = "urn:privacyboard:board"


def _subject(pk: int) -> str:
    return f"urn:privacyboard:pupil:{pk}"


def _guardian(pk: int) -> str:
    return f"urn:privacyboard:guardian:{pk}"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parties(file: PupilFile, board: Board) -> Iterable[dict[str, Any]]:
    """The board, the school, the authority, and everybody who said something."""
    address = f"{board.street}, {board.postcode} {board.city}"
    yield _party(
        _CONTROLLER,
        ["dpv:LegalEntity", "dpv:DataController"],
        name=board.name,
        address=address,
        contact=[board.email, board.fg_email],
        kind="dpv:DataController",
    )
    school = file.pupil.school
    yield _party(
        f"urn:privacyboard:school:{school.pk}",
        ["dpv:OrganisationalUnit"],
        name=school.name,
        address=f"{school.street}, {school.postcode} {school.city}",
        contact=[school.email],
        kind="dpv:OrganisationalUnit",
    )
    yield _party(
        "https://autoriteitpersoonsgegevens.nl",
        ["dpv:DataProtectionAuthority"],
        name="Autoriteit Persoonsgegevens",
        address="Hoge Nieuwstraat 8, 2514 EL Den Haag",
        contact=["https://autoriteitpersoonsgegevens.nl"],
        kind="dpv:Authority",
    )
    yield _party(
        _subject(file.pupil.pk),
        ["dpv:DataSubject"],
        name=file.pupil.name,
        address=_OF_SCHOOL,
        contact=[file.pupil.email],
        kind="dpv:DataSubject",
    )
    people: dict[int, Guardian] = {tie.guardian_id: tie.guardian for tie in file.ties}
    for event in file.events:
        if event.answer.guardian is not None:
            people.setdefault(event.answer.guardian.pk, event.answer.guardian)
    for guardian in people.values():
        yield _party(
            _guardian(guardian.pk),
            ["dpv:GuardianOfDataSubject"],
            name=str(guardian),
            address=_OF_SCHOOL,
            contact=[guardian.email],
            kind="dpv:Representative",
        )


# The application keeps no home addresses: the school does.
_OF_SCHOOL = "bekend bij de school"


def _party(
    key: str, types: list[str], *, name: str, address: str, contact: list[str], kind: str
) -> dict[str, Any]:
    return {
        "@id": key,
        "@type": types,
        "dct:identifier": key,
        "dpv:hasName": name,
        "dpv:hasAddress": address.strip(" ,") or _UNKNOWN,
        "dpv:hasContact": [each for each in contact if each] or [_OF_SCHOOL],
        "dpv:hasRole": kind,
    }


def _process(held: Held, file: PupilFile, content: ActivityContent | None) -> dict[str, Any]:
    """One question: what it is for, its data, and everything that was said about it."""
    question = held.question
    explicit = question.means in _EXPLICIT
    own = [each for each in file.events if each.answer.question_id == question.pk]
    languages = sorted({each.answer.language for each in own}) or ["nl"]
    return {
        "@id": f"urn:privacyboard:question:{question.code}",
        "@type": "dpv:Process",
        "dct:title": question.name,
        "dct:language": languages,
        "dpv:hasNotice": _notices(own, file),
        "dpv:hasPurpose": _purposes(held, content),
        "dpv:hasLegalBasis": "eu-gdpr:A9-2-a" if explicit else "eu-gdpr:A6-1-a",
        "dpv:hasPersonalData": _data(content, explicit=explicit),
        "dpv:hasDataController": {"@id": _CONTROLLER},
        "dpv:hasDataSource": ["dpv:DataSubjectDataSource", "dpv:DataControllerDataSource"],
        "dpv:hasProcessing": ["dpv:Collect", "dpv:Store", "dpv:Use"],
        "dpv:hasLocation": _jurisdictions(content),
        "dpv:hasStorageCondition": _storage(content),
        "dpv:hasJurisdiction": _jurisdictions(content),
        "dpv:hasRecipient": _recipients(held, content),
        "dpv:hasConsentControl": {
            "@type": ["dpv:ProvideConsent", "dpv:WithdrawConsent"],
            "dpv:isExercisedAt": f"{settings.BASE_URL}{reverse('family_new_link')}",
            "dct:description": "Met de eigen link, op elke dag; of op papier, aan de balie of "
            "telefonisch bij de school.",
        },
        "dpv:hasRight": [
            {
                "@type": ["dpv:DataSubjectRight", "eu-gdpr:A7-3"],
                "dpv:isExercisedAt": f"{settings.BASE_URL}{reverse('request_form')}",
            }
        ],
        "dpv:hasAuthority": {"@id": "https://autoriteitpersoonsgegevens.nl"},
        "dpv:hasStatus": {
            "@type": _STATES[held.ruling.outcome],
            "dct:date": file.on.isoformat(),
            "dct:description": held.sentence,
        },
        "dpv:hasConsentStatus": [_event(each, file, explicit=explicit) for each in reversed(own)],
    }


def _notices(own: list[Happened], file: PupilFile) -> list[dict[str, Any]]:
    """The privacy statement, and each text that was read, in its language."""
    page = reverse("statement_school", args=[file.pupil.school.slug])
    found: dict[int, dict[str, Any]] = {}
    for each in own:
        if each.wording is not None:
            found[each.wording.pk] = {
                "@id": _text(each),
                "@type": "dpv:ConsentNotice",
                "dct:hasVersion": str(each.answer.text_number),
                "dct:language": each.wording.language,
                "dct:date": _utc(each.wording.made_at),
                "dct:title": each.wording.title,
                "dct:description": each.wording.body,
            }
    statement = {
        "@id": f"{settings.BASE_URL}{page}",
        "@type": "dpv:PrivacyNotice",
        "dct:language": "nl",
    }
    return [statement, *found.values()]


def _text(each: Happened) -> str:
    key = each.wording.pk if each.wording else each.answer.text_id
    return f"urn:privacyboard:wording:{key}"


def _purposes(held: Held, content: ActivityContent | None) -> list[dict[str, Any]]:
    own = {"dct:title": str(Means(held.question.means).label), "@type": "dpv:Purpose"}
    of_register = [
        {"@type": "dpv:Purpose", "dct:identifier": each.letter, "dct:title": each.name}
        for each in (content.purposes if content else ())
        if each.basis == "consent"
    ]
    # Shared with a party outside by consent: what that is for.
    shared = [
        {"@type": "dpv:Purpose", "dct:identifier": each.party.code, "dct:title": each.purpose}
        for each in (content.recipients if content else ())
        if each.basis == "consent" and each.purpose
    ]
    return [own, *of_register, *shared]


def _data(content: ActivityContent | None, *, explicit: bool) -> list[dict[str, Any]]:
    lines: tuple[DataContent, ...] = content.data if content else ()
    found = {line.category.code: line for line in lines}
    special = "dpv:SpecialCategoryPersonalData"
    return [
        {
            "@type": special if line.special_ground else "dpv:PersonalData",
            "dct:identifier": code,
            "dct:title": line.category.name,
            "dpv:hasNecessity": "dpv:Optional",
        }
        for code, line in sorted(found.items())
    ] or [
        {
            "@type": special if explicit else "dpv:PersonalData",
            "dct:title": _UNKNOWN,
            "dpv:hasNecessity": "dpv:Optional",
        }
    ]


def _storage(content: ActivityContent | None) -> list[dict[str, Any]]:
    lines: tuple[DataContent, ...] = content.data if content else ()
    terms = sorted({line.retention.term for line in lines if line.retention})
    where = sorted({each.name for each in content.systems}) if content else []
    return [
        {
            "@type": "dpv:StorageLocation",
            "dpv:hasLocation": _jurisdictions(content),
            "dct:description": ", ".join(where) or _UNKNOWN,
        },
        {
            "@type": "dpv:StorageDuration",
            "dpv:hasDuration": {
                "@type": "dpv:UntilEventDuration",
                "rdf:value": "; ".join(terms) or _UNKNOWN,
            },
        },
    ]


def _jurisdictions(content: ActivityContent | None) -> list[str]:
    countries = {each.country for each in (content.transfers if content else ())}
    return [_HOME, *sorted(f"loc:{each}" for each in countries)]


def _recipients(held: Held, content: ActivityContent | None) -> list[dict[str, Any]]:
    """Whom the register names; where something is published, whoever looks there."""
    found = [
        {
            "@type": "dpv:Recipient",
            "dct:identifier": each.party.code,
            "dpv:hasName": each.party.name,
        }
        for each in (content.recipients if content else ())
    ]
    if held.question.published_at:
        place = {"@type": "dpv:Recipient", "dpv:hasName": held.question.published_at}
        found.append(place)
    return found or [{"@id": _CONTROLLER, "@type": "dpv:Recipient"}]


def _event(each: Happened, file: PupilFile, *, explicit: bool) -> dict[str, Any]:
    answer = each.answer
    guardian = answer.guardian_id
    kind = "dpv:ExplicitlyExpressedConsent" if explicit else "dpv:ExpressedConsent"
    until: dict[str, str] = (
        {"@type": "dpv:UntilTimeDuration", "rdf:value": answer.valid_until.isoformat()}
        if answer.valid_until
        else {"@type": "dpv:UntilEventDuration", "rdf:value": "een volgend antwoord"}
    )
    return {
        "@id": f"urn:privacyboard:answer:{answer.pk}",
        "@type": [_EVENTS[AnswerKind(answer.kind)], kind],
        "dpv:isIndicatedAtTime": _utc(answer.at),
        "dpv:hasDuration": until,
        "dpv:isIndicatedBy": {"@id": _guardian(guardian) if guardian else _subject(file.pupil.pk)},
        "dpv:hasIndicationMethod": each.way,
        "dpv:hasNotice": {"@id": _text(each), "dct:hasVersion": str(answer.text_number)},
        "dct:language": answer.language,
        "dct:created": _utc(answer.entered_at),
        "dct:creator": answer.entered_by.name if answer.entered_by else "",
    }
