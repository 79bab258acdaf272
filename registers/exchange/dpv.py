"""The established activities in the words of the W3C Data Privacy Vocabulary (DPV 2), as JSON-LD.

The context stands in the file itself: nobody has to fetch anything to read it. What the vocabulary
has no word for (criminal data, the Dutch identity number) is told in the label.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from privacyboard.organisation.models import Board
from registers.choices import (
    GDPR_LETTER,
    Automation,
    CategoryKind,
    DataSource,
    Identifiability,
    MeasureKind,
    RecipientKind,
    SpecialGround,
    TransferInstrument,
)
from registers.content import ActivityContent, DataContent, RecipientContent, TransferContent
from registers.models import ActivityVersion

_CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "register": "urn:privacyboard:",
}
_SPECIAL = {
    SpecialGround.EXPLICIT_CONSENT: "eu-gdpr:A9-2-a",
    SpecialGround.EMPLOYMENT_LAW: "eu-gdpr:A9-2-b",
    SpecialGround.VITAL_INTEREST: "eu-gdpr:A9-2-c",
    SpecialGround.LEGAL_CLAIMS: "eu-gdpr:A9-2-f",
    SpecialGround.SUBSTANTIAL_PUBLIC_INTEREST: "eu-gdpr:A9-2-g",
    # The exceptions of the Dutch act rest on that letter.
    SpecialGround.UAVG_SCHOOLS: "eu-gdpr:A9-2-g",
    SpecialGround.UAVG_RELIGION: "eu-gdpr:A9-2-g",
}
_TRANSFER = {
    TransferInstrument.ADEQUACY: "eu-gdpr:A45-3",
    TransferInstrument.DPF: "eu-gdpr:A45-3",
    TransferInstrument.SCC: "eu-gdpr:A46-2-c",
    TransferInstrument.BCR: "eu-gdpr:A46-2-b",
    TransferInstrument.CODE_OF_CONDUCT: "eu-gdpr:A46-2-e",
    TransferInstrument.CERTIFICATION: "eu-gdpr:A46-2-f",
    TransferInstrument.DEROGATION: "dpv:DataTransferLegalBasis",
}
_RECIPIENT = {
    RecipientKind.PROCESSOR: ("dpv:hasDataProcessor", "dpv:DataProcessor"),
    RecipientKind.CONTROLLER: ("dpv:hasRecipientDataController", "dpv:DataController"),
    RecipientKind.JOINT_CONTROLLER: ("dpv:hasRecipientDataController", "dpv:JointDataControllers"),
    RecipientKind.THIRD_PARTY: ("dpv:hasRecipientThirdParty", "dpv:ThirdParty"),
}
_MEASURE = {
    MeasureKind.TECHNICAL: ("dpv:hasTechnicalMeasure", "dpv:TechnicalMeasure"),
    MeasureKind.ORGANISATIONAL: ("dpv:hasOrganisationalMeasure", "dpv:OrganisationalMeasure"),
    MeasureKind.PHYSICAL: ("dpv:hasPhysicalMeasure", "dpv:PhysicalMeasure"),
}


def write_dpv(versions: Iterable[ActivityVersion], *, board: Board | None, made_at: str) -> bytes:
    """The versions in force as JSON-LD (UTF-8): a process per activity, all by one controller."""
    graph: list[dict[str, Any]] = [_controller(board)]
    graph += [_process(version) for version in versions]
    whole = {"@context": _CONTEXT, "dct:created": made_at, "@graph": graph}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _controller(board: Board | None) -> dict[str, Any]:
    found: dict[str, Any] = {"@id": "register:board", "@type": "dpv:DataController"}
    if board is not None:
        found |= {
            "dpv:hasName": board.name,
            "dpv:hasAddress": f"{board.street}, {board.postcode} {board.city}",
            "dpv:hasContact": board.email,
        }
        if board.fg_name or board.fg_email:
            found["dpv:hasDataProtectionOfficer"] = {
                "@type": "dpv:DataProtectionOfficer",
                "dpv:hasName": board.fg_name,
                "dpv:hasContact": board.fg_email,
            }
    return found


def _process(version: ActivityVersion) -> dict[str, Any]:
    content = version.read()
    found: dict[str, Any] = {
        "@id": f"register:activity:{content.code}",
        "@type": "dpv:Process",
        "dct:identifier": content.code,
        "dct:title": _dutch(content.name),
        "dct:description": _dutch(content.description),
        "dct:hasVersion": str(version.number),
        "dct:issued": {"@type": "xsd:dateTime", "@value": version.established_at.isoformat()},
        "dpv:hasDataController": {"@id": "register:board"},
        "dpv:hasProcess": [_purpose(content, number) for number in range(len(content.purposes))],
        "dpv:hasPersonalData": [_data(line) for line in content.data],
    }
    for line in content.recipients:
        relation, recipient = _recipient(line)
        found.setdefault(relation, []).append(recipient)
    for measure in content.measures:
        relation, kind = _MEASURE[MeasureKind(measure.kind)]
        found.setdefault(relation, []).append(_entry("measure", measure.code, kind, measure.name))
    found["dpv:hasProcess"] += [_transfer(line) for line in content.transfers]
    if content.automation == Automation.AUTOMATED_DECISION:
        found["dpv:hasContext"] = {"@id": "dpv:AutomatedDecisionMaking"}
    elif content.automation == Automation.PROFILING:
        found["dpv:hasProcessing"] = {"@id": "dpv:Profiling"}
    return found


def _purpose(content: ActivityContent, number: int) -> dict[str, Any]:
    """A purpose with its own legal basis: a process inside the process, so that they pair."""
    line = content.purposes[number]
    purpose = _entry("purpose", line.letter, "dpv:Purpose", line.name, line.name_en)
    if line.explanation:
        purpose["skos:scopeNote"] = _dutch(line.explanation)
    found: dict[str, Any] = {
        "@type": "dpv:Process",
        "dpv:hasPurpose": purpose,
        "dpv:hasLegalBasis": {"@id": f"eu-gdpr:A6-1-{GDPR_LETTER[line.basis]}"},
    }
    if line.statute:
        found["dct:source"] = line.statute
    return found


def _data(line: DataContent) -> dict[str, Any]:
    special = line.kind == CategoryKind.SPECIAL
    guarded = line.kind != CategoryKind.ORDINARY
    kinds = ["dpv:PersonalData"]
    if special:
        kinds.append("dpv:SpecialCategoryPersonalData")
    elif guarded:
        kinds.append("dpv:SensitivePersonalData")
    if line.identifiability == Identifiability.PSEUDONYMOUS:
        kinds.append("dpv:PseudonymisedData")
    found: dict[str, Any] = {
        "@type": kinds,
        "dct:identifier": line.category.code,
        "skos:prefLabel": _labels(line.category.name, line.category.name_en),
        "dpv:hasDataSubject": _entry(
            "group", line.group.code, "dpv:DataSubject", line.group.name, line.group.name_en
        ),
        "dpv:hasDataSource": _source(line),
    }
    if special and line.special_ground:
        found["dpv:hasLegalBasis"] = {"@id": _SPECIAL[SpecialGround(line.special_ground)]}
    if line.retention is not None:
        found["dpv:hasStorageCondition"] = {
            "@type": ["dpv:StorageCondition", "dpv:StorageDuration"],
            "dct:identifier": line.retention.code,
            "skos:prefLabel": _labels(line.retention.term, line.retention.term_en),
        }
    return found


def _source(line: DataContent) -> dict[str, Any]:
    if line.source == DataSource.DATA_SUBJECT:
        return {"@id": "dpv:DataSubject"}
    label = str(DataSource(line.source).label)
    return {"@type": "dpv:DataSource", "skos:prefLabel": _dutch(label)}


def _recipient(line: RecipientContent) -> tuple[str, dict[str, Any]]:
    relation, kind = _RECIPIENT[RecipientKind(line.kind)]
    found = _entry("party", line.party.code, kind, line.party.name, line.party.name_en)
    found["dpv:hasName"] = line.party.name
    if line.purpose:
        found["skos:scopeNote"] = _dutch(line.purpose)
    return relation, found


def _transfer(line: TransferContent) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "dpv:Process",
        "dpv:hasProcessing": {"@id": "dpv:Transfer"},
        "dpv:hasThirdCountry": {"@id": f"loc:{line.country}"},
        "dpv:hasLegalBasis": {"@id": _TRANSFER[TransferInstrument(line.instrument)]},
    }
    if line.party is not None:
        found["dpv:hasDataImporter"] = _entry(
            "party", line.party.code, "dpv:DataImporter", line.party.name, line.party.name_en
        )
    return found


def _entry(kind: str, code: str, concept: str, name: str, name_en: str = "") -> dict[str, Any]:
    return {
        "@id": f"register:{kind}:{code}",
        "@type": concept,
        "skos:prefLabel": _labels(name, name_en),
    }


def _labels(name: str, name_en: str) -> list[dict[str, str]]:
    return [_dutch(name), *([{"@value": name_en, "@language": "en"}] if name_en else [])]


def _dutch(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "nl"}
