"""The table of acts on a breach: which form each shows, what it calls, what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from datalekken.actions import deciding, guarding
from datalekken.forms import guarding as guarded
from datalekken.views.act_deciding import DECIDING, reopen_notes
from datalekken.views.act_following import FOLLOWING
from datalekken.views.act_investigating import INVESTIGATING
from datalekken.views.act_notifying import NOTIFYING
from datalekken.views.act_telling import TELLING
from privacyboard.backoffice.casework import ActPage, Doing


def on_breach(perform: Callable[..., Any]) -> Callable[[Doing], Any]:
    """An act on the breach, whose form has the names that the act takes."""
    return lambda doing: perform(breach=doing.case, **doing.typed, **doing.who)


_MEASURES_MOVE = _(
    "Open maatregelen van wie het datalek dan niet meer mag zien, gaan naar de behandelaar. Is "
    "die er niet, dan naar u."
)

PAGES: dict[str, ActPage] = {
    **DECIDING,
    **FOLLOWING,
    **INVESTIGATING,
    **TELLING,
    **NOTIFYING,
    "heropenen": ActPage(
        title=_("Dit datalek heropenen"),
        button=_("Heropenen"),
        done=_("Het datalek is weer in onderzoek. Wat besloten en gemeld is, blijft staan."),
        form=guarded.WhyForm,
        perform=on_breach(deciding.reopen),
        notes=reopen_notes,
        is_danger=True,
    ),
    "vertrouwelijk": ActPage(
        title=_("Dit datalek vertrouwelijk maken"),
        button=_("Vertrouwelijk maken"),
        done=_("Alleen de FG, de IBP-manager en wie u noemt zien dit datalek nog."),
        form=guarded.WhyForm,
        perform=on_breach(guarding.make_confidential),
        explanation=_MEASURES_MOVE,
    ),
    "noemen": ActPage(
        title=_("Iemand dit datalek laten zien"),
        button=_("Toegang geven"),
        done=_("Deze persoon kan het datalek nu openen."),
        form=guarded.NameForm,
        perform=on_breach(guarding.name_person),
    ),
    "niet-noemen": ActPage(
        title=_("Iemand geen toegang meer geven"),
        button=_("Toegang weghalen"),
        done=_("Deze persoon kan het datalek niet meer openen."),
        form=guarded.UnnameForm,
        perform=on_breach(guarding.unname_person),
        explanation=_MEASURES_MOVE,
        is_danger=True,
    ),
}
