"""The closed lists of breaches, with the codes that the AP's form and the EDPB's template use."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReporterKind(TextChoices):
    """Who tells of it: anybody at school can, and anybody outside."""

    STAFF = "staff", _("medewerker")
    PARENT = "parent", _("ouder of verzorger")
    PUPIL = "pupil", _("leerling")
    SUPPLIER = "supplier", _("leverancier")
    OTHER = "other", _("iemand anders")


class ReportChannel(TextChoices):
    """How the report reached the board."""

    FORM = "form", _("meldformulier")
    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("telefoon")
    DESK = "desk", _("persoonlijk")
    SUPPLIER = "supplier", _("bericht van een leverancier")
    OTHER = "other", _("anders")


class BreachState(TextChoices):
    """Where a file stands; see `rules.states`."""

    REPORTED = "reported", _("gemeld")
    IN_PROGRESS = "in_progress", _("in onderzoek")
    DECIDED = "decided", _("besloten")
    CLOSED = "closed", _("afgesloten")


class Nature(TextChoices):
    """What a report turned out to be: each of them is registered (AVG 33(5); OPO-047)."""

    UNKNOWN = "unknown", _("nog niet bekend")
    BREACH = "breach", _("datalek")
    NEAR_MISS = "near_miss", _("bijna-datalek")
    NO_BREACH = "no_breach", _("geen datalek")


class Aspect(TextChoices):
    """What was broken (AVG 4(12)); the letter is that of EDPB field 55."""

    CONFIDENTIALITY = "confidentiality", _("vertrouwelijkheid: iemand zag of kreeg gegevens")
    INTEGRITY = "integrity", _("juistheid: gegevens zijn veranderd")
    AVAILABILITY = "availability", _("beschikbaarheid: gegevens zijn weg of onbereikbaar")


class IncidentKind(TextChoices):
    """What kind of incident: the twenty-five of EDPB field 60, which hold the AP's nine."""

    SENT_BY_MISTAKE = "sent_by_mistake", _("e-mail of brief naar de verkeerde gestuurd")
    OPEN_ADDRESSEES = "open_addressees", _("e-mail waarin iedereen elkaars adres ziet")
    DEVICE_LOST = "device_lost", _("laptop, telefoon of USB-stick kwijt of gestolen")
    PAPER_LOST = "paper_lost", _("papier kwijt, gestolen of blijven liggen")
    POST_LOST = "post_lost", _("brief of pakket kwijt, of geopend teruggekomen")
    SHOWN_TO_WRONG = "shown_to_wrong", _("gegevens getoond aan de verkeerde")
    WRONG_RECORD = "wrong_record", _("gegevens van een ander te zien in een systeem")
    PUBLISHED = "published", _("per ongeluk op internet gezet")
    PERMISSIONS = "permissions", _("map of systeem stond open voor te veel mensen")
    PHISHING = "phishing", _("phishing: inloggegevens ingevuld op een valse pagina")
    HACKING = "hacking", _("hack of kwaadaardige software")
    RANSOMWARE = "ransomware", _("gijzelsoftware: bestanden op slot")
    EXFILTRATION = "exfiltration", _("gegevens gekopieerd of meegenomen")
    UNAUTHORISED = "unauthorised", _("iemand kwam in een systeem zonder toestemming")
    ACCESS_ABUSE = "access_abuse", _("medewerker keek zonder reden in gegevens")
    VULNERABILITY = "vulnerability", _("fout in software is misbruikt")
    MISCONFIGURATION = "misconfiguration", _("verkeerde instelling")
    SPOKEN = "spoken", _("mondeling doorverteld")
    DELETED = "deleted", _("gegevens gewist of vernietigd")
    CHANGED = "changed", _("gegevens veranderd door iemand die dat niet mocht")
    MALFUNCTION = "malfunction", _("storing")
    OLD_DEVICE = "old_device", _("gegevens op een afgedankt apparaat")
    OLD_PAPER = "old_paper", _("gegevens bij het oud papier")
    UNKNOWN = "unknown", _("nog niet bekend")
    OTHER = "other", _("anders")


