"""A fate that somebody wrote down is carried out: by a rule about those records, or by an act."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from consent import retention as of_consent
from datalekken import retention as of_breaches
from privacyboard.clockwork import erasing, runs
from privacyboard.clockwork import retention as of_clockwork
from privacyboard.documents import retention as of_documents
from privacyboard.documents.models import StoredDocument
from privacyboard.frontdesk import retention as of_frontdesk
from privacyboard.mail import retention as of_mail
from privacyboard.people import retention as of_people
from privacyboard.publicforms import retention as of_forms
from registers import retention as of_registers
from requests_ar import retention as of_requests

CASES = ("unconfirmed_requests", "privacy_requests", "privacy_complaints")
BREACHES = ("breach_register",)
# By app and fate: the rules that carry it out. What begins with "stays" is carried out by nobody.
CARRIED_OUT_BY: dict[str, dict[str, tuple[str, ...]]] = {
    "organisation": {
        "DETAIL": ("pupil_details", "guardian_details"),
        "PERSON": ("pupils", "guardians"),
        "TIE": ("pupils", "guardians"),
        "PLACE": ("pupil_details",),
        "TEACHER": ("teachers",),
        "ACCOUNT": ("accounts",),
        "NAME": ("account_names",),
        "BOARD": ("board_contacts_replaced", "school_contacts_replaced"),
        "GROUP": ("groups",),
    },
    "people": {"FILE": ("people_files",), "FILE_ROW": ("people_file_rows",)},
    "clockwork": {
        "LOG": ("access_log", "admin_log", "sessions"),
        "LINE": ("digest_lines",),
        "HOLD": ("holds",),
        "STAFF": ("alert_preferences",),
    },
    "audit": {"LOG": ("access_log",)},
    "mail": {"EMPTIED": ("letters",)},
    "frontdesk": {"LEFT": ("calendar_addresses",)},
    "publicforms": {"COUNT": ("form_counts",)},
    "registers": {
        "EMPTIED": ("register_imports",),
        "UNUSED": ("register_parts",),
        "EXPORT": ("register_exports",),
        "DISCLOSURE": ("disclosures",),
        "PUPIL": ("confidentiality_notes",),
        "AGREEMENT": ("agreements", "sharing_agreements"),
        "REPLACED": ("processor_contacts_replaced", "activity_contacts_replaced"),
        "REVIEW": ("access_reviews",),
        "OVERVIEW": ("national_overviews",),
        "DEVIATION": ("school_deviations",),
        "REMARK": ("version_remarks",),
    },
    "requests_ar": {"ERASED": CASES, "EMPTIED": CASES},
    "datalekken": {
        "ERASED": BREACHES,
        "EMPTIED": BREACHES,
        "TOLD": ("breach_told_people",),
        "PRINT": ("breach_register_files",),
        "DUTY": ("breach_duty", "breach_duty_withdrawn"),
    },
    "consent": {
        "ANSWER": ("consent_answers",),
        "TASK": ("consent_disputes", "consent_clean_ups"),
        "PICTURE": ("photo_checks",),
        "INVITATION": ("consent_invitations",),
        "REQUEST": ("link_requests",),
    },
}
# Carried out by what is no rule with a term, with the test that holds it to it.
OTHERWISE = {
    # tests/documents/test_retention.py: with the last record that points to it.
    ("documents", "OWNER"),
    # tests/registers/destruction/: when the list is closed.
    ("registers", "LISTED"),
}
FIELDS: dict[str, Mapping[str, StrEnum]] = {
    "organisation": of_people.PERSONAL_IN_ORGANISATION,
    "people": of_people.PERSONAL,
    "clockwork": of_clockwork.PERSONAL,
    "audit": of_clockwork.PERSONAL_IN_AUDIT,
    "mail": of_mail.PERSONAL,
    "frontdesk": of_frontdesk.PERSONAL,
    "publicforms": of_forms.PERSONAL,
    "documents": of_documents.PERSONAL,
    "registers": of_registers.PERSONAL,
    "requests_ar": of_requests.PERSONAL,
    "datalekken": of_breaches.PERSONAL,
    "consent": of_consent.PERSONAL,
}


def rule_model(name: str) -> type[models.Model]:
    """The model that a rule is about; of a rule about history: the model whose history it is."""
    model: Any = {rule.name: rule for rule in runs.all_rules()}[name].model
    found: type[models.Model] = getattr(model, "instance_type", model)
    return found


def belongs_to(model: type[models.Model]) -> set[type[models.Model]]:
    """The model, and every model that a row of it hangs on, step by step."""
    found, new = {model}, {model}
    while new:
        above = {
            field.related_model
            for each in new
            for field in each._meta.concrete_fields
            if field.is_relation and field.related_model is not None
        }
        new = above - found
        found |= new
    return found


@pytest.mark.parametrize("app", sorted(FIELDS))
def test_every_fate_of_a_field_is_carried_out_by_a_rule_about_its_records(app: str) -> None:
    carried = CARRIED_OUT_BY.get(app, {})
    astray = {}
    for name, fate in FIELDS[app].items():
        if fate.value.startswith("stays") or (app, fate.name) in OTHERWISE:
            continue
        about = {rule_model(each) for each in carried.get(fate.name, ())}
        owner = apps.get_model(app, name.split(".")[0])
        if not about & belongs_to(owner):
            astray[name] = fate.name
    assert astray == {}


def test_every_rule_is_named_by_a_fate_and_every_name_is_a_rule() -> None:
    named = {rule for fates in CARRIED_OUT_BY.values() for each in fates.values() for rule in each}

    assert named == {rule.name for rule in runs.all_rules()}


def test_a_fate_that_is_not_used_is_none() -> None:
    for app, fates in CARRIED_OUT_BY.items():
        assert set(fates) <= {fate.name for fate in FIELDS[app].values()} | {"LOG"}, app


def test_a_document_goes_with_the_last_record_that_points_to_it() -> None:
    assert StoredDocument in erasing._owned
