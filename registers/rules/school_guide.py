"""What a school's guide says about photos and film, from its published statement.

The way of working that the boards promise: asked beforehand and again every year, per use, free to
say no, withdrawn at any moment, and what the school asks of who takes pictures at school.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from registers.choices import LegalBasis
from registers.rules.statement import basis_in_words

Plain = Mapping[str, Any]


def asks_for_images(statement: Plain) -> list[Plain]:
    """The activities on photos and film for which consent is asked; cameras at the door are not."""
    consent = basis_in_words(LegalBasis.CONSENT).rstrip(")")
    return [
        process
        for chapter in statement.get("chapters", [])
        if chapter.get("about_images")
        for process in chapter["processes"]
        if any(purpose["basis"].startswith(consent) for purpose in process["purposes"])
    ]


def school_guide_text(statement: Plain, *, place: str, contact: str, address: str) -> str:
    """The text for the guide, in plain words; empty where consent is asked for none.

    `contact` is the e-mail address for questions, `address` that of the whole statement.
    """
    processes = asks_for_images(statement)
    if not processes:
        return ""
    blocks = [
        _("Foto’s en films op %(place)s") % {"place": place},
        _(
            "Bij ons op school maken wij foto’s en films. Staat uw kind er herkenbaar op? Dan "
            "gebruiken wij het beeld alleen met toestemming. Voor kinderen jonger dan 16 jaar "
            "vragen wij die aan de ouders. Leerlingen van 16 jaar en ouder kiezen zelf."
        ),
        _list(_("Zo werken wij:"), _promises()),
        _list(_("Hiervoor gebruiken wij foto’s en films:"), (each["name"] for each in processes)),
        _list(_("Maakt u zelf foto’s of films op school?"), _asked_of_parents()),
        _("Hebt u een vraag, of wilt u uw keuze veranderen? Vraag het aan de directeur: %(mail)s.")
        % {"mail": contact},
        _("Alles over privacy op school leest u hier: %(address)s") % {"address": address},
    ]
    return "\n\n".join(blocks) + "\n"


def _list(title: str, lines: Iterator[str] | tuple[str, ...]) -> str:
    return "\n".join([title, *(f"- {line}" for line in lines)])


def _promises() -> tuple[str, ...]:
    return (
        _("Wij vragen het vooraf, en elk schooljaar opnieuw."),
        _("U kiest per plek, zoals website, schoolgids, nieuwsbrief en sociale media."),
        _("U mag nee zeggen. Dat heeft geen gevolgen voor uw kind."),
        _("Krijgen wij geen antwoord? Dan is het nee."),
        _("U mag uw toestemming altijd intrekken. Dat is net zo makkelijk als haar geven."),
        _("Gevoelige beelden zetten wij alleen op een deel waarvoor u moet inloggen."),
        _("Ook met toestemming kijken wij elke keer of het verstandig is een foto te plaatsen."),
    )


def _asked_of_parents() -> tuple[str, ...]:
    return (
        _("Maak zo veel mogelijk foto’s van alleen uw eigen kind."),
        _("Zet geen foto of film met andere kinderen op internet zonder ja van hun ouders."),
        _("Zegt een leraar dat filmen nu niet mag? Houd u daar dan aan."),
    )
