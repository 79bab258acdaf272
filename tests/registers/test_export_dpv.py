"""The JSON-LD of what is established, in the terms of the W3C Data Privacy Vocabulary 2."""

from __future__ import annotations

import json
from typing import Any

from registers.choices import (
    Automation,
    CategoryKind,
    Identifiability,
    LegalBasis,
    RecipientKind,
    SpecialGround,
    TransferInstrument,
)
from registers.content import to_json
from registers.exchange.dpv import write_dpv
from registers.models import ActivityVersion, ProcessingActivity, read_content
from tests.conftest import NOW, Cast
from tests.factories import registers as factory


def _written(cast: Cast) -> dict[str, Any]:
    versions = ActivityVersion.objects.in_force().order_by("activity__code")
    content = write_dpv(versions, board=cast.board, made_at="2026-03-02T10:00:00+01:00")
    found: dict[str, Any] = json.loads(content)
    return found


def _in_force(activity: ProcessingActivity) -> None:
    content = to_json(read_content(activity))
    ActivityVersion.objects.create(
        activity=activity, number=1, content=content, sha256="", established_at=NOW
    )


def _full(cast: Cast) -> None:
    made = factory.activity(automation=Automation.AUTOMATED_DECISION, automation_logic="x")
    factory.data_line(
        made,
        category=factory.category("health", "Gezondheid", CategoryKind.SPECIAL),
        special_ground=SpecialGround.UAVG_SCHOOLS,
        necessity="nodig",
        identifiability=Identifiability.PSEUDONYMOUS,
    )
    factory.recipient_line(made)
    factory.recipient_line(
        made, party=factory.party("krant", "De Krant"), kind=RecipientKind.THIRD_PARTY
    )
    factory.transfer_line(made, instrument=TransferInstrument.SCC)
    _in_force(made)
    factory.bare_activity("V02")


def test_each_activity_in_force_is_a_process_of_the_board(cast: Cast) -> None:
    _full(cast)
    board, *processes = _written(cast)["@graph"]
    assert board["@type"] == "dpv:DataController"
    assert board["dpv:hasName"] == "Stichting De Proef"
    assert board["dpv:hasDataProtectionOfficer"] == {
        "@type": "dpv:DataProtectionOfficer",
        "dpv:hasName": "Fenna Graaf",
        "dpv:hasContact": "fg@deproef.example",
    }
    assert [each["@id"] for each in processes] == ["register:activity:V01"]
    assert processes[0]["@type"] == "dpv:Process"
    assert processes[0]["dpv:hasDataController"] == {"@id": "register:board"}
    assert processes[0]["dpv:hasContext"] == {"@id": "dpv:AutomatedDecisionMaking"}


def test_the_parts_of_an_activity_in_the_terms_of_the_vocabulary(cast: Cast) -> None:
    _full(cast)
    process = _written(cast)["@graph"][1]
    purpose, transfer = process["dpv:hasProcess"]
    assert purpose["dpv:hasLegalBasis"] == {"@id": "eu-gdpr:A6-1-e"}
    assert purpose["dpv:hasPurpose"]["@type"] == "dpv:Purpose"
    assert purpose["dpv:hasPurpose"]["@id"] == "register:purpose:a"
    assert transfer["dpv:hasThirdCountry"] == {"@id": "loc:US"}
    assert transfer["dpv:hasLegalBasis"] == {"@id": "eu-gdpr:A46-2-c"}
    assert transfer["dpv:hasDataImporter"]["@id"] == "register:party:topicus"
    plain, special = process["dpv:hasPersonalData"]
    assert plain["@type"] == ["dpv:PersonalData"]
    assert special["@type"] == [
        "dpv:PersonalData",
        "dpv:SpecialCategoryPersonalData",
        "dpv:PseudonymisedData",
    ]
    assert special["dpv:hasLegalBasis"] == {"@id": "eu-gdpr:A9-2-g"}
    assert special["dpv:hasDataSubject"]["skos:prefLabel"] == [
        {"@value": "Leerlingen", "@language": "nl"}
    ]
    storage = special["dpv:hasStorageCondition"]
    assert storage["@type"] == ["dpv:StorageCondition", "dpv:StorageDuration"]
    assert storage["skos:prefLabel"][0]["@value"] == "ten hoogste 2 jaar na vertrek van de leerling"
    assert [each["@type"] for each in process["dpv:hasDataProcessor"]] == ["dpv:DataProcessor"]
    assert process["dpv:hasRecipientDataController"][0]["dpv:hasName"] == "DUO"
    assert process["dpv:hasRecipientThirdParty"][0]["dpv:hasName"] == "De Krant"
    assert process["dpv:hasTechnicalMeasure"][0]["@id"] == "register:measure:backup"


def test_every_basis_has_its_letter(cast: Cast) -> None:
    made = factory.bare_activity()
    for basis in LegalBasis:
        factory.purpose_line(made, basis=basis, interest="x", balancing="x", child_interest="x")
    _in_force(made)
    found = _written(cast)["@graph"][1]["dpv:hasProcess"]
    assert [each["dpv:hasLegalBasis"]["@id"] for each in found] == [
        f"eu-gdpr:A6-1-{letter}" for letter in "abcdef"
    ]


def test_the_context_stands_in_the_file(cast: Cast) -> None:
    context = _written(cast)["@context"]
    assert context["dpv"] == "https://w3id.org/dpv#"
    assert context["eu-gdpr"] == "https://w3id.org/dpv/legal/eu/gdpr#"
    assert all(isinstance(each, str) and ":" in each for each in context.values())
    prefixes = set(context)
    used = {word.split(":")[0] for word in _terms(_written(cast)["@graph"])}
    assert used <= prefixes


def _terms(found: Any) -> set[str]:
    """Every key and every type and reference of a graph, but the keywords of JSON-LD."""
    if isinstance(found, list):
        return set().union(*(_terms(each) for each in found))
    if not isinstance(found, dict):
        return set()
    terms = {key for key in found if not key.startswith("@")}
    for key in ("@type", "@id"):
        value = found.get(key, [])
        terms |= set(value if isinstance(value, list) else [value])
    return terms.union(*(_terms(each) for each in found.values()))
