"""A letter is a row: queued once, delivered by a server that answers for real."""

from __future__ import annotations

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction

from privacyboard.mail import claims, outbox
from privacyboard.mail.models import OutboundLetter
from privacyboard.mail.tasks import deliver, sweep_outbox
from tests.conftest import NOW, Cast
from tests.mail.conftest import CONTENT, queue
from tests.mail.sink import BUSY, DROP, UNKNOWN, Sink

State = OutboundLetter.State
PIET = "piet@ontvanger.example"
TOO_LONG = f"a@{'.'.join(['b' * 60] * 5)}.example"


def fresh(letter: OutboundLetter) -> OutboundLetter:
    return OutboundLetter.objects.get(pk=letter.pk)


class TestQueue:
    def test_writes_a_row_that_waits(self, cast: Cast) -> None:
        letter = outbox.queue(
            CONTENT, to=PIET, key="k", at=NOW, about=cast.teacher, school=cast.linde
        )
        row = fresh(letter)
        assert (row.state, row.queued_at, row.due_at, row.attempts) == ("queued", NOW, NOW, 0)
        assert (row.to, row.subject, row.text, row.html) == (
            PIET,
            "Een brief",
            "Beste Piet,\n\nTot ziens.",
            "<p>Beste Piet,</p>",
        )
        assert (row.about_type, row.about_id, row.school) == (
            "organisation.user",
            str(cast.teacher.pk),
            cast.linde,
        )
        assert str(row) == "tests/greeting (wacht)"
        assert mail.outbox == []

    def test_the_same_key_gives_the_row_that_stands(self, db: None) -> None:
        first = queue()
        again = outbox.queue(
            replace(CONTENT, text="anders"), to="jan@ontvanger.example", key=first.key, at=NOW
        )
        assert again.pk == first.pk
        assert (again.to, again.text) == (first.to, first.text)
        assert OutboundLetter.objects.count() == 1

    @pytest.mark.parametrize(
        "to", ["", "   ", "geen adres", "a@b.example\nBcc: c@d.example", TOO_LONG]
    )
    def test_an_address_that_is_none_is_refused_at_once(self, db: None, to: str) -> None:
        with pytest.raises(outbox.NoAddress):
            outbox.queue(CONTENT, to=to, key="k", at=NOW)
        assert not OutboundLetter.objects.exists()

    def test_nothing_leaves_a_transaction_that_fails(self, db: None, sink: Sink) -> None:
        with transaction.atomic():
            queue()
            transaction.set_rollback(True)
        assert outbox.deliver_due(NOW) == 0
        assert sink.messages == []


class TestDelivery:
    def test_after_the_250_the_letter_is_sent(self, db: None, sink: Sink) -> None:
        letter = queue()
        assert outbox.deliver_due(NOW) == 1
        row = fresh(letter)
        assert (row.state, row.attempts, row.last_error, row.claimed_at) == ("sent", 1, "", None)
        assert row.sent_at is not None
        (message,) = sink.messages
        assert message["To"] == PIET
        assert message["From"] == "Privacy <privacy@deproef.example>"
        assert message["Subject"] == "Een brief"
        assert message["Auto-Submitted"] == "auto-generated"
        assert [part.get_content_type() for part in message.iter_parts()] == [
            "text/plain",
            "text/html",
        ]

    def test_a_sent_letter_is_not_sent_again(self, db: None, sink: Sink) -> None:
        queue()
        assert outbox.deliver_due(NOW) == 1
        assert outbox.deliver_due(NOW + timedelta(days=30)) == 0
        assert len(sink.messages) == 1

    def test_all_letters_use_one_connection(self, db: None, sink: Sink) -> None:
        for name in ("piet", "jan", "els"):
            queue(name)
        assert outbox.deliver_due(NOW) == 3
        assert sink.connections == 1

    def test_more_than_a_batch_is_delivered_in_one_run(self, db: None, sink: Sink) -> None:
        for number in range(claims.BATCH + 1):
            queue(f"n{number}")
        assert outbox.deliver_due(NOW) == 51
        assert len(sink.messages) == 51

    def test_what_is_not_due_waits(self, db: None, sink: Sink) -> None:
        queue(at=NOW + timedelta(seconds=1))
        assert outbox.deliver_due(NOW) == 0
        assert outbox.deliver_due(NOW + timedelta(seconds=1)) == 1

    def test_the_message_id_comes_from_the_key_and_nobody_else_can_make_it(
        self, db: None, sink: Sink, settings: Any
    ) -> None:
        queue(key="welkom:7")
        outbox.deliver_due(NOW)
        made = sink.messages[0]["Message-ID"]
        assert re.fullmatch(r"<[0-9a-f]{40}@deproef\.example>", made)
        assert made == outbox.message_id(outbox.digest("welkom:7"))
        assert hashlib.sha256(b"welkom:7").hexdigest()[:40] not in made
        settings.SECRET_KEY = "een andere sleutel"
        assert made != outbox.message_id(outbox.digest("welkom:7"))

    def test_the_task_and_the_sweep_deliver(self, db: None, sink: Sink) -> None:
        queue("piet")
        deliver()
        queue("jan")
        assert sweep_outbox(NOW) == 1
        assert sink.receivers() == ["jan@ontvanger.example", PIET]


