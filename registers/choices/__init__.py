"""The closed lists of the register, with the article behind each."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LegalBasis(TextChoices):
    """The six bases of AVG art. 6(1); nothing else can be a basis."""

    CONSENT = "consent", _("toestemming")
    CONTRACT = "contract", _("uitvoering van een overeenkomst")
    LEGAL_DUTY = "legal_duty", _("wettelijke verplichting")
    VITAL_INTEREST = "vital_interest", _("vitaal belang")
    PUBLIC_TASK = "public_task", _("taak van algemeen belang of openbaar gezag")
    LEGITIMATE_INTEREST = "legitimate_interest", _("gerechtvaardigd belang")


GDPR_LETTER: dict[str, str] = {
    LegalBasis.CONSENT: "a",
    LegalBasis.CONTRACT: "b",
    LegalBasis.LEGAL_DUTY: "c",
    LegalBasis.VITAL_INTEREST: "d",
    LegalBasis.PUBLIC_TASK: "e",
    LegalBasis.LEGITIMATE_INTEREST: "f",
}


class CategoryKind(TextChoices):
    """How heavily the law guards a category of data."""

    ORDINARY = "ordinary", _("gewoon")
    SENSITIVE = "sensitive", _("gevoelig")
    SPECIAL = "special", _("bijzonder (AVG 9)")
    CRIMINAL = "criminal", _("strafrechtelijk (AVG 10)")
    NATIONAL_NUMBER = "national_number", _("nationaal nummer (UAVG 46)")


class SpecialGround(TextChoices):
    """Exceptions to the ban on special categories (AVG 9(2), UAVG 22-30)."""

    EXPLICIT_CONSENT = "explicit_consent", _("uitdrukkelijke toestemming (AVG 9 lid 2 a)")
    EMPLOYMENT_LAW = "employment_law", _("arbeids- en socialezekerheidsrecht (AVG 9 lid 2 b)")
    VITAL_INTEREST = "vital_interest", _("vitaal belang (AVG 9 lid 2 c)")
    LEGAL_CLAIMS = "legal_claims", _("rechtsvordering (AVG 9 lid 2 f)")
    SUBSTANTIAL_PUBLIC_INTEREST = (
        "substantial_public_interest",
        _("zwaarwegend algemeen belang (AVG 9 lid 2 g)"),
    )
    UAVG_SCHOOLS = "uavg_30_2_a", _("begeleiding van leerlingen door scholen (UAVG 30 lid 2 a)")
    UAVG_RELIGION = "uavg_religion", _("godsdienst of levensovertuiging (UAVG)")


class CriminalGround(TextChoices):
    """Grounds for criminal data (AVG 10)."""

    UAVG_32 = "uavg_32", _("algemene uitzondering (UAVG 32)")
    UAVG_33 = "uavg_33", _("overige uitzondering (UAVG 33)")


class ProcessGroup(TextChoices):
    """The chapters of register and statement: the five of the Veluwse statement, and two more."""

    ENROLMENT = "enrolment", _("Inschrijving en administratie")
    GUIDANCE = "guidance", _("Onderwijs, begeleiding en zorg")
    DIGITAL_LEARNING = "digital_learning", _("Digitale leermiddelen en toetsen")
    IMAGES_CAMERA = "images_camera", _("Foto, film en cameratoezicht")
    WEBSITES_COOKIES = "websites_cookies", _("Websites, contact en cookies")
    STAFF = "staff", _("Medewerkers en sollicitanten")
    GOVERNANCE = "governance", _("Bestuur, financiën en klachten")


class Medium(TextChoices):
    PAPER = "paper", _("op papier")
    DIGITAL = "digital", _("digitaal")
    BOTH = "both", _("op papier en digitaal")


class ActivityStatus(TextChoices):
    CONCEPT = "concept", _("concept")
    IN_REVIEW = "in_review", _("ter beoordeling")
    ESTABLISHED = "established", _("vastgesteld")
    EXPIRED = "expired", _("vervallen")


class YesNo(TextChoices):
    YES = "yes", _("ja")
    NO = "no", _("nee")


class Automation(TextChoices):
    """AVG 22 and 13(2)(f)."""

    NONE = "none", _("geen")
    PROFILING = "profiling", _("profilering, een mens beslist")
    AUTOMATED_DECISION = "automated_decision", _("volledig geautomatiseerd besluit")


class DataSource(TextChoices):
    """Where data come from (AVG 14(2)(f))."""

    DATA_SUBJECT = "data_subject", _("van de persoon zelf")
    GUARDIAN = "guardian", _("van de ouders")
    PREVIOUS_SCHOOL = "previous_school", _("van de vorige school of opvang")
    SCHOOL_STAFF = "school_staff", _("door medewerkers van de school")
    AUTHORITY = "authority", _("van een overheidsorganisatie")
    THIRD_PARTY = "third_party", _("van een andere organisatie")
    SYSTEM = "system", _("door het systeem gemaakt")


class Identifiability(TextChoices):
    IDENTIFIABLE = "identifiable", _("op naam")
    PSEUDONYMOUS = "pseudonymous", _("gepseudonimiseerd (bijvoorbeeld ECK iD)")
    ANONYMOUS = "anonymous", _("anoniem")


class Obligation(TextChoices):
    """Whether people must supply the data (AVG 13(2)(e))."""

    STATUTORY = "statutory", _("verplicht door de wet")
    CONTRACTUAL = "contractual", _("verplicht door een overeenkomst")
    NEEDED_FOR_CONTRACT = "needed_for_contract", _("nodig om een overeenkomst te sluiten")
    VOLUNTARY = "voluntary", _("niet verplicht")
    NOT_SUPPLIED = "not_supplied", _("ontstaat op school: niemand hoeft ze te geven")


class AccessLevel(TextChoices):
    VIEW = "view", _("inzien")
    CHANGE = "change", _("inzien en wijzigen")


class RecipientKind(TextChoices):
    """Roles of outside parties; a processor acts for the board, the others for themselves."""

    PROCESSOR = "processor", _("verwerker")
    CONTROLLER = "controller", _("andere verantwoordelijke")
    JOINT_CONTROLLER = "joint_controller", _("gezamenlijk verantwoordelijke")
    THIRD_PARTY = "third_party", _("derde")


class TransferInstrument(TextChoices):
    """Chapter V of the AVG: what makes a transfer outside the EEA lawful."""

    ADEQUACY = "adequacy", _("adequaatheidsbesluit (AVG 45)")
    DPF = "dpf", _("EU-US Data Privacy Framework (AVG 45)")
    SCC = "scc", _("modelcontractbepalingen (AVG 46)")
    BCR = "bcr", _("bindende bedrijfsvoorschriften (AVG 47)")
    CODE_OF_CONDUCT = "code_of_conduct", _("gedragscode (AVG 46)")
    CERTIFICATION = "certification", _("certificering (AVG 46)")
    DEROGATION = "derogation", _("specifieke uitzondering (AVG 49)")


class MeasureKind(TextChoices):
    PHYSICAL = "physical", _("fysiek")
    TECHNICAL = "technical", _("technisch")
    ORGANISATIONAL = "organisational", _("organisatorisch")


class Bound(TextChoices):
    """What a retention term does: forbid destruction before it, or demand it by then."""

    MINIMUM = "minimum", _("ten minste")
    MAXIMUM = "maximum", _("ten hoogste")
    MINIMUM_THEN_DESTROY = "minimum_then_destroy", _("ten minste, daarna weg")
    NONE = "none", _("geen vaste termijn")


class RetentionTrigger(TextChoices):
    """The event from which a retention term runs."""

    LEAVING = "leaving", _("vertrek van de leerling")
    SCHOOL_YEAR_END = "school_year_end", _("einde van het schooljaar")
    CALENDAR_YEAR_END = "calendar_year_end", _("einde van het kalenderjaar")
    BOOK_YEAR_END = "book_year_end", _("einde van het boekjaar")
    EMPLOYMENT_END = "employment_end", _("einde van het dienstverband")
    CASE_CLOSED = "case_closed", _("afsluiting van de zaak")
    PROCEDURE_END = "procedure_end", _("einde van de procedure")
    RECORDING = "recording", _("de opname")
    RESULT = "result", _("de uitslag")
    NOT_ADMITTED_DECISION = "not_admitted_decision", _("het besluit om niet toe te laten")
    CONSENT_END = "consent_end", _("einde van de toestemming")
    CONTRACT_END = "contract_end", _("einde van de overeenkomst")
    BUILDING_DISUSE = "building_disuse", _("einde van het gebruik van het gebouw")
    LOGGING = "logging", _("het vastleggen van de logregel")


class Fate(TextChoices):
    DESTROY = "destroy", _("vernietigen")
    ANONYMISE = "anonymise", _("anonimiseren")
    KEEP = "keep", _("bewaren")


class AgreementModel(TextChoices):
    """The sector's model agreements (Privacyconvenant Onderwijs), or one of the supplier's."""

    CONVENANT_40 = "convenant_40", _("model 4.0 (deelnemers aan het convenant)")
    GENERAL_40 = "general_40", _("algemene verwerkersovereenkomst 4.0")
    CONVENANT_30 = "convenant_30", _("model 3.0")
    OWN = "own", _("eigen model")


class AgreementState(TextChoices):
    VALID = "valid", _("geldig")
    EXPIRING = "expiring", _("loopt af binnen 90 dagen")
    EXPIRED = "expired", _("verlopen")
    FUTURE = "future", _("begint later")
    UNSIGNED = "unsigned", _("niet getekend")
    MISSING = "missing", _("ontbreekt")


class DocumentKind(TextChoices):
    """The documents that this app keeps; each kind has its gate (see `apps.py`)."""

    AGREEMENT = "registers.agreement", _("verwerkersovereenkomst")
    SHARING = "registers.sharing", _("afspraak met een andere verantwoordelijke")
    STATEMENT = "registers.statement", _("privacyverklaring")
    OFFICIAL_REQUEST = "registers.official_request", _("officieel verzoek")
    ACCESS_REVIEW = "registers.access_review", _("verslag van de controle van de toegang")
    PARENT_LETTER = "registers.parent_letter", _("brief aan ouders over een wijziging")
    REGISTER_FILE = "registers.register_file", _("het register als bestand")
    IMPORT_FILE = "registers.import_file", _("ingelezen bestand")
    DESTRUCTION_PROOF = "registers.destruction_proof", _("bewijs van vernietiging")
    CERTIFICATE = "registers.certificate", _("verklaring van vernietiging")


class ActsAs(TextChoices):
    """In which role the board carries out an activity (AVG 30(1) or 30(2))."""

    CONTROLLER = "controller", _("verantwoordelijke")
    PROCESSOR = "processor", _("verwerker, in opdracht van een ander")


class DeviatingField(TextChoices):
    """What a school can do otherwise than the board's standard says."""

    OWNER = "owner", _("eigenaar")
    MEDIUM = "medium", _("vorm")
    PLACE = "place", _("plaats")
    SYSTEMS = "systems", _("systemen")
    PRODUCTS = "products", _("producten")
    ACCESS = "access", _("toegang binnen de school")
    RECIPIENTS = "recipients", _("ontvangers")
    MEASURES = "measures", _("maatregelen")
    RETENTION = "retention", _("bewaartermijn")


