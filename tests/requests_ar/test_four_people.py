"""Who it is about, who asks, who represents and who decides: kept apart, and explained."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from privacyboard.organisation.models import User
from requests_ar.letters.answers import addressee
from requests_ar.models import IdentityCheck, RequestLetter, SubjectRequest, say_of
from requests_ar.rules.standing import Position, say
from tests.conftest import NOW, TODAY, Cast
from tests.factories import registers as register
from tests.factories import requests as make

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]

SIXTEEN_TOMORROW = TODAY + timedelta(days=1) - relativedelta(years=16)


def shown(client: Client, case: SubjectRequest) -> str:
    page = client.get(f"/verzoeken/{case.number}/")
    assert page.status_code == 200
    return page.content.decode()


@pytest.mark.requirement("INN-008")
def test_a_parent_with_authority_sees_the_data_of_the_child_and_one_without_does_not(
    cast: Cast, as_user: AsUser
) -> None:
    mother = make.subject_request(cast.linde, at=timezone.now(), authority="yes")
    father = make.subject_request(
        cast.linde, at=timezone.now(), authority="no", name="Vic Vader", email="vic@thuis.example"
    )
    director = as_user(cast.director)

    page = shown(director, mother)
    assert (
        "De leerling is jonger dan 16: de ouder of voogd met gezag vraagt en krijgt het antwoord "
        "(UAVG 5)." in page
    )
    assert "Het antwoord gaat naar Mila Moeder." in page
    assert addressee(mother, on=timezone.localdate()).name == "Mila Moeder"

    page = shown(director, father)
    assert "Deze ouder heeft geen gezag en kan dit recht niet gebruiken." in page
    assert "stuur daarover de brief" in page
    path = f"/verzoeken/{father.number}/uitleg-zonder-gezag/"
    assert path in page
    after = director.post(path, follow=True).content.decode()
    assert "De brief is geschreven." in after
    letter = RequestLetter.objects.get(request=father, kind="other_right")
    assert letter.title == "Welke informatie u als ouder wel kunt krijgen"
    assert "artikel 377c" in letter.html
    assert "Kim" not in letter.html


def test_the_letter_of_another_kind_is_not_offered_to_a_parent_with_authority(
    cast: Cast, as_user: AsUser
) -> None:
    mother = make.subject_request(cast.linde, at=timezone.now(), authority="yes")
    director = as_user(cast.director)

    assert "uitleg-zonder-gezag" not in shown(director, mother)
    page = director.post(f"/verzoeken/{mother.number}/uitleg-zonder-gezag/").content.decode()
    assert "Leg eerst vast dat er geen gezag is." in page
    assert make.letters_of(mother) == ["receipt"]


@pytest.mark.parametrize("authority", ["yes", "unknown"])
def test_who_turns_sixteen_before_the_answer_decides_and_what_was_asked_stays_asked(
    cast: Cast, authority: str
) -> None:
    request = make.subject_request(
        cast.linde, at=NOW, born_on=SIXTEEN_TOMORROW, authority=authority
    )

    on_receipt = say_of(request, on=TODAY)
    a_day_later = say_of(request, on=TODAY + timedelta(days=1))

    assert on_receipt.answer_to == "representative"
    assert a_day_later.answer_to == "subject"
    # It was asked in time by who could: it is not refused for a birthday.
    assert a_day_later.may_ask is on_receipt.may_ask is (True if authority == "yes" else None)
    assert a_day_later.explanation.startswith(
        "Toen het verzoek binnenkwam was de leerling nog geen 16, en vroeg een ouder of voogd het."
    )
    assert ("Ga nog na of deze ouder toen gezag had." in a_day_later.explanation) is (
        authority == "unknown"
    )
    assert addressee(request, on=TODAY + timedelta(days=1)).name == "Kim Kind"


def test_a_parent_who_could_not_ask_cannot_after_a_birthday_either(cast: Cast) -> None:
    request = make.subject_request(cast.linde, at=NOW, born_on=SIXTEEN_TOMORROW, authority="no")

    assert say_of(request, on=TODAY + timedelta(days=1)).may_ask is False


def test_the_page_keeps_saying_the_rule_of_the_day_of_the_answer(
    cast: Cast, as_user: AsUser
) -> None:
    sixteen_now = TODAY + timedelta(days=30) - relativedelta(years=16)
    request = make.subject_request(
        cast.linde,
        at=NOW,
        born_on=sixteen_now,
        authority="yes",
        state="answered",
        answered_on=TODAY + timedelta(days=9),
    )

    page = shown(as_user(cast.director), request)

    assert "De leerling is jonger dan 16: de ouder of voogd met gezag" in page
    assert "Het antwoord gaat naar Mila Moeder." in page


@pytest.mark.parametrize(
    ("relation", "protection", "label"),
    [("curator", "curatele", "curator"), ("mentor", "mentorschap", "mentor (mentorschap)")],
)
@pytest.mark.parametrize("age", [16, 17, 18, 40])
def test_under_curatele_or_mentorschap_the_representative_stays(
    cast: Cast, as_user: AsUser, relation: str, protection: str, label: str, age: int
) -> None:
    born_on = timezone.localdate() - relativedelta(years=age)
    request = make.subject_request(
        cast.linde, at=timezone.now(), relation=relation, name="Cor Curator", born_on=born_on
    )
    director = as_user(cast.director)
    # First the school asks whether a court says so.
    page = shown(director, request)
    assert f"De vrager zegt {label} te zijn. Vraag naar de beschikking van de rechter." in page
    subject = make.person(request, "subject")
    assert subject.born_on == born_on

    subject.protection = protection
    subject.record(by=None, why="beschikking gezien")
    page = shown(director, request)
    assert f"De {label} vraagt en krijgt het antwoord (UAVG 5)." in page
    assert "Het antwoord gaat naar Cor Curator." in page


def test_who_says_to_be_curator_is_asked_where_the_curatele_is_filled_in(
    cast: Cast, as_user: AsUser
) -> None:
    request = make.subject_request(
        cast.linde,
        at=timezone.now(),
        relation="curator",
        name="Cor Curator",
        born_on=date(1990, 1, 1),
        group="staff",
        state="in_progress",
    )
    director = as_user(cast.director)
    director.post(
        f"/verzoeken/{request.number}/controle/",
        {
            "about": "identity",
            "method": "court_paper",
            "is_established": "yes",
            "checked_on": timezone.localdate(),
        },
    )
    subject = make.person(request, "subject")

    assert f'href="/verzoeken/{request.number}/persoon/{subject.pk}/"' in shown(director, request)


def test_a_parent_of_an_adult_has_no_authority(cast: Cast) -> None:
    born_on = TODAY - relativedelta(years=18)
    found = say(Position("parent", "yes", born_on=born_on), on=TODAY)

    assert (found.may_ask, found.answer_to) == (False, "subject")
    assert found.explanation == (
        "De persoon is 18 of ouder: ouders hebben geen gezag meer (BW 1:245). Alleen een "
        "machtiging helpt."
    )


NO_FILES = (
    "Stuur geen bestand mee, ook geen kopie van een paspoort of identiteitskaart. Het bestand is "
    "niet bewaard."
)


def passport() -> SimpleUploadedFile:
    return SimpleUploadedFile("paspoort.pdf", b"%PDF-1.7\nkopie", "application/pdf")


@pytest.mark.requirement("OPO-061")
@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("controle", {"about": "identity", "method": "document_shown", "is_established": "yes"}),
        ("vraag", {"kind": "identity", "reason": "Wie bent u?"}),
    ],
)
def test_a_copy_of_an_identity_document_is_refused_where_identity_is_looked_at(
    cast: Cast, as_user: AsUser, act: str, given: dict[str, Any]
) -> None:
    request = make.subject_request(cast.linde, at=timezone.now())
    director = as_user(cast.director)
    path = f"/verzoeken/{request.number}/{act}/"
    form = director.get(path).content.decode()
    assert 'type="file"' not in form

    page = director.post(
        path, {**given, "checked_on": timezone.localdate(), "scan": passport()}
    ).content.decode()

    assert NO_FILES in page
    assert IdentityCheck.objects.count() == 0
    assert make.letters_of(request) == ["receipt"]


@pytest.mark.requirement("OPO-061")
def test_no_copy_comes_in_with_a_request_either(
    client: Client, cast: Cast, as_user: AsUser
) -> None:
    register.group("pupils", "Leerlingen")
    given = {
        "relation": "parent",
        "name": "Vic Vader",
        "email": "vic@thuis.example",
        "subject_name": "Kim Kind",
        "born_on": "2016-05-04",
        "group": "pupils",
        "school": "de-linde",
        "kinds": ["access"],
        "text": "Alles over Kim.",
    }
    page = client.post("/verzoek/", {**given, "wants": "link", "scan": passport()})
    assert NO_FILES in page.content.decode()
    assert "Alles over Kim." in page.content.decode()

    typed = {**given, "channel": "desk", "received_on": timezone.localdate(), "scan": passport()}
    page = as_user(cast.director).post("/verzoeken/nieuw/", typed)
    assert NO_FILES in page.content.decode()
    assert "Alles over Kim." in page.content.decode()
    assert SubjectRequest.objects.count() == 0


def test_the_page_says_how_by_whom_and_when_it_was_found_out(cast: Cast, as_user: AsUser) -> None:
    request = make.subject_request(cast.linde, at=NOW)
    director = as_user(cast.director)
    director.post(
        f"/verzoeken/{request.number}/controle/",
        {
            "about": "authority",
            "method": "court_paper",
            "is_established": "yes",
            "checked_on": "2026-03-02",
            "note": "Uittreksel van vorige week.",
        },
    )

    page = " ".join(shown(director, request).split())
    assert (
        "Gezag: vastgesteld, beschikking of uittreksel gezagsregister getoond, 2 maart 2026, "
        "Dirk Linde: Uittreksel van vorige week." in page
    )


@pytest.mark.requirement("OPO-072")
def test_the_decision_maker_is_the_director_of_the_school_and_not_who_advises_or_searches(
    cast: Cast, as_user: AsUser
) -> None:
    case = make.subject_request(cast.linde, at=timezone.now(), authority="yes", state="in_progress")
    part = case.parts.get()
    path = f"/verzoeken/{case.number}/besluiten/"
    strangers = (cast.fg, cast.care, cast.teacher, cast.auditor, cast.eik_director)
    for user in strangers:
        assert as_user(user).post(path).status_code == 404
    director = as_user(cast.director)
    director.post(f"/verzoeken/{case.number}/onderdeel/{part.pk}/", {"verdict": "granted"})
    director.post(path)

    case.refresh_from_db()
    assert (case.state, case.decided_by) == ("decided", cast.director)
    assert "Besloten door Dirk Linde op" in shown(director, case)
