"""Which act stands on the page of a breach: by its state, and by the right that it asks.

| word           | in state                     | right                |
|----------------|------------------------------|----------------------|
| oppakken       | until it is closed           | behandelen           |
| omschrijven    | until it is closed           | behandelen           |
| tijden         | until it is closed           | behandelen           |
| leverancier    | until it is closed           | behandelen           |
| bestand        | until it is closed           | aanvullen            |
| maatregel      | until it is closed           | aanvullen            |
| maatregel-klaar| any                          | aanvullen (or its owner) |
| beoordelen     | in onderzoek                 | behandelen           |
| advies         | gemeld, in onderzoek         | adviseren            |
| besluiten      | in onderzoek                 | beslissen            |
| melden         | until it is closed           | behandelen           |
| ap-nummer      | any                          | behandelen           |
| bericht ...    | until it is closed           | behandelen           |
| bericht-versturen | in onderzoek, besloten    | behandelen           |
| ontvanger ...  | until it is closed           | behandelen           |
| ontvangers     | any                          | behandelen           |
| op-papier, ...op-de-post | any                | behandelen           |
| lessen         | until it is closed           | behandelen           |
| afsluiten      | besloten                     | behandelen           |
| heropenen      | besloten, afgesloten         | beslissen            |
| vertrouwelijk  | any                          | vertrouwelijke lezen |
"""

from __future__ import annotations

from collections.abc import Callable

from datalekken.choices import BreachState as S
from datalekken.rules.states import CLOSED, DECIDED, IN_PROGRESS, OPEN, UNDECIDED
from privacyboard.organisation.choices import Right

_ANY = frozenset(S)
_HANDLE = Right.HANDLE_BREACHES
_SUPPLEMENT = Right.SUPPLEMENT_BREACHES
_GUARD = Right.VIEW_CONFIDENTIAL_BREACHES

ACTS: dict[str, tuple[Right, frozenset[S]]] = {
    "oppakken": (_HANDLE, OPEN),
    "omschrijven": (_HANDLE, OPEN),
    "tijden": (_HANDLE, OPEN),
    "leverancier": (_HANDLE, OPEN),
    "bestand": (_SUPPLEMENT, OPEN),
    "maatregel": (_SUPPLEMENT, OPEN),
    "maatregel-klaar": (_SUPPLEMENT, _ANY),
    "beoordelen": (_HANDLE, frozenset({IN_PROGRESS})),
    "advies": (Right.ADVISE_BREACHES, UNDECIDED),
    "besluiten": (Right.DECIDE_BREACHES, frozenset({IN_PROGRESS})),
    "meldgegevens": (_HANDLE, OPEN),
    "melden": (_HANDLE, OPEN),
    "ap-nummer": (_HANDLE, _ANY),
    "bericht": (_HANDLE, OPEN),
    "bericht-wijzigen": (_HANDLE, OPEN),
    "bericht-weg": (_HANDLE, OPEN),
    "ontvangers": (_HANDLE, _ANY),
    "ontvanger": (_HANDLE, OPEN),
    "ontvangers-medewerkers": (_HANDLE, OPEN),
    "ontvangers-lijst": (_HANDLE, OPEN),
    "ontvanger-weg": (_HANDLE, OPEN),
    "bericht-versturen": (_HANDLE, frozenset({IN_PROGRESS, DECIDED})),
    "op-papier": (_HANDLE, _ANY),
    "op-de-post": (_HANDLE, _ANY),
    "brief-op-de-post": (_HANDLE, _ANY),
    "lessen": (_HANDLE, OPEN),
    "afsluiten": (_HANDLE, frozenset({DECIDED})),
    "openbaar-bericht": (_HANDLE, frozenset({DECIDED})),
    "heropenen": (Right.DECIDE_BREACHES, frozenset({DECIDED, CLOSED})),
    "vertrouwelijk": (_GUARD, _ANY),
    "noemen": (_GUARD, _ANY),
    "niet-noemen": (_GUARD, _ANY),
}

# The dossier for the AP tells everything: for who handles, decides or advises.
DOSSIER_RIGHTS = (_HANDLE, Right.DECIDE_BREACHES, Right.ADVISE_BREACHES)


def is_allowed(act: str, *, state: str, holds: Callable[[str], bool]) -> bool:
    """Whether the act stands on the page now; the act itself looks again."""
    right, states = ACTS[act]
    return state in states and holds(right)
