"""Received and registered are two days; the last day moves by an act, and by nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.contrib import admin
from django.test import Client
from django.utils import formats, timezone
from openpyxl import load_workbook

from privacyboard.audit.acts import ActRefused
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from requests_ar.actions import asking
from requests_ar.actions.receiving import correct_receipt
from requests_ar.actions.writing import note_posted
from requests_ar.choices import RequestState
from requests_ar.models import RequestLetter, SubjectRequest
from requests_ar.rules.terms import Pause, last_day_with_pauses, term_of
from tests.conftest import NOW, Cast
from tests.factories import registers as register
from tests.factories import requests as make

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]

TODAY = timezone.localdate
COMPLEX = {"reason": "complexity", "text": "Oude dossiers."}


def told(day: date) -> str:
    return formats.date_format(day, "j F Y")


def received(cast: Cast, on: date, **values: Any) -> SubjectRequest:
    """Received on a day, and registered on that day too."""
    at = timezone.make_aware(datetime.combine(on, datetime.min.time())) + timedelta(hours=10)
    return make.subject_request(cast.linde, at=at, received_on=on, **values)


def test_no_form_of_the_case_but_an_act_of_the_term_moves_the_last_day(
    cast: Cast, as_user: AsUser
) -> None:
    case = received(cast, TODAY() - timedelta(days=3), authority="yes")
    before = (case.received_on, case.last_day, case.target)
    director = as_user(cast.director)
    activity = register.established("V02", at=timezone.now())
    subject, part = make.person(case, "subject"), case.parts.get()
    # What somebody could try to slip in with any other form.
    slipped = {"last_day": "2999-01-01", "received_on": "2026-01-01", "target": "2999-01-01"}
    forms: dict[str, dict[str, Any]] = {
        "oppakken": {"handler": cast.director.pk},
        f"persoon/{subject.pk}": {
            "name": "Kim Kind",
            "born_on": "2015-01-01",
            "protection": "none",
        },
        "controle": {
            "about": "identity",
            "method": "known",
            "is_established": "yes",
            "checked_on": TODAY(),
        },
        "vraag": {"kind": "clarification", "reason": "Welk jaar?"},
        "vergoeding": {"ground": "extra_copies", "amount": "5", "reasons": "Derde kopie."},
        "verwerkingen": {"activities": [activity.pk]},
        f"onderdeel/{part.pk}": {"verdict": "granted"},
        "besluiten": {},
    }
    for act, given in forms.items():
        page = director.post(f"/verzoeken/{case.number}/{act}/", {**given, **slipped})
        assert page.status_code == 302, act

    case.refresh_from_db()
    assert case.state == RequestState.DECIDED
    assert (case.received_on, case.last_day, case.target) == before


def test_a_request_has_no_page_in_the_back_office_where_its_days_could_be_typed() -> None:
    assert SubjectRequest not in admin.site._registry


def test_the_one_last_day_is_shown_mailed_and_exported_with_its_target_beside_it(
    cast: Cast, as_user: AsUser
) -> None:
    # 28 March 2026 is a Saturday: the target; Monday the 30th is the last day.
    case = make.subject_request(cast.linde, at=NOW, received_on=date(2026, 2, 28), channel="desk")
    director = as_user(cast.director)

    page = director.get(f"/verzoeken/{case.number}/").content.decode()
    assert "30 maart 2026" in page
    assert "De termijn valt op zaterdag 28 maart. Dat is geen werkdag" in page
    assert "Ontvangen op 28 februari 2026 (aan de balie). Hier vastgelegd op 2 maart 2026." in page
    assert 'datetime="2026-03-30"' in director.get("/verzoeken/").content.decode()
    assert "maandag 30 maart 2026" in RequestLetter.objects.get(request=case).html
    sheet = as_user(cast.ibp).get("/verzoeken/register/verzoeken.xlsx").content
    rows = list(load_workbook(io.BytesIO(sheet))["Verzoeken"].iter_rows(values_only=True))
    row = dict(zip(map(str, rows[0]), map(str, rows[1]), strict=True))
    assert (row["streefdatum"], row["uiterste dag"]) == (
        "2026-03-28 00:00:00",
        "2026-03-30 00:00:00",
    )


def test_what_was_answered_too_late_is_not_overdue_and_stays_visible(
    cast: Cast, as_user: AsUser
) -> None:
    late = received(
        cast,
        date(2026, 1, 5),
        state=RequestState.CLOSED,
        answered_on=date(2026, 2, 6),
        closed_at=NOW,
    )
    in_time = received(
        cast,
        date(2026, 1, 5),
        state=RequestState.ANSWERED,
        answered_on=date(2026, 2, 5),
    )
    director = as_user(cast.director)

    assert list(SubjectRequest.objects.overdue(date(2026, 11, 1))) == []
    listed = director.get("/verzoeken/?toon=all").content.decode()
    assert listed.count("te laat beantwoord") == 1
    assert "dagen te laat" not in listed
    assert late.number not in director.get("/verzoeken/?toon=late").content.decode()
    page = director.get(f"/verzoeken/{late.number}/").content.decode()
    assert "Beantwoord op 6 februari 2026. De uiterste dag was 5 februari 2026." in page
    assert "te laat beantwoord" in page
    page = director.get(f"/verzoeken/{in_time.number}/").content.decode()
    assert "te laat beantwoord" not in page


@pytest.mark.parametrize(
    ("pause", "day"),
    [
        # Four days from 2 April: Monday the 6th is Easter Monday, so Tuesday.
        (Pause(date(2026, 3, 3), date(2026, 3, 7)), date(2026, 4, 7)),
        (Pause(date(2026, 3, 3), date(2026, 3, 3)), date(2026, 4, 2)),
        # Not answered: up to today, the 9th.
        (Pause(date(2026, 3, 2)), date(2026, 4, 9)),
    ],
)
def test_with_the_pause_the_day_rolls_as_every_last_day_does(pause: Pause, day: date) -> None:
    found = last_day_with_pauses(date(2026, 4, 2), [pause], today=date(2026, 3, 9))

    assert found == day


def test_the_last_moment_to_extend_and_a_day_late(cast: Cast, as_user: AsUser) -> None:
    # The first month ended yesterday or before: received two months ago.
    case = received(cast, TODAY() - relativedelta(months=2))
    first = term_of(case.received_on, extended=False).last_day
    director = as_user(cast.director)
    sentence = (
        f"Verlengen kon tot en met {first:%d-%m-%Y}: de vrager moet het binnen de eerste maand "
        "horen. Beantwoord het verzoek zo snel mogelijk."
    )

    page = director.get(f"/verzoeken/{case.number}/").content.decode()
    assert f"Verlengen kan niet meer: {sentence}" in page
    assert f"/verzoeken/{case.number}/verlengen/" not in page
    page = director.post(f"/verzoeken/{case.number}/verlengen/", COMPLEX).content.decode()
    assert sentence in page
    assert "Oude dossiers." in page
    assert make.letters_of(case) == ["receipt"]
    case.refresh_from_db()
    assert (case.extended_on, case.last_day) == (None, first)


def test_an_extension_on_paper_says_that_the_letter_still_has_to_leave(
    cast: Cast, as_user: AsUser
) -> None:
    case = received(cast, TODAY(), channel="letter", email="", address="Laan 1")
    first = case.last_day

    page = as_user(cast.director).post(f"/verzoeken/{case.number}/verlengen/", COMPLEX, follow=True)

    text = page.content.decode()
    day = formats.date_format(first, "l j F Y")
    assert f"De brief is nog niet weg: doe hem uiterlijk {day} op de post, of geef hem mee" in text
    assert "nog op de post te doen of mee te geven" in text
    letter = RequestLetter.objects.get(request=case, kind="extension")
    note_posted(letter=letter, posted_on=TODAY(), by=None, at=timezone.now())
    receipt = RequestLetter.objects.get(request=case, kind="receipt")
    note_posted(letter=receipt, posted_on=TODAY(), by=None, at=timezone.now())
    text = as_user(cast.director).get(f"/verzoeken/{case.number}/").content.decode()
    assert "nog op de post te doen" not in text


def test_an_extension_by_mail_that_fails_is_told_on_the_page_and_at_home(
    cast: Cast, as_user: AsUser
) -> None:
    case = received(cast, TODAY())
    director = as_user(cast.director)
    page = director.post(f"/verzoeken/{case.number}/verlengen/", COMPLEX, follow=True)
    assert "De vrager krijgt er een e-mail over." in page.content.decode()
    OutboundLetter.objects.filter(letter="requests_ar/letter").update(state="failed")

    page = director.get(f"/verzoeken/{case.number}/")
    assert "de e-mail is niet bezorgd" in page.content.decode()
    assert "Wij hebben meer tijd nodig voor uw verzoek" in page.content.decode()
    home = director.get("/").content.decode()
    assert f"Een brief over verzoek {case.number} kwam niet aan. Stuur hem per post." in home


@pytest.fixture
def extended(cast: Cast) -> SubjectRequest:
    """Received ten days ago, and extended today."""
    case = received(cast, TODAY() - timedelta(days=10))
    asking.extend_term(request=case, by=cast.director, at=timezone.now(), **COMPLEX)
    case.refresh_from_db()
    return case


def test_an_extension_falls_only_under_the_eyes_of_who_lets_it_fall(
    cast: Cast, as_user: AsUser, extended: SubjectRequest
) -> None:
    director = as_user(cast.director)
    path = f"/verzoeken/{extended.number}/ontvangst/"
    first = director.get(path).content.decode()
    assert f"De termijn is verlengd op {told(TODAY())}." in first
    assert "vervalt de verlenging (AVG 12 lid 3)." in first
    early = TODAY() - relativedelta(months=2)
    new_last_day = term_of(early, extended=False).last_day
    given = {"received_on": early, "reason": "De leraar had de brief al."}

    page = director.post(path, given).content.decode()

    assert (
        f"Door deze dag vervalt de verlenging: de vrager hoorde ervan op {told(TODAY())}, en dat "
        f"is dan na de eerste maand (AVG 12 lid 3). De uiterste dag wordt {told(new_last_day)}."
    ) in page
    assert "De leraar had de brief al." in page
    extended.refresh_from_db()
    assert extended.extended_on == TODAY()

    director.post(path, {**given, "falls": "on"})

    extended.refresh_from_db()
    assert [extended.extended_on, extended.last_day] == [None, new_last_day]
    history = director.get(f"/verzoeken/{extended.number}/verloop/").content.decode()
    assert (
        "dag van ontvangst verbeterd: De leraar had de brief al. "
        f"De verlenging van {TODAY():%d-%m-%Y} vervalt." in history
    )


def test_an_extension_that_stays_asks_nothing(
    cast: Cast, as_user: AsUser, extended: SubjectRequest
) -> None:
    day = TODAY() - timedelta(days=12)
    given = {"received_on": day, "reason": "Twee dagen eerder gebeld."}
    page = as_user(cast.director).post(f"/verzoeken/{extended.number}/ontvangst/", given)

    assert page.status_code == 302
    extended.refresh_from_db()
    assert extended.extended_on == TODAY()
    assert extended.last_day == term_of(day, extended=True).last_day


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (
            timedelta(days=1),
            "Deze dag is nog niet geweest. Kies de dag waarop de school het verzoek kreeg.",
        ),
        (
            timedelta(0),
            "toen had de school het al. Kies die dag of een eerdere.",
        ),
        (
            timedelta(days=-365 * 20),
            "Deze dag ligt voor de geboortedatum van de persoon over wie het gaat.",
        ),
    ],
)
def test_a_day_of_receipt_that_cannot_be_is_said_at_the_field(
    cast: Cast, as_user: AsUser, day: timedelta, sentence: str
) -> None:
    case = received(cast, TODAY() - timedelta(days=5))
    given = {"received_on": TODAY() + day, "reason": "Anders."}
    page = as_user(cast.director).post(f"/verzoeken/{case.number}/ontvangst/", given)

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "Anders." in page.content.decode()
    case.refresh_from_db()
    assert case.received_on == TODAY() - timedelta(days=5)


def test_a_receipt_cannot_move_past_its_registration(cast: Cast) -> None:
    case = make.subject_request(cast.linde, at=NOW)
    later = NOW + timedelta(days=20)

    with pytest.raises(ActRefused) as refusal:
        correct_receipt(
            request=case, received_on=date(2026, 3, 10), reason="Later.", by=None, at=later
        )

    assert refusal.value.errors == {
        "received_on": "Het verzoek is op 02-03-2026 vastgelegd: toen had de school het al. Kies "
        "die dag of een eerdere."
    }


def test_a_request_that_looks_the_same_is_pointed_out_on_the_page_of_the_other(
    cast: Cast, as_user: AsUser
) -> None:
    first = received(cast, TODAY() - timedelta(days=4))
    second = received(cast, TODAY(), channel="desk")
    hidden = received(cast, TODAY(), is_confidential=True)
    other = received(cast, TODAY(), subject_name="Bo Kind")
    director = as_user(cast.director)

    page = director.get(f"/verzoeken/{second.number}/").content.decode()

    assert "Dit verzoek lijkt op een ander dat nog loopt." in page
    assert f'<a href="/verzoeken/{first.number}/">{first.number}</a>, ontvangen op' in page
    assert hidden.number not in page
    assert other.number not in page
    lonely = director.get(f"/verzoeken/{other.number}/").content.decode()
    assert "Dit verzoek lijkt op een ander" not in lonely
    assert SubjectRequest.objects.count() == 4