class DataKind(TextChoices):
    """What kind of data: the AP's list and that of EDPB field 70, in a school's words."""

    NAME = "name", _("naam, geslacht of geboortedatum")
    CONTACT = "contact", _("adres, telefoon of e-mailadres")
    IMAGE = "image", _("foto of film")
    SCHOOL_RESULTS = "school_results", _("schoolresultaten")
    BEHAVIOUR = "behaviour", _("gedrag, aanwezigheid of begeleiding")
    FINANCIAL = "financial", _("financiële gegevens")
    PAYMENT = "payment", _("rekeningnummer of betaalkaart")
    LOCATION = "location", _("waar iemand is of was")
    CREDENTIALS = "credentials", _("gebruikersnaam of wachtwoord")
    NATIONAL_NUMBER = "national_number", _("BSN of ander landelijk nummer")
    IDENTITY_DOCUMENT = "identity_document", _("kopie van een identiteitsbewijs")
    HEALTH = "health", _("gezondheid of zorg")
    STAFF_HEALTH = "staff_health", _("ziekteverzuim van een medewerker")
    ORIGIN = "origin", _("ras of afkomst")
    RELIGION = "religion", _("godsdienst of levensovertuiging")
    POLITICS = "politics", _("politieke opvattingen")
    UNION = "union", _("lid van een vakbond")
    GENETIC = "genetic", _("genetische gegevens")
    BIOMETRIC = "biometric", _("biometrische gegevens")
    SEXUAL = "sexual", _("seksueel leven of geaardheid")
    CRIMINAL = "criminal", _("strafbare feiten")
    UNKNOWN = "unknown", _("nog niet bekend")
    OTHER = "other", _("andere gegevens")


# AVG 9(1): each special category; AVG 10 stands beside them.
SPECIAL = frozenset(
    {
        DataKind.HEALTH,
        DataKind.STAFF_HEALTH,
        DataKind.ORIGIN,
        DataKind.RELIGION,
        DataKind.POLITICS,
        DataKind.UNION,
        DataKind.GENETIC,
        DataKind.BIOMETRIC,
        DataKind.SEXUAL,
    }
)


class PeopleKind(TextChoices):
    """Whose data they are: the AP's groups and EDPB field 65."""

    PUPILS = "pupils", _("leerlingen")
    PARENTS = "parents", _("ouders en verzorgers")
    STAFF = "staff", _("medewerkers")
    APPLICANTS = "applicants", _("sollicitanten")
    FORMER_PUPILS = "former_pupils", _("oud-leerlingen")
    VULNERABLE = "vulnerable", _("kwetsbare mensen")
    OTHER = "other", _("anderen")
    UNKNOWN = "unknown", _("nog niet bekend")


class Identification(TextChoices):
    """How easily the people can be recognised (ENISA: EI)."""

    NEGLIGIBLE = "negligible", _("bijna niet")
    LIMITED = "limited", _("met moeite")
    SIGNIFICANT = "significant", _("vrij makkelijk")
    MAXIMUM = "maximum", _("meteen")


class Unintelligible(TextChoices):
    """Whether strangers can read the data (AVG 34(3)(a)); EDPB field 57."""

    NO = "no", _("nee, de gegevens zijn leesbaar")
    DOUBTFUL = "doubtful", _("beveiligd, maar de sleutel of het wachtwoord kan bekend zijn")
    INTACT = "intact", _("ja, goed versleuteld en de sleutel is veilig")
    UNKNOWN = "unknown", _("nog niet bekend")


class Exfiltration(TextChoices):
    """Whether data left: excluded, not excluded, or certain; EDPB field 56."""

    EXCLUDED = "excluded", _("uitgesloten")
    POSSIBLE = "possible", _("niet uitgesloten")
    CERTAIN = "certain", _("zeker")


class Recipient(TextChoices):
    """Who has, or can have, the data now: from harmless to worst."""

    NOBODY = "nobody", _("niemand")
    TRUSTED_DELETED = "trusted_deleted", _("iemand die wij vertrouwen, en die wissen bevestigde")
    KNOWN = "known", _("iemand die wij kennen")
    UNKNOWN = "unknown", _("iemand die wij niet kennen")
    MANY = "many", _("veel mensen, of iedereen")


class Restoring(TextChoices):
    """Whether what is lost or changed comes back; EDPB fields 58 and 59."""

    NOT_LOST = "not_lost", _("er is niets weg of veranderd")
    EASY = "easy", _("hersteld of zonder moeite te herstellen")
    TEMPORARY = "temporary", _("een tijd weg, maar te herstellen")
    NEVER = "never", _("niet, of maar voor een deel, te herstellen")


class Cause(TextChoices):
    """Where it came from; EDPB field 61."""

    INTERNAL_ACCIDENT = "internal_accident", _("van binnen, per ongeluk")
    INTERNAL_INTENT = "internal_intent", _("van binnen, met opzet")
    EXTERNAL_ACCIDENT = "external_accident", _("van buiten, per ongeluk")
    EXTERNAL_INTENT = "external_intent", _("van buiten, met opzet")
    UNKNOWN = "unknown", _("niet bekend")