class TestTrouble:
    def test_a_4xx_waits_longer_each_time(self, db: None, sink: Sink) -> None:
        sink.at_rcpt[PIET] = BUSY
        letter = queue()
        waits = []
        at = NOW
        for attempt in range(1, 8):
            assert outbox.deliver_due(at) == 0
            row = fresh(letter)
            assert (row.state, row.attempts, row.claimed_at) == ("queued", attempt, None)
            waits.append((row.due_at - at) // timedelta(minutes=1))
            at = row.due_at
        assert waits == [1, 5, 15, 60, 240, 240, 240]

    def test_a_letter_that_waits_is_sent_later_with_the_same_message_id(
        self, db: None, sink: Sink
    ) -> None:
        sink.at_data[PIET] = DROP
        letter = queue()
        assert outbox.deliver_due(NOW) == 0
        assert outbox.deliver_due(NOW) == 0, "its time has not come"
        sink.at_data.clear()
        assert outbox.deliver_due(NOW + timedelta(minutes=1)) == 1
        assert fresh(letter).last_error == ""
        assert sink.messages[0]["Message-ID"] == outbox.message_id(letter.digest)

    @pytest.mark.parametrize("where", ["at_rcpt", "at_data"])
    def test_a_5xx_is_final(self, db: None, sink: Sink, where: str) -> None:
        getattr(sink, where)[PIET] = UNKNOWN
        letter = queue()
        assert outbox.deliver_due(NOW) == 0
        assert fresh(letter).state == State.FAILED
        assert outbox.deliver_due(NOW + timedelta(days=30)) == 0
        assert fresh(letter).attempts == 1

    @pytest.mark.parametrize(
        ("where", "answer", "error"),
        [
            ("at_rcpt", BUSY, "SMTPRecipientsRefused 451"),
            ("at_rcpt", UNKNOWN, "SMTPRecipientsRefused 550"),
            ("at_data", BUSY, "SMTPDataError 451"),
            ("at_data", UNKNOWN, "SMTPDataError 550"),
            ("at_data", DROP, "SMTPServerDisconnected"),
            ("at_rcpt", DROP, "SMTPServerDisconnected"),
        ],
    )
    def test_the_error_tells_kind_and_code_and_no_address(
        self, db: None, sink: Sink, where: str, answer: str, error: str
    ) -> None:
        getattr(sink, where)[PIET] = answer
        letter = queue()
        outbox.deliver_due(NOW)
        assert fresh(letter).last_error == error

    def test_a_relay_that_carries_none_of_our_mail_says_nothing_of_the_address(
        self, db: None, sink: Sink
    ) -> None:
        sink.at_rcpt[PIET] = "550 5.7.1 <{}>: Relay access denied"
        letter = queue()
        outbox.deliver_due(NOW)
        row = fresh(letter)
        assert (row.state, row.last_error) == ("queued", "RelayDenied 550")
        assert OutboundLetter.objects.standing_still(NOW + timedelta(hours=2)).exists()

    def test_trouble_with_one_letter_does_not_stop_the_next(self, db: None, sink: Sink) -> None:
        sink.at_rcpt["een@ontvanger.example"] = UNKNOWN
        sink.at_data["twee@ontvanger.example"] = DROP
        letters = [queue(name) for name in ("een", "twee", "drie")]
        assert outbox.deliver_due(NOW) == 1
        assert [fresh(letter).state for letter in letters] == ["failed", "queued", "sent"]

    def test_without_a_server_every_letter_waits(self, db: None, sink: Sink, settings: Any) -> None:
        settings.EMAIL_PORT = 1
        letter = queue()
        assert outbox.deliver_due(NOW) == 0
        row = fresh(letter)
        assert (row.state, row.last_error) == ("queued", "ConnectionRefusedError")

    @pytest.mark.parametrize("where", ["greeting", "at_sender"])
    def test_a_server_that_refuses_us_does_not_fail_the_letter(
        self, db: None, sink: Sink, where: str
    ) -> None:
        setattr(sink, where, "554 5.7.1 not from you")
        letter = queue()
        outbox.deliver_due(NOW)
        assert fresh(letter).state == State.QUEUED
        assert fresh(letter).last_error.endswith(" 554")

    def test_a_line_end_in_a_subject_sends_nothing(self, db: None, sink: Sink) -> None:
        letter = outbox.queue(
            replace(CONTENT, subject="Hallo\r\nBcc: boef@elders.example"), to=PIET, key="k", at=NOW
        )
        outbox.deliver_due(NOW)
        assert (fresh(letter).state, fresh(letter).last_error) == ("failed", "BadHeaderError")
        assert sink.messages == []


class TestClaims:
    @pytest.mark.parametrize(("age", "sent"), [(300, 0), (301, 1)])
    def test_a_claim_of_a_killed_worker_is_released_after_five_minutes(
        self, db: None, sink: Sink, age: int, sent: int
    ) -> None:
        letter = queue()
        OutboundLetter.objects.filter(pk=letter.pk).update(
            state=State.SENDING, claimed_at=NOW, attempts=1
        )
        assert outbox.deliver_due(NOW + timedelta(seconds=age)) == sent
        assert fresh(letter).state == (State.SENT if sent else State.SENDING)

    @pytest.mark.django_db(transaction=True)
    def test_two_deliverers_send_each_letter_once(
        self, append_only_lifted: None, sink: Sink
    ) -> None:
        for number in range(120):
            queue(f"n{number}")

        def work(_number: int) -> int:
            try:
                return outbox.deliver_due(NOW)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as two:
            sent = list(two.map(work, range(2)))

        assert sum(sent) == 120
        assert len(set(sink.receivers())) == len(sink.receivers()) == 120
        assert set(OutboundLetter.objects.values_list("state", "attempts")) == {("sent", 1)}

    @pytest.mark.django_db(transaction=True)
    def test_a_letter_that_another_took_over_is_not_sent_by_the_first(
        self, append_only_lifted: None, sink: Sink
    ) -> None:
        """A slow server keeps the first busy for over five minutes with the letter before it."""
        slow, waiting = queue("slow"), queue("waiting", at=NOW + timedelta(microseconds=1))
        sink.slow.add(slow.to)

        def work() -> int:
            try:
                return outbox.deliver_due(NOW + timedelta(seconds=1))
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as one:
            first = one.submit(work)
            assert sink.waits.wait(20)
            long_ago = NOW - timedelta(minutes=6)
            OutboundLetter.objects.filter(pk=waiting.pk).update(claimed_at=long_ago)
            assert outbox.deliver_due(NOW + timedelta(seconds=2)) == 1
            sink.go_on.set()
            assert first.result(20) == 1

        assert sink.receivers() == ["slow@ontvanger.example", "waiting@ontvanger.example"]
        assert fresh(slow).state == fresh(waiting).state == State.SENT
