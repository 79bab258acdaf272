"""Why something is held, what becomes of data whose term is over, how often somebody is told."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class HoldKind(TextChoices):
    """What stops destruction of what it touches."""

    REQUEST = "request", _("verzoek van een betrokkene")
    COMPLAINT = "complaint", _("klacht")
    OBJECTION = "objection", _("bezwaar")
    BREACH = "breach", _("datalek")
    LAWSUIT = "lawsuit", _("rechtszaak of claim")
    POLICE_REPORT = "police_report", _("aangifte bij de politie")
    CAMERA_INCIDENT = "camera_incident", _("incident op camerabeelden")
    OTHER = "other", _("andere reden")


class Fate(TextChoices):
    """What a retention run does with data of which the term is over."""

    DESTROY = "destroy", _("vernietigen")
    ANONYMISE = "anonymise", _("anoniem maken")


class RunCause(TextChoices):
    """Why data were forgotten, or counted only."""

    TERM = "term", _("de termijn was om")
    REQUEST = "request", _("op verzoek gewist")
    TRIAL = "trial", _("proef: er ging niets weg")


class Pace(TextChoices):
    """How often somebody hears of what can wait. What cannot wait goes at once, always."""

    DAILY = "daily", _("Elke schooldag om half acht, als er iets is")
    WEEKLY = "weekly", _("Eén keer per week, op maandag om half acht")
    AT_ONCE = "at_once", _("Meteen als er iets is")
    NONE = "none", _("Niet per e-mail. Ik kijk zelf op mijn startpagina")
