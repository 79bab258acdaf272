"""A breach as others ask for it: the AP's form to type over, and the EDPB's template. Pure."""

from datalekken.rules.notification.answers import answer_problems, kept, options_of
from datalekken.rules.notification.ap import ApLine, ApPart, ap_sections
from datalekken.rules.notification.edpb import edpb_document, edpb_record, missing_fields
from datalekken.rules.notification.facts import (
    BreachFacts,
    Decided,
    Notice,
    Party,
    Taken,
    Told,
    plain,
)
from datalekken.rules.notification.fields import Missing
from datalekken.rules.notification.recording import Sent, digest, recording_problems

__all__ = [
    "ApLine",
    "ApPart",
    "BreachFacts",
    "Decided",
    "Missing",
    "Notice",
    "Party",
    "Sent",
    "Taken",
    "Told",
    "answer_problems",
    "ap_sections",
    "digest",
    "edpb_document",
    "edpb_record",
    "kept",
    "missing_fields",
    "options_of",
    "plain",
    "recording_problems",
]