class VersionReply(TextChoices):
    ACCEPTED = "accepted", _("neemt de standaard over")
    KEPT = "kept", _("houdt de eigen afwijking")


class CompatibilityOutcome(TextChoices):
    """AVG 6(4)."""

    COMPATIBLE = "compatible", _("verenigbaar")
    NOT_COMPATIBLE = "not_compatible", _("niet verenigbaar")


class Renewal(TextChoices):
    NONE = "none", _("loopt af")
    YEARLY = "yearly", _("elk jaar stilzwijgend verlengd")
    WITH_CONTRACT = "with_contract", _("zolang de hoofdovereenkomst duurt")


class ProductDocumentKind(TextChoices):
    """The annexes of the sector's model agreement."""

    PRIVACY_SHEET = "privacy_sheet", _("privacybijsluiter")
    SECURITY_ANNEX = "security_annex", _("beveiligingsbijlage")


class SharingKind(TextChoices):
    SHARING = "sharing", _("regelmatige verstrekking")
    JOINT = "joint", _("gezamenlijke verantwoordelijkheid (AVG 26)")


class OverviewKind(TextChoices):
    """Files of national services that are laid beside the board's own agreements."""

    SIGNING_SERVICE = "signing_service", _("overzicht van de landelijke ondertekendienst")
    NATIONAL_TEST = "national_test", _("uitslag van de landelijke toets (SIVON)")


