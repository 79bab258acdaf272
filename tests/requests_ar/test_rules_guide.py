"""The one next step: for each situation the act that brings the answer nearer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from requests_ar.choices import RequestState
from requests_ar.rules.guide import Situation, next_step

WORKING = Situation(
    state=RequestState.IN_PROGRESS,
    may_ask=True,
    identity_known=True,
    has_activities=True,
    asks_search=True,
    tasks=1,
    undecided=1,
)
DECIDED = replace(WORKING, state=RequestState.DECIDED, undecided=0)
ANSWERED = replace(DECIDED, state=RequestState.ANSWERED)


@pytest.mark.parametrize(
    ("now", "act"),
    [
        (Situation(state=RequestState.RECEIVED, may_ask=None), "oppakken"),
        (replace(WORKING, identity_known=False), "controle"),
        (replace(WORKING, waits_for_requester=True), "vraag-beantwoord"),
        (replace(WORKING, waits_for_requester=True, undecided=0), "besluiten"),
        (replace(WORKING, may_ask=None), "personen"),
        (replace(WORKING, may_ask=False), "onderdeel"),
        (replace(WORKING, may_ask=False, undecided=0, has_activities=False), "besluiten"),
        (replace(WORKING, has_activities=False), "verwerkingen"),
        (replace(WORKING, tasks=0), "zoeken"),
        (replace(WORKING, tasks=0, asks_search=False), "onderdeel"),
        (replace(WORKING, open_tasks=1), "taken"),
        (WORKING, "onderdeel"),
        (replace(WORKING, undecided=0), "besluiten"),
        (replace(DECIDED, asks_items=True, items_missing=2), "antwoord"),
        (replace(DECIDED, asks_items=False, items_missing=10), "versturen"),
        (DECIDED, "versturen"),
        (replace(ANSWERED, code_untold=True, recipients_open=1), "code"),
        (replace(ANSWERED, recipients_open=1), "ontvangers"),
        (replace(ANSWERED, lacks_restriction=True, recipients_open=1), "beperken"),
        (ANSWERED, "afsluiten"),
        (replace(ANSWERED, state=RequestState.CLOSED), ""),
        (replace(ANSWERED, state=RequestState.WITHDRAWN), ""),
    ],
)
def test_the_next_step(now: Situation, act: str) -> None:
    assert next_step(now).act == act


def test_numbers_are_said_in_words() -> None:
    assert "Nog 1 zoektaak is niet klaar." in next_step(replace(WORKING, open_tasks=1)).why
    assert "Nog 3 zoektaken zijn niet klaar." in next_step(replace(WORKING, open_tasks=3)).why
    assert "Nog 2 onderdelen zonder oordeel." in next_step(replace(WORKING, undecided=2)).why
