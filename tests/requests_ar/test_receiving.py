"""Receiving: numbers, the clock, people kept apart, and the same form sent twice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from privacyboard.audit.acts import ActRefused
from privacyboard.mail.models import OutboundLetter
from requests_ar.actions.receiving import confirm_address, correct_receipt, receive_request
from requests_ar.models import RequestLetter, RequestPerson, SubjectRequest
from tests.conftest import NOW, TODAY, Cast
from tests.factories import requests as make

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("KPO-040")
def test_the_clock_runs_from_receipt_not_from_registration(cast: Cast) -> None:
    request = make.subject_request(
        cast.linde, at=NOW, received_on=date(2026, 2, 20), channel="teacher", confirmed=False
    )

    assert request.number == "V-2026-0001"
    assert request.received_on == date(2026, 2, 20)
    assert request.registered_at == NOW
    assert (request.target, request.last_day) == (date(2026, 3, 20), date(2026, 3, 20))
    assert request.state == "received"
    assert request.confirmed_at is None


def test_numbers_follow_each_other_and_begin_anew_each_year(cast: Cast) -> None:
    numbers = [make.subject_request(cast.linde, at=NOW).number for _each in range(3)]
    later = make.subject_request(cast.linde, at=datetime(2027, 1, 1, 0, 30, tzinfo=UTC))
    # Half past midnight in the Netherlands is the last hour of the year in UTC.
    dutch_new_year = make.subject_request(cast.linde, at=datetime(2027, 12, 31, 23, 30, tzinfo=UTC))

    assert numbers == ["V-2026-0001", "V-2026-0002", "V-2026-0003"]
    assert later.number == "V-2027-0001"
    assert dutch_new_year.number == "V-2028-0001"


def test_after_the_last_of_four_digits_comes_a_fifth(cast: Cast) -> None:
    make.subject_request(cast.linde, at=NOW)
    SubjectRequest.objects.filter(number="V-2026-0001").update(number="V-2026-9999")

    assert make.subject_request(cast.linde, at=NOW).number == "V-2026-10000"
    assert make.subject_request(cast.linde, at=NOW).number == "V-2026-10001"


def test_a_parent_stands_beside_the_child_and_represents_it(cast: Cast) -> None:
    request = make.subject_request(cast.linde, at=NOW)

    rows = RequestPerson.objects.filter(request=request)
    assert [(row.role, row.name, row.relation, row.born_on) for row in rows] == [
        ("subject", "Kim Kind", "", date(2016, 5, 4)),
        ("requester", "Mila Moeder", "parent", None),
        ("representative", "Mila Moeder", "parent", None),
    ]


def test_who_asks_for_himself_stands_in_it_twice(cast: Cast) -> None:
    request = make.subject_request(
        cast.eik, at=NOW, relation="self", name="Sil Leerling", born_on=date(2009, 6, 1)
    )

    rows = RequestPerson.objects.filter(request=request)
    assert [(row.role, row.name, row.born_on) for row in rows] == [
        ("subject", "Sil Leerling", date(2009, 6, 1)),
        ("requester", "Sil Leerling", None),
    ]


def test_several_kinds_become_parts_in_the_order_of_the_list(cast: Cast) -> None:
    request = make.subject_request(
        cast.linde, at=NOW, kinds=["portability", "access"], send_to="De Buurschool"
    )

    parts = list(request.parts.values_list("kind", "send_to"))
    assert parts == [("access", ""), ("portability", "De Buurschool")]


@pytest.mark.parametrize(
    ("day", "born", "sentence"),
    [
        (
            date(2026, 3, 3),
            None,
            "Deze dag is nog niet geweest. Kies de dag waarop de school het verzoek kreeg.",
        ),
        (
            date(2026, 3, 1),
            date(2026, 3, 2),
            "Deze dag ligt voor de geboortedatum van de persoon over wie het gaat.",
        ),
    ],
)
def test_an_impossible_day_is_refused(
    cast: Cast, day: date, born: date | None, sentence: str
) -> None:
    with pytest.raises(ActRefused) as refusal:
        make.subject_request(cast.linde, at=NOW, received_on=day, born_on=born)

    assert refusal.value.errors == {"received_on": sentence}
    assert SubjectRequest.objects.count() == 0


def test_a_request_without_a_kind_is_refused(cast: Cast) -> None:
    with pytest.raises(ActRefused) as refusal:
        make.subject_request(cast.linde, at=NOW, kinds=["anything"])

    assert refusal.value.errors == {"kinds": "Kies ten minste één soort verzoek."}


def test_the_same_form_sent_twice_is_one_request_and_one_mail(cast: Cast) -> None:
    given = make.received(cast.linde, received_on=TODAY, form_digest="a" * 64)

    first = receive_request(received=given, by=None, at=NOW)
    second = receive_request(received=given, by=None, at=NOW)

    assert first == second
    assert SubjectRequest.objects.count() == 1
    assert OutboundLetter.objects.count() == 1
    assert RequestLetter.objects.count() == 1


def test_the_form_brings_one_mail_that_asks_to_confirm_and_tells_nothing(cast: Cast) -> None:
    request = make.subject_request(cast.linde, at=NOW, confirmed=False)

    mail = OutboundLetter.objects.get()
    assert (mail.letter, mail.to) == ("requests_ar/confirm", "mila@thuis.example")
    assert mail.subject == "Bevestig uw e-mailadres"
    for private in (request.number, "Kim", "Mila", "inzage", "1 april"):
        assert private not in mail.text + mail.html
    assert "/verzoek/volgen/" in mail.text


def test_the_receipt_tells_the_last_day_and_the_four_who_help(cast: Cast) -> None:
    cast.board.ibp_name, cast.board.ibp_email = "Ilse Beheer", "ibp@deproef.example"
    cast.board.record(by=None, why="proef")
    request = make.subject_request(cast.linde, at=NOW, received_on=date(2026, 2, 28))

    letter = RequestLetter.objects.get(request=request)
    assert (letter.kind, letter.way, letter.title) == (
        "receipt",
        "email",
        "Wij hebben uw verzoek ontvangen",
    )
    assert "maandag 30 maart 2026" in letter.html
    assert "V-2026-0001" in letter.html
    for contact in (
        "De directeur van De Linde",
        "de-linde@deproef.example",
        "ibp@deproef.example",
        "fg@deproef.example",
        "autoriteitpersoonsgegevens.nl",
    ):
        assert contact in letter.html
    assert "Kim" not in letter.html


def test_without_an_address_the_receipt_is_on_paper(cast: Cast) -> None:
    request = make.subject_request(
        cast.linde, at=NOW, channel="letter", email="", address="Laan 1\n1234 AB Proefstad"
    )

    letter = RequestLetter.objects.get(request=request)
    assert (letter.way, letter.mail, letter.delivery) == ("paper", None, "to_post")
    assert "Laan 1" in letter.html
    assert OutboundLetter.objects.count() == 0


def test_a_mail_from_the_requester_proves_its_own_address(cast: Cast) -> None:
    request = make.subject_request(cast.linde, at=NOW, channel="email", confirmed=False)

    assert request.confirmed_at == NOW
    assert OutboundLetter.objects.get().letter == "requests_ar/letter"


def test_an_address_is_confirmed_once(cast: Cast) -> None:
    request = make.subject_request(cast.linde, at=NOW, confirmed=False)
    later = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)

    assert confirm_address(request=request, by=None, at=NOW).confirmed_at == NOW
    assert confirm_address(request=request, by=None, at=later).confirmed_at == NOW


def test_a_corrected_receipt_counts_the_term_anew_and_tells_it(cast: Cast) -> None:
    request = make.subject_request(cast.linde, at=NOW)

    held = correct_receipt(
        request=request,
        received_on=date(2026, 2, 10),
        reason="De leraar had de brief al.",
        by=cast.director,
        at=NOW,
    )

    assert (held.received_on, held.last_day) == (date(2026, 2, 10), date(2026, 3, 10))
    assert held.history.first().history_change_reason == (
        "dag van ontvangst verbeterd: De leraar had de brief al."
    )
    assert make.letters_of(request) == ["receipt", "receipt"]
    assert OutboundLetter.objects.order_by("id").values_list("letter", flat=True)[1] == (
        "requests_ar/letter"
    )


def test_an_extension_that_was_told_too_late_falls_with_the_corrected_receipt(cast: Cast) -> None:
    request = make.subject_request(
        cast.linde,
        at=NOW,
        extended_on=TODAY,
        extension_reason="complexity",
        extension_text="Veel dossiers.",
        last_day=date(2026, 6, 2),
    )

    held = correct_receipt(
        request=request, received_on=date(2026, 1, 20), reason="Lag in een la.", by=None, at=NOW
    )

    assert (held.extended_on, held.extension_reason, held.last_day) == (
        None,
        "",
        date(2026, 2, 20),
    )


def test_an_extension_told_in_time_stays(cast: Cast) -> None:
    request = make.subject_request(
        cast.linde,
        at=NOW,
        extended_on=TODAY,
        extension_reason="complexity",
        extension_text="Veel dossiers.",
        last_day=date(2026, 6, 2),
    )

    held = correct_receipt(
        request=request, received_on=date(2026, 2, 20), reason="Lag in een la.", by=None, at=NOW
    )

    assert held.extended_on == TODAY
    assert held.last_day == date(2026, 5, 20)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"received_on": TODAY}, "received_on"),
        ({"received_on": date(2026, 4, 1)}, "received_on"),
        ({"received_on": date(2015, 1, 1)}, "received_on"),
    ],
)
def test_a_receipt_is_not_corrected_so(cast: Cast, changes: dict[str, object], field: str) -> None:
    request = make.subject_request(cast.linde, at=NOW)
    asked: dict[str, object] = {"received_on": date(2026, 2, 1), "reason": "Anders", **changes}

    with pytest.raises(ActRefused) as refusal:
        correct_receipt(request=request, by=None, at=NOW, **asked)  # type: ignore[arg-type]

    assert set(refusal.value.errors) == {field}


def test_an_answered_request_keeps_its_day_of_receipt(cast: Cast) -> None:
    request = make.subject_request(cast.linde, at=NOW, state="answered", answered_on=TODAY)

    with pytest.raises(ActRefused, match="hier verandert niets meer aan"):
        correct_receipt(
            request=request, received_on=date(2026, 2, 1), reason="Anders", by=None, at=NOW
        )
