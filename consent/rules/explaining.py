"""A ruling in a sentence that a teacher understands."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import formats
from django.utils.translation import gettext as _

from consent.choices import Outcome
from consent.rules.standing import Ruling


def explain(ruling: Ruling) -> str:
    """Why this holds, without telling which parent said what."""
    if ruling.outcome is Outcome.YES:
        if ruling.until is None:
            return _("Ja, tot iemand het verandert.")
        day = formats.date_format(ruling.until, "j F Y")
        return _("Ja, tot en met %(day)s.") % {"day": day}
    return _WHY[ruling.outcome](ruling)


def briefly(ruling: Ruling) -> str:
    """Why, in a few words, for a cell that says yes or no already."""
    if ruling.outcome is Outcome.YES:
        if ruling.until is None:
            return ""
        return _("tot en met %(day)s") % {"day": formats.date_format(ruling.until, "j F Y")}
    if ruling.outcome is Outcome.NO:
        return _("de leerling zegt nee") if ruling.pupil_decides else _("een ouder zegt nee")
    return str(ruling.outcome.label)


def _no(ruling: Ruling) -> str:
    if ruling.pupil_decides:
        return _("Nee. De leerling is 16 of ouder en zegt nee.")
    return _("Nee. Een ouder of verzorger met gezag zegt nee.")


def _silent(ruling: Ruling) -> str:
    if ruling.pupil_decides:
        return _("Nee. De leerling is 16 of ouder en heeft nog niet geantwoord.")
    return _("Nee. Er is nog geen antwoord. Wie zwijgt, zegt nee.")


_WHY: dict[Outcome, Callable[[Ruling], str]] = {
    Outcome.NO: _no,
    Outcome.SILENT: _silent,
    Outcome.EXPIRED: lambda _ruling: _("Nee. De toestemming is verlopen."),
    Outcome.CHANGED: lambda _ruling: _(
        "Nee. De vraag is veranderd en nog niet opnieuw beantwoord."
    ),
    Outcome.WAITS_FOR_OTHER: lambda _ruling: _(
        "Nee. Eén ouder zei ja. Bij dit bestuur moeten alle ouders met gezag ja zeggen."
    ),
    Outcome.TO_RECONFIRM: lambda _ruling: _(
        "Nee, niet voor iets nieuws. De leerling is nu 16 en moet het zelf bevestigen."
    ),
    Outcome.LEFT: lambda _ruling: _("Nee. De leerling is niet op deze school."),
}
