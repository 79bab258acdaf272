"""The acts on a pupil, a parent and a class, as pages (see backoffice/casework.py)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacyboard.audit.acts import edition_of
from privacyboard.backoffice.casework import ActPage, CaseDesk, CaseForm, Doing, Note
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import (
    Group,
    Guardian,
    Guardianship,
    Pupil,
    Teacher,
    User,
)
from privacyboard.organisation.querysets import running_on
from privacyboard.organisation.rules import school_year_of
from privacyboard.people.actions import groups as group_acts
from privacyboard.people.actions import guardians as guardian_acts
from privacyboard.people.actions import pupils as pupil_acts
from privacyboard.people.forms.persons import (
    AccountForm,
    AddGuardianForm,
    AddressForm,
    GroupForm,
    GuardianForm,
    LeaveForm,
    PupilForm,
    TieForm,
)
from privacyboard.people.views import desk


def _always(_user: User, _act: str, _case: Any) -> bool:
    return True


def _today() -> date:
    return timezone.localdate()


# --- a pupil ----------------------------------------------------------------------------------


def _pupil_initial(pupil: Pupil, _user: User) -> dict[str, Any]:
    return {name: getattr(pupil, name) for name in PupilForm.base_fields}


def _change_pupil(doing: Doing) -> Any:
    return pupil_acts.change_pupil(
        pupil=doing.case, facts=doing.form.facts, seen=doing.seen, **doing.who
    )


def _leave(doing: Doing) -> Any:
    return pupil_acts.leave_school(pupil=doing.case, **doing.typed, seen=doing.seen, **doing.who)


def _take_back(doing: Doing) -> Any:
    return pupil_acts.take_back(pupil=doing.case, seen=doing.seen, **doing.who)


def _put_in_group(doing: Doing) -> Any:
    return pupil_acts.put_in_group(pupil=doing.case, **doing.typed, seen=doing.seen, **doing.who)


def _group_year(_pupil: Pupil) -> dict[str, Any]:
    return {"since": school_year_of(_today())}


def _group_notes(pupil: Pupil, _target: Any) -> tuple[Note, ...]:
    year = school_year_of(_today())
    if Group.objects.filter(school=pupil.school_id, school_year__gte=year).exists():
        return ()
    sentence = _(
        "Deze school heeft nog geen groepen van dit schooljaar. Lees eerst een bestand in."
    )
    return (Note(sentence, tone="attention", shuts=True),)


def _add_guardian(doing: Doing) -> Any:
    return guardian_acts.add_guardian(
        pupil=doing.case,
        who=doing.form.who,
        tie=doing.form.tie,
        email=doing.typed["email"],
        **doing.who,
    )


def _change_tie(doing: Doing) -> Any:
    return guardian_acts.change_tie(
        guardianship=doing.target, tie=doing.form.tie, seen=doing.seen, **doing.who
    )


def _ties_of(pupil: Pupil) -> Any:
    return Guardianship.objects.filter(pupil=pupil).select_related("guardian", "pupil")


def _revoke(doing: Doing) -> Any:
    return pupil_acts.revoke_link(holder=doing.case, seen=doing.seen, **doing.who)


_REVOKED = _("Links die deze persoon eerder kreeg, werken nu niet meer.")
_WHY_REVOKE = _(
    "Doe dit als een link bij een ander terechtkwam. Alle links die deze persoon eerder kreeg, "
    "werken dan niet meer. Wat al is geantwoord, blijft staan."
)

_PUPIL_PAGES = {
    "wijzigen": ActPage(
        title=_("Gegevens van de leerling"),
        button=_("Bewaren"),
        done=_("De gegevens zijn bewaard."),
        form=PupilForm,
        perform=_change_pupil,
        initial=_pupil_initial,
    ),
    "groep": ActPage(
        title=_("In een andere groep"),
        button=_("Plaatsen"),
        done=_("De leerling is geplaatst."),
        explanation=_(
            "De groep van nu loopt tot de dag ervoor. Een groep dwars door de klassen heen komt "
            "ernaast."
        ),
        form=GroupForm,
        perform=_put_in_group,
        more=_group_year,
        initial=lambda _pupil, _user: {"starts_on": _today()},
        notes=_group_notes,
        part="groepen",
    ),
    "vertrek": ActPage(
        title=_("Leerling gaat van school"),
        button=_("Vertrek vastleggen"),
        done=_("Het vertrek is vastgelegd."),
        explanation=_(
            "Vanaf deze dag gelden de toestemmingen niet meer. Wat al is geplaatst, komt als taak "
            "op de werklijst."
        ),
        form=LeaveForm,
        perform=_leave,
        initial=lambda pupil, _user: {"on": pupil.left_on or _today()},
    ),
    "terug": ActPage(
        title=_("Leerling is niet van school, of is terug"),
        button=_("Weer inschrijven"),
        done=_("De leerling staat weer ingeschreven. Kies nu de groep."),
        explanation=_("Kies daarna de groep: die is bij het vertrek gestopt."),
        form=CaseForm,
        perform=_take_back,
    ),
    "ouder-toevoegen": ActPage(
        title=_("Ouder of verzorger toevoegen"),
        button=_("Toevoegen"),
        done=_("De ouder of verzorger is toegevoegd."),
        form=AddGuardianForm,
        perform=_add_guardian,
        part="ouders",
    ),
    "gezag": ActPage(
        title=_("Gezag en periode"),
        button=_("Bewaren"),
        done=_("Bewaard."),
        explanation=_("Wie geen gezag heeft, beslist niet mee over toestemming."),
        form=TieForm,
        perform=_change_tie,
        target=_ties_of,
        part="ouders",
    ),
    "link": ActPage(
        title=_("Links van de leerling intrekken"),
        button=_("Intrekken"),
        done=_REVOKED,
        explanation=_WHY_REVOKE,
        form=CaseForm,
        perform=_revoke,
        is_danger=True,
    ),
}


def _url(name: str) -> Any:
    def of(case: Any, part: str = "") -> str:
        url = reverse(name, args=[case.pk])
        return f"{url}#{part}" if part else url

    return of


PUPILS = CaseDesk(
    pages=_PUPIL_PAGES,
    visible=lambda request, pk: desk.pupil_of(request, int(pk)),
    holds=lambda user, _act, pupil: desk.may_change(user, pupil),
    is_open=_always,
    case_url=_url("people_pupil"),
    list_url=lambda: reverse("people"),
    still_reads=lambda _user, _pupil: True,
)


# --- a parent ---------------------------------------------------------------------------------


def _guardian_initial(guardian: Guardian, _user: User) -> dict[str, Any]:
    return {name: getattr(guardian, name) for name in GuardianForm.base_fields}


def _address_initial(guardian: Guardian, _user: User) -> dict[str, Any]:
    return {"email": guardian.email, "other_emails": "\n".join(guardian.other_emails)}


def _address_notes(guardian: Guardian, _target: Any) -> tuple[Note, ...]:
    if guardian.unreachable_since is None:
        return ()
    why = guardian.get_unreachable_why_display()
    sentence = _("Wij schrijven nu niet naar deze persoon: %(why)s. Na bewaren weer wel.")
    return (Note(sentence % {"why": why}, tone="attention"),)


def _change_guardian(doing: Doing) -> Any:
    return guardian_acts.change_guardian(
        guardian=doing.case, facts=doing.form.facts, seen=doing.seen, **doing.who
    )


def _put_address_right(doing: Doing) -> Any:
    return guardian_acts.put_address_right(
        guardian=doing.case, **doing.typed, seen=doing.seen, **doing.who
    )


_GUARDIAN_PAGES = {
    "wijzigen": ActPage(
        title=_("Naam en taal"),
        button=_("Bewaren"),
        done=_("De gegevens zijn bewaard."),
        form=GuardianForm,
        perform=_change_guardian,
        initial=_guardian_initial,
    ),
    "adres": ActPage(
        title=_("E-mailadres"),
        button=_("Bewaren"),
        done=_("Het adres is bewaard. Onze mail gaat er weer heen."),
        explanation=_("Klopt het adres weer, bewaar het dan ook als er niets verandert."),
        form=AddressForm,
        perform=_put_address_right,
        initial=_address_initial,
        notes=_address_notes,
    ),
    "link": ActPage(
        title=_("Links van deze ouder intrekken"),
        button=_("Intrekken"),
        done=_REVOKED,
        explanation=_WHY_REVOKE,
        form=CaseForm,
        perform=_revoke,
        is_danger=True,
    ),
}

GUARDIANS = CaseDesk(
    pages=_GUARDIAN_PAGES,
    visible=lambda request, pk: desk.guardian_of(request, int(pk)),
    holds=lambda user, _act, guardian: desk.may_change_guardian(user, guardian),
    is_open=_always,
    case_url=_url("people_guardian"),
    list_url=lambda: reverse("people"),
    still_reads=lambda _user, _guardian: True,
)


# --- a class ----------------------------------------------------------------------------------


def _accounts(group: Group) -> dict[str, Any]:
    """Employees of the school, or of the whole board, of today."""
    here = Q(appointments__school=group.school_id) | Q(appointments__school__isnull=True)
    found = User.objects.filter(
        here,
        running_on(_today(), "appointments__"),
        is_active=True,
        appointments__role=Role.EMPLOYEE,
    )
    return {"accounts": found.order_by("sort_name", "id").distinct()}


def _account_notes(group: Group, _target: Any) -> tuple[Note, ...]:
    if _accounts(group)["accounts"].exists():
        return ()
    sentence = _(
        "Niemand heeft een account als medewerker van deze school. Vraag het aan de beheerder van "
        "de accounts."
    )
    return (Note(sentence, tone="attention", shuts=True),)


def _teachers(group: Group) -> Any:
    return Teacher.objects.filter(groups=group)


def _put_before(doing: Doing) -> Any:
    return group_acts.put_before(group=doing.case, **doing.typed, **doing.who)


def _take_away(doing: Doing) -> Any:
    return group_acts.take_away(group=doing.case, teacher=doing.target, **doing.who)


def _give_account(doing: Doing) -> Any:
    return group_acts.give_account(
        teacher=doing.target, **doing.typed, seen=doing.seen, **doing.who
    )


def _teacher_edition(_group: Group, teacher: Any) -> int:
    return edition_of(teacher) if teacher is not None else 0


_GROUP_PAGES = {
    "leerkracht": ActPage(
        title=_("Leerkracht voor de groep"),
        button=_("Voor deze groep zetten"),
        done=_("Deze leerkracht ziet de groep nu."),
        explanation=_(
            "De leerkracht ziet de namen van de groep en wat er mag. Geen adressen en geen ouders."
        ),
        form=AccountForm,
        perform=_put_before,
        more=_accounts,
        notes=_account_notes,
        edition=_teacher_edition,
    ),
    "account": ActPage(
        title=_("Account van de leerkracht"),
        button=_("Bewaren"),
        done=_("Wie met dit account inlogt, ziet de groep nu."),
        explanation=_("Dit geldt voor alle groepen van deze leerkracht op deze school."),
        form=AccountForm,
        perform=_give_account,
        more=_accounts,
        target=_teachers,
        notes=_account_notes,
        edition=_teacher_edition,
    ),
    "weghalen": ActPage(
        title=_("Leerkracht weghalen"),
        button=_("Weghalen"),
        done=_("Deze leerkracht ziet de groep niet meer."),
        form=CaseForm,
        perform=_take_away,
        target=_teachers,
        edition=_teacher_edition,
    ),
}

GROUPS = CaseDesk(
    pages=_GROUP_PAGES,
    visible=lambda request, pk: desk.group_of(request, int(pk)),
    holds=lambda user, _act, group: desk.may_change(user, group),
    is_open=_always,
    case_url=lambda group, _part: f"{reverse('people_groups')}?school={group.school.slug}",
    list_url=lambda: reverse("people_groups"),
    still_reads=lambda _user, _group: True,
)
