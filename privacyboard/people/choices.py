"""Closed lists of reading in pupils and parents."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FileFormat(TextChoices):
    EDEXML = "edexml", _("EDEXML")
    TABLE = "table", _("CSV of Excel")


class FileState(TextChoices):
    """How far a file came. Between read and applied somebody looks."""

    MAPPING = "mapping", _("kolommen kiezen")
    WAITING = "waiting", _("wordt gelezen")
    READ = "read", _("gelezen, nog niet toegepast")
    APPLYING = "applying", _("wordt toegepast")
    APPLIED = "applied", _("toegepast")
    REFUSED = "refused", _("niet te lezen")
    DROPPED = "dropped", _("weggegooid")


class DocumentKind(TextChoices):
    """The kinds of stored documents of this app."""

    FILE = "people.file", _("bestand met leerlingen")
