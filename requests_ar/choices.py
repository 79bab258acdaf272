"""The closed lists of requests, with the article behind each."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RequestKind(TextChoices):
    """What somebody asks; several can stand in one request."""

    ACCESS = "access", _("inzage")
    RECTIFICATION = "rectification", _("verbetering of aanvulling")
    ERASURE = "erasure", _("verwijdering")
    RESTRICTION = "restriction", _("beperking")
    OBJECTION = "objection", _("bezwaar tegen gebruik")
    PORTABILITY = "portability", _("meenemen van gegevens")
    CONSENT = "consent", _("toestemming intrekken")
    HUMAN_LOOK = "human_look", _("een mens laten kijken naar een besluit van de computer")
    CAMERA_OBJECTION = "camera_objection", _("bezwaar tegen cameratoezicht")
    CAMERA_ACCESS = "camera_access", _("camerabeelden bekijken")


ARTICLE: dict[str, str] = {
    RequestKind.ACCESS: "AVG 15",
    RequestKind.RECTIFICATION: "AVG 16",
    RequestKind.ERASURE: "AVG 17",
    RequestKind.RESTRICTION: "AVG 18",
    RequestKind.OBJECTION: "AVG 21",
    RequestKind.PORTABILITY: "AVG 20",
    RequestKind.CONSENT: "AVG 7 lid 3",
    RequestKind.HUMAN_LOOK: "AVG 22 lid 3",
    RequestKind.CAMERA_OBJECTION: "AVG 21",
    RequestKind.CAMERA_ACCESS: "AVG 15",
}


class Channel(TextChoices):
    """How the request reached the school; any of them starts the term."""

    FORM = "form", _("formulier op de website")
    EMAIL = "email", _("e-mail")
    LETTER = "letter", _("brief")
    DESK = "desk", _("aan de balie")
    PHONE = "phone", _("telefoon")
    TEACHER = "teacher", _("via de leraar")
    SOCIAL_MEDIA = "social_media", _("sociale media")
    OTHER = "other", _("anders")


# Asked electronically, answered electronically, unless asked otherwise (AVG 12(3)).
ELECTRONIC = frozenset({Channel.FORM, Channel.EMAIL, Channel.SOCIAL_MEDIA})


class PersonRole(TextChoices):
    """Three of the four people kept apart; the fourth, who decides, has an account."""

    SUBJECT = "subject", _("over wie het gaat")
    REQUESTER = "requester", _("wie het vraagt")
    REPRESENTATIVE = "representative", _("wie vertegenwoordigt")


class Relation(TextChoices):
    """What the requester is to the person whom the data are about."""

    SELF = "self", _("ikzelf")
    PARENT = "parent", _("ouder")
    GUARDIAN = "guardian", _("voogd")
    CURATOR = "curator", _("curator")
    MENTOR = "mentor", _("mentor (mentorschap)")
    AUTHORISED = "authorised", _("gemachtigde")
    OTHER = "other", _("anders")


# A court appointed them; whether it did is asked first.
PROTECTING = frozenset({Relation.CURATOR, Relation.MENTOR})

# Groups of the catalogue in which everybody is of age.
ADULT_GROUPS = frozenset({"guardians", "staff", "visitors", "external_relations", "applicants"})


class Authority(TextChoices):
    """Parental authority (gezag), as far as the school has established it."""

    UNKNOWN = "unknown", _("nog niet nagegaan")
    YES = "yes", _("heeft gezag")
    NO = "no", _("heeft geen gezag")


class Protection(TextChoices):
    """Whether a court put the person's affairs in another's hands."""

    NONE = "none", _("nee")
    CURATELE = "curatele", _("onder curatele")
    MENTORSCHAP = "mentorschap", _("onder mentorschap")


class RequestState(TextChoices):
    RECEIVED = "received", _("ontvangen")
    IN_PROGRESS = "in_progress", _("in behandeling")
    DECIDED = "decided", _("besloten, nog niet verstuurd")
    ANSWERED = "answered", _("beantwoord")
    CLOSED = "closed", _("afgesloten")
    WITHDRAWN = "withdrawn", _("ingetrokken")


class PauseKind(TextChoices):
    """What the school must know first; whether that stops the clock is arguable (domain 1.5)."""

    IDENTITY = "identity", _("wie is het")
    AUTHORITY = "authority", _("heeft de ouder gezag")
    CLARIFICATION = "clarification", _("wat wordt precies bedoeld")


class ExtensionReason(TextChoices):
    """The only two reasons of AVG 12(3): being busy is none."""

    COMPLEXITY = "complexity", _("het verzoek is ingewikkeld")
    NUMBER = "number", _("deze persoon heeft veel verzoeken gedaan")


class Verdict(TextChoices):
    GRANTED = "granted", _("toegewezen")
    PARTLY = "partly", _("deels toegewezen")
    REFUSED = "refused", _("afgewezen")
    OTHER_KIND = "other_kind", _("behandeld als een ander soort verzoek")


class RefusalGround(TextChoices):
    """Why a request can be refused, or granted in part; each asks reasons of its own."""

    UNFOUNDED = "unfounded", _("kennelijk ongegrond (AVG 12 lid 5)")
    EXCESSIVE = "excessive", _("buitensporig, zoals steeds hetzelfde (AVG 12 lid 5)")
    NOT_IDENTIFIED = "not_identified", _("niet vast te stellen wie het vraagt (AVG 12 lid 2 en 6)")
    NO_AUTHORITY = "no_authority", _("de vrager mag dit niet namens de ander vragen (UAVG 5)")
    NO_DATA = "no_data", _("wij hebben deze gegevens niet")
    RIGHTS_OF_OTHERS = "rights_of_others", _("rechten van anderen (AVG 15 lid 4, 20 lid 4)")
    INTERNAL_NOTES = "internal_notes", _("interne werkaantekeningen (reglement)")
    ACCURATE = "accurate", _("de gegevens kloppen (AVG 16)")
    NO_ERASURE_GROUND = "no_erasure_ground", _("geen grond om te wissen (AVG 17 lid 1)")
    EXPRESSION = "expression", _("vrijheid van meningsuiting (AVG 17 lid 3 a)")
    LEGAL_DUTY = "legal_duty", _("wettelijke plicht of publieke taak (AVG 17 lid 3 b)")
    PUBLIC_HEALTH = "public_health", _("volksgezondheid (AVG 17 lid 3 c)")
    ARCHIVE = "archive", _("archief, onderzoek of statistiek (AVG 17 lid 3 d)")
    LEGAL_CLAIM = "legal_claim", _("rechtsvordering (AVG 17 lid 3 e, 21 lid 1)")
    NO_RESTRICTION_GROUND = "no_restriction_ground", _("geen grond voor beperking (AVG 18 lid 1)")
    NOT_PORTABLE = "not_portable", _("niet op toestemming of overeenkomst (AVG 20 lid 1)")
    NO_OBJECTION_BASIS = (
        "no_objection_basis",
        _("geen publieke taak of gerechtvaardigd belang (AVG 21 lid 1)"),
    )
    COMPELLING = "compelling", _("dwingende gerechtvaardigde gronden (AVG 21 lid 1)")
    WELFARE = "welfare", _("veiligheid of welzijn van de leerling (UAVG 41 lid 1 i)")
    SAFETY = "safety", _("openbare veiligheid of strafbare feiten (UAVG 41 lid 1 c en d)")
    INSPECTION = "inspection", _("toezicht of inspectie (UAVG 41 lid 1 h)")
    CIVIL_CLAIMS = "civil_claims", _("inning van civiele vorderingen (UAVG 41 lid 1 j)")


class ErasureGround(TextChoices):
    """AVG 17(1): one of these makes erasure due."""

    NOT_NEEDED = "not_needed", _("niet meer nodig voor het doel (a)")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("toestemming ingetrokken (b)")
    OBJECTED = "objected", _("terecht bezwaar (c)")
    UNLAWFUL = "unlawful", _("onrechtmatig gebruikt (d)")
    LAW_ASKS = "law_asks", _("de wet vraagt het (e)")
    CHILD_ONLINE = "child_online", _("online dienst aan een kind (f)")


class RestrictionGround(TextChoices):
    """AVG 18(1)."""

    ACCURACY = "accuracy", _("de juistheid wordt nagegaan (a)")
    UNLAWFUL = "unlawful", _("onrechtmatig, maar wissen wil de persoon niet (b)")
    NEEDED_FOR_CLAIM = "needed_for_claim", _("de persoon heeft ze nodig voor een rechtszaak (c)")
    OBJECTION = "objection", _("er loopt een bezwaar (d)")


class Redaction(TextChoices):
    """What to look for before a copy leaves: the checklist of a grant in part."""

    OTHER_PUPILS = "other_pupils", _("namen en gegevens van andere leerlingen")
    OTHER_PARENTS = "other_parents", _("namen en gegevens van andere ouders")
    STAFF = "staff", _("namen van medewerkers die niets met het besluit te maken hebben")
    IN_CONFIDENCE = "in_confidence", _("wat anderen in vertrouwen vertelden")
    FAMILY = "family", _("gegevens van broers, zussen of de andere ouder")
    NUMBERS = "numbers", _("nummers van anderen, zoals een BSN of rekeningnummer")
    INTERNAL_NOTES = "internal_notes", _("werkaantekeningen voor eigen overleg")
    ON_IMAGES = "on_images", _("herkenbare anderen op beeld")


class IdentityMethod(TextChoices):
    """How the school knows who asks; a copy of an identity document is never one of them."""

    KNOWN = "known", _("persoonlijk bekend op school")
    PORTAL = "portal", _("ingelogd in het ouder- of leerlingportaal")
    CALLED_BACK = "called_back", _("teruggebeld op het nummer dat wij hadden")
    KNOWN_ADDRESS = "known_address", _("gevraagd vanaf het e-mailadres dat wij hadden")
    QUESTION = "question", _("vragen beantwoord die alleen deze persoon kan beantwoorden")
    DOCUMENT_SHOWN = "document_shown", _("identiteitsbewijs getoond, geen kopie gemaakt")
    COURT_PAPER = "court_paper", _("beschikking of uittreksel gezagsregister getoond")


class DeliveryWay(TextChoices):
    LINK = "link", _("met een beveiligde link")
    POST = "post", _("per post")
    HANDED = "handed", _("meegegeven op school")


class CodeWay(TextChoices):
    """How the code reaches the person: another way than the link."""

    PHONE = "phone", _("door de telefoon")
    DESK = "desk", _("aan de balie")
    PAPER = "paper", _("op papier")
    SECOND_MAIL = "second_mail", _("in een tweede e-mail")


class FeeGround(TextChoices):
    """The only grounds for a fee (AVG 12(5), 15(3))."""

    UNFOUNDED = "unfounded", _("kennelijk ongegrond")
    EXCESSIVE = "excessive", _("buitensporig")
    EXTRA_COPIES = "extra_copies", _("extra kopieën")


class LetterKind(TextChoices):
    """What the school writes about a request."""

    RECEIPT = "receipt", _("ontvangstbevestiging")
    IDENTITY = "identity", _("vraag om te laten zien wie u bent")
    CLARIFICATION = "clarification", _("vraag om uitleg")
    EXTENSION = "extension", _("bericht van verlenging")
    FEE = "fee", _("aankondiging van een vergoeding")
    DECISION = "decision", _("besluit")
    OTHER_RIGHT = "other_right", _("uitleg aan een ouder zonder gezag")
    WITHDRAWN = "withdrawn", _("bevestiging van intrekking")


class LetterWay(TextChoices):
    EMAIL = "email", _("e-mail")
    PAPER = "paper", _("op papier")


class LetterDelivery(TextChoices):
    """How far a letter came; told beside it, and said at once when it did not arrive."""

    ON_ITS_WAY = "on_its_way", _("de e-mail is onderweg")
    SENT = "sent", _("de e-mail is verzonden")
    FAILED = "failed", _("de e-mail is niet bezorgd")
    TO_POST = "to_post", _("nog op de post te doen of mee te geven")
    POSTED = "posted", _("op de post gedaan of meegegeven")
    OTHERWISE = "otherwise", _("gaat met het antwoord mee")


class RemedyBody(TextChoices):
    """Where a complaint about privacy lies; the last three are open at any moment."""

    DIRECTOR = "director", _("directeur")
    BOARD = "board", _("bevoegd gezag")
    COMMITTEE = "committee", _("klachtencommissie")
    FG = "fg", _("functionaris gegevensbescherming")
    AP = "ap", _("Autoriteit Persoonsgegevens")
    COURT = "court", _("rechter")


class ComplaintOutcome(TextChoices):
    OPEN = "open", _("loopt")
    UPHELD = "upheld", _("gegrond")
    PARTLY = "partly", _("deels gegrond")
    DISMISSED = "dismissed", _("ongegrond")
    SETTLED = "settled", _("opgelost in overleg")
    WITHDRAWN = "withdrawn", _("ingetrokken")


class DocumentKind(TextChoices):
    """The documents that this app keeps; each kind has its gate (see `apps.py`)."""

    DOSSIER = "requests_ar.dossier", _("stuk in het dossier")
    ANSWER = "requests_ar.answer", _("kopie van de gegevens")
    LETTER = "requests_ar.letter", _("brief over een verzoek")
