"""Recording what was sent to the AP: frozen, numbered, with its reasons; and its PDF."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from datalekken.actions.deciding import reopen
from datalekken.actions.guarding import make_confidential
from datalekken.actions.investigating import Timeline, set_times
from datalekken.actions.notifying import (
    Delivery,
    DossiersNotMade,
    keep_answers,
    make_waiting_dossiers,
    record_notification,
)
from datalekken.letters.dossier import notification_html
from datalekken.models import Breach, Notification
from datalekken.rules.notification import digest
from privacyboard.audit.acts import ActRefused, edition_of
from privacyboard.clockwork import sweeps
from privacyboard.documents import printing
from privacyboard.documents.gates import may_open
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.factories import breaches as make

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def decided(cast: Cast, now: datetime) -> Breach:
    """Certain at `now`, decided to notify and to tell."""
    return make.decided(make.breach(cast.linde, at=now), at=now, by=cast.ibp)


def record(
    breach: Breach, *, by: User, at: datetime, seen: int | None = None, **values: Any
) -> Notification:
    delivery = Delivery(**{"kind": "complete", "sent_at": at, **values})
    return record_notification(breach=breach, delivery=delivery, seen=seen, by=by, at=at)


def errors(breach: Breach, *, by: User, at: datetime, **values: Any) -> dict[str, str]:
    with pytest.raises(ActRefused) as refusal:
        record(breach, by=by, at=at, **values)
    return refusal.value.errors


@pytest.mark.requirement("OPO-046")
def test_a_notification_is_frozen_and_the_file_says_when(
    cast: Cast, now: datetime, decided: Breach
) -> None:
    sent_at, at = now + 5 * HOUR, now + 6 * HOUR
    made = record(decided, by=cast.ibp, at=at, sent_at=sent_at, ap_number="AP-2026-77")
    decided.refresh_from_db()
    assert decided.notified_at == sent_at
    assert (made.number, made.kind, made.sent_at, made.recorded_at) == (1, "complete", sent_at, at)
    assert (made.sender, made.ap_number) == (cast.ibp, "AP-2026-77")
    assert made.content["edpb"]["fields"]["48"] == "2026-03-02T10:00:00+01:00"
    assert [part["number"] for part in made.content["ap"]] == list(range(10))
    # The reasons of the risk go along; what the rules advise the board is not for the AP.
    assert "Een hoog risico voor de mensen is daarom waarschijnlijk." in str(made.content)
    assert "Advies:" not in str(made.content)
    last = decided.history.first()
    assert last is not None
    assert last.history_change_reason == "melding 1 bij de AP: volledige melding"
    # What changes in the file afterwards changes nothing here.
    decided.what_happened = "Iets heel anders."
    decided.record(by=cast.ibp, why="proef")
    kept = Notification.objects.get(pk=made.pk)
    assert kept.sha256 == digest(kept.content) == made.sha256
    assert "Iets heel anders" not in str(kept.content)


def test_after_the_term_it_cannot_be_recorded_without_the_reason(
    cast: Cast, now: datetime, decided: Breach
) -> None:
    at = now + timedelta(days=5)
    late = now + 72 * HOUR + timedelta(seconds=1)
    for kind in ("complete", "preliminary"):
        assert errors(decided, by=cast.ibp, at=at, kind=kind, sent_at=late) == {
            "delay_reason": (
                "Dit is later dan de termijn. Schrijf op waarom (AVG, artikel 33 lid 1)."
            )
        }
    assert not Notification.objects.exists()
    decided.refresh_from_db()
    assert decided.notified_at is None
    made = record(decided, by=cast.ibp, at=at, sent_at=late, delay_reason="Wij misten de mail.")
    assert made.delay_reason == "Wij misten de mail."
    assert made.content["edpb"]["fields"]["49"] == "Wij misten de mail."
    # A follow-up of what was sent in time, or late with its reason, asks no second one.
    later = record(decided, by=cast.ibp, at=at, kind="follow_up")
    assert (later.number, later.delay_reason) == (2, "")


def test_at_the_last_moment_it_is_in_time_and_a_reason_is_not_kept(
    cast: Cast, now: datetime, decided: Breach
) -> None:
    made = record(decided, by=cast.ibp, at=now + 72 * HOUR, delay_reason="Voor de zekerheid.")
    assert made.delay_reason == ""
    assert "49" not in made.content["edpb"]["fields"]


def test_what_turned_out_late_afterwards_still_gets_its_reason(
    cast: Cast, now: datetime, decided: Breach
) -> None:
    record(decided, by=cast.ibp, at=now + 70 * HOUR)
    earlier = Timeline(first_signal_at=now - 4 * HOUR, certain_at=now - 3 * HOUR)
    set_times(breach=decided, timeline=earlier, by=cast.ibp, at=now + 71 * HOUR)

    at = now + 75 * HOUR
    assert errors(decided, by=cast.ibp, at=at, kind="follow_up") == {
        "delay_reason": "De eerste melding was later dan de termijn. Schrijf op waarom (AVG, "
        "artikel 33 lid 1)."
    }
    why = "Een collega wist het al eerder zeker."
    made = record(decided, by=cast.ibp, at=at, kind="follow_up", delay_reason=why)
    assert made.delay_reason == why
    assert why in str(made.content["ap"])
    again = record(decided, by=cast.ibp, at=at, kind="follow_up", delay_reason="Nog eens.")
    assert again.delay_reason == ""


def test_moments_that_cannot_be(cast: Cast, now: datetime, decided: Breach) -> None:
    at = now + HOUR
    future = errors(decided, by=cast.ibp, at=at, sent_at=at + timedelta(minutes=1))
    assert future == {"sent_at": "Dit moment is nog niet geweest. Controleer datum en tijd."}
    early = errors(decided, by=cast.ibp, at=at, sent_at=now - timedelta(minutes=1))
    assert early == {"sent_at": "Toen wist u het nog niet zeker. Controleer datum en tijd."}


def test_first_comes_when_it_was_certain(cast: Cast, now: datetime) -> None:
    made = make.breach(cast.linde, at=now)
    assert list(errors(made, by=cast.ibp, at=now, kind="preliminary")) == [""]


def test_versions_are_numbered_and_follow_each_other(
    cast: Cast, now: datetime, decided: Breach
) -> None:
    def at(hours: int) -> datetime:
        return now + hours * HOUR

    assert list(errors(decided, by=cast.ibp, at=at(1), kind="follow_up")) == ["kind"]
    assert list(
        errors(decided, by=cast.ibp, at=at(1), kind="withdrawal", withdrawal_reason="x")
    ) == ["kind"]
    record(decided, by=cast.ibp, at=at(2), kind="preliminary", ap_number="AP-1")
    assert list(errors(decided, by=cast.ibp, at=at(3))) == ["kind"]
    record(decided, by=cast.fg, at=at(4), kind="follow_up", sender=cast.fg)
    no_reason = errors(decided, by=cast.ibp, at=at(5), kind="withdrawal", withdrawal_reason=" ")
    assert no_reason == {"withdrawal_reason": "Schrijf op waarom u de melding intrekt."}
    record(decided, by=cast.ibp, at=at(6), kind="withdrawal", withdrawal_reason="Teruggevonden.")
    assert list(errors(decided, by=cast.ibp, at=at(7), kind="follow_up")) == ["kind"]
    record(decided, by=cast.ibp, at=at(8))
    rows = decided.notifications.values_list("number", "kind", "sender__email")
    assert list(rows) == [
        (1, "preliminary", cast.ibp.email),
        (2, "follow_up", cast.fg.email),
        (3, "withdrawal", cast.ibp.email),
        (4, "complete", cast.ibp.email),
    ]
    decided.refresh_from_db()
    assert decided.notified_at == at(2)
    # The number of the AP goes along, also after a version that had none.
    fields = [each.content["edpb"]["fields"] for each in decided.notifications.all()]
    assert [each.get("6") for each in fields] == [None, "AP-1", "AP-1", None]
    assert fields[2]["5"] == "Teruggevonden."
    assert [each["23"] for each in fields] == ["c", "a", "c", "c"]


def test_who_comes_second_is_told_and_nothing_is_written_twice(
    cast: Cast, now: datetime, decided: Breach
) -> None:
    seen = edition_of(decided)
    record(decided, by=cast.ibp, at=now, seen=seen)
    assert list(errors(decided, by=cast.ibp, at=now, seen=seen, kind="follow_up")) == [""]
    assert Notification.objects.count() == 1


def test_who_decided_not_to_notify_first_decides_again(cast: Cast, now: datetime) -> None:
    made = make.breach(cast.linde, at=now)
    make.certain(made, at=now, by=cast.ibp)
    make.decided_not(made, at=now, by=cast.ibp)
    assert list(errors(made, by=cast.ibp, at=now)) == ["kind"]
    reopen(breach=made, reason="Toch een risico.", by=cast.board_member, at=now)
    made.refresh_from_db()
    assert list(errors(made, by=cast.ibp, at=now)) == ["kind"]


def test_a_closed_file_is_notified_no_more(cast: Cast, now: datetime, decided: Breach) -> None:
    decided.state = "closed"
    decided.record(by=None, why="proef")
    assert list(errors(decided, by=cast.ibp, at=now)) == [""]


# --- the answers for the forms


def test_answers_are_kept_and_stand_in_the_notification(
    cast: Cast, now: datetime, decided: Breach
) -> None:
    answers = {
        "people_kinds": ["pupils", "parents"],
        "85": ["a"],
        "severity": "limited",
        "68": 31,
        "66": " Groep 7\x00 ",
        "71": "",
        "75": [],
        "73": None,
    }
    keep_answers(breach=decided, answers=answers, by=cast.ibp, at=now)
    decided.refresh_from_db()
    assert decided.form_answers == {
        "people_kinds": ["pupils", "parents"],
        "85": ["a"],
        "severity": "limited",
        "68": 31,
        "66": "Groep 7",
    }
    fields = record(decided, by=cast.ibp, at=now).content["edpb"]["fields"]
    assert (fields["65"], fields["68"], fields["85"]) == (["d", "f", "j"], 31, ["a"])
    assert (fields["66"], fields["87"]) == ("Groep 7", "b")


def test_answers_outside_the_list_are_refused(cast: Cast, now: datetime, decided: Breach) -> None:
    with pytest.raises(ActRefused) as refusal:
        keep_answers(breach=decided, answers={"85": ["zz"]}, by=cast.ibp, at=now)
    assert refusal.value.errors == {"85": "Kies een antwoord uit de lijst."}
    decided.refresh_from_db()
    assert decided.form_answers == {}


# --- the PDF


def text_of(document: Any) -> str:
    with document.file.open("rb") as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
        return "\n".join(page.extract_text() for page in pages)


def test_the_worker_makes_the_pdf_once(cast: Cast, now: datetime, decided: Breach) -> None:
    made = record(decided, by=cast.ibp, at=now, ap_number="AP-1")
    assert made.document is None
    assert sweeps.run(name="breach_dossiers", at=now + HOUR) == 1
    assert make_waiting_dossiers(at=now + HOUR) == 0
    made.refresh_from_db()
    document = made.document
    assert document is not None
    assert (document.kind, document.file_name) == (
        "datalekken.dossier",
        "D-2026-0001-melding-1.pdf",
    )
    assert document.school == cast.linde
    text = text_of(document)
    assert "Mijn USB-stick met rapporten is weg." in text
    assert "Nummer bij de AP: AP-1." in text


def test_the_pdf_of_a_confidential_file_stands_under_no_school(
    cast: Cast, now: datetime, decided: Breach
) -> None:
    made = record(decided, by=cast.ibp, at=now)
    make_confidential(breach=decided, reason="het gaat over de directeur", by=cast.ibp, at=now)
    make_waiting_dossiers(at=now)
    made.refresh_from_db()
    assert made.document is not None
    assert made.document.school is None


def test_only_who_handles_decides_or_advises_opens_it(
    cast: Cast, now: datetime, decided: Breach
) -> None:
    made = record(decided, by=cast.ibp, at=now)
    make_waiting_dossiers(at=now)
    made.refresh_from_db()
    assert made.document is not None
    lets_in = {
        person.email
        for person in cast.everybody()
        if may_open(made.document, User.objects.get(pk=person.pk))
    }
    assert lets_in == {cast.ibp.email, cast.fg.email, cast.board_member.email}
    make_confidential(breach=decided, reason="het gaat over iemand", by=cast.ibp, at=now)
    assert not may_open(made.document, User.objects.get(pk=cast.board_member.pk))
    assert may_open(made.document, User.objects.get(pk=cast.fg.pk))


def test_one_that_cannot_be_made_holds_up_no_other(
    cast: Cast, now: datetime, decided: Breach, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make.decided(make.breach(cast.eik, at=now), at=now, by=cast.ibp)
    bad, good = record(decided, by=cast.ibp, at=now), record(other, by=cast.ibp, at=now)
    real = printing.Printer.print

    def choosy(self: printing.Printer, html: str) -> printing.Printed:
        if "D-2026-0001" in html:
            raise printing.FileAsked("no")
        return real(self, html)

    monkeypatch.setattr(printing.Printer, "print", choosy)
    with pytest.raises(DossiersNotMade, match="1 of 2"):
        make_waiting_dossiers(at=now)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert bad.document is None
    assert good.document is not None


NASTY = '<script>alert(1)</script>\x07=HYPERLINK("x")\u202e' + "w" * 3_000 + "\r\neinde"


def test_markup_controls_and_long_texts_do_no_harm(cast: Cast, now: datetime) -> None:
    made = make.breach(cast.linde, at=now, what_happened=NASTY, which_data=NASTY, whose_data=NASTY)
    decided = make.decided(made, at=now, by=cast.ibp)
    texts = dict.fromkeys(("63", "53", "76", "80", "86", "remarks", "126", "111"), NASTY)
    keep_answers(breach=decided, answers={**texts, "109": "a"}, by=cast.ibp, at=now)
    sent = record(
        decided,
        by=cast.ibp,
        at=now + timedelta(days=9),
        delay_reason=NASTY,
        ap_number="<b>1</b>\x07",
    )
    sent.refresh_from_db()
    assert sent.sha256 == digest(sent.content)
    assert sent.ap_number == "<b>1</b>"
    assert "\x07" not in sent.delay_reason
    html = notification_html(sent)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;=HYPERLINK" in html
    assert make_waiting_dossiers(at=now) == 1
    sent.refresh_from_db()
    # Nothing fell off a page: the long words are there, cut over lines.
    assert text_of(sent.document).count("w") >= 8 * 3_000
