"""A request in English is answered in English; what the register has in Dutch only is quoted."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from privacyboard.mail.models import OutboundLetter
from requests_ar.actions import answering, asking, deciding, handling, searching
from requests_ar.actions.answering import Sent
from requests_ar.choices import RequestState
from requests_ar.letters import answers
from requests_ar.letters.delivery import answer_address
from requests_ar.models import Delivery, SubjectRequest
from requests_ar.rules.decisions import Decided
from tests.conftest import Cast
from tests.factories import registers as make
from tests.factories import requests as ask


@pytest.fixture
def case(cast: Cast) -> SubjectRequest:
    """Access, asked in English, judged and decided in part."""
    now = timezone.now()
    case = ask.subject_request(
        cast.linde,
        at=now,
        authority="yes",
        language="en",
        state=RequestState.IN_PROGRESS,
    )
    activity = make.established("V02", at=now, name="Leerlingdossier")
    handling.choose_activities(request=case, activities=[activity], by=cast.director, at=now)
    asking.record_check(
        request=case,
        about="identity",
        method="known",
        is_established=True,
        checked_on=timezone.localdate(),
        by=cast.director,
        at=now,
    )
    searching.add_files(
        request=case,
        uploads=[SimpleUploadedFile("file.txt", b"text")],
        for_answer=True,
        by=cast.director,
        at=now,
    )
    judged = Decided(
        "access",
        "partly",
        grounds={"rights_of_others": "Another pupil is in it."},
        redactions=("other_pupils", "a picture"),
    )
    deciding.judge_part(part=case.parts.get(), decided=judged, by=cast.director, at=now)
    deciding.decide(request=case, deviates=False, deviation_reason="", by=cast.director, at=now)
    return case


def send(case: SubjectRequest, cast: Cast) -> Delivery:
    sent = Sent(way="link", on=timezone.localdate())
    return answering.send_answer(request=case, sent=sent, by=cast.director, at=timezone.now())


def words(html: str) -> str:
    """What is read: without tags and with single spaces."""
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.S).split())


def test_the_ten_items_are_composed_in_english(case: SubjectRequest) -> None:
    items = {item.number: item.text for item in answers.items_of(case)}
    assert items[1] == (
        "Leerlingdossier: Doel a "
        "(task in the public interest or exercise of official authority, WPO 8)."
    )
    assert items[3] == "Leerlingdossier: DUO (separate controller)."
    assert items[4] == (
        "We do not transfer these data to countries outside the European Economic Area."
    )
    assert items[6].startswith("You can ask us to correct, complete or erase your data.")
    assert items[7].endswith("Dutch Data Protection Authority (autoriteitpersoonsgegevens.nl).")
    assert items[9] == (
        "No decisions are made by a computer with these data, and no profile is made."
    )


def test_the_decision_has_no_dutch_sentence_of_its_own(case: SubjectRequest, cast: Cast) -> None:
    send(case, cast)
    html = case.letters.get(kind="decision").html
    letter = words(html)
    assert '<html lang="en"' in html
    for told in (
        "What we use the data for",
        "Where you can file a complaint",
        "Another pupil is in it.",
        "names and data of other pupils",
        "a picture",
    ):
        assert told in letter
    dutch = re.findall(r"\b(?:wij|uw|het|voor|niet|deze|wordt|krijgt|hebt)\b", letter)
    # The names of the board, the school and the register are Dutch all the same.
    assert dutch == []


def test_mails_and_pages_of_the_answer_are_english(case: SubjectRequest, cast: Cast) -> None:
    delivery = send(case, cast)
    now = timezone.now()
    code = answering.tell_code(
        delivery=delivery, way="second_mail", reason="Lives abroad.", by=cast.director, at=now
    )
    waits = OutboundLetter.objects.get(letter="requests_ar/answer_waits")
    assert waits.subject == "A letter from Stichting De Proef is waiting for you"
    assert "The school gives you that code in another way." in waits.text
    second = OutboundLetter.objects.get(letter="requests_ar/answer_code")
    assert second.subject == "Your code from Stichting De Proef"
    link = re.search(r"/antwoord/\S+", waits.text)
    assert link is not None
    client = Client()
    page = client.get(link.group()).content.decode()
    assert '<html lang="en"' in page
    assert "Eight digits." in page
    wrong = client.post(link.group(), {"code": "1"}).content.decode()
    assert "This code is not correct. Tries left: 4." in wrong
    opened = client.post(link.group(), {"code": code}, follow=True).content.decode()
    assert "You can download everything up to and including" in opened
    assert "Download file.txt" in opened


def test_a_link_that_is_over_says_so_in_the_language_of_its_request(
    case: SubjectRequest, cast: Cast
) -> None:
    delivery = send(case, cast)
    mail = OutboundLetter.objects.get(letter="requests_ar/answer_waits")
    link = re.search(r"/antwoord/\S+", mail.text)
    assert link is not None
    answering.renew_link(delivery=delivery, by=cast.director, at=timezone.now())
    over = Client().get(link.group())
    assert over.status_code == 410
    assert "This link no longer works. Please ask the school for a new one." in (
        over.content.decode()
    )
    altered = Client().get(link.group()[:-3] + "x/").content.decode()
    assert "Deze link klopt niet." in altered
    assert "This link is not correct. Please open the link in the e-mail again." in altered


def test_a_link_expires(case: SubjectRequest, cast: Cast) -> None:
    delivery = send(case, cast)
    long_ago = timezone.now() - timedelta(days=31)
    link = answers_address(delivery, long_ago)
    assert Client().get(link).status_code == 410
    assert Client().get(answers_address(delivery, timezone.now())).status_code == 200


def answers_address(delivery: Delivery, at: datetime) -> str:
    found = re.search(r"/antwoord/\S+", answer_address(delivery, at=at))
    assert found is not None
    return found.group()
