"""The acts of finding out what happened: who handles it, what it is, when, where, with proof."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from datalekken.actions import investigating
from datalekken.actions.investigating import Timeline
from datalekken.forms import investigating as typed
from datalekken.models import Breach
from privacyboard.backoffice.casework import ActPage, Doing
from privacyboard.organisation.models import User


def _take_up(doing: Doing) -> Any:
    return investigating.take_up(breach=doing.case, seen=doing.seen, **doing.typed, **doing.who)


def _describe(doing: Doing) -> Any:
    return investigating.describe(breach=doing.case, seen=doing.seen, **doing.typed, **doing.who)


def _set_times(doing: Doing) -> Any:
    return investigating.set_times(
        breach=doing.case, timeline=Timeline(**doing.typed), seen=doing.seen, **doing.who
    )


def _link_supplier(doing: Doing) -> Any:
    return investigating.link_supplier(
        breach=doing.case, seen=doing.seen, **doing.typed, **doing.who
    )


def _add_files(doing: Doing) -> Any:
    return investigating.add_files(breach=doing.case, **doing.typed, **doing.who)


def _handler(case: Breach, user: User) -> dict[str, Any]:
    """Who opens the page takes it up, unless somebody does already."""
    return {"handler": case.handler_id or user.pk}


INVESTIGATING: dict[str, ActPage] = {
    "oppakken": ActPage(
        title=_("Wie behandelt dit datalek?"),
        button=_("Vastleggen"),
        done=_("Vastgelegd wie dit datalek behandelt."),
        form=typed.TakeUpForm,
        perform=_take_up,
        initial=_handler,
    ),
    "omschrijven": ActPage(
        title=_("Omschrijf het datalek"),
        button=_("Opslaan"),
        done=_("De omschrijving is opgeslagen."),
        form=typed.DescribeForm,
        perform=_describe,
        part="melding",
    ),
    "tijden": ActPage(
        title=_("Wanneer gebeurde het?"),
        button=_("Tijden opslaan"),
        done=_("De tijden zijn opgeslagen. De termijn is opnieuw geteld."),
        explanation=_("Vul in wat u weet. Tijden gelden in Nederland. U kunt later aanvullen."),
        form=typed.TimesForm,
        perform=_set_times,
        part="tijden",
    ),
    "leverancier": ActPage(
        title=_("Gebeurde het bij een leverancier?"),
        button=_("Opslaan"),
        done=_("De leverancier is vastgelegd."),
        explanation=_(
            "Kies de leverancier, de overeenkomst en het product. Dan ziet u of de leverancier het "
            "op tijd vertelde."
        ),
        form=typed.SupplierForm,
        perform=_link_supplier,
        part="melding",
    ),
    "bestand": ActPage(
        title=_("Bestanden toevoegen"),
        button=_("Toevoegen"),
        done=_("De bestanden zijn toegevoegd."),
        form=typed.FilesForm,
        perform=_add_files,
        part="bestanden",
    ),
}
