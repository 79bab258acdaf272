"""Questions, checks, more time, a fee, withdrawal: each an act with its date and its letter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from privacyboard.audit.acts import ActRefused
from privacyboard.documents.models import StoredDocument
from privacyboard.mail.models import OutboundLetter
from requests_ar import letters
from requests_ar.actions import asking
from requests_ar.actions.receiving import Received
from requests_ar.actions.writing import make_waiting_letters, note_posted
from requests_ar.choices import IdentityMethod
from requests_ar.models import Fee, IdentityCheck, Pause, RequestLetter, SubjectRequest
from tests.conftest import NOW, TODAY, Cast
from tests.factories import requests as make

pytestmark = pytest.mark.django_db

COMPLEX = {"reason": "complexity", "text": "Wij zoeken in vier systemen."}


@pytest.fixture
def request_(cast: Cast) -> SubjectRequest:
    return make.subject_request(cast.linde, at=NOW)


def last_letter(request: SubjectRequest) -> RequestLetter:
    found = RequestLetter.objects.filter(request=request).last()
    assert found is not None
    return found


def ask(request: SubjectRequest, **changes: Any) -> Pause:
    given = {"kind": "identity", "reason": "Kunt u langskomen op school?", **changes}
    return asking.ask_requester(request=request, by=None, at=NOW, **given)


def check(request: SubjectRequest, **changes: Any) -> IdentityCheck:
    given = {
        "about": "identity",
        "method": "known",
        "is_established": True,
        "checked_on": TODAY,
        **changes,
    }
    return asking.record_check(request=request, by=None, at=NOW, **given)


def test_a_question_is_an_event_and_moves_no_deadline(request_: SubjectRequest) -> None:
    pause = ask(request_)

    request_.refresh_from_db()
    assert (pause.asked_on, pause.answered_on) == (TODAY, None)
    assert request_.last_day == date(2026, 4, 2)
    letter = last_letter(request_)
    assert (letter.kind, letter.title) == ("identity", "Wilt u laten zien wie u bent?")
    assert "Kunt u langskomen op school?" in letter.html


@pytest.mark.requirement("OPO-061")
def test_the_question_who_it_is_asks_never_a_copy(request_: SubjectRequest) -> None:
    ask(request_)

    assert "Stuur ons geen kopie van een paspoort" in last_letter(request_).html
    # And how it was found out has no field or method for one.
    assert not [field.name for field in IdentityCheck._meta.get_fields() if "file" in field.name]
    assert [value for value in IdentityMethod.values if "copy" in value] == []


def test_the_letter_about_authority_and_about_clarity_are_others(request_: SubjectRequest) -> None:
    ask(request_, kind="authority", reason="Toon een uittreksel.")
    ask(request_, kind="clarification", reason="Over welk jaar gaat het?")

    assert make.letters_of(request_) == ["receipt", "identity", "clarification"]
    titles = list(request_.letters.values_list("title", flat=True))
    assert titles[1:] == ["Wilt u laten zien dat u gezag hebt?", "Wilt u uw verzoek uitleggen?"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"reason": "  "}, "reason"), ({"kind": "curiosity"}, "kind")],
)
def test_a_question_without_words_or_kind_is_refused(
    request_: SubjectRequest, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(ActRefused) as refusal:
        ask(request_, **changes)

    assert set(refusal.value.errors) == {field}
    assert Pause.objects.count() == 0


def test_the_same_question_is_asked_again_only_after_its_answer(request_: SubjectRequest) -> None:
    pause = ask(request_)
    with pytest.raises(ActRefused, match="al gesteld"):
        ask(request_)

    asking.close_question(pause=pause, answered_on=TODAY, by=None, at=NOW)

    assert ask(request_).answered_on is None


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 3)])
def test_an_answer_comes_after_its_question_and_not_tomorrow(
    request_: SubjectRequest, day: date
) -> None:
    pause = ask(request_)

    with pytest.raises(ActRefused) as refusal:
        asking.close_question(pause=pause, answered_on=day, by=None, at=NOW)

    assert set(refusal.value.errors) == {"answered_on"}


def test_a_check_names_who_how_and_when_and_ends_the_question(
    request_: SubjectRequest, cast: Cast
) -> None:
    pause = ask(request_)

    found = asking.record_check(
        request=request_,
        about="identity",
        method="document_shown",
        is_established=True,
        checked_on=TODAY,
        by=cast.director,
        at=NOW,
    )

    pause.refresh_from_db()
    assert (found.method, found.checked_by, found.checked_on) == (
        "document_shown",
        cast.director,
        TODAY,
    )
    assert pause.answered_on == TODAY


def test_what_is_found_about_authority_stands_with_who_asks(request_: SubjectRequest) -> None:
    check(request_, about="authority", method="court_paper", is_established=False)

    assert make.person(request_).authority == "no"
    assert make.person(request_, "representative").authority == "no"
    assert make.person(request_, "subject").authority == "unknown"

    check(request_, about="authority", method="court_paper")

    assert make.person(request_).authority == "yes"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"about": "clarification"}, "about"),
        ({"method": "passport_copy"}, "method"),
        ({"checked_on": date(2026, 3, 3)}, "checked_on"),
        ({"checked_on": date(2026, 3, 1)}, "checked_on"),
    ],
)
def test_a_check_that_cannot_be_is_refused(
    request_: SubjectRequest, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ActRefused) as refusal:
        check(request_, **changes)

    assert set(refusal.value.errors) == {field}


@pytest.mark.requirement("KPO-041")
@pytest.mark.requirement("OPO-073")
def test_an_extension_tells_the_new_day_and_why_and_the_act_gives_its_letter(
    request_: SubjectRequest, cast: Cast
) -> None:
    letter = asking.extend_term(request=request_, by=cast.director, at=NOW, **COMPLEX)

    request_.refresh_from_db()
    # Three months from receipt: 2 June 2026.
    assert (request_.last_day, request_.target) == (date(2026, 6, 2), date(2026, 6, 2))
    assert (request_.extended_on, request_.extension_reason) == (TODAY, "complexity")
    assert request_.received_on == TODAY
    for told in ("2 april 2026", "dinsdag 2 juni 2026", "Wij zoeken in vier systemen.", "12 lid 3"):
        assert told in letter.html
    assert letter.delivery == "on_its_way"


def test_an_extension_that_does_not_arrive_says_so(request_: SubjectRequest) -> None:
    letter = asking.extend_term(request=request_, by=None, at=NOW, **COMPLEX)
    OutboundLetter.objects.filter(letter="requests_ar/letter").update(state="failed")

    letter = RequestLetter.objects.get(pk=letter.pk)
    assert letter.delivery == "failed"
    assert str(letter.delivery.label) == "de e-mail is niet bezorgd"


@pytest.mark.requirement("KPO-041")
def test_the_last_day_of_the_first_month_is_in_time_and_the_next_day_is_not(cast: Cast) -> None:
    request = make.subject_request(cast.linde, at=NOW)
    in_time = datetime(2026, 4, 2, 21, 59, tzinfo=UTC)  # one minute to midnight
    late = datetime(2026, 4, 2, 22, 0, tzinfo=UTC)  # 3 April in the Netherlands

    with pytest.raises(ActRefused, match="Verlengen kon tot en met 02-04-2026"):
        asking.extend_term(request=request, by=None, at=late, **COMPLEX)
    assert asking.extend_term(request=request, by=None, at=in_time, **COMPLEX).kind == "extension"


def test_a_term_is_extended_once(request_: SubjectRequest) -> None:
    asking.extend_term(request=request_, by=None, at=NOW, **COMPLEX)

    with pytest.raises(ActRefused, match="De termijn is al verlengd"):
        asking.extend_term(request=request_, by=None, at=NOW, **COMPLEX)
    assert make.letters_of(request_) == ["receipt", "extension"]


@pytest.mark.parametrize("given", [{"reason": "busy", "text": "Druk."}, {**COMPLEX, "text": " "}])
def test_being_busy_or_no_words_extend_nothing(
    request_: SubjectRequest, given: dict[str, str]
) -> None:
    with pytest.raises(ActRefused):
        asking.extend_term(request=request_, by=None, at=NOW, **given)

    request_.refresh_from_db()
    assert request_.last_day == date(2026, 4, 2)


def test_a_withdrawn_request_stops_and_is_confirmed_by_letter(request_: SubjectRequest) -> None:
    held = asking.withdraw_request(
        request=request_, reason="Mevrouw belde: al opgelost.", by=None, at=NOW
    )

    assert (held.state, held.withdrawn_on) == ("withdrawn", TODAY)
    assert "Mevrouw belde: al opgelost." in last_letter(request_).html
    with pytest.raises(ActRefused, match="Het verzoek is nu “ingetrokken”"):
        asking.withdraw_request(request=request_, reason="Nog eens.", by=None, at=NOW)


def test_withdrawing_asks_why(request_: SubjectRequest) -> None:
    with pytest.raises(ActRefused) as refusal:
        asking.withdraw_request(request=request_, reason=" ", by=None, at=NOW)

    assert refusal.value.errors == {"reason": "Schrijf op waarom u dit doet."}


@pytest.mark.requirement("OPO-060")
def test_a_fee_is_announced_with_its_reason_and_the_clock_runs_on(
    request_: SubjectRequest,
) -> None:
    asking.announce_fee(
        request=request_,
        ground="extra_copies",
        amount=Decimal("12.5"),
        reasons="U vroeg een derde kopie.",
        by=None,
        at=NOW,
    )

    request_.refresh_from_db()
    assert request_.last_day == date(2026, 4, 2)
    html = last_letter(request_).html
    for told in ("€ 12,50", "extra kopieën", "derde kopie", "intrekken", "donderdag 2 april 2026"):
        assert told in html


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ground": "work"}, "ground"),
        ({"amount": Decimal("0")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"reasons": ""}, "reasons"),
    ],
)
def test_a_fee_without_ground_amount_or_reasons_is_refused(
    request_: SubjectRequest, changes: dict[str, Any], field: str
) -> None:
    given = {"ground": "excessive", "amount": Decimal("5"), "reasons": "Elke week.", **changes}

    with pytest.raises(ActRefused) as refusal:
        asking.announce_fee(request=request_, by=None, at=NOW, **given)

    assert set(refusal.value.errors) == {field}
    assert Fee.objects.count() == 0


def test_a_parent_without_authority_hears_of_the_other_right(request_: SubjectRequest) -> None:
    with pytest.raises(ActRefused, match="Leg eerst vast dat er geen gezag is"):
        asking.explain_other_right(request=request_, by=None, at=NOW)

    check(request_, about="authority", method="court_paper", is_established=False)
    letter = asking.explain_other_right(request=request_, by=None, at=NOW)

    assert letter.title == "Welke informatie u als ouder wel kunt krijgen"
    assert "artikel 377c" in letter.html


@pytest.mark.parametrize("is_authority", [True, False])
@pytest.mark.requirement("KPO-043")
def test_a_refusal_names_reasons_authority_and_the_remedy_of_this_board(
    cast: Cast, is_authority: bool
) -> None:
    cast.board.is_public_authority = is_authority
    cast.board.record(by=None, why="proef")
    request = make.subject_request(cast.linde, at=NOW)
    part = request.parts.get()
    part.verdict, part.grounds = "refused", {"welfare": "Het kind loopt gevaar."}
    part.record(by=None, why="proef")

    html = letters.decision(request, at=NOW).html

    for told in ("afgewezen", "UAVG 41 lid 1 i", "Het kind loopt gevaar.", "binnen zes weken"):
        assert told in html
    assert "Bij de AP kunt u op elk moment een klacht indienen" in html
    assert ("Algemene wet bestuursrecht" in html) is is_authority
    assert ("verzoekschrift" in html) is not is_authority
    assert "iets anders dan het recht om bezwaar te maken tegen het gebruik" in html


def test_a_worker_makes_each_pdf_once_and_the_gate_is_the_request(
    request_: SubjectRequest, cast: Cast
) -> None:
    ask(request_)

    assert make_waiting_letters(at=NOW) == 2
    assert make_waiting_letters(at=NOW) == 0
    document = StoredDocument.objects.first()
    assert document is not None
    assert (document.kind, document.school) == ("requests_ar.letter", cast.linde)
    assert RequestLetter.objects.lets_open(document, cast.director)
    assert not RequestLetter.objects.lets_open(document, cast.eik_director)


def test_a_confidential_letter_leaves_no_trace_at_the_school(cast: Cast) -> None:
    request = make.subject_request(cast.linde, at=NOW, is_confidential=True)
    ask(request)
    make_waiting_letters(at=NOW)

    assert OutboundLetter.objects.get(letter="requests_ar/letter").school is None
    assert list(StoredDocument.objects.values_list("school", flat=True)) == [None, None]


def test_paper_is_posted_once_and_not_before_it_was_written(cast: Cast) -> None:
    make.subject_request(cast.linde, at=NOW, channel="letter", email="")
    letter = RequestLetter.objects.get()
    # Half past midnight in Amsterdam: in London it is the day before.
    letter.made_at = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    letter.save()

    with pytest.raises(ActRefused) as refusal:
        note_posted(letter=letter, posted_on=date(2026, 3, 1), by=None, at=NOW)
    assert refusal.value.errors == {"posted_on": "Deze dag ligt voor 02-03-2026."}
    assert note_posted(letter=letter, posted_on=TODAY, by=None, at=NOW).delivery == "posted"
    with pytest.raises(ActRefused, match="al verstuurd"):
        note_posted(letter=letter, posted_on=TODAY, by=None, at=NOW)


@pytest.mark.parametrize(
    "act",
    [
        lambda request: ask(request),
        lambda request: check(request),
        lambda request: asking.extend_term(request=request, by=None, at=NOW, **COMPLEX),
    ],
)
def test_nothing_is_asked_or_extended_after_the_answer(cast: Cast, act: Any) -> None:
    request = make.subject_request(cast.linde, at=NOW, state="answered", answered_on=TODAY)

    with pytest.raises(ActRefused):
        act(request)
    assert make.letters_of(request) == ["receipt"]


def test_an_english_request_has_english_letters(cast: Cast) -> None:
    given: Received = make.received(cast.linde, received_on=TODAY, language="en")
    from requests_ar.actions.receiving import receive_request

    request = receive_request(received=given, by=None, at=NOW)
    letter = asking.extend_term(request=request, by=None, at=NOW, **COMPLEX)

    assert letter.title == "We need more time for your request"
    assert "Tuesday 2 June 2026" in letter.html
    assert "the request is complex" in letter.html
