"""Roles, rights and the words of the organisation."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LegalForm(TextChoices):
    FOUNDATION = "foundation", _("stichting")
    ASSOCIATION = "association", _("vereniging")
    PUBLIC_BODY = "public_body", _("openbare rechtspersoon")
    MUNICIPALITY = "municipality", _("gemeente")


class Sector(TextChoices):
    PRIMARY = "po", _("basisonderwijs")
    SECONDARY = "vo", _("voortgezet onderwijs")
    SPECIAL = "so", _("speciaal onderwijs")


class Denomination(TextChoices):
    PUBLIC = "public", _("openbaar")
    PRIVATE = "private", _("bijzonder")


class Role(TextChoices):
    """What somebody does for the board; a role carries rights (see `rules.RIGHTS`)."""

    FG = "fg", _("functionaris gegevensbescherming (FG)")
    IBP_MANAGER = "ibp_manager", _("IBP-manager")
    BOARD_MEMBER = "board_member", _("bestuurder")
    DIRECTOR = "director", _("directeur")
    CARE_COORDINATOR = "care_coordinator", _("coördinator zorg")
    EMPLOYEE = "employee", _("medewerker")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("technisch beheerder")


class GuardianKind(TextChoices):
    PARENT = "parent", _("ouder")
    GUARDIAN = "guardian", _("voogd")
    INSTITUTION = "institution", _("instelling")
    FOSTER = "foster", _("pleegouder")


class Unreachable(TextChoices):
    """Why mail does not reach somebody."""

    REFUSED = "refused", _("de mailserver weigert dit adres")
    BOUNCED = "bounced", _("onze mail kwam terug")
    COMPLAINT = "complaint", _("de ontvanger meldde onze mail als ongewenst")


class Right(TextChoices):
    """What one may do. Granted on a school, or on the whole board.

    Export, destroy, anonymise and extend stand alone: a right to view gives none of them.
    """

    VIEW_REGISTER = "view_register", _("register inzien")
    CHANGE_REGISTER = "change_register", _("register bijwerken")
    ESTABLISH_REGISTER = "establish_register", _("verwerkingen vaststellen")
    DEVIATE_REGISTER = "deviate_register", _("afwijking van de school vastleggen")
    REVIEW_ACCESS = "review_access", _("toegang van de school controleren")
    VIEW_DISCLOSURES = "view_disclosures", _("verstrekkingen inzien")
    CHANGE_DISCLOSURES = "change_disclosures", _("verstrekkingen vastleggen")
    VIEW_CONFIDENTIALITY = "view_confidentiality", _("afspraken over vertrouwelijkheid inzien")
    CHANGE_CONFIDENTIALITY = (
        "change_confidentiality",
        _("afspraken over vertrouwelijkheid vastleggen"),
    )
    ADVISE_REGISTER = "advise_register", _("opmerking van de FG vastleggen")
    EXPORT_REGISTER = "export_register", _("register exporteren")
    DESTROY_REGISTER = "destroy_register", _("concepten in het register vernietigen")
    PUBLISH_STATEMENT = "publish_statement", _("privacyverklaring publiceren")
    VIEW_REQUESTS = "view_requests", _("verzoeken en klachten inzien")
    VIEW_CONFIDENTIAL_REQUESTS = (
        "view_confidential_requests",
        _("vertrouwelijke verzoeken en klachten inzien"),
    )
    HANDLE_REQUESTS = "handle_requests", _("verzoeken en klachten behandelen")
    DECIDE_REQUESTS = "decide_requests", _("op verzoeken beslissen")
    ADVISE_REQUESTS = "advise_requests", _("advies van de FG bij verzoeken vastleggen")
    EXPORT_REQUESTS = "export_requests", _("register van verzoeken exporteren")
    VIEW_BREACHES = "view_breaches", _("datalekken inzien")
    VIEW_CONFIDENTIAL_BREACHES = (
        "view_confidential_breaches",
        _("vertrouwelijke datalekken inzien"),
    )
    SUPPLEMENT_BREACHES = "supplement_breaches", _("datalekken aanvullen")
    HANDLE_BREACHES = "handle_breaches", _("datalekken behandelen")
    DECIDE_BREACHES = "decide_breaches", _("over het melden van datalekken beslissen")
    ADVISE_BREACHES = "advise_breaches", _("advies van de FG bij datalekken vastleggen")
    EXPORT_BREACHES = "export_breaches", _("register van datalekken exporteren")
    VIEW_PEOPLE = "view_people", _("leerlingen en ouders inzien")
    CHANGE_PEOPLE = "change_people", _("leerlingen en ouders bijwerken")
    VIEW_CONSENT = "view_consent", _("toestemmingen inzien")
    USE_CLASS_LISTS = "use_class_lists", _("klassenlijst en foto-check van eigen groepen")
    RECORD_CONSENT = "record_consent", _("toestemmingen op papier vastleggen")
    MANAGE_CONSENT = "manage_consent", _("vragen en rondes voor toestemming beheren")
    EXPORT_CONSENT = "export_consent", _("toestemmingen exporteren")
    VIEW_ORGANISATION = "view_organisation", _("bestuur en scholen inzien")
    CHANGE_ORGANISATION = "change_organisation", _("bestuur en scholen bijwerken")
    KEEP_HOLIDAYS = "keep_holidays", _("vakanties en vrije dagen bijhouden")
    VIEW_ACCOUNTS = "view_accounts", _("accounts en aanstellingen inzien")
    MANAGE_ACCOUNTS = "manage_accounts", _("accounts en aanstellingen beheren")
    VIEW_ACCESS_LOG = "view_access_log", _("toegangslog inzien")
    VIEW_OPERATION = "view_operation", _("werking van post en taken inzien")
    EXTEND_TERM = "extend_term", _("termijnen verlengen")
    ANONYMISE_RECORDS = "anonymise_records", _("gegevens anonimiseren")
    DESTROY_RECORDS = "destroy_records", _("gegevens vernietigen")
    VIEW_DESTRUCTION = "view_destruction", _("vernietigingslijsten inzien")
    CHECK_DESTRUCTION = "check_destruction", _("vernietigingslijsten controleren")
