"""What the home page shows, collected from the apps: one small collector each."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consent import worklist as consent_worklist
from datalekken import worklist as breach_worklist
from privacyboard.clockwork.worklist import Worklist, items_of
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import Board, School, User
from privacyboard.vocabulary import CalendarDay, Tone, WorkItem
from registers import worklist as register_worklist
from registers.choices import ActivityStatus
from registers.letters import register_figures
from registers.models.remembered import Remembered
from requests_ar import worklist as request_worklist

_ORDER = {Tone.LATE: 0, Tone.ATTENTION: 1, Tone.CALM: 2, Tone.DONE: 3}


def greeting(first_name: str, hour: int) -> str:
    """A greeting for the hour of the day."""
    if hour < 12:
        return _("Goedemorgen, %(name)s") % {"name": first_name}
    if hour < 18:
        return _("Goedemiddag, %(name)s") % {"name": first_name}
    return _("Goedenavond, %(name)s") % {"name": first_name}


def roles_in_words(user: User) -> str:
    """Every role that runs today, with its school."""
    ids = [school_id for _role, school_id in user.standing.roles if school_id]
    names = dict(School.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    words = [
        f"{Role(role).label} {names[school_id]}" if school_id else str(Role(role).label)
        for role, school_id in user.standing.roles
    ]
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


# Each app gives its rows; they are read in one statement, however many apps there are.
_WORKLISTS: tuple[Worklist, ...] = (request_worklist, breach_worklist, consent_worklist)


def worklist(user: User, at: datetime, remembered: Remembered | None = None) -> list[WorkItem]:
    """Everything that needs this person, what is late first, then what is due soonest."""
    items = register_worklist.items_for(user, timezone.localdate(at), remembered)
    items += items_of(_WORKLISTS, user, at)
    return sorted(items, key=lambda item: (_ORDER[Tone(item.tone)], item.due or date.max))


# More than anybody keeps an eye on; a calendar must stay quick to read.
MOST_DAYS = 1000


def calendar_days(user: User) -> list[CalendarDay]:
    """The days that this person's calendar shows."""
    days = request_worklist.days_for(user, most=MOST_DAYS)
    return days + breach_worklist.days_for(user, most=MOST_DAYS)


def figures(
    user: User,
    today: date,
    remembered: Remembered | None = None,
    board: Board | None = None,
) -> list[tuple[str, int | str, str]]:
    """A few numbers that lead to their lists."""
    if not user.standing.holds(Right.VIEW_REGISTER):
        return []
    found = register_figures(user=user, on=today, remembered=remembered, board=board)
    page = reverse("admin:registers_processingactivity_changelist")
    return [
        (
            _("vastgestelde verwerkingen"),
            found.established,
            f"{page}?status__exact={ActivityStatus.ESTABLISHED}",
        ),
        (
            _("compleet"),
            f"{found.percentage}%",
            reverse("completeness"),
        ),
    ]


