"""The public form: on a phone, without login, once, and never too often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import formats, timezone

from privacyboard.clockwork.runs import run_rules
from privacyboard.documents.models import StoredDocument
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from privacyboard.publicforms.models import FormCount
from requests_ar.actions.writing import make_waiting_letters, note_posted
from requests_ar.letters.links import STATUS, status_state
from requests_ar.models import RequestLetter, RequestPart, SubjectRequest
from requests_ar.rules.terms import term_of
from tests.conftest import Cast
from tests.factories import registers as register
from tests.factories import requests as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def groups(cast: Cast) -> None:
    register.group("pupils", "Leerlingen")
    register.group("staff", "Medewerkers")


def answers(**changes: Any) -> dict[str, Any]:
    """A mother asks access and rectification for her child."""
    return {
        "relation": "parent",
        "name": "Mila Moeder",
        "email": "mila@thuis.example",
        "subject_name": "Kim Kind",
        "born_on": "2016-05-04",
        "group": "pupils",
        "school": "de-linde",
        "kinds": ["access", "rectification"],
        "text": "Wat staat er in het dossier van Kim?",
        "wants": "link",
        "token": "t" * 32,
        **changes,
    }


def link_of(request: SubjectRequest, **changes: Any) -> str:
    at = changes.get("at", timezone.now())
    token = STATUS.make(str(request.pk), at=at, state=changes.get("state", status_state(request)))
    return reverse("request_status", args=[token])


def test_the_form_opens_without_login_and_changes_nothing(client: Client) -> None:
    page = client.get("/verzoek/")

    assert page.status_code == 200
    assert b"Gegevens inzien" in page.content
    assert b'type="file"' not in page.content
    assert "Stuur nooit een kopie van een paspoort" in page.content.decode()
    assert SubjectRequest.objects.count() == 0


@pytest.mark.requirement("KPO-031")
def test_a_mother_asks_on_behalf_of_her_child(client: Client, cast: Cast) -> None:
    page = client.post("/verzoek/", answers(born_on="04-05-2016"))

    assert (page.status_code, page["Location"]) == (302, "/verzoek/verzonden/")
    request = SubjectRequest.objects.get()
    assert (request.school, request.channel, request.language) == (cast.linde, "form", "nl")
    assert request.received_on == timezone.localdate()
    assert request.confirmed_at is None
    assert make.person(request, "subject").name == "Kim Kind"
    assert list(RequestPart.objects.values_list("kind", flat=True)) == ["access", "rectification"]
    assert OutboundLetter.objects.get().to == "mila@thuis.example"


def test_the_page_after_sending_says_nothing_of_the_request(client: Client) -> None:
    page = client.post("/verzoek/", answers(), follow=True)

    text = page.content.decode()
    assert "Uw verzoek is verstuurd" in text
    for private in ("Kim", "Mila", "mila@thuis.example", "V-20"):
        assert private not in text


def test_in_english_the_page_and_the_letters_are_english(client: Client) -> None:
    page = client.get("/verzoek/en/")
    sent = client.post("/verzoek/en/", answers())

    assert b'<html lang="en"' in page.content
    assert b"Have your data deleted" in page.content
    assert b"Verstuur" not in page.content
    assert sent["Location"] == "/verzoek/en/verzonden/"
    assert SubjectRequest.objects.get().language == "en"
    assert OutboundLetter.objects.get().subject == "Confirm your e-mail address"
    assert RequestLetter.objects.get().title == "We have received your request"
    assert "rectification or completion" in RequestLetter.objects.get().html


def test_sent_twice_it_is_one_request(client: Client) -> None:
    first = client.post("/verzoek/", answers())
    second = client.post("/verzoek/", answers())
    changed = client.post("/verzoek/", answers(text="En nu iets anders."))

    assert [page.status_code for page in (first, second, changed)] == [302, 302, 302]
    assert SubjectRequest.objects.count() == 2
    assert OutboundLetter.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Vul uw naam in."),
        ({"email": "geen adres"}, "Dit is geen e-mailadres."),
        ({"kinds": []}, "Kies ten minste één ding."),
        ({"kinds": ["alles"]}, "Selecteer een geldige keuze."),
        ({"subject_name": ""}, "Vul in over wie uw verzoek gaat."),
        ({"born_on": ""}, "Vul de geboortedatum in."),
        ({"born_on": "2999-01-01"}, "Deze geboortedatum is nog niet geweest."),
        ({"born_on": "31-02-2016"}, "Vul een datum in, bijvoorbeeld 31-12-2012."),
        ({"born_on": "0016-02-01"}, "Dit jaar ligt voor 1900."),
        ({"wants": "post"}, "Vul uw postadres in."),
        ({"school": "de-onbekende"}, "Selecteer een geldige keuze."),
        ({"text": "Mijn BSN is 123456782."}, "een nummer dat een BSN kan zijn"),
        ({"name": "x" * 201}, "200 tekens"),
        ({"name": "nul\x00teken"}, "Null-tekens zijn niet toegestaan."),
        ({"homepage": "https://spam.example"}, "Verstuur het nog een keer."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: Client, changes: dict[str, Any], sentence: str
) -> None:
    page = client.post("/verzoek/", answers(**changes))

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "mila@thuis.example" in page.content.decode() or "email" in changes
    assert "Kim" in page.content.decode()
    assert SubjectRequest.objects.count() == 0
    assert OutboundLetter.objects.count() == 0


def test_what_a_program_fills_in_is_emptied_for_who_tries_again(client: Client) -> None:
    page = client.post("/verzoek/", answers(homepage="https://spam.example"))

    assert b"spam.example" not in page.content


def test_an_adult_says_no_day_of_birth(client: Client) -> None:
    client.post("/verzoek/", answers(relation="self", subject_name="", group="staff", born_on=""))

    request = SubjectRequest.objects.get()
    assert make.person(request, "subject").name == "Mila Moeder"
    assert make.person(request, "subject").born_on is None


def test_an_eleventh_form_of_one_mailbox_in_a_day_keeps_its_text(client: Client) -> None:
    codes = [
        client.post("/verzoek/", answers(text=f"Vraag {number}")).status_code
        for number in range(10)
    ]
    more = client.post("/verzoek/", answers(text="De elfde vraag", email="MILA@thuis.example"))

    assert codes == [302] * 10
    assert more.status_code == 429
    page = more.content.decode()
    assert "Dit verzoek is nog niet verstuurd" in page
    assert "Vanaf dit e-mailadres zijn vandaag al veel formulieren verstuurd." in page
    assert "De elfde vraag" in page
    assert SubjectRequest.objects.count() == 10
    assert OutboundLetter.objects.count() == 10


def test_counts_hold_no_address_and_are_gone_after_two_days(client: Client) -> None:
    client.post("/verzoek/", answers())
    kept = list(FormCount.objects.values_list("sender", flat=True))
    assert [len(each) for each in kept] == [64, 64]
    FormCount.objects.update(hour=timezone.now() - timedelta(days=3))

    run_rules(by=None, at=timezone.now(), names=["form_counts"])

    assert not FormCount.objects.exists()


def test_a_get_of_the_link_confirms_nothing_and_shows_nothing(client: Client) -> None:
    client.post("/verzoek/", answers())
    request = SubjectRequest.objects.get()

    page = client.get(link_of(request))

    assert page.status_code == 200
    assert "Ja, dit is mijn e-mailadres" in page.content.decode()
    for private in (request.number, "Kim", "Mila", "inzage", "ontvangen"):
        assert private not in page.content.decode()
    request.refresh_from_db()
    assert request.confirmed_at is None


def test_a_post_confirms_and_then_the_status_shows_number_state_day_and_letters(
    client: Client,
) -> None:
    client.post("/verzoek/", answers())
    request = SubjectRequest.objects.get()
    address = link_of(request)

    page = client.post(address, follow=True)

    request.refresh_from_db()
    assert request.confirmed_at is not None
    text = page.content.decode()
    for told in (request.number, "ontvangen", "Wij hebben uw verzoek ontvangen"):
        assert told in text
    assert f'datetime="{request.last_day.isoformat()}"' in text
    for private in ("Kim", "Mila", "dossier"):
        assert private not in text
    assert "wordt klaargezet" in text
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]


def test_the_letter_behind_the_link_is_a_pdf(client: Client, cast: Cast) -> None:
    request = make.subject_request(cast.linde, at=timezone.now())
    make_waiting_letters(at=timezone.now())
    letter = RequestLetter.objects.get()

    page = client.get(link_of(request))
    file = client.get(f"{link_of(request)}brief/{letter.pk}/")

    assert f"brief/{letter.pk}/" in page.content.decode()
    assert b"".join(file.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert StoredDocument.objects.get().kind == "requests_ar.letter"


def test_a_letter_of_another_request_or_before_confirmation_is_not_there(
    client: Client, cast: Cast
) -> None:
    mine = make.subject_request(cast.linde, at=timezone.now())
    other = make.subject_request(cast.linde, at=timezone.now(), confirmed=False)
    make_waiting_letters(at=timezone.now())
    letters = {each.request_id: each.pk for each in RequestLetter.objects.all()}

    assert client.get(f"{link_of(mine)}brief/{letters[other.pk]}/").status_code == 404
    assert client.get(f"{link_of(other)}brief/{letters[other.pk]}/").status_code == 404


@pytest.mark.parametrize("kind", ["altered", "expired", "revoked"])
def test_a_link_that_does_not_serve_says_so(client: Client, cast: Cast, kind: str) -> None:
    request = make.subject_request(cast.linde, at=timezone.now())
    addresses = {
        "altered": link_of(request).replace("volgen/", "volgen/x"),
        "expired": link_of(request, at=timezone.now() - timedelta(days=366)),
        "revoked": link_of(request, state="0"),
    }

    page = client.get(addresses[kind])

    assert page.status_code == (404 if kind == "altered" else 410)
    assert "Deze link werkt niet" in page.content.decode()
    assert request.number not in page.content.decode()
    assert client.post(addresses[kind]).status_code == page.status_code


def test_what_is_answered_shows_no_deadline(client: Client, cast: Cast) -> None:
    now = timezone.now()
    request = make.subject_request(
        cast.linde, at=now, state="answered", answered_on=timezone.localdate(now)
    )

    page = client.get(link_of(request))

    assert "beantwoord" in page.content.decode()
    assert "te laat" not in page.content.decode()
    assert 'class="deadline' not in page.content.decode()


def test_letters_on_paper_show_that_they_left_and_not_what_they_say(
    client: Client, cast: Cast
) -> None:
    now = timezone.now()
    request = make.subject_request(cast.linde, at=now, wants="post", address="Laan 1")
    letter = RequestLetter.objects.get()
    make_waiting_letters(at=now)

    page = client.get(link_of(request)).content.decode()
    assert "Wij hebben uw verzoek ontvangen: op papier, wij versturen deze brief nog" in page
    assert "/brief/" not in page
    assert client.get(f"{link_of(request)}brief/{letter.pk}/").status_code == 404

    note_posted(letter=letter, posted_on=timezone.localdate(), by=None, at=now)
    day = formats.date_format(timezone.localdate(), "j F Y")
    page = client.get(link_of(request)).content.decode()
    assert f"op papier, verstuurd of meegegeven op {day}" in page


def test_a_form_that_nobody_confirmed_is_a_request_all_the_same(
    client: Client, cast: Cast, as_user: Callable[[User], Client]
) -> None:
    client.post("/verzoek/", answers())
    request = SubjectRequest.objects.get()
    director = as_user(cast.director)

    assert request.confirmed_at is None
    assert request.last_day == term_of(timezone.localdate(), extended=False).last_day
    assert f"Nieuw: verzoek {request.number}." in director.get("/").content.decode()
    assert request.number in director.get("/verzoeken/").content.decode()
    assert director.get(f"/verzoeken/{request.number}/").status_code == 200


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (
            "altered",
            "De link is niet helemaal overgekomen. Open hem nog eens vanuit de e-mail, of kopieer "
            "hem helemaal.",
        ),
        ("expired", "De link is niet meer geldig. Uw verzoek is er nog wel."),
    ],
)
def test_the_page_of_a_dead_link_says_what_to_do(
    client: Client, cast: Cast, kind: str, sentence: str
) -> None:
    request = make.subject_request(cast.linde, at=timezone.now())
    old = timezone.now() - timedelta(days=366)
    path = link_of(request, at=old) if kind == "expired" else link_of(request)[:-9] + "A/"

    page = client.get(path).content.decode()

    assert sentence in page
    assert "Vraag de school om een nieuwe link." in page
    assert "bestuur@deproef.example" in page
