"""The tables of a register file: which there are, what their columns are called, what they hold.

One order for every file: what is referred to comes before what refers to it. `Row.values` of these
tables go by the names of the columns; a column that a row does not name stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import School
from registers.choices import DocumentKind
from registers.models import (
    AccessLine,
    ActivityText,
    Agreement,
    BasisLetter,
    DataCategory,
    DataLine,
    DataSubjectGroup,
    DisclosureGround,
    ExternalParty,
    InternalRole,
    Measure,
    ProcessingActivity,
    Processor,
    Product,
    ProductDocument,
    Purpose,
    PurposeLine,
    RecipientLine,
    RetentionRule,
    SchoolProduct,
    SharingAgreement,
    SubProcessor,
    System,
    TransferLine,
)


class Kind(StrEnum):
    """What a cell holds, and how a reader may give it."""

    TEXT = "text"  # text, kept to the letter
    CHOICE = "choice"  # the value of a closed list, or its Dutch label
    DAY = "day"  # a date, or text such as 2026-03-02 or 2-3-2026
    BOOL = "bool"  # True or False, or "ja" or "nee"
    NUMBER = "number"  # a whole number, or its digits
    REFERENCE = "reference"  # the code of one entry (a school its slug, a purpose its letter)
    MANY = "many"  # a list of codes, or text with commas between them
    FILE = "file"  # "<sha256>/<file name>" of an attachment


@dataclass(frozen=True)
class Column:
    """One column; `name` is its key in JSON, `field` the model's own where it has one."""

    name: str
    heading: str | Promise
    kind: Kind
    field: models.Field[Any, Any] | models.ManyToManyField[Any, Any] | None = None

    @property
    def target(self) -> type[models.Model]:
        """The model that a reference or list of references points to."""
        field: Any = self.field
        found: type[models.Model] = field.related_model
        return found


@dataclass(frozen=True)
class Parent:
    """The record under which a line stands: the model's field, and the columns that name it."""

    field: str
    table: str
    columns: tuple[tuple[str, str | Promise], ...]


