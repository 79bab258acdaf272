"""Which act stands on the page of a request: by its state, and by the right that it asks.

| word           | in state                                  | right             |
|----------------|-------------------------------------------|-------------------|
| oppakken       | ontvangen, in behandeling, besloten       | behandelen        |
| controle ...   | as long as the requester has no answer    | behandelen        |
| verlengen      | as long as the requester has no answer    | termijn verlengen |
| advies         | ontvangen, in behandeling                 | adviseren         |
| onderdeel      | in behandeling                            | behandelen        |
| besluiten      | in behandeling                            | beslissen         |
| heropenen      | besloten                                  | beslissen         |
| antwoord       | in behandeling, besloten                  | behandelen        |
| versturen      | besloten                                  | behandelen        |
| code, link     | beantwoord, afgesloten                    | behandelen        |
| uitgevoerd     | beantwoord                                | behandelen        |
| ontvanger      | beantwoord                                | behandelen        |
| afsluiten      | beantwoord                                | behandelen        |
| vertrouwelijk  | any                                       | vertrouwelijke lezen |
"""

from __future__ import annotations

from collections.abc import Callable

from privacyboard.organisation.choices import Right
from requests_ar.choices import RequestState as S
from requests_ar.rules.states import OPEN

_ANY = frozenset(S)
_HANDLE = Right.HANDLE_REQUESTS
_AFTER = frozenset({S.ANSWERED, S.CLOSED})

ACTS: dict[str, tuple[Right, frozenset[S]]] = {
    "oppakken": (_HANDLE, OPEN),
    "ontvangst": (_HANDLE, OPEN),
    "persoon": (_HANDLE, OPEN),
    "controle": (_HANDLE, OPEN),
    "vraag": (_HANDLE, OPEN),
    "vraag-beantwoord": (_HANDLE, OPEN),
    "brief": (_HANDLE, _ANY),
    "uitleg-zonder-gezag": (_HANDLE, OPEN),
    "verlengen": (Right.EXTEND_TERM, OPEN),
    "vergoeding": (_HANDLE, OPEN),
    "intrekken": (_HANDLE, OPEN),
    "verwerkingen": (_HANDLE, OPEN),
    "zoeken": (_HANDLE, OPEN),
    "taak-vervalt": (_HANDLE, OPEN),
    "bestanden": (_HANDLE, OPEN),
    "bestand": (_HANDLE, OPEN),
    "advies": (Right.ADVISE_REQUESTS, frozenset({S.RECEIVED, S.IN_PROGRESS})),
    "onderdeel": (_HANDLE, frozenset({S.IN_PROGRESS})),
    "besluiten": (Right.DECIDE_REQUESTS, frozenset({S.IN_PROGRESS})),
    "heropenen": (Right.DECIDE_REQUESTS, frozenset({S.DECIDED})),
    "antwoord": (_HANDLE, frozenset({S.IN_PROGRESS, S.DECIDED})),
    "versturen": (_HANDLE, frozenset({S.DECIDED})),
    "code": (_HANDLE, _AFTER),
    "link": (_HANDLE, _AFTER),
    "uitgevoerd": (_HANDLE, frozenset({S.ANSWERED})),
    "ontvanger": (_HANDLE, frozenset({S.ANSWERED})),
    "beperken": (_HANDLE, _ANY - {S.WITHDRAWN, S.CLOSED}),
    "opheffen": (_HANDLE, _ANY),
    "afsluiten": (_HANDLE, frozenset({S.ANSWERED})),
    "vertrouwelijk": (Right.VIEW_CONFIDENTIAL_REQUESTS, _ANY),
    "noemen": (Right.VIEW_CONFIDENTIAL_REQUESTS, _ANY),
    "niet-noemen": (Right.VIEW_CONFIDENTIAL_REQUESTS, _ANY),
}


def is_allowed(act: str, *, state: str, holds: Callable[[str], bool]) -> bool:
    """Whether the act stands on the page now; the act itself looks again."""
    right, states = ACTS[act]
    return state in states and holds(right)
