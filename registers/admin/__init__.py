"""The register in the browser admin."""

from registers.admin import (
    activities,
    agreements,
    catalogue,
    confidentiality,
    disclosures,
    processors,
    publicity,
)

__all__ = [
    "activities",
    "agreements",
    "catalogue",
    "confidentiality",
    "disclosures",
    "processors",
    "publicity",
]