class ReviewOutcome(TextChoices):
    CONFIRMED = "confirmed", _("klopt")
    CORRECTED = "corrected", _("klopt niet helemaal")


class DisclosureKind(TextChoices):
    SINGLE = "single", _("losse verstrekking")
    EDUCATION_REPORT = "education_report", _("onderwijskundig rapport")
    POLICE = "police", _("politie of justitie")


class Audience(TextChoices):
    """For whom a privacy statement is written."""

    PARENTS = "parents", _("ouders")
    PUPILS = "pupils", _("leerlingen")
    STAFF = "staff", _("medewerkers")


class CookieKind(TextChoices):
    FUNCTIONAL = "functional", _("functioneel")
    ANALYTIC = "analytic", _("analytisch")
    TRACKING = "tracking", _("volgend")
    EMBEDDED = "embedded", _("ingesloten video of berichten")


class PublicPart(TextChoices):
    """A part of an activity that the public register page can show; the board chooses."""

    DESCRIPTION = "description", _("wat wij doen, in het kort")
    PURPOSES = "purposes", _("waarvoor: de doelen")
    BASES = "bases", _("waarom het mag: de grondslagen")
    NECESSITY = "necessity", _("waarom het niet met minder kan")
    DATA = "data", _("welke gegevens, en van wie")
    RETENTION = "retention", _("hoe lang wij bewaren")
    RECIPIENTS = "recipients", _("wie de gegevens buiten de school krijgt")
    TRANSFERS = "transfers", _("gegevens buiten Europa")
    AUTOMATION = "automation", _("of een computer beslist")
    DPIA = "dpia", _("of er een DPIA is")
    ACCESS = "access", _("wie binnen de school de gegevens ziet")
    SYSTEMS = "systems", _("systemen en producten")
    MEASURES = "measures", _("maatregelen om gegevens te beveiligen")
    OWNER = "owner", _("eigenaar (functie)")
    PROCESSORS_AGREEMENT = (
        "processors_agreement",
        _("per verwerker of er een overeenkomst is (op de pagina met verwerkers)"),
    )


