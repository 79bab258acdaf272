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


class TableKind(TextChoices):
    """What one row of a table is."""

    PUPILS = "pupils", _("leerlingen, met hun ouders")
    GUARDIANS = "guardians", _("ouders, met de nummers van hun kinderen")


class Field(TextChoices):
    """What a column can tell of a pupil."""

    KEY = "key", _("leerlingnummer")
    NAME = "name", _("hele naam van de leerling")
    FIRST = "first", _("roepnaam")
    INFIX = "infix", _("tussenvoegsel")
    LAST = "last", _("achternaam")
    BORN_ON = "born_on", _("geboortedatum")
    GROUP = "group", _("groep of klas")
    LEVEL = "level", _("leerjaar")
    EMAIL = "email", _("e-mailadres van de leerling")
    ARRIVED_ON = "arrived_on", _("op school sinds")
    LEFT_ON = "left_on", _("van school vanaf")
    ECK_ID = "eck_id", _("ECK iD")
    LANGUAGE = "language", _("taal van het gezin")
    PUPIL_KEYS = "pupil_keys", _("leerlingnummers van de kinderen")


class GuardianField(TextChoices):
    """What a column can tell of a parent or another guardian."""

    NAME = "name", _("hele naam")
    FIRST = "first", _("voornaam of voorletters")
    INFIX = "infix", _("tussenvoegsel")
    LAST = "last", _("achternaam")
    EMAIL = "email", _("e-mailadres")
    KIND = "kind", _("soort (ouder, voogd, instelling, pleegouder)")
    AUTHORITY = "authority", _("gezag (ja of nee)")
    LANGUAGE = "language", _("taal")
    KEY = "key", _("nummer in het leerlingsysteem")


class RowFate(TextChoices):
    """What becomes of one row of a file."""

    NEW = "new", _("nieuw")
    CHANGED = "changed", _("gewijzigd")
    SAME = "same", _("ongewijzigd")
    REFUSED = "refused", _("niet overgenomen")
