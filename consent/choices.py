"""Closed lists of consent."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Means(TextChoices):
    """For what consent is asked: each means stands by itself (AP 23-08-2017; Veluwse)."""

    WEBSITE = "website", _("website van de school")
    SCHOOL_GUIDE = "school_guide", _("schoolgids en folders")
    SOCIAL_MEDIA = "social_media", _("sociale media")
    NEWSLETTER = "newsletter", _("nieuwsbrief")
    PARENT_PORTAL = "parent_portal", _("besloten ouderdeel")
    CLASS_PHOTO = "class_photo", _("klassenfoto")
    LESSON_RECORDING = "lesson_recording", _("lesopname voor training")
    PRESS = "press", _("krant of omroep")
    REUNION = "reunion", _("adres voor een reünie")
    MEDICAL = "medical", _("medische gegevens")
    CARE_TEAM = "care_team", _("delen met het zorgadviesteam (ZAT)")
    PCL = "pcl", _("delen met de PCL")
    EXTERNAL_HELPER = "external_helper", _("delen met een begeleider van buiten")
    TRANSFER = "transfer", _("overdracht naar een andere school")
    OTHER = "other", _("iets anders")


# A picture can be shown there: the foto-check asks these.
PICTURES = frozenset(
    {
        Means.WEBSITE,
        Means.SCHOOL_GUIDE,
        Means.SOCIAL_MEDIA,
        Means.NEWSLETTER,
        Means.PARENT_PORTAL,
        Means.CLASS_PHOTO,
        Means.LESSON_RECORDING,
        Means.PRESS,
    }
)


# About care: for who may read consent, and for no teacher's list.
CARE = frozenset({Means.MEDICAL, Means.CARE_TEAM, Means.PCL, Means.EXTERNAL_HELPER})


class Renewal(TextChoices):
    """What happens with a yes as time goes by."""

    EXPIRES = "expires", _("vervalt aan het eind van de periode")
    REMINDS = "reminds", _("blijft gelden; elk jaar een herinnering")
    ON_CHANGE = "on_change", _("blijft gelden tot de tekst verandert")


class AnswerKind(TextChoices):
    """What happened. An event is never altered."""

    GIVEN = "given", _("gegeven")
    REFUSED = "refused", _("geweigerd")
    WITHDRAWN = "withdrawn", _("ingetrokken")
    CONFIRMED = "confirmed", _("bevestigd")
    EXPIRED = "expired", _("verlopen")


# The answers that say yes.
YES = frozenset({AnswerKind.GIVEN, AnswerKind.CONFIRMED})
# The answers that say no. Who lets a no stand refuses again: that is recorded as a refusal.
NO = frozenset({AnswerKind.REFUSED, AnswerKind.WITHDRAWN})


class Way(TextChoices):
    """How an answer came in."""

    LINK = "link", _("via de link")
    PAPER = "paper", _("op papier")
    DESK = "desk", _("aan de balie")
    TELEPHONE = "telephone", _("telefonisch")
    CLOCK = "clock", _("door het verstrijken van de tijd")


class Outcome(TextChoices):
    """What holds for a pupil and a question on a day. Only YES may be used."""

    YES = "yes", _("ja")
    NO = "no", _("nee")
    SILENT = "silent", _("geen antwoord")
    EXPIRED = "expired", _("verlopen")
    CHANGED = "changed", _("de tekst is veranderd")
    WAITS_FOR_OTHER = "waits", _("de andere ouder antwoordde nog niet")
    TO_RECONFIRM = "reconfirm", _("te herbevestigen")
    LEFT = "left", _("van school")


class RoundState(TextChoices):
    DRAFT = "draft", _("in voorbereiding")
    OPEN = "open", _("loopt")
    CLOSED = "closed", _("gesloten")
    CANCELLED = "cancelled", _("afgebroken")


class InvitedBecause(TextChoices):
    """Why somebody is asked."""

    ROUND = "round", _("de jaarlijkse ronde")
    SIXTEEN = "sixteen", _("zestien jaar geworden")
    CHANGED = "changed", _("de tekst is veranderd")
    NEW_LINK = "new_link", _("vroeg een nieuwe link")


class CleanUpWhy(TextChoices):
    """Why something that was published has to be taken away."""

    WITHDRAWN = "withdrawn", _("toestemming ingetrokken")
    REFUSED = "refused", _("een ouder zei nee")
    LEFT = "left", _("van school gegaan")
    RECONFIRM = "reconfirm", _("na zestien jaar niet opnieuw bevestigd")
    EIGHTEEN = "eighteen", _("achttien jaar geworden en zelf geen ja gezegd")
    EXPIRED = "expired", _("toestemming verlopen")


class DocumentKind(TextChoices):
    """The kinds of stored documents of this app: each has its gate."""

    LETTER = "consent.letter", _("brief over toestemming")
    LIST = "consent.list", _("klassenlijst")
