"""A ruling in a sentence that a teacher understands."""

from __future__ import annotations

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


def _no(ruling: Ruling) -> str:
    if ruling.pupil_decides:
        return _("Nee. De leerling is 16 of ouder en beslist zelf.")
    return _("Nee. Een ouder of verzorger met gezag zegt nee.")


def _silent(ruling: Ruling) -> str:
    if ruling.pupil_decides:
        return _("Nee. De leerling is 16 of ouder en heeft nog niet geantwoord.")
    return _("Nee. Er is nog geen antwoord. Wie zwijgt, zegt nee.")


_WHY = {
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
