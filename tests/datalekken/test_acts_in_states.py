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

from datalekken.actions.closing import Task, add_measure, learn
from datalekken.actions.deciding import assess_breach
from datalekken.actions.guarding import make_confidential, name_person
from datalekken.actions.telling import Words, add_person, write_telling
from datalekken.choices import BreachState, MeasureKind, TellGround
from datalekken.models import Breach
from datalekken.rules.acts import ACTS
from datalekken.rules.told import Candidate
from datalekken.views.act_table import PAGES
from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import Doing
from tests.conftest import Cast
from tests.datalekken.test_assessing import ANSWERS
from tests.datalekken.test_closing import LEARNED
from tests.factories import breaches as make
from tests.factories import registers as register


@dataclass(frozen=True)
class Typed:
    """What is typed for one act, and which row of the file it is about."""

    data: Callable[[Cast], dict[str, Any]] = lambda _cast: {}
    target: Callable[[Breach], Any] | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    # What must be so before it can be done at all, whatever the state.
    prepare: Callable[[Breach, Cast], None] | None = None


def _today(**away: int) -> str:
    return (timezone.localdate() + timedelta(**away)).isoformat()


def _moment(**away: int) -> str:
    return (timezone.localtime() + timedelta(**away)).strftime("%Y-%m-%dT%H:%M")


def _closed_to_others(case: Breach, cast: Cast) -> None:
    make_confidential(breach=case, reason="Gevoelig", by=cast.ibp, at=timezone.now())


def _named(case: Breach, cast: Cast) -> None:
    _closed_to_others(case, cast)
    name_person(breach=case, user=cast.teacher, by=cast.ibp, at=timezone.now())


DECISION = {
    "nature": "breach",
    "notifies": "no",
    "notify_reasons": "Een vertrouwde ontvanger wiste het.",
    "tells": "no",
    "tell_reasons": "Er is niets te doen.",
    "tell_ground": "b",
}
LETTER = {
    "title": "Een USB-stick is kwijt",
    "what_happened": "Een stick met rapporten is weg.",
    "consequences": "Iemand kan de rapporten lezen.",
    "measures": "Wij zoeken en kochten andere sticks.",
    "advice": "U hoeft niets te doen.",
    "contact": "De school, 010 1234567",
}
# Once something is sent these go on in any state; see test_telling_made and test_ap_number.
AFTERWARDS = {"op-papier", "op-de-post", "brief-op-de-post", "ap-nummer"}
# Pages of their own, which the table names for their right; see test_telling_lists.
PAGES_OF_THEIR_OWN = {"ontvangers", "ontvangers-lijst"}
TYPED: dict[str, Typed] = {
    "omschrijven": Typed(
        lambda cast: {
            "title": "Stick kwijt",
            "kind": "device_lost",
            "nature": "breach",
            "schools": [cast.linde.pk, cast.eik.pk],
        }
    ),
    "tijden": Typed(
        lambda _cast: {
            "occurrence": "unknown",
            "first_signal_at": _moment(hours=-2),
            "certain_at": _moment(hours=-1),
            "discovery": "ourselves",
        }
    ),
    "leverancier": Typed(lambda _cast: {"processor": register.processor().pk}),
    "bestand": Typed(files={"uploads": b"%PDF-1.7 een brief"}),
    "meldgegevens": Typed(),
    "melden": Typed(
        lambda cast: {
            "kind": "preliminary",
            "sent_at": _moment(minutes=-1),
            "ap_number": "AP-1",
            "sender": cast.ibp.pk,
        }
    ),
    "bericht": Typed(lambda _cast: LETTER),
    "bericht-wijzigen": Typed(
        lambda _cast: {**LETTER, "title": "Anders"}, target=lambda case: case.tellings.get()
    ),
    "bericht-weg": Typed(target=lambda case: case.tellings.get()),
    "ontvanger": Typed(
        lambda _cast: {"role": "other", "name": "Opa", "email": "opa@thuis.example"},
        target=lambda case: case.tellings.get(),
    ),
    "ontvangers-medewerkers": Typed(
        lambda cast: {"schools": [cast.linde.pk]}, target=lambda case: case.tellings.get()
    ),
    "ontvanger-weg": Typed(target=lambda case: case.told_people.get()),
    "bericht-versturen": Typed(
        lambda _cast: {"voluntarily": "on"}, target=lambda case: case.tellings.get()
    ),
    "oppakken": Typed(lambda cast: {"handler": cast.ibp.pk}),
    "beoordelen": Typed(lambda _cast: ANSWERS),
    "advies": Typed(
        lambda _cast: {"advises_notifying": "yes", "advises_telling": "no", "advice": "Meld het."}
    ),
    "besluiten": Typed(lambda _cast: DECISION),
    "heropenen": Typed(lambda _cast: {"reason": "Er is meer gevonden."}),
    "openbaar-bericht": Typed(lambda _cast: {"where": "De site", "placed_on": _today()}),
    "maatregel": Typed(
        lambda cast: {
            "kind": "prevent",
            "text": "Sticks kopen",
            "owner": cast.director.pk,
            "due_on": _today(days=3),
        }
    ),
    "maatregel-klaar": Typed(
        lambda _cast: {"done_on": _today(), "result": "Gekocht."},
        target=lambda case: case.measures.open().get(),
    ),
    "lessen": Typed(lambda _cast: {"cause": "unknown", "root_cause": "Haast", "lessons": "Rust"}),
    "afsluiten": Typed(),
    "vertrouwelijk": Typed(lambda _cast: {"reason": "Over een collega."}),
    "noemen": Typed(lambda cast: {"user": cast.teacher.pk}, prepare=_closed_to_others),
    "niet-noemen": Typed(lambda cast: {"user": cast.teacher.pk}, prepare=_named),
}


