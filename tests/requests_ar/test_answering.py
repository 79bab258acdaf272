"""The answer: to whom it goes on the day it leaves, what blocks it, and its code."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from privacyboard.audit.acts import ActRefused
from privacyboard.mail.models import OutboundLetter
from requests_ar.actions import (
    afterwards,
    answering,
    asking,
    deciding,
    guarding,
    handling,
    searching,
)
from requests_ar.actions.answering import AnswerShut, Sent, WrongCode
from requests_ar.choices import RequestKind, RequestState
from requests_ar.letters import answers
from requests_ar.models import AnswerItem, Delivery, RecipientTask, SubjectRequest
from requests_ar.rules.answer_items import Item
from requests_ar.rules.decisions import Decided
from tests.conftest import NOW, TODAY, Cast
from tests.factories import registers as make
from tests.factories import requests as ask

SIXTEEN_TOMORROW = date(2010, 3, 3)


def ready(cast: Cast, *, at: datetime = NOW, **values: Any) -> SubjectRequest:
    """A request about one activity, in progress."""
    kinds = values.pop("kinds", ("access",))
    case = ask.subject_request(
        cast.linde, at=at, kinds=kinds, authority="yes", state=RequestState.IN_PROGRESS, **values
    )
    activity = make.established("V02", at=at, name="Leerlingdossier")
    handling.choose_activities(request=case, activities=[activity], by=cast.director, at=at)
    asking.record_check(
        request=case,
        about="identity",
        method="known",
        is_established=True,
        checked_on=at.date(),
        by=cast.director,
        at=at,
    )
    return SubjectRequest.objects.get(pk=case.pk)


def judge(case: SubjectRequest, cast: Cast, **values: Any) -> None:
    for part in case.parts.all():
        decided = Decided(**{"kind": part.kind, "verdict": "granted", **values})
        deciding.judge_part(part=part, decided=decided, by=cast.director, at=NOW)


def decide(case: SubjectRequest, cast: Cast, **values: Any) -> SubjectRequest:
    judge(case, cast, **values)
    return deciding.decide(
        request=case, deviates=False, deviation_reason="", by=cast.director, at=NOW
    )


def send(
    case: SubjectRequest, cast: Cast, *, way: str = "link", at: datetime = NOW, **why: str
) -> Delivery:
    sent = Sent(way, at.date(), **{"why_no_copy": "Wij vonden niets.", **why})
    return answering.send_answer(request=case, sent=sent, by=cast.director, at=at)


def carry_out(case: SubjectRequest, cast: Cast) -> None:
    for part in case.parts.all():
        afterwards.carry_out(
            part=part, done_on=TODAY, what="In het systeem.", by=cast.director, at=NOW
        )


def test_who_turns_sixteen_before_the_answer_gets_it(cast: Cast) -> None:
    case = ready(cast, born_on=SIXTEEN_TOMORROW)
    assert answers.addressee(case, on=TODAY).name == "Mila Moeder"
    assert answers.addressee(case, on=TODAY + timedelta(days=1)).name == "Kim Kind"
    decide(case, cast)
    with pytest.raises(ActRefused) as refusal:
        send(case, cast, at=NOW + timedelta(days=1))
    assert refusal.value.errors == {
        "way": "Van Kim Kind is geen e-mailadres bekend. Vul het aan, of kies een andere manier."
    }
    delivery = send(
        case, cast, way="handed", at=NOW + timedelta(days=1), why_this_way="Kim komt langs."
    )
    case.refresh_from_db()
    assert (delivery.way, case.answered_on) == ("handed", date(2026, 3, 3))


def test_a_refusal_goes_to_who_asked(cast: Cast) -> None:
    case = ready(cast, born_on=date(2000, 1, 1))
    judge(case, cast, verdict="refused", grounds={"no_authority": "Boven 18."})
    assert answers.addressee(case, on=TODAY).name == "Mila Moeder"


@pytest.mark.requirement("KPO-034")
def test_the_ten_items_come_from_the_register_and_an_empty_one_blocks(cast: Cast) -> None:
    case = ready(cast)
    decide(case, cast)
    items = {item.number: item.text for item in answers.items_of(case)}
    assert items[1] == (
        "Leerlingdossier: Doel a (taak van algemeen belang of openbaar gezag, WPO 8)."
    )
    assert items[2] == "Leerlingdossier: Naam."
    assert items[3] == "Leerlingdossier: DUO (andere verantwoordelijke)."
    assert items[4].startswith("Wij geven deze gegevens niet door")
    assert items[5] == "Leerlingdossier: Naam: ten hoogste 2 jaar na vertrek van de leerling."
    assert items[8] == "Leerlingdossier: van de ouders."
    assert set(items) == set(range(1, 11))
    assert all(items.values())
    answering.fill_items(request=case, items=[Item(5, "")], by=cast.director, at=NOW)
    with pytest.raises(ActRefused, match=r"leeg zonder reden: 5 \(Hoe lang wij de gegevens"):
        send(case, cast)
    answering.fill_items(
        request=case, items=[Item(5, "", "Dat verschilt per vak.")], by=cast.director, at=NOW
    )
    send(case, cast)
    kept = AnswerItem.objects.filter(request=case)
    assert kept.count() == 10
    assert kept.get(item=1).text == items[1]
    letter = case.letters.get(kind="decision")
    assert "Dat verschilt per vak." in letter.html
    assert letter.mail is None


def test_nothing_is_sent_before_it_is_decided(cast: Cast) -> None:
    case = ready(cast)
    with pytest.raises(ActRefused, match="Dit kan alleen bij “besloten"):
        send(case, cast)


def test_five_wrong_codes_shut_the_answer_and_a_new_code_opens_it(cast: Cast) -> None:
    case = ready(cast)
    decide(case, cast)
    delivery = send(case, cast)
    with pytest.raises(AnswerShut):
        answering.open_answer(delivery=delivery, by=None, code="12345678", at=NOW)
    code = answering.tell_code(delivery=delivery, way="desk", reason="", by=cast.director, at=NOW)
    assert len(code) == 8
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongCode) as wrong:
            answering.open_answer(delivery=delivery, by=None, code=code[:7], at=NOW)
        assert wrong.value.left == left
    with pytest.raises(AnswerShut):
        answering.open_answer(delivery=delivery, by=None, code=code[:7], at=NOW)
    with pytest.raises(AnswerShut):
        answering.open_answer(delivery=delivery, by=None, code=code, at=NOW)
    code = answering.tell_code(delivery=delivery, way="desk", reason="", by=cast.director, at=NOW)
    assert answering.open_answer(delivery=delivery, by=None, code=code, at=NOW).wrong_codes == 0
    with pytest.raises(AnswerShut):
        answering.open_answer(delivery=delivery, by=None, code=code, at=NOW + timedelta(days=31))


def test_a_code_in_a_second_mail_asks_why(cast: Cast) -> None:
    case = ready(cast)
    decide(case, cast)
    delivery = send(case, cast)
    with pytest.raises(ActRefused) as refusal:
        answering.tell_code(
            delivery=delivery, way="second_mail", reason="", by=cast.director, at=NOW
        )
    assert refusal.value.errors == {"reason": "Schrijf op waarom het niet anders kan."}
    code = answering.tell_code(
        delivery=delivery, way="second_mail", reason="Woont ver weg.", by=cast.director, at=NOW
    )
    mail = OutboundLetter.objects.get(letter="requests_ar/answer_code")
    assert code in mail.text
    assert "/antwoord/" not in mail.text


@pytest.mark.requirement("OPO-067")
def test_taking_data_along_asks_a_file_that_a_machine_reads(cast: Cast) -> None:
    case = ready(cast, kinds=("portability",))
    decide(case, cast)
    with pytest.raises(ActRefused, match="hoort een bestand dat een computer kan lezen"):
        send(case, cast)
    searching.add_files(
        request=case,
        uploads=[SimpleUploadedFile("gegevens.csv", b"naam;groep\nKim;5\n")],
        for_answer=True,
        by=cast.director,
        at=NOW,
    )
    assert send(case, cast).way == "link"


@pytest.mark.requirement("KPO-039", "OPO-062")
def test_recipients_are_told_before_a_rectification_is_closed(cast: Cast) -> None:
    case = ready(cast, kinds=("rectification",))
    decide(case, cast)
    send(case, cast)
    task = RecipientTask.objects.get()
    assert str(task) == "DUO"
    carry_out(case, cast)
    with pytest.raises(ActRefused, match="Nog niet ingelicht: DUO"):
        afterwards.close_request(request=case, by=cast.director, at=NOW)
    with pytest.raises(ActRefused, match="Eén van de twee"):
        afterwards.settle_recipient(task=task, told_on=None, why_not=" ", by=cast.director, at=NOW)
    afterwards.settle_recipient(task=task, told_on=TODAY, why_not="", by=cast.director, at=NOW)
    assert afterwards.close_request(request=case, by=cast.director, at=NOW).state == "closed"


def test_access_makes_no_recipient_tasks(cast: Cast) -> None:
    case = ready(cast)
    decide(case, cast)
    send(case, cast)
    assert not RecipientTask.objects.exists()


@pytest.mark.requirement("OPO-065")
def test_a_restriction_ends_only_after_the_person_heard(cast: Cast) -> None:
    case = ready(cast, kinds=("restriction",))
    mark = afterwards.restrict(
        request=case, ground="accuracy", what="Het adres", starts_on=TODAY, by=cast.ibp, at=NOW
    )
    with pytest.raises(ActRefused) as refusal:
        afterwards.lift(
            restriction=mark,
            told_on=TODAY,
            ends_on=TODAY - timedelta(days=1),
            by=cast.ibp,
            at=NOW,
        )
    assert refusal.value.errors == {"ends_on": "Deze dag ligt voor het begin van de beperking."}
    lifted = afterwards.lift(restriction=mark, told_on=TODAY, ends_on=TODAY, by=cast.ibp, at=NOW)
    assert (lifted.end_told_on, lifted.ends_on) == (TODAY, TODAY)


def test_a_withdrawn_request_takes_no_decision(cast: Cast) -> None:
    case = ask.subject_request(cast.linde, at=NOW, state=RequestState.WITHDRAWN, withdrawn_on=TODAY)
    with pytest.raises(ActRefused, match="Het verzoek is nu “ingetrokken”"):
        deciding.decide(request=case, deviates=False, deviation_reason="", by=cast.director, at=NOW)


@pytest.mark.parametrize("kind", [RequestKind.ACCESS])
def test_every_part_is_judged_before_the_decision(cast: Cast, kind: RequestKind) -> None:
    case = ready(cast, kinds=(kind, RequestKind.ERASURE))
    part = case.parts.get(kind=kind)
    deciding.judge_part(
        part=part, decided=Decided(kind=kind, verdict="granted"), by=cast.director, at=NOW
    )
    with pytest.raises(ActRefused, match="Beoordeel eerst: verwijdering"):
        deciding.decide(request=case, deviates=False, deviation_reason="", by=cast.director, at=NOW)


@pytest.mark.requirement("KPO-038", "OPO-065")
def test_a_granted_restriction_is_marked_before_it_is_closed(cast: Cast) -> None:
    case = ready(cast, kinds=("restriction",))
    with pytest.raises(ActRefused) as refusal:
        judge(case, cast)
    assert refusal.value.errors == {
        "restriction_ground": "Kies waarom het gebruik beperkt wordt (AVG 18 lid 1)."
    }
    decide(case, cast, restriction_ground="accuracy")
    send(case, cast)
    for task in RecipientTask.objects.all():
        afterwards.settle_recipient(task=task, told_on=TODAY, why_not="", by=cast.ibp, at=NOW)
    with pytest.raises(ActRefused, match="U wees een beperking toe"):
        afterwards.close_request(request=case, by=cast.director, at=NOW)
    afterwards.restrict(
        request=case, ground="accuracy", what="Het adres", starts_on=TODAY, by=cast.ibp, at=NOW
    )
    assert afterwards.close_request(request=case, by=cast.director, at=NOW).closed_at == NOW


def test_making_a_request_confidential_leaves_nothing_under_the_school(cast: Cast) -> None:
    case = ready(cast, handler=cast.director)
    searching.add_files(
        request=case, uploads=[SimpleUploadedFile("a.txt", b"tekst")], by=cast.director, at=NOW
    )
    held = guarding.make_confidential(
        request=case, reason="Over de directeur.", by=cast.ibp, at=NOW
    )
    assert (held.is_confidential, held.handler) == (True, None)
    assert case.files.get().document.school is None
    mails = OutboundLetter.objects.filter(pk__in=case.letters.values("mail"))
    assert [mail.school for mail in mails] == [None]
    with pytest.raises(ActRefused, match="mag dit verzoek niet behandelen"):
        handling.take_up(request=case, handler=cast.director, by=cast.ibp, at=NOW)
