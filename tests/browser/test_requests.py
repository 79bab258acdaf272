"""A mother asks on her phone what the school has; the school answers, and nobody else sees it."""

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
    writing,
)
from requests_ar.choices import RequestState
from requests_ar.models import Delivery, SubjectRequest
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


def tick(visitor: Visitor, label: str) -> None:
    """A box or a choice, by its words."""
    visitor.page.locator("main").get_by_label(label, exact=True).first.check()


def test_from_a_question_on_a_phone_to_the_answer(visit: Visit, cast: Cast) -> None:
    make.established("V02", at=timezone.now(), name="Leerlingdossier")
    case = ask.subject_request(cast.linde, at=timezone.now(), confirmed=False)
    # The mother.
    mother = visit(width=390, height=844)
    mother.go(link_in("requests_ar/confirm"))
    mother.page.locator("main form button").click()
    mother.sees(case.number)
    # The director: identity, authority, an extension.
    director = visit()
    director.signs_in(cast.director)
    director.go(f"/verzoeken/{case.number}/")
    director.sees("Pak het verzoek op")
    director.follows("Ik pak dit op")
    director.presses("Vastleggen")
    director.follows("Identiteit vastleggen")
    tick(director, "persoonlijk bekend op school")
    director.presses("Vastleggen")
    director.follows("Controle vastleggen")
    tick(director, "heeft de ouder gezag")
    tick(director, "beschikking of uittreksel gezagsregister getoond")
    director.presses("Vastleggen")
    director.sees("de ouder of voogd met gezag vraagt en krijgt het antwoord")
    director.page.get_by_text("Andere stappen").click()
    director.follows("De termijn verlengen")
    tick(director, "het verzoek is ingewikkeld")
    director.fills("Leg het uit aan de vrager", "Wij moeten in oude dossiers zoeken.")
    director.presses("Verlengen en de vrager berichten")
    director.sees("Verlengd op")
    director.follows("Verwerkingen kiezen")
    tick(director, "Leerlingdossier (V02)")
    director.presses("Vastleggen")
    # The teacher.
    director.follows("Iemand laten zoeken")
    director.fills("Wat moet gezocht worden?", "De groepsmap van Kim")
    director.chooses("Een collega met een account (niet verplicht)", "Tess Leraar")
    director.presses("Vragen om te zoeken")
    teacher = visit()
    teacher.signs_in(cast.teacher)
    teacher.go(link_in("requests_ar/search_asked"))
    teacher.fills("Wat hebt u gevonden?", "Een groepskaart.")
    teacher.page.locator("input[type=file]").set_input_files(
        {"name": "groepskaart.csv", "mimeType": "text/csv", "buffer": b"naam;groep\nKim;5\n"}
    )
    teacher.presses("Aanleveren: ik ben klaar")
    teacher.finds_nothing_at(f"/verzoeken/{case.number}/")
    # The decision and the answer.
    director.go(f"/verzoeken/{case.number}/")
    director.follows("Wijzigen")
    tick(director, "Dit hoort bij het antwoord: de persoon krijgt het")
    director.presses("Vastleggen")
    director.follows("Beoordelen")
    tick(director, "toegewezen")
    director.presses("Oordeel vastleggen")
    director.follows("Naar het besluit")
    director.presses("Besluiten")
    director.follows("Antwoord aanvullen")
    director.presses("Bewaren")
    director.follows("Antwoord versturen")
    director.presses("Antwoord versturen")
    director.follows("Code maken en vertellen")
    tick(director, "door de telefoon")
    director.presses("Code maken")
    code = director.page.locator("main .lead strong").inner_text()
    writing.make_waiting_letters(at=timezone.now())
    # The mother again.
    mother.go(link_in("requests_ar/answer_waits"))
    mother.fills("Uw code", code)
    mother.presses("Openen")
    with mother.page.expect_download() as fetched:
        mother.page.get_by_role("button", name="groepskaart.csv ophalen").click()
    assert fetched.value.path().read_bytes() == b"naam;groep\nKim;5\n"
    mother.page.get_by_role("button", name=f"{case.number}-decision").wait_for()
    assert Delivery.objects.get().downloads == 1
    # A stranger.
    stranger = visit()
    stranger.signs_in(cast.eik_director)
    stranger.finds_nothing_at(f"/verzoeken/{case.number}/")
    stranger.go("/verzoeken/?toon=all")
    stranger.does_not_see(case.number, "Kim Kind")


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
    sent = answering.Sent(way="link", on=timezone.localdate())
    delivery = answering.send_answer(request=case, sent=sent, by=cast.director, at=at)
    code = answering.tell_code(delivery=delivery, way="desk", reason="", by=cast.ibp, at=at)
    found += trouble(manager, [f"{one}/"])
    mother = visit()
    found += trouble(mother, [link_in("requests_ar/answer_waits")])
    mother.fills("Uw code", code)
    mother.presses("Openen")
    found += trouble(mother, [mother.page.url])
    assert found == []