def whole(cast: Cast) -> Breach:
    """A file with everything that closing asks, and a measure that is still open."""
    at = timezone.now() - timedelta(hours=1)
    case = make.certain(make.breach(cast.linde, at=at), at=at, by=cast.ibp)
    assess_breach(breach=case, facts=make.facts(), by=cast.ibp, at=at)
    task = Task(
        kind=MeasureKind.PREVENT, text="Sloten", due_on=timezone.localdate(), owner=cast.director
    )
    add_measure(breach=case, task=task, by=cast.ibp, at=at)
    learn(breach=case, lessons=LEARNED, by=cast.ibp, at=at)
    letter = write_telling(breach=case, words=Words(**LETTER), by=cast.ibp, at=at)
    who = Candidate(role="other", name="Oma", email="oma@thuis.example")
    add_person(telling=letter, who=who, by=cast.ibp, at=at)
    return case


def put(case: Breach, state: str, *, notifies: bool) -> Breach:
    """Force a state, with the decision that belongs to it."""
    found: Breach = Breach.objects.get(pk=case.pk)
    found.state = state
    found.nature = "breach"
    found.notifies, found.notify_reasons = notifies, "Zo is het risico."
    found.tells, found.tell_reasons = False, "Openbaar bericht."
    found.tell_ground, found.public_notice = TellGround.DISPROPORTIONATE, "Er is iets kwijt."
    found.public_notice_on = timezone.localdate()
    found.record(by=None, why="proef")
    return found


def everything() -> dict[str, int]:
    """How many rows each table has, history included: any act that is done adds or takes one."""
    models = apps.get_app_config("datalekken").get_models()
    return {model.__name__: model._default_manager.count() for model in models}


def do(act: str, case: Breach, cast: Cast) -> None:
    """Do an act as its page does. What is typed is in order: only the act can refuse."""
    page, typed = PAGES[act], TYPED[act]
    assert (page.target is None) == (typed.target is None), act
    target = typed.target(case) if typed.target else None
    data: Any = MultiValueDict(
        {
            name: value if isinstance(value, list) else [value]
            for name, value in typed.data(cast).items()
        }
    )
    uploads = {name: [SimpleUploadedFile("a.pdf", text)] for name, text in typed.files.items()}
    form = page.form(data, MultiValueDict(uploads), case=case, target=target, **page.more(case))
    assert form.is_valid(), form.errors
    page.perform(Doing(case, target, form, cast.ibp, timezone.now(), None))


def test_every_act_of_the_table_has_its_page() -> None:
    assert set(PAGES) == set(ACTS) - PAGES_OF_THEIR_OWN
    assert set(TYPED) == set(PAGES) - AFTERWARDS
    assert all(ACTS[act][1] == frozenset(BreachState) for act in AFTERWARDS)


@pytest.mark.django_db
@pytest.mark.parametrize("act", sorted(TYPED))
def test_an_act_is_done_where_the_table_has_it_and_refused_everywhere_else(
    act: str, cast: Cast
) -> None:
    case = whole(cast)
    prepare = TYPED[act].prepare
    if prepare is not None:
        prepare(case, cast)
    _right, allowed = ACTS[act]
    for state in BreachState:
        with transaction.atomic():
            # The AP is told of what was decided so; the rest asks no notification.
            there = put(case, state, notifies=act == "melden")
            before = everything()
            if state in allowed:
                do(act, there, cast)
                assert everything() != before, state
            else:
                with pytest.raises(ActRefused) as refusal, transaction.atomic():
                    do(act, there, cast)
                assert str(state.label) in str(refusal.value), state
                assert everything() == before, state
                there.refresh_from_db()
                assert there.state == state
            transaction.set_rollback(True)