@dataclass(frozen=True)
class Table:
    """One table: its key in JSON, its sheet, its model, and the columns by which a row is known.

    `number` is a column of its own where the key can occur more often: 1 unless given.
    """

    name: str
    title: str | Promise
    model: type[models.Model]
    key: tuple[str, ...]
    numbered: bool = False
    parent: Parent | None = None
    document_kind: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of the file: what a row is known by comes first."""
        return _columns(self)

    @property
    def by_name(self) -> dict[str, Column]:
        """The columns by their name."""
        return {column.name: column for column in self.columns}

    @property
    def full_key(self) -> tuple[str, ...]:
        """Every column by which a row is known: those of its parent, its own, and the number."""
        above = tuple(name for name, _heading in self.parent.columns) if self.parent else ()
        return above + self.key + (("number",) if self.numbered else ())


NUMBER_HEADING = _("volgnummer")
_ACTIVITY = Parent("activity", "activities", (("activity", _("verwerking")),))
_AGREEMENT = Parent(
    "agreement",
    "agreements",
    (
        ("processor", _("verwerker")),
        ("reference", _("kenmerk")),
        ("agreement_number", _("volgnummer van de overeenkomst")),
    ),
)

TABLES: tuple[Table, ...] = (
    Table("purposes", _("Doelen"), Purpose, ("code",)),
    Table("basis_letters", _("Grondslagen"), BasisLetter, ("basis",)),
    Table("data_subject_groups", _("Groepen betrokkenen"), DataSubjectGroup, ("code",)),
    Table("data_categories", _("Soorten gegevens"), DataCategory, ("code",)),
    Table("internal_roles", _("Interne rollen"), InternalRole, ("code",)),
    Table("measures", _("Maatregelen"), Measure, ("code",)),
    Table("retention_rules", _("Bewaartermijnen"), RetentionRule, ("code",)),
    Table("external_parties", _("Externe partijen"), ExternalParty, ("code",)),
    Table("disclosure_grounds", _("Gronden voor verstrekking"), DisclosureGround, ("code",)),
    Table("processors", _("Verwerkers"), Processor, ("code",)),
    Table("products", _("Producten"), Product, ("code",)),
    Table("systems", _("Systemen"), System, ("code",)),
    Table(
        "product_documents",
        _("Bijlagen bij producten"),
        ProductDocument,
        ("product", "kind", "version", "dated_on"),
        numbered=True,
    ),
    Table(
        "school_products",
        _("Producten in gebruik"),
        SchoolProduct,
        ("school", "product", "since"),
        numbered=True,
    ),
    Table(
        "agreements",
        _("Overeenkomsten"),
        Agreement,
        ("processor", "reference"),
        numbered=True,
        document_kind=DocumentKind.AGREEMENT,
    ),
    Table(
        "subprocessors",
        _("Subverwerkers"),
        SubProcessor,
        ("name",),
        numbered=True,
        parent=_AGREEMENT,
    ),
    Table(
        "sharing_agreements",
        _("Afspraken met anderen"),
        SharingAgreement,
        ("party", "reference"),
        numbered=True,
        document_kind=DocumentKind.SHARING,
    ),
    Table("activities", _("Verwerkingen"), ProcessingActivity, ("code",)),
    Table(
        "activity_purposes",
        _("Doelen per verwerking"),
        PurposeLine,
        ("purpose", "basis"),
        parent=_ACTIVITY,
    ),
    Table(
        "activity_data",
        _("Gegevens per verwerking"),
        DataLine,
        ("group", "category"),
        parent=_ACTIVITY,
    ),
    Table(
        "activity_access",
        _("Toegang per verwerking"),
        AccessLine,
        ("role", "category"),
        parent=_ACTIVITY,
    ),
    Table(
        "activity_recipients",
        _("Ontvangers per verwerking"),
        RecipientLine,
        ("kind", "processor", "party"),
        numbered=True,
        parent=_ACTIVITY,
    ),
    Table(
        "activity_transfers",
        _("Doorgiften per verwerking"),
        TransferLine,
        ("country", "processor", "party"),
        numbered=True,
        parent=_ACTIVITY,
    ),
    Table(
        "activity_texts",
        _("Teksten per verwerking"),
        ActivityText,
        ("audience", "language"),
        parent=_ACTIVITY,
    ),
)
TABLE: dict[str, Table] = {table.name: table for table in TABLES}

# How an entry is named by what refers to it.
CODE_OF: dict[type[models.Model], str] = {School: "slug", Purpose: "letter"}


def code_field(model: type[models.Model]) -> str:
    """The field by which files name an entry of this model."""
    return CODE_OF.get(model, "code")


@cache
def _columns(table: Table) -> tuple[Column, ...]:
    parent = table.parent
    above = parent.columns if parent else ()
    inherited = [_parent_column(parent, name, heading) for name, heading in above if parent]
    if table.numbered:
        inherited.append(Column("number", NUMBER_HEADING, Kind.NUMBER))
    own = [_own_column(field) for field in _fields(table)]
    found = {column.name: column for column in [*inherited, *own]}
    known_by = [found.pop(name) for name in table.full_key]
    return (*known_by, *found.values())


def _parent_column(parent: Parent, name: str, heading: str | Promise) -> Column:
    if name.endswith("_number"):
        return Column(name, heading, Kind.NUMBER)
    above = TABLE[parent.table]
    column = _own_column(above.model._meta.get_field(name if name in above.key else "code"))
    return Column(name, heading, column.kind, column.field)


def _fields(table: Table) -> list[Any]:
    """What people write: not what the database or an act keeps, nor the way to the parent."""
    above = table.parent.field if table.parent else ""
    plain = [
        field
        for field in table.model._meta.concrete_fields
        if (field.editable or field.name in {"document", "status"})
        and not field.primary_key
        and field.name not in {above, "fg_remark"}
        and not isinstance(field, models.GeneratedField)
    ]
    return [*plain, *table.model._meta.many_to_many]


def _own_column(field: Any) -> Column:
    return Column(field.name, field.verbose_name, _kind(field), field)


def _kind(field: Any) -> Kind:
    if isinstance(field, models.ManyToManyField):
        return Kind.MANY
    if isinstance(field, models.ForeignKey):
        return Kind.FILE if field.related_model is StoredDocument else Kind.REFERENCE
    if field.choices:
        return Kind.CHOICE
    if isinstance(field, models.DateField):
        return Kind.DAY
    if isinstance(field, models.BooleanField):
        return Kind.BOOL
    return Kind.NUMBER if isinstance(field, models.IntegerField) else Kind.TEXT
