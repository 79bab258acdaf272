"""The tables of the register."""

from registers.models.activities import (
    LINE_MODELS,
    AccessLine,
    ActivityLine,
    DataLine,
    ProcessingActivity,
    PurposeLine,
    RecipientLine,
    TransferLine,
)
from registers.models.catalogue import (
    BasisLetter,
    CatalogueEntry,
    DataCategory,
    DataSubjectGroup,
    ExternalParty,
    InternalRole,
    Measure,
    Purpose,
    RetentionRule,
)
from registers.models.processors import Agreement, Processor, Product, System
from registers.models.versions import ActivityVersion, PublishedStatement, read_content

__all__ = [
    "LINE_MODELS",
    "AccessLine",
    "ActivityLine",
    "ActivityVersion",
    "Agreement",
    "BasisLetter",
    "CatalogueEntry",
    "DataCategory",
    "DataLine",
    "DataSubjectGroup",
    "ExternalParty",
    "InternalRole",
    "Measure",
    "ProcessingActivity",
    "Processor",
    "Product",
    "PublishedStatement",
    "Purpose",
    "PurposeLine",
    "RecipientLine",
    "RetentionRule",
    "System",
    "TransferLine",
    "read_content",
]
