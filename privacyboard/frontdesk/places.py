"""The pages that home leads to, each for who holds its right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Who may read what is forgotten here: nobody is named there.
CLEANING_READERS = (Right.DESTROY_RECORDS, Right.VIEW_ACCESS_LOG, Right.VIEW_OPERATION)


@dataclass(frozen=True)
class Place:
    """A page, who may go there, and what one finds."""

    rights: tuple[Right, ...]
    title: StrPromise
    text: StrPromise
    page: str


# Each place, by the rights of which one opens it; without any it is for everybody.
_PLACES: tuple[Place, ...] = (
    Place(
        (Right.VIEW_REGISTER,),
        _("Verwerkingen"),
        _("Wat wij met gegevens doen, en waarom dat mag."),
        "admin:registers_processingactivity_changelist",
    ),
    Place(
        (Right.VIEW_REGISTER,),
        _("Verwerkers en overeenkomsten"),
        _("Wie in onze opdracht met gegevens werkt."),
        "admin:registers_processor_changelist",
    ),
    Place(
        (Right.VIEW_REGISTER,),
        _("Volledigheid van het register"),
        _("Wat nog ontbreekt, per artikel en per verwerking."),
        "completeness",
    ),
    Place(
        (Right.VIEW_REGISTER,),
        _("In opdracht van anderen"),
        _("Wat wij met gegevens doen voor een ander bestuur."),
        "commissioned",
    ),
    Place(
        (Right.VIEW_REGISTER,),
        _("Toegang per school"),
        _("Welke rol welke gegevens mag zien, en de controle van elk jaar."),
        "access_overview",
    ),
    Place(
        (Right.VIEW_REGISTER,),
        _("Landelijke overzichten"),
        _("De ondertekendienst en de landelijke toets, naast onze overeenkomsten."),
        "national_overviews",
    ),
    Place(
        (Right.EXPORT_REGISTER,),
        _("Het register als bestand"),
        _("Het hele register als PDF, en andere bestanden erin en eruit."),
        "register_files",
    ),
    Place(
        (Right.VIEW_DISCLOSURES,),
        _("Verstrekkingen"),
        _("Wat wij één keer aan een ander gaven, en waarom dat mocht."),
        "admin:registers_disclosure_changelist",
    ),
    Place(
        (Right.VIEW_CONFIDENTIALITY,),
        _("Zeer vertrouwelijke gegevens"),
        _("Wie het mogen weten, zoals met de ouders is afgesproken."),
        "admin:registers_confidentialitynote_changelist",
    ),
    Place(
        (Right.VIEW_PEOPLE,),
        _("Leerlingen"),
        _("Wie er op school zit, in welke groep, en wie voor een leerling beslist."),
        "people",
    ),
    Place(
        (Right.VIEW_REQUESTS,),
        _("Verzoeken"),
        _("Wat mensen vroegen over hun gegevens, en wanneer het antwoord klaar moet zijn."),
        "requests",
    ),
    Place(
        (Right.VIEW_REQUESTS,),
        _("Agenda"),
        _("Uiterste dagen van verzoeken en datalekken in uw eigen agenda."),
        "calendar",
    ),
    Place(
        (Right.VIEW_REQUESTS,),
        _("Klachten over privacy"),
        _("Bij wie een klacht ligt, en hoe zij afliep."),
        "complaints",
    ),
    Place(
        (Right.VIEW_REQUESTS,),
        _("Register van verzoeken"),
        _("Hoe vaak verzoeken op tijd een antwoord kregen, per school en per soort."),
        "request_register",
    ),
    Place(
        (Right.VIEW_DESTRUCTION,),
        _("Vernietigingslijsten"),
        _("Wat weg moet uit andere systemen en uit de kast, en wat moet blijven."),
        "destruction_lists",
    ),
    Place(
        (Right.VIEW_BREACHES,),
        _("Datalekken"),
        _("Wat er misging met gegevens, en wat daarna gebeurde."),
        "breaches",
    ),
    Place(
        (Right.VIEW_BREACHES,),
        _("Register van datalekken"),
        _("Alle datalekken op een rij, met cijfers per school en per soort."),
        "breach_register",
    ),
    Place(
        (Right.HANDLE_BREACHES,),
        _("Dienst voor datalekken"),
        _("Wie de meldingen krijgt, ook in de vakantie."),
        "breach_duty",
    ),
    Place(
        (Right.VIEW_CONSENT, Right.USE_CLASS_LISTS),
        _("Toestemmingen"),
        _("Wat mag met foto’s en gegevens van leerlingen, en wie dat zei."),
        "consent_home",
    ),
    Place(
        (Right.PUBLISH_STATEMENT,),
        _("Privacyverklaring publiceren"),
        _("Bekijk het voorbeeld en publiceer voor bestuur en scholen."),
        "statement_desk",
    ),
    Place(
        (Right.PUBLISH_STATEMENT,),
        _("Openbaar register"),
        _("Kies wat iedereen van het register mag lezen."),
        "public_parts",
    ),
    Place(
        (Right.MANAGE_ACCOUNTS,),
        _("Accounts en rollen"),
        _("Wie mag inloggen, met welke rol en tot wanneer."),
        "admin:organisation_user_changelist",
    ),
    Place(
        (Right.KEEP_HOLIDAYS,),
        _("Vakanties en vrije dagen"),
        _("Wanneer de scholen dicht zijn. Dan wacht wat kan wachten."),
        "holidays",
    ),
    Place(
        (Right.VIEW_OPERATION,),
        _("Taken en post"),
        _("Wat de computer vanzelf doet, en welke brieven niet aankwamen."),
        "operation",
    ),
    Place(
        CLEANING_READERS,
        _("Opruimen"),
        _("Wat hier niet langer mag blijven, en wat er al weg is."),
        "cleaning",
    ),
    Place(
        (Right.SUPPLEMENT_BREACHES,),
        _("Datalek vastleggen"),
        _("Wat u hoorde per telefoon, per e-mail of van een leverancier."),
        "breach_new",
    ),
    Place(
        (),
        _("Datalek melden"),
        _("Gegevens kwijt of bij de verkeerde?"),
        "breach_report",
    ),
    Place(
        (),
        _("Mijn meldingen"),
        _("Hoe ver wij zijn met wat u meldde."),
        "breach_mine",
    ),
    Place(
        (),
        _("Mijn berichten"),
        _("Hoe vaak u een e-mail van ons krijgt."),
        "messages",
    ),
    Place(
        (),
        _("Privacyverklaring"),
        _("Zoals iedereen haar leest."),
        "statement_board",
    ),
)


def places(user: User) -> list[tuple[str, str, str]]:
    """Where this person can go from here: title, what is there, address."""
    return [
        (str(place.title), str(place.text), reverse(place.page))
        for place in _PLACES
        if not place.rights or any(user.standing.holds(right) for right in place.rights)
    ]