class Discovery(TextChoices):
    """How it was found; EDPB field 50."""

    OURSELVES = "ourselves", _("door onszelf")
    PROCESSOR = "processor", _("door de verwerker, die het ons vertelde")
    DATA_SUBJECT = "data_subject", _("door iemand om wie het gaat")
    OUTSIDER = "outsider", _("door iemand van buiten")
    PRESS = "press", _("door een nieuwsbericht")
    OTHER = "other", _("anders")


class Occurrence(TextChoices):
    """When it happened; EDPB field 44."""

    MOMENT = "moment", _("op één moment")
    PERIOD = "period", _("in een periode")
    ONGOING = "ongoing", _("sinds een moment, en het duurt nog")
    UNKNOWN = "unknown", _("niet bekend")


class Severity(TextChoices):
    """The four bands of the ENISA method; they are not the thresholds of the law."""

    LOW = "low", _("laag")
    MEDIUM = "medium", _("middel")
    HIGH = "high", _("hoog")
    VERY_HIGH = "very_high", _("zeer hoog")


class Risk(TextChoices):
    """The law's own three: EDPB field 89."""

    UNLIKELY = "unlikely", _("waarschijnlijk geen risico")
    RISK = "risk", _("risico")
    HIGH = "high", _("hoog risico")


class TellGround(TextChoices):
    """Why people need not be told at a high risk (AVG 34(3)); EDPB field 100."""

    UNINTELLIGIBLE = "a", _("de gegevens waren onleesbaar, bijvoorbeeld versleuteld (a)")
    RISK_TAKEN_AWAY = "b", _("maatregelen achteraf namen het hoge risico weg (b)")
    DISPROPORTIONATE = "c", _("het kost onevenredig veel moeite; er komt een openbaar bericht (c)")


class NotificationKind(TextChoices):
    """What was sent to the AP; each is frozen."""

    COMPLETE = "complete", _("volledige melding")
    PRELIMINARY = "preliminary", _("voorlopige melding")
    FOLLOW_UP = "follow_up", _("aanvulling")
    WITHDRAWAL = "withdrawal", _("intrekking")


class MeasureKind(TextChoices):
    """What a measure is for."""

    AT_ONCE = "at_once", _("direct gedaan om de schade te beperken")
    PREVENT = "prevent", _("om het voortaan te voorkomen")
    LESSON = "lesson", _("les voor iedereen")


class ToldRole(TextChoices):
    """Who gets a letter."""

    PUPIL = "pupil", _("leerling")
    PARENT = "parent", _("ouder of verzorger")
    STAFF = "staff", _("medewerker")
    OTHER = "other", _("iemand anders")


class ToldWay(TextChoices):
    """How somebody is told."""

    EMAIL = "email", _("per e-mail")
    PAPER = "paper", _("op papier")


class TermKept(TextChoices):
    """How the term of AVG 33(1) went; each file is exactly one of these."""

    IN_TIME = "in_time", _("op tijd gemeld bij de AP")
    LATE = "late", _("te laat gemeld bij de AP")
    RUNNING = "running", _("termijn loopt nog")
    OVERDUE = "overdue", _("termijn voorbij, nog open")
    NOT_NOTIFIED = "not_notified", _("besloten om niet te melden")
    NO_TERM = "no_term", _("nog niet zeker, geen termijn")


class TargetMet(TextChoices):
    """Whether the report came within 24 hours of the first signal (OPO-050)."""

    MET = "met", _("binnen 24 uur gemeld op school")
    MISSED = "missed", _("later gemeld op school")
    UNKNOWN = "unknown", _("eerste signaal niet bekend")


class NoticeMet(TextChoices):
    """Whether a processor told us within the agreed hours (VOG-055)."""

    MET = "met", _("verwerker op tijd")
    MISSED = "missed", _("verwerker later dan afgesproken")
    UNKNOWN = "unknown", _("geen verwerker, of niet bekend")


class Told(TextChoices):
    """Whether the people heard it (AVG 34)."""

    TOLD = "told", _("verteld aan de mensen")
    TO_TELL = "to_tell", _("besloten te vertellen, nog niet gedaan")
    NOT_TELLING = "not_telling", _("besloten om niet te vertellen")
    UNDECIDED = "undecided", _("nog niet besloten over vertellen")


class DocumentKind(TextChoices):
    """The kinds of stored documents of breaches: each has its gate."""

    FILE = "datalekken.file", _("bestand bij een melding")
    DOSSIER = "datalekken.dossier", _("dossier voor de AP")
    LETTER = "datalekken.letter", _("brief over een datalek")
    REGISTER = "datalekken.register", _("register van datalekken")
