"""The pages of a request, with everything on them, in the eyes of axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from privacyboard.mail.models import OutboundLetter
from requests_ar.actions import (
    afterwards,
    answering,
    asking,
    deciding,
    handling,
    searching,
)
from requests_ar.choices import RequestState
from requests_ar.models import SubjectRequest
from requests_ar.rules.decisions import Decided
from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.factories import registers as make
from tests.factories import requests as ask

Visit = Callable[..., Visitor]


def link_in(letter: str) -> str:
    """The address in the last mail of a kind."""
    text = (
        OutboundLetter.objects.filter(letter=letter).order_by("pk").values_list("text", flat=True)
    )
    found = re.search(r"https?://\S+", list(text)[-1])
    assert found is not None
    return found.group()


def full(cast: Cast) -> SubjectRequest:
    """A request with everything on its page, answered, with a code."""
    at, by = timezone.now(), cast.director
    today = timezone.localdate()
    case = ask.subject_request(
        cast.linde,
        at=at,
        authority="yes",
        kinds=("access", "rectification"),
        received_on=today - timedelta(days=3),
        state=RequestState.IN_PROGRESS,
        handler=by,
    )
    activity = make.established("V02", at=at, name="Leerlingdossier")
    handling.choose_activities(request=case, activities=[activity], by=by, at=at)
    asking.record_check(
        request=case,
        about="identity",
        method="known",
        is_established=True,
        checked_on=today,
        by=by,
        at=at,
    )
    asking.ask_requester(request=case, kind="clarification", reason="Welk jaar?", by=by, at=at)
    asked = searching.Asked(what="Dossier", due_on=today, assignee=cast.teacher)
    searching.ask_search(request=case, asked=asked, by=by, at=at)
    afterwards.restrict(
        request=case, ground="accuracy", what="Het adres", starts_on=today, by=by, at=at
    )
    deciding.advise(request=case, advice="Wijs toe.", by=cast.fg, at=at)
    for part in case.parts.all():
        decided = Decided(kind=part.kind, verdict="granted")
        deciding.judge_part(part=part, decided=decided, by=by, at=at)
    return case


def test_the_pages_of_a_request_are_in_order_by_axe(visit: Visit, cast: Cast) -> None:
    case = full(cast)
    one = f"/verzoeken/{case.number}"
    part, requester = case.parts.first(), case.people.get(role="requester")
    manager = visit()
    manager.signs_in(cast.ibp)
    acts = ("oppakken", "controle", "vraag", "zoeken", "bestanden", "besluiten", "beperken")
    found = trouble(
        manager,
        [
            *("/verzoeken/", f"{one}/", f"{one}/verloop/", f"{one}/antwoord/"),
            f"{one}/onderdeel/{part.pk if part else 0}/",
            f"{one}/persoon/{requester.pk}/",
            *(f"{one}/{act}/" for act in acts),
        ],
    )
    at = timezone.now()
    deciding.decide(request=case, deviates=False, deviation_reason="", by=cast.director, at=at)
    sent = answering.Sent(way="link", on=timezone.localdate(), why_no_copy="Wij vonden niets.")
    delivery = answering.send_answer(request=case, sent=sent, by=cast.director, at=at)
    code = answering.tell_code(delivery=delivery, way="desk", reason="", by=cast.ibp, at=at)
    found += trouble(manager, [f"{one}/"])
    mother = visit()
    found += trouble(mother, [link_in("requests_ar/answer_waits")])
    mother.fills("Uw code", code)
    mother.presses("Openen")
    found += trouble(mother, [mother.page.url])
    assert found == []
