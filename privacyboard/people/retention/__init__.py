"""What the lists of pupils, parents and staff must forget; also for `organisation`, downstairs.

Details first: what is no proof goes two years after leaving. The row itself, a name and a number,
stays as long as an answer, a case or another record points to it, and goes with the last of them.
"""

from __future__ import annotations

from typing import Any

from privacyboard.clockwork import choices as clockwork_choices
from privacyboard.clockwork import runs
from privacyboard.clockwork.rules import Term
from privacyboard.organisation.models import Board, Group, Guardian, Pupil, School, Teacher, User
from privacyboard.people.exchange import kept
from privacyboard.people.models import PeopleFile
from privacyboard.people.retention import families, files, staff
from privacyboard.people.retention.fields import (
    PERSONAL,
    PERSONAL_IN_ORGANISATION,
    contacts_of,
)

__all__ = ["PERSONAL", "PERSONAL_IN_ORGANISATION", "register_all"]

DETAILS_ARE_KEPT = Term(years=2)
STAFF_IS_KEPT = Term(years=2)
LOGS_ARE_KEPT = Term(months=12)
# As long as somebody can ask who decided, and can be fined for it (AVG 5(2); Awb 5:45): five years
# after the two of the personnel file.
STAFF_NAMES_ARE_KEPT = Term(years=7)
# As long as somebody can ask who was the FG of a day, or the AP can fine (AVG 5(2); Awb 5:45).
CONTACTS_ARE_KEPT = Term(years=5)
# Why it cannot go before its term on request: told to whoever asks.
_NEEDED = (
    "De school heeft deze gegevens nodig zolang de leerling er op school zit, en daarna nog twee "
    "jaar om vragen over de leerling te beantwoorden (AVG 17 lid 3 b en e)."
)
_STAFF = (
    "Wie hier werkt of werkte, staat bij wat er is besloten. Dat is deel van de verantwoording van "
    "de school (AVG 5 lid 2 en 17 lid 3 b)."
)

ANONYMISE = clockwork_choices.Fate.ANONYMISE


def register_all() -> None:
    """Tell the retention run what these lists forget."""
    _register_files()
    _register_families()
    _register_staff()
    _register_contacts()


def _register_files() -> None:
    runs.register(
        runs.Rule(
            name="people_files",
            title="Bestanden met leerlingen en ouders",
            model=PeopleFile,
            starts="het aanbieden",
            fate=ANONYMISE,
            due=files.due_files,
            forget=files.empty_files,
            default=Term(days=kept.FILES_ARE_KEPT.days),
        ),
        runs.Rule(
            name="people_file_rows",
            title="Wat er van ingelezen bestanden is genoteerd",
            model=PeopleFile,
            starts="het aanbieden",
            due=files.due_file_rows,
            forget=runs.erasing(PeopleFile),
            default=LOGS_ARE_KEPT,
            term_of="logs",
        ),
    )


def _register_families() -> None:
    """Details before rows, and parents before pupils: what points to somebody goes first."""
    left: dict[str, Any] = {
        "starts": "het vertrek",
        "default": DETAILS_ARE_KEPT,
        "term_of": "pupil_file",
        "ground": _NEEDED,
    }
    pupils: dict[str, Any] = {**left, "began": "left_on"}
    runs.register(
        runs.Rule(
            name="pupil_details",
            title="Leerlingen: e-mailadres, taal en groepen",
            model=Pupil,
            fate=ANONYMISE,
            due=families.due_details,
            forget=families.forget_details,
            of_person=families.details_of,
            **pupils,
        ),
        runs.Rule(
            name="guardian_details",
            title="Ouders: e-mailadressen en taal",
            model=Guardian,
            fate=ANONYMISE,
            due=families.due_contacts,
            forget=families.forget_contacts,
            of_person=families.contacts_of,
            **left,
        ),
        runs.Rule(
            name="guardians",
            title="Ouders: naam",
            model=Guardian,
            due=families.due_guardians,
            forget=families.forget_guardians,
            of_person=families.guardians_of,
            **left,
        ),
        runs.Rule(
            name="pupils",
            title="Leerlingen: naam en nummer",
            model=Pupil,
            due=families.due_pupils,
            forget=families.forget_pupils,
            of_person=families.pupils_of,
            **pupils,
        ),
        runs.Rule(
            name="groups",
            title="Groepen zonder leerlingen",
            model=Group,
            starts="het einde van het schooljaar",
            due=families.due_groups,
            forget=runs.erasing(Group),
            default=DETAILS_ARE_KEPT,
            term_of="pupil_file",
        ),
    )


def _register_contacts() -> None:
    """Who was the FG, or could be reached, before: of the past only (see `fields.Fate.BOARD`)."""
    for model, title in ((Board, "van het bestuur"), (School, "van scholen")):
        name = str(model._meta.model_name)
        runs.register(
            runs.replaced(
                name=f"{name}_contacts_replaced",
                title=f"Vroegere namen en adressen {title}",
                model=model,
                fields=contacts_of(name),
                default=CONTACTS_ARE_KEPT,
            )
        )


def _register_staff() -> None:
    account: dict[str, Any] = {
        "starts": "het einde van de laatste aanstelling",
        "fate": ANONYMISE,
        "of_person": staff.accounts_of,
        "ground": _STAFF,
    }
    runs.register(
        runs.Rule(
            name="teachers",
            title="Leerkrachten",
            model=Teacher,
            starts="het laatste teken dat iemand hier werkt",
            due=staff.due_teachers,
            forget=runs.erasing(Teacher),
            default=STAFF_IS_KEPT,
            term_of="personnel_file",
            of_person=staff.teachers_of,
            ground=_STAFF,
        ),
        runs.Rule(
            name="accounts",
            title="Accounts: e-mailadres en wachtwoord",
            model=User,
            due=staff.due_accounts,
            forget=staff.close_accounts,
            default=STAFF_IS_KEPT,
            term_of="personnel_file",
            **account,
        ),
        runs.Rule(
            name="account_names",
            title="Accounts: naam",
            model=User,
            due=staff.due_names,
            forget=staff.forget_names,
            default=STAFF_NAMES_ARE_KEPT,
            **account,
        ),
    )