def places(user: User) -> list[tuple[str, str, str]]:
    """Where this person can go from here."""
    standing = user.standing
    found = []
    if standing.holds(Right.VIEW_REGISTER):
        found += [
            (
                _("Verwerkingen"),
                _("Wat wij met gegevens doen, en waarom dat mag."),
                reverse("admin:registers_processingactivity_changelist"),
            ),
            (
                _("Verwerkers en overeenkomsten"),
                _("Wie in onze opdracht met gegevens werkt."),
                reverse("admin:registers_processor_changelist"),
            ),
            (
                _("Volledigheid van het register"),
                _("Wat nog ontbreekt, per artikel en per verwerking."),
                reverse("completeness"),
            ),
            (
                _("In opdracht van anderen"),
                _("Wat wij met gegevens doen voor een ander bestuur."),
                reverse("commissioned"),
            ),
            (
                _("Toegang per school"),
                _("Welke rol welke gegevens mag zien, en de controle van elk jaar."),
                reverse("access_overview"),
            ),
            (
                _("Landelijke overzichten"),
                _("De ondertekendienst en de landelijke toets, naast onze overeenkomsten."),
                reverse("national_overviews"),
            ),
        ]
    if standing.holds(Right.EXPORT_REGISTER):
        found.append(
            (
                _("Het register als bestand"),
                _("Het hele register als PDF, en andere bestanden erin en eruit."),
                reverse("register_files"),
            )
        )
    if standing.holds(Right.VIEW_DISCLOSURES):
        found.append(
            (
                _("Verstrekkingen"),
                _("Wat wij één keer aan een ander gaven, en waarom dat mocht."),
                reverse("admin:registers_disclosure_changelist"),
            )
        )
    if standing.holds(Right.VIEW_CONFIDENTIALITY):
        found.append(
            (
                _("Zeer vertrouwelijke gegevens"),
                _("Wie het mogen weten, zoals met de ouders is afgesproken."),
                reverse("admin:registers_confidentialitynote_changelist"),
            )
        )
    if standing.holds(Right.VIEW_PEOPLE):
        found.append(
            (
                _("Leerlingen"),
                _("Wie er op school zit, in welke groep, en wie voor een leerling beslist."),
                reverse("people"),
            )
        )
    if standing.holds(Right.VIEW_REQUESTS):
        found += [
            (
                _("Verzoeken"),
                _("Wat mensen vroegen over hun gegevens, en wanneer het antwoord klaar moet zijn."),
                reverse("requests"),
            ),
            (
                _("Agenda"),
                _("Uiterste dagen van verzoeken en datalekken in uw eigen agenda."),
                reverse("calendar"),
            ),
            (
                _("Klachten over privacy"),
                _("Bij wie een klacht ligt, en hoe zij afliep."),
                reverse("complaints"),
            ),
            (
                _("Register van verzoeken"),
                _("Hoe vaak verzoeken op tijd een antwoord kregen, per school en per soort."),
                reverse("request_register"),
            ),
        ]
    if standing.holds(Right.VIEW_BREACHES):
        found += [
            (
                _("Datalekken"),
                _("Wat er misging met gegevens, en wat daarna gebeurde."),
                reverse("breaches"),
            ),
            (
                _("Register van datalekken"),
                _("Alle datalekken op een rij, met cijfers per school en per soort."),
                reverse("breach_register"),
            ),
        ]
    if standing.holds(Right.HANDLE_BREACHES):
        found.append(
            (
                _("Dienst voor datalekken"),
                _("Wie de meldingen krijgt, ook in de vakantie."),
                reverse("breach_duty"),
            )
        )
    if standing.holds(Right.VIEW_CONSENT) or standing.holds(Right.USE_CLASS_LISTS):
        found.append(
            (
                _("Toestemmingen"),
                _("Wat mag met foto’s en gegevens van leerlingen, en wie dat zei."),
                reverse("consent_home"),
            )
        )
    if standing.holds(Right.PUBLISH_STATEMENT):
        found.append(
            (
                _("Privacyverklaring publiceren"),
                _("Bekijk het voorbeeld en publiceer voor bestuur en scholen."),
                reverse("statement_desk"),
            )
        )
    if standing.holds(Right.PUBLISH_STATEMENT):
        found.append(
            (
                _("Openbaar register"),
                _("Kies wat iedereen van het register mag lezen."),
                reverse("public_parts"),
            )
        )
    if standing.holds(Right.MANAGE_ACCOUNTS):
        found.append(
            (
                _("Accounts en rollen"),
                _("Wie mag inloggen, met welke rol en tot wanneer."),
                reverse("admin:organisation_user_changelist"),
            )
        )
    if standing.holds(Right.SUPPLEMENT_BREACHES):
        found.append(
            (
                _("Datalek vastleggen"),
                _("Wat u hoorde per telefoon, per e-mail of van een leverancier."),
                reverse("breach_new"),
            )
        )
    found += [
        (_("Datalek melden"), _("Gegevens kwijt of bij de verkeerde?"), reverse("breach_report")),
        (_("Mijn meldingen"), _("Hoe ver wij zijn met wat u meldde."), reverse("breach_mine")),
        (_("Privacyverklaring"), _("Zoals iedereen haar leest."), reverse("statement_board")),
    ]
    return found
