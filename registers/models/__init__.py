"""The tables of the register."""

from registers.models.access import AccessReview, ConfidentialityNote
from registers.models.activities import ProcessingActivity
from registers.models.agreements import (
    Agreement,
    AgreementCoverage,
    NationalOverview,
    ProductDocument,
    SchoolProduct,
    SharingAgreement,
    SubProcessor,
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
from registers.models.contents import read_content, read_contents, with_contents
from registers.models.destruction import (
    DestructionItem,
    DestructionLine,
    DestructionList,
    DestructionPlan,
    DestructionTask,
)
from registers.models.deviations import CompatibilityTest, SchoolDeviation, VersionAnswer
from registers.models.disclosures import Disclosure, DisclosureGround
from registers.models.files import ImportRun, RegisterFile, RenderedPart
from registers.models.lines import (
    LINE_MODELS,
    AccessLine,
    ActivityLine,
    DataLine,
    PurposeLine,
    RecipientLine,
    TransferLine,
)
from registers.models.processors import Processor, Product, System
from registers.models.publicity import (
    ActivityText,
    Cookie,
    FallenInstrument,
    PublicField,
    Website,
)
from registers.models.situations import read_policy, read_situation
from registers.models.versions import (
    ActivityVersion,
    ParentNotice,
    PublishedStatement,
)

__all__ = [
    "LINE_MODELS",
    "AccessLine",
    "AccessReview",
    "ActivityLine",
    "ActivityText",
    "ActivityVersion",
    "Agreement",
    "AgreementCoverage",
    "BasisLetter",
    "CatalogueEntry",
    "CompatibilityTest",
    "ConfidentialityNote",
    "Cookie",
    "DataCategory",
    "DataLine",
    "DataSubjectGroup",
    "DestructionItem",
    "DestructionLine",
    "DestructionList",
    "DestructionPlan",
    "DestructionTask",
    "Disclosure",
    "DisclosureGround",
    "ExternalParty",
    "FallenInstrument",
    "ImportRun",
    "InternalRole",
    "Measure",
    "NationalOverview",
    "ParentNotice",
    "ProcessingActivity",
    "Processor",
    "Product",
    "ProductDocument",
    "PublicField",
    "PublishedStatement",
    "Purpose",
    "PurposeLine",
    "RecipientLine",
    "RegisterFile",
    "RenderedPart",
    "RetentionRule",
    "SchoolDeviation",
    "SchoolProduct",
    "SharingAgreement",
    "SubProcessor",
    "System",
    "TransferLine",
    "VersionAnswer",
    "Website",
    "read_content",
    "read_contents",
    "read_policy",
    "read_situation",
    "with_contents",
]
