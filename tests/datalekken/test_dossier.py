"""The pages of the dossier: who opens them, what they say, what they cost."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from datalekken.actions.guarding import make_confidential, name_person
from datalekken.actions.notifying import Delivery, keep_answers, record_notification
from datalekken.models import Breach, Notification
from privacyboard.audit.forgetting import forgetting
from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.factories import breaches as make

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def decided(cast: Cast) -> Breach:
    """Certain three hours ago, decided to notify and to tell."""
    at = timezone.now() - timedelta(hours=3)
    return make.decided(make.breach(cast.linde, at=at), at=at, by=cast.ibp)


def recorded(breach: Breach, *, by: User, kind: str = "complete") -> Notification:
    at = timezone.now()
    delivery = Delivery(kind=kind, sent_at=at, ap_number="AP-1", withdrawal_reason="Terug.")
    return record_notification(breach=breach, delivery=delivery, by=by, at=at)


def addresses(breach: Breach) -> tuple[str, ...]:
    one = f"/datalekken/{breach.number}"
    return (
        f"{one}/dossier/",
        f"{one}/dossier.pdf",
        f"{one}/dossier.json",
        f"{one}/melding/1/",
    )


def test_only_who_handles_decides_or_advises(cast: Cast, as_user: SignIn, decided: Breach) -> None:
    recorded(decided, by=cast.ibp)
    may = {cast.ibp, cast.fg, cast.board_member}
    for person in cast.everybody():
        client = as_user(person)
        expected = 200 if person in may else 404
        found = {address: client.get(address).status_code for address in addresses(decided)}
        assert found == dict.fromkeys(addresses(decided), expected), person
    assert Client().get(addresses(decided)[0]).status_code == 302


def test_a_confidential_file_is_for_who_is_named(
    cast: Cast, as_user: SignIn, decided: Breach, now: datetime
) -> None:
    recorded(decided, by=cast.ibp)
    make_confidential(breach=decided, reason="het gaat over iemand", by=cast.ibp, at=now)
    for address in addresses(decided):
        assert as_user(cast.board_member).get(address).status_code == 404
        assert as_user(cast.fg).get(address).status_code == 200
    name_person(breach=decided, user=cast.board_member, by=cast.ibp, at=now)
    # The director who is named reads the file, and not the dossier.
    name_person(breach=decided, user=cast.director, by=cast.ibp, at=now)
    for address in addresses(decided):
        assert as_user(cast.board_member).get(address).status_code == 200
        assert as_user(cast.director).get(address).status_code == 404


def test_the_page_is_in_the_order_of_the_form(cast: Cast, as_user: SignIn, decided: Breach) -> None:
    page = as_user(cast.ibp).get(addresses(decided)[0]).content.decode()
    places = [page.index(f">{number}. ") for number in range(10)]
    assert places == sorted(places)
    assert "autoriteitpersoonsgegevens.nl" in page
    assert "Zoals het dossier nu is, wordt dit een voorlopige melding." in page
    assert "antwoorden ontbreken nog voor een volledige melding" in page
    assert (
        f'href="/datalekken/{decided.number}/meldgegevens/">Wat de AP nog meer vraagt</a>' in page
    )
    # A copy button stands at each known answer, hidden until the script is there.
    assert page.count("data-copy=") == page.count(" hidden>") > 15
    assert page.count('class="unknown"') > 5
    assert "<script src=" in page
    assert page.count("<script") == 1


def test_each_look_stands_in_the_log(cast: Cast, as_user: SignIn, decided: Breach) -> None:
    recorded(decided, by=cast.ibp)
    for address in addresses(decided):
        as_user(cast.fg).get(address)
    rows = AccessEntry.objects.filter(by=cast.fg, subject_id=str(decided.pk)).order_by("pk")
    assert list(rows.values_list("act", "school__slug")) == [
        ("opened", "de-linde"),
        ("exported", "de-linde"),
        ("exported", "de-linde"),
        ("opened", "de-linde"),
    ]


def test_the_pdf_is_tagged_and_says_what_the_page_says(
    cast: Cast, as_user: SignIn, decided: Breach
) -> None:
    response = as_user(cast.ibp).get(addresses(decided)[1])
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{decided.number}-dossier.pdf"'
    reader = PdfReader(io.BytesIO(response.content))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "3. Gegevens over het datalek" in text
    assert "Mijn USB-stick met rapporten is weg." in text
    assert "nog niet bekend" in text


def test_the_json_is_that_of_the_draft(cast: Cast, as_user: SignIn, decided: Breach) -> None:
    response = as_user(cast.ibp).get(addresses(decided)[2])
    assert response["Content-Type"] == "application/json"
    told = json.loads(response.content)
    assert "draft of June 2026" in told["template"]
    assert told["kind"] == "preliminary"
    assert told["fields"]["7"] == decided.number
    assert told["fields"]["60"] == "i"
    assert told["fields"]["21"] == "Ilse Beheer"
    assert as_user(cast.ibp).get(f"/datalekken/{decided.number}/dossier.xml").status_code == 404


def test_what_was_sent_reads_as_it_was(cast: Cast, as_user: SignIn, decided: Breach) -> None:
    made = recorded(decided, by=cast.ibp)
    decided.what_happened = "Iets heel anders."
    decided.record(by=None, why="proef")
    page = as_user(cast.fg).get(addresses(decided)[3]).content.decode()
    assert "Mijn USB-stick met rapporten is weg." in page
    assert "Iets heel anders." not in page
    assert made.sha256 in page
    assert "Dit is precies wat bij deze melding is vastgelegd." in page
    assert as_user(cast.fg).get(f"/datalekken/{decided.number}/melding/2/").status_code == 404
    made.content["ap"][3]["lines"][0]["answer"] = "Er was niets."
    with forgetting(reason="wie langs de database zelf kan"):
        made.save()
    page = as_user(cast.fg).get(addresses(decided)[3]).content.decode()
    assert "De inhoud past niet meer bij de SHA-256 van toen." in page


def test_the_page_of_the_breach_leads_to_it(cast: Cast, as_user: SignIn, decided: Breach) -> None:
    one = f"/datalekken/{decided.number}/"
    recorded(decided, by=cast.ibp, kind="preliminary")
    page = as_user(cast.ibp).get(one).content.decode()
    for address in ("dossier/", "melding/1/", "meldgegevens/", "melden/"):
        assert f'href="{one}{address}"' in page
    assert "Nummer bij de AP: AP-1." in page
    page = as_user(cast.director).get(one).content.decode()
    assert "Nummer bij de AP: AP-1." in page
    for address in ("dossier/", "melding/1/", "meldgegevens/", "melden/"):
        assert f'href="{one}{address}"' not in page


# --- the acts


def test_the_questions_are_answered_on_a_page(cast: Cast, as_user: SignIn, decided: Breach) -> None:
    client, address = as_user(cast.ibp), f"/datalekken/{decided.number}/meldgegevens/"
    page = client.get(address).content.decode()
    assert "Gevolgen doordat iemand gegevens zag of kreeg" in page
    # Nothing was changed or lost: that is not asked.
    assert "Gevolgen doordat gegevens zijn veranderd" not in page
    typed = {
        "q_people_kinds": ["pupils"],
        "q_68": "25",
        "q_75": ["d"],
        "q_99": "2026-12-01",
        "q_severity": "limited",
        "q_remarks": "=1+1",
    }
    assert client.post(address, typed).status_code == 302
    decided.refresh_from_db()
    assert decided.form_answers == {
        "people_kinds": ["pupils"],
        "68": 25,
        "75": ["d"],
        "99": "2026-12-01",
        "severity": "limited",
        "remarks": "=1+1",
    }
    page = client.get(address).content.decode()
    assert 'value="2026-12-01"' in page
    assert 'value="25"' in page
    assert "=1+1" in client.get(addresses(decided)[0]).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"q_68": "tienduizend"}, "Vul een heel aantal in, bijvoorbeeld 25."),
        ({"q_68": "-1"}, "0"),
        ({"q_68": "9" * 40}, "100000000"),
        ({"q_75": ["zz"]}, "zz"),
        ({"q_109": "q"}, "q"),
        ({"q_99": "31-02-2026"}, "Dit is geen dag die bestaat."),
        ({"q_66": "x" * 10_001}, "10000"),
        ({"q_people_min": "9", "q_people_max": "3"}, "Dit aantal is kleiner dan het minimum."),
    ],
)
def test_a_bad_answer_is_told_and_nothing_typed_is_lost(
    cast: Cast, as_user: SignIn, decided: Breach, typed: dict[str, Any], words: str
) -> None:
    client, address = as_user(cast.ibp), f"/datalekken/{decided.number}/meldgegevens/"
    response = client.post(address, {"q_remarks": "Bewaar dit.", **typed})
    assert response.status_code == 200
    page = response.content.decode()
    assert words in page
    assert "Bewaar dit." in page
    assert "field-error" in page
    decided.refresh_from_db()
    assert decided.form_answers == {}


def test_recording_on_the_page(cast: Cast, as_user: SignIn, decided: Breach) -> None:
    client, address = as_user(cast.ibp), f"/datalekken/{decided.number}/melden/"
    page = client.get(address).content.decode()
    assert "De termijn loopt tot" in page
    assert "Uitkomst van de risicobeoordeling (veld 89)." not in page
    assert "Groepen mensen (veld 65)." not in page  # the assessment says that they are children
    assert "Of er aangifte is gedaan (veld 109)." in page
    local = timezone.localtime()
    typed = {
        "kind": "preliminary",
        "sent_at": f"{local + timedelta(days=1):%Y-%m-%dT%H:%M}",
        "sender": str(cast.board_member.pk),
        "ap_number": "AP-9",
    }
    response = client.post(address, typed)
    assert response.status_code == 200
    assert "Dit moment is nog niet geweest." in response.content.decode()
    assert "AP-9" in response.content.decode()
    typed["sent_at"] = f"{local - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    response = client.post(address, typed)
    assert response.status_code == 302
    made = Notification.objects.get()
    assert (made.kind, made.ap_number, made.sender) == ("preliminary", "AP-9", cast.board_member)
    page = client.get(address).content.decode()
    # Next is a follow-up, under the same number.
    [chosen] = re.findall(r'value="(\w+)"[^>]*checked', page)
    assert chosen == "follow_up"
    assert 'value="AP-9"' in page


def test_late_on_the_page_asks_why(cast: Cast, as_user: SignIn) -> None:
    at = timezone.now() - timedelta(days=4)
    late = make.decided(make.breach(cast.linde, at=at), at=at, by=cast.ibp)
    client, address = as_user(cast.ibp), f"/datalekken/{late.number}/melden/"
    sent_at = f"{timezone.localtime() - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    typed = {"kind": "complete", "sent_at": sent_at, "sender": str(cast.ibp.pk)}
    page = client.post(address, typed).content.decode()
    assert "Dit is later dan de termijn. Schrijf op waarom" in page
    assert not Notification.objects.exists()
    response = client.post(address, {**typed, "delay_reason": "Wij zagen het te laat."})
    assert response.status_code == 302
    assert Notification.objects.get().delay_reason == "Wij zagen het te laat."


@pytest.mark.parametrize("act", ["meldgegevens", "melden"])
def test_only_who_handles_acts(cast: Cast, as_user: SignIn, decided: Breach, act: str) -> None:
    for person in cast.everybody():
        expected = 200 if person == cast.ibp else 404
        response = as_user(person).get(f"/datalekken/{decided.number}/{act}/")
        assert response.status_code == expected, person


# --- hostile texts, and the cost


NASTY = "</span><script>alert(1)</script>{{ 7 }}\u202e=1+1" + "w" * 5_000


def test_markup_in_every_field_is_text(cast: Cast, as_user: SignIn) -> None:
    at = timezone.now() - timedelta(hours=3)
    texts: dict[str, Any] = dict.fromkeys(("what_happened", "whose_data", "which_data"), NASTY)
    made = make.breach(cast.linde, at=at, **texts)
    decided = make.decided(made, at=at, by=cast.ibp)
    answers = dict.fromkeys(("63", "53", "76", "66", "71", "95", "remarks", "126"), NASTY)
    keep_answers(breach=decided, answers=answers, by=cast.ibp, at=at)
    recorded(decided, by=cast.ibp)
    client = as_user(cast.ibp)
    for address in addresses(decided):
        response = client.get(address)
        assert response.status_code == 200
        if "text/html" in response["Content-Type"]:
            page = response.content.decode()
            assert "<script>alert" not in page
            assert "&lt;/span&gt;&lt;script&gt;alert(1)" in page
            assert "\u202e" not in page
            assert "{{ 7 }}" in page


@pytest.mark.parametrize("who", ["ibp", "fg", "board_member"])
def test_the_cost_does_not_grow(
    cast: Cast, as_user: SignIn, decided: Breach, django_assert_max_num_queries: Any, who: str
) -> None:
    client = as_user(getattr(cast, who))
    recorded(decided, by=cast.ibp, kind="preliminary")
    for kind in ("follow_up", "follow_up", "withdrawal"):
        recorded(decided, by=cast.ibp, kind=kind)
    # The person and its rights: three; the entry in the access log: one.
    for address in addresses(decided):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
