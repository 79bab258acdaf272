"""Every act in every state, done with data that are in order: the acts themselves refuse.

The table of `rules/acts.py` says where an act stands on a page; here the same table is held against
what happens to who does it all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import Doing
from requests_ar.actions import searching
from requests_ar.choices import RequestState
from requests_ar.models import (
    Delivery,
    Pause,
    RecipientTask,
    Restriction,
    SearchTask,
    SubjectRequest,
)
from requests_ar.rules.acts import ACTS
from requests_ar.views.act_table import PAGES
from tests.conftest import Cast
from tests.factories import registers as make
from tests.factories import requests as ask

# In any state: a letter is posted, a restriction ends, a case is closed to others.
ANYWHERE = {"brief", "opheffen", "vertrouwelijk", "noemen", "niet-noemen"}
RULED = sorted(act for act, (_right, states) in ACTS.items() if states != frozenset(RequestState))


@dataclass(frozen=True)
class Typed:
    """What is typed for one act, and on which row of the request it is done."""

    data: Callable[[Cast], dict[str, Any]] = lambda _cast: {}
    target: str = ""
    files: dict[str, Any] = field(default_factory=dict)


def _today() -> str:
    return timezone.localdate().isoformat()


PERSON = {
    "name": "Mila Moeder",
    "email": "mila@thuis.example",
    "phone": "0612345678",
    "address": "Laan 1, 9990 ZZ Waterstad",
    "relation": "parent",
    "authority": "no",
}
ITEMS = {f"text_{number}": "Zoals u vroeg." for number in range(1, 11)}
TYPED: dict[str, Typed] = {
    "oppakken": Typed(lambda cast: {"handler": cast.director.pk}),
    "ontvangst": Typed(
        lambda _cast: {
            "received_on": (timezone.localdate() - timedelta(days=2)).isoformat(),
            "reason": "De leraar had het al.",
        }
    ),
    "persoon": Typed(lambda _cast: PERSON, "people"),
    "controle": Typed(
        lambda _cast: {
            "about": "identity",
            "method": "known",
            "is_established": "yes",
            "checked_on": _today(),
        }
    ),
    "vraag": Typed(lambda _cast: {"kind": "identity", "reason": "Wie bent u?"}),
    "vraag-beantwoord": Typed(lambda _cast: {"answered_on": _today()}, "pauses"),
    "uitleg-zonder-gezag": Typed(),
    "verlengen": Typed(lambda _cast: {"reason": "complexity", "text": "Oude dossiers."}),
    "vergoeding": Typed(
        lambda _cast: {"ground": "extra_copies", "amount": "12,50", "reasons": "Derde kopie."}
    ),
    "intrekken": Typed(lambda _cast: {"withdrawn_on": _today(), "reason": "Zij belde."}),
    "verwerkingen": Typed(
        lambda _cast: {"activities": [make.established("V03", at=timezone.now()).pk]}
    ),
    "zoeken": Typed(
        lambda cast: {"what": "De map", "assignee": cast.teacher.pk, "due_on": _today()}
    ),
    "taak-vervalt": Typed(lambda _cast: {"reason": "Niet meer nodig."}, "tasks"),
    "bestanden": Typed(files={"uploads": b"tekst"}),
    "bestand": Typed(lambda _cast: {"for_answer": "on", "note": ""}, "files"),
    "advies": Typed(lambda _cast: {"advice": "Wijs het toe."}),
    "onderdeel": Typed(lambda _cast: {"verdict": "granted"}, "parts"),
    "besluiten": Typed(),
    "heropenen": Typed(lambda _cast: {"reason": "Er is meer gevonden."}),
    "antwoord": Typed(lambda _cast: ITEMS),
    "versturen": Typed(lambda _cast: {"way": "handed", "on": _today()}),
    "code": Typed(lambda _cast: {"way": "desk", "reason": ""}, "deliveries"),
    "link": Typed(target="deliveries"),
    "uitgevoerd": Typed(lambda _cast: {"done_on": _today(), "what": "Gestopt."}, "parts"),
    "ontvanger": Typed(lambda _cast: {"told_on": _today(), "why_not": ""}, "recipients"),
    "beperken": Typed(
        lambda _cast: {"ground": "accuracy", "what": "Het adres", "starts_on": _today()}
    ),
    "afsluiten": Typed(),
}


def whole(cast: Cast) -> SubjectRequest:
    """A request with a row of everything, so that any act finds what it is about."""
    now, today = timezone.now(), timezone.localdate()
    case = ask.subject_request(
        cast.linde,
        at=now,
        kinds=("consent",),
        authority="no",
        wants="post",
        address="Laan 1, 9990 ZZ Waterstad",
    )
    part = case.parts.get()
    part.verdict, part.carried_out_on, part.carried_out = "granted", today, "Gestopt."
    part.record(by=None, why="proef")
    task = SearchTask(
        request=case, what="De map", assignee=cast.teacher, due_on=today, asked_at=now
    )
    rows: list[Any] = [
        task,
        Pause(request=case, kind="clarification", reason="Welk jaar?", asked_on=today),
        Delivery(request=case, way="link", delivered_on=today, expires_at=now + timedelta(days=30)),
        RecipientTask(request=case, party=make.party("duo"), told_on=today),
        Restriction(request=case, ground="accuracy", what="Het adres", starts_on=today),
    ]
    for row in rows:
        row.record(by=None, why="proef")
    upload = SimpleUploadedFile("lijst.txt", b"tekst")
    searching.add_files(request=case, uploads=[upload], by=cast.director, at=now)
    return case


def put(case: SubjectRequest, state: str) -> SubjectRequest:
    """Force a state, with the days that belong to it."""
    now, today = timezone.now(), timezone.localdate()
    case.state = state
    is_answered = state in {"answered", "closed"}
    case.decided_at = now if state == "decided" or is_answered else None
    case.answered_on = today if is_answered else None
    case.withdrawn_on = today if state == "withdrawn" else None
    case.record(by=None, why="proef")
    found: SubjectRequest = SubjectRequest.objects.get(pk=case.pk)
    return found


def everything() -> dict[str, int]:
    """How many rows each table has, history included: any act that is done adds one."""
    models = apps.get_app_config("requests_ar").get_models()
    return {model.__name__: model._default_manager.count() for model in models}


def do(act: str, case: SubjectRequest, cast: Cast) -> None:
    """Do an act as its page does. What is typed is in order: only the act can refuse."""
    page, typed = PAGES[act], TYPED[act]
    target = page.target(case).last() if page.target else None
    assert (target is not None) == bool(typed.target)
    files = {name: [SimpleUploadedFile("a.txt", content)] for name, content in typed.files.items()}
    given = {"case": case, "target": target, **page.more(case)}
    data: Any = MultiValueDict(
        {
            name: value if isinstance(value, list) else [value]
            for name, value in typed.data(cast).items()
        }
    )
    form = page.form(data, MultiValueDict(files), **given)
    assert form.is_valid(), form.errors
    page.perform(Doing(case, target, form, cast.director, timezone.now(), None))


def test_every_act_is_looked_at() -> None:
    assert set(RULED) == set(TYPED)
    assert set(ACTS) - set(RULED) == ANYWHERE


@pytest.mark.parametrize("act", RULED)
def test_an_act_is_done_where_the_table_has_it_and_refused_everywhere_else(
    act: str, cast: Cast
) -> None:
    case = whole(cast)
    _right, allowed = ACTS[act]
    for state in RequestState:
        with transaction.atomic():
            there = put(case, state)
            before = everything()
            if state in allowed:
                do(act, there, cast)
                assert everything() != before, state
            else:
                with pytest.raises(ActRefused), transaction.atomic():
                    do(act, there, cast)
                assert everything() == before, state
                there.refresh_from_db()
                assert there.state == state
            transaction.set_rollback(True)