# What helps an attacker, or says more about staff than about data, shows only when it is chosen.
PUBLIC_BY_DEFAULT = frozenset(
    {
        PublicPart.DESCRIPTION,
        PublicPart.PURPOSES,
        PublicPart.BASES,
        PublicPart.DATA,
        PublicPart.RETENTION,
        PublicPart.RECIPIENTS,
        PublicPart.TRANSFERS,
        PublicPart.AUTOMATION,
    }
)


class GapKind(TextChoices):
    """Which gaps the completeness page lists. The values stand in addresses."""

    BLOCKING = "nodig", _("nodig om vast te stellen")
    LAW = "wet", _("uit de wet")
    POLICY = "beleid", _("eigen beleid")


class JobState(TextChoices):
    """A file that the worker makes."""

    WAITING = "waiting", _("wacht")
    RUNNING = "running", _("bezig")
    DONE = "done", _("klaar")
    FAILED = "failed", _("mislukt")


class ImportKind(TextChoices):
    """What a file with register data is: our own forms, or the sector's workbooks."""

    REGISTER = "register", _("register (XLSX, ZIP of JSON van privacyboard)")
    SECTOR_MATRIX = "sector_matrix", _("sectorwerkboek: matrix van het dataregister")
    SECTOR_CONTROLLERS = "sector_controllers", _("sectorwerkboek: tabblad F, verantwoordelijken")
    SECTOR_PROCESSORS = "sector_processors", _("sectorwerkboek: tabblad G, verwerkers")


class ImportState(TextChoices):
    """Where a file that is read in stands; looking and applying are work of the worker."""

    LOOKING = "looking", _("wordt nagekeken")
    CHECKED = "checked", _("nagekeken, nog niet toegepast")
    REFUSED = "refused", _("kan niet worden toegepast")
    APPLYING = "applying", _("wordt toegepast")
    APPLIED = "applied", _("toegepast")
    LAPSED = "lapsed", _("niet toegepast, bestand verwijderd")
