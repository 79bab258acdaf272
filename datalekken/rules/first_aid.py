"""First aid: what somebody who finds a breach can do now, by kind of incident (OPOO 8.4).

Two to four steps each, in plain words, for a parent as much as for a teacher. They stop it from
getting worse and keep the traces; everything else is for who handles the report.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from datalekken.choices import IncidentKind as K

_CALL_IT = _("Bel meteen de ICT-helpdesk van de school of het bestuur.")
_PASSWORD = _(
    "Verander het wachtwoord van uw schoolaccount, en overal waar u hetzelfde wachtwoord hebt."
)
_RECALL = _("Kunt u het bericht of de link naar het bestand nog intrekken? Doe dat meteen.")
_POLICE = _("Gestolen? Doe aangifte bij de politie en bewaar het nummer van de aangifte.")
_UNPLUG = _("Haal het apparaat van het netwerk: wifi uit of kabel eruit. Laat het wel aan staan.")
_KEEP_TRACES = _("Wis niets en zet niets terug. De sporen zijn nodig om te zien wat er gebeurde.")
_STOP_IT = _("Voorkom dat het erger wordt: sluit, stop of haal terug wat u kunt.")
_WHO_SAW = _("Schrijf op wie het zagen of hoorden, en hoe lang het te zien was.")
_SINCE_WHEN = _("Schrijf op wie erbij konden, en sinds wanneer.")
_WHICH_PAPERS = _("Schrijf op om welke papieren het gaat, en over wie.")
_FORGET = _("Vraag wie het zag om er niets mee te doen, en om foto’s en kopieën te wissen.")
_CALL_US = _("Weet u niet wat u moet doen? Bel het meldpunt. Te vroeg bellen bestaat niet.")

_IN_THE_SYSTEMS = (_CALL_IT, _UNPLUG, _KEEP_TRACES)

STEPS: dict[K, tuple[Any, ...]] = {
    K.SENT_BY_MISTAKE: (
        _RECALL,
        _("Vraag de ontvanger om het niet te lezen, niet door te sturen en te wissen."),
        _("Vraag de ontvanger om per e-mail te bevestigen dat het gewist is. Bewaar dat bericht."),
        _("Ging het om papier? Vraag het terug, of haal het op."),
    ),
    K.OPEN_ADDRESSEES: (
        _RECALL,
        _("Vraag alle ontvangers om het bericht te wissen. Zet hun adressen nu in het vak BCC."),
        _("Vraag hun om niemand op de lijst te antwoorden."),
    ),
    K.DEVICE_LOST: (
        _("Bel meteen de ICT-helpdesk. Vraag om het apparaat op afstand te wissen of op slot."),
        _PASSWORD,
        _("Bel de plaats waar het kan liggen: de school, de trein, een winkel."),
        _POLICE,
    ),
    K.PAPER_LOST: (
        _("Zoek het meteen, en bel de plaats waar het kan liggen."),
        _FORGET,
        _WHICH_PAPERS,
        _POLICE,
    ),
    K.POST_LOST: (
        _("Vraag de bezorger om te zoeken. Bewaar het nummer van de zending."),
        _("Kwam het open terug? Bewaar ook de envelop of de doos."),
        _WHICH_PAPERS,
    ),
    K.SHOWN_TO_WRONG: (
        _("Haal de gegevens weg van het scherm, het bord of de muur."),
        _FORGET,
        _WHO_SAW,
    ),
    K.WRONG_RECORD: (
        _("Kijk niet verder in de gegevens van een ander, en sluit het scherm."),
        _("Schrijf op in welk systeem u het zag, en hoe laat."),
        _CALL_IT,
    ),
    K.PUBLISHED: (
        _("Haal het van internet, of bel wie dat kan."),
        _("Schrijf het adres van de pagina op, en sinds wanneer het er stond."),
        _("Vraag zoekmachines om het ook uit hun resultaten te halen."),
    ),
    K.PERMISSIONS: (
        _("Sluit de map of het systeem voor wie er niet in mag, of bel de ICT-helpdesk daarvoor."),
        _SINCE_WHEN,
        _KEEP_TRACES,
    ),
    K.PHISHING: (
        _PASSWORD,
        _("Bel meteen de ICT-helpdesk. Vraag om het account te blokkeren."),
        _("Bewaar het valse bericht. Klik nergens meer op en stuur het niet door."),
    ),
    K.HACKING: _IN_THE_SYSTEMS,
    K.RANSOMWARE: (
        *_IN_THE_SYSTEMS,
        _("Betaal niet en antwoord niet."),
    ),
    K.EXFILTRATION: (_CALL_IT, _KEEP_TRACES, _SINCE_WHEN),
    K.UNAUTHORISED: (_CALL_IT, _PASSWORD, _KEEP_TRACES),
    K.ACCESS_ABUSE: (
        _("Bewaar wat laat zien wie er keek, en wanneer."),
        _("Spreek die persoon er niet zelf op aan. Wie de melding behandelt, doet dat."),
    ),
    K.VULNERABILITY: _IN_THE_SYSTEMS,
    K.MISCONFIGURATION: (
        _("Zet de instelling goed, of bel de ICT-helpdesk daarvoor."),
        _("Schrijf op hoe de instelling stond, en sinds wanneer. Of maak er een foto van."),
        _KEEP_TRACES,
    ),
    K.SPOKEN: (
        _("Vraag wie het hoorde om het niet verder te vertellen."),
        _WHO_SAW,
    ),
    K.DELETED: (
        _("Werk niet verder in die map of op dat apparaat. Dan is er meer terug te halen."),
        _("Bel meteen de ICT-helpdesk en vraag of er een reservekopie is."),
    ),
    K.CHANGED: (_CALL_IT, _KEEP_TRACES, _SINCE_WHEN),
    K.MALFUNCTION: (
        _CALL_IT,
        _("Schrijf op sinds wanneer het niet werkt, en wat daardoor niet door kan gaan."),
    ),
    K.OLD_DEVICE: (
        _("Bel wie het apparaat nu heeft. Vraag om het niet aan te zetten en terug te geven."),
        _CALL_IT,
    ),
    K.OLD_PAPER: (
        _("Haal het papier uit de bak, of bel wie het ophaalde."),
        _WHICH_PAPERS,
    ),
    K.UNKNOWN: (_STOP_IT, _KEEP_TRACES, _CALL_US),
    K.OTHER: (_STOP_IT, _KEEP_TRACES, _CALL_US),
}


def first_aid(kind: str) -> tuple[Any, ...]:
    """The steps for this kind of incident, in the language that is active when they are shown."""
    return STEPS[K(kind)]
