"""The consent record: what ISO/IEC TS 27560 and the GDPR call mandatory is in every part of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from consent.choices import Means
from consent.exchange.record import consent_record
from consent.models.pupil_file import read_pupil_file
from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import consent as make
from tests.factories.consent import say

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
# Copied from the guide of the W3C group (domain 5.5): field, status in ISO and GDPR, relation.
FIELDS = Path(__file__).parent / "iso27560.csv"


def parts(record: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The objects of each section of the standard."""
    processes = record["dpv:hasProcess"]
    return {
        "metadata": [record],
        "processing": processes,
        "data": [data for each in processes for data in each["dpv:hasPersonalData"]],
        "party": record["dpv:hasEntity"],
        "event": [event for each in processes for event in each["dpv:hasConsentStatus"]],
    }


def missing(record: dict[str, Any]) -> list[str]:
    """Each mandatory field that some object of its section does not have, or has empty."""
    found = parts(record)
    with FIELDS.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if "Mandatory" in (row["iso"], row["gdpr"])]
    return [
        f"{row['section']}: {row['field']}"
        for row in rows
        if not all(each.get(row["relation"]) for each in found[row["section"]])
    ]


def record_of(families: Families, now: datetime) -> dict[str, Any]:
    say(families.mother, families.noor, families.website, True, at=now, language="en")
    say(families.mother, families.noor, families.website, True, at=now + timedelta(days=1))
    say(families.father, families.noor, families.website, False, at=now + timedelta(days=2))
    say(families.mother, families.noor, families.website, False, at=now + timedelta(days=3))
    medical = make.question(Means.MEDICAL, at=now, name="medisch")
    say(families.mother, families.noor, medical, True, at=now)
    file = read_pupil_file(families.noor, on=date(2026, 3, 5))
    return consent_record(file, at=now + timedelta(days=4))


def test_what_is_mandatory_is_everywhere(families: Families, now: datetime) -> None:
    record = record_of(families, now)

    assert missing(record) == []
    assert [len(each) for each in parts(record).values()] == [1, 3, 3, 6, 5]


def test_what_is_mandatory_is_found_missing(families: Families, now: datetime) -> None:
    """The list really looks: without these fields it says so."""
    record = record_of(families, now)
    del record["dct:conformsTo"]
    del record["dpv:hasProcess"][0]["dpv:hasConsentStatus"][0]["dpv:hasDuration"]
    record["dpv:hasEntity"][1]["dpv:hasName"] = ""

    assert missing(record) == [
        "metadata: schema version",
        "party: party name",
        "event: validity duration",
    ]


def test_each_event_tells_what_who_when_how_and_on_which_text(
    families: Families, now: datetime
) -> None:
    record = record_of(families, now)
    website, photo, medical = record["dpv:hasProcess"]

    events = website["dpv:hasConsentStatus"]
    assert [each["@type"][0] for each in events] == [
        "dpv:ConsentGiven",
        "dpv:RenewedConsentGiven",
        "dpv:ConsentRefused",
        "dpv:ConsentWithdrawn",
    ]
    assert events[0]["dpv:isIndicatedAtTime"] == "2026-03-02T09:00:00Z"
    assert events[0]["dpv:isIndicatedBy"] == {
        "@id": f"urn:privacyboard:guardian:{families.mother.pk}"
    }
    assert events[0]["dpv:hasDuration"] == {
        "@type": "dpv:UntilTimeDuration",
        "rdf:value": "2026-10-31",
    }
    assert events[0]["dpv:hasIndicationMethod"] == "via de link"
    notices = {each["@id"]: each for each in website["dpv:hasNotice"]}
    read = notices[events[0]["dpv:hasNotice"]["@id"]]
    assert (read["dct:language"], read["dct:title"]) == (
        "en",
        "website van de school: Is this allowed?",
    )
    # One data subject; a yes does not stand without the no; each purpose by itself.
    assert record["dpv:hasDataSubject"]["dct:identifier"] == "1001"
    states = [each["dpv:hasStatus"]["@type"] for each in (website, photo, medical)]
    assert states == ["dpv:ConsentRefused", "dpv:ConsentUnknown", "dpv:ConsentGiven"]
    assert photo["dpv:hasConsentStatus"] == []
    assert (website["dpv:hasLegalBasis"], medical["dpv:hasLegalBasis"]) == (
        "eu-gdpr:A6-1-a",
        "eu-gdpr:A9-2-a",
    )
    assert medical["dpv:hasConsentStatus"][0]["@type"][1] == "dpv:ExplicitlyExpressedConsent"


def test_every_prefix_is_declared_and_every_reference_is_there(
    families: Families, now: datetime
) -> None:
    record = record_of(families, now)
    text = json.dumps({key: value for key, value in record.items() if key != "@context"})
    entities = {each["@id"] for each in record["dpv:hasEntity"]}
    named = {
        value["@id"]
        for each in record["dpv:hasProcess"]
        for value in (
            each["dpv:hasDataController"],
            each["dpv:hasAuthority"],
            *(event["dpv:isIndicatedBy"] for event in each["dpv:hasConsentStatus"]),
        )
    }
    assert named <= entities
    for prefix in ("dpv", "dct", "loc", "eu-gdpr", "rdf"):
        assert f'"{prefix}:' in text
        assert prefix in record["@context"]


def test_it_is_taken_by_who_may_export_and_that_is_written_down(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    path = f"/toestemmingen/leerling/{families.noor.pk}/toestemming.jsonld"

    answer = as_user(cast.fg).get(path)

    assert answer["Content-Type"] == "application/ld+json"
    assert answer["Content-Disposition"].startswith('attachment; filename="toestemmingen-de-linde')
    record = json.loads(answer.content)
    assert missing(record) == []
    entry = AccessEntry.objects.latest("pk")
    assert (entry.act, entry.by, entry.school) == ("exported", cast.fg, cast.linde)
