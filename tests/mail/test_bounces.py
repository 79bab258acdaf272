"""Mail that came back: read from a real mailbox, and matched to its letter."""

from __future__ import annotations

import hashlib
import imaplib
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import count
from typing import Any

import pytest

from privacyboard.mail import bounces, outbox
from privacyboard.mail.models import OutboundLetter
from privacyboard.mail.tasks import sweep_bounces
from tests.conftest import NOW
from tests.mail import imap
from tests.mail.conftest import queue

PIET = "piet@ontvanger.example"
KEY = "greeting:piet"
DIGEST = outbox.digest(KEY)
OURS = f"Message-ID: {outbox.message_id(DIGEST)}\nFrom: us@example.org\n"
_folders = count(1)

HARD = "Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n"


def report(status: str = "", *, original: str = "", head: str = "", to: str = PIET) -> bytes:
    """A report about delivery as mail servers write it; without an original where none is given."""
    status = (status or HARD).format(to=to)
    kind = "text/rfc822-headers" if original and "\n\n" not in original else "message/rfc822"
    third = f"--grens\nContent-Type: {kind}\n\n{original}\n" if original else ""
    return (
        "From: MAILER-DAEMON@ontvanger.example\nTo: privacy@deproef.example\n"
        f"Subject: Undelivered Mail Returned to Sender\n{head}MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="grens"\n\n'
        "--grens\nContent-Type: text/plain\n\nHet is niet gelukt.\n\n"
        "--grens\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.ontvanger.example\n\n{status}\n{third}--grens--\n"
    ).encode()


def notices(content: bytes) -> list[bounces.Notice]:
    return bounces.read_notices(message_from_bytes(content, policy=policy.compat32))


class TestReading:
    @pytest.mark.parametrize(
        "content",
        [
            report(original=OURS),
            report(original=f"{OURS}Subject: x\n\nBeste Piet"),
            # A relay that gave a Message-ID of its own.
            report(original=f"Message-ID: <x@relay>\nX-Privacyboard-Letter: {DIGEST}\n"),
            report(head=f"In-Reply-To: {outbox.message_id(DIGEST)}\n"),
            report(head=f"References: <a@b> {outbox.message_id(DIGEST)}\n"),
        ],
    )
    def test_the_letter_is_known_by_what_came_along(self, content: bytes) -> None:
        assert notices(content) == [bounces.Notice(DIGEST, PIET, "5.1.1")]

    def test_without_the_original_there_is_the_address(self) -> None:
        assert notices(report()) == [bounces.Notice("", PIET, "5.1.1")]

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            ("Final-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 4.4.7\n", None),
            ("Final-Recipient: rfc822; x@y.example\nAction: delayed\nStatus: 5.0.0\n", None),
            ("Final-Recipient: rfc822; x@y.example\nAction: delivered\nStatus: 2.0.0\n", None),
            ("Final-Recipient: rfc822; x@y.example\nAction: FAILED\nStatus: 5.2.2\n", "5.2.2"),
            (
                "Final-Recipient: rfc822; x@y.example\nAction: failed\n"
                "Diagnostic-Code: smtp; 550 5.7.1 no\n",
                "5.7.1",
            ),
            (
                "Final-Recipient: rfc822; x@y.example\nAction: failed\n"
                "Diagnostic-Code: smtp; 553 unknown\n",
                "5.0.0",
            ),
            (
                "Final-Recipient: rfc822; x@y.example\nAction: failed\n"
                "Diagnostic-Code: smtp; 452 full\n",
                None,
            ),
        ],
    )
    def test_only_what_is_for_good_counts(self, status: str, code: str | None) -> None:
        assert [each.code for each in notices(report(status))] == ([code] if code else [])

    def test_several_receivers_are_several_notices(self) -> None:
        both = HARD + "\n" + HARD.replace("{to}", "an@ontvanger.example")
        assert [each.receiver for each in notices(report(both))] == [PIET, "an@ontvanger.example"]

    def test_a_forwarded_address_is_the_one_to_which_we_wrote(self) -> None:
        status = f"Original-Recipient: rfc822;{PIET}\n" + HARD.replace("{to}", "else@x.example")
        assert notices(report(status))[0].receiver == PIET

    def test_a_complaint(self) -> None:
        content = (
            'Content-Type: multipart/report; report-type=feedback-report; boundary="grens"\n\n'
            "--grens\nContent-Type: text/plain\n\nThis is an abuse report.\n"
            "--grens\nContent-Type: message/feedback-report\n\n"
            f"Feedback-Type: abuse\nOriginal-Rcpt-To: <{PIET}>\n"
            f"--grens\nContent-Type: message/rfc822\n\n{OURS}\n\nx\n--grens--\n"
        ).encode()
        assert notices(content) == [bounces.Notice(DIGEST, PIET, "complaint")]

    @pytest.mark.parametrize(
        "content",
        [
            b"Subject: Afwezig\nAuto-Submitted: auto-replied\n\nIk ben met vakantie.",
            b"",
            b"\xff\xfe\x00 no mail at all",
            b"Content-Type: message/delivery-status\n\n\xff\xff",
            b'Content-Type: multipart/report; boundary="x"\n\n--x\nContent-Type: '
            b"message/delivery-status\n\n",
        ],
    )
    def test_other_mail_says_nothing(self, content: bytes) -> None:
        assert notices(content) == []


def sent(name: str = "piet", *, days_ago: int = 1) -> OutboundLetter:
    letter = queue(name)
    OutboundLetter.objects.filter(pk=letter.pk).update(
        state="sent", sent_at=NOW - timedelta(days=days_ago)
    )
    return letter


def state(letter: OutboundLetter) -> tuple[str, str]:
    letter.refresh_from_db()
    return letter.state, letter.last_error


class TestNoting:
    def test_a_letter_that_came_back(self, db: None) -> None:
        letter, other = sent(), sent("jan")
        assert bounces.note(bounces.Notice(DIGEST, "", "5.1.1")) == 1
        assert state(letter) == ("bounced", "5.1.1")
        assert state(other) == ("sent", "")
        assert bounces.note(bounces.Notice(DIGEST, "", "5.1.1")) == 0

    def test_a_report_that_names_no_letter_of_ours_marks_nobody(self, db: None) -> None:
        """Anybody can write to the mailbox: an address alone is no proof that mail came back."""
        letter = sent()
        assert bounces.note(bounces.Notice("", PIET, "5.1.1")) == 0
        assert bounces.note(bounces.Notice("", PIET, bounces.COMPLAINT)) == 0
        assert state(letter) == ("sent", "")

    def test_the_name_of_a_letter_is_known_to_its_receiver_only(self, db: None) -> None:
        """Keys count up: who could make the Message-ID of one could stop the mail to anybody."""
        letter = sent()
        guessed = hashlib.sha256(KEY.encode()).hexdigest()[:40]
        assert bounces.note(bounces.Notice(guessed, PIET, "5.1.1")) == 0
        assert state(letter) == ("sent", "")

    def test_a_letter_of_ours_that_never_left_and_one_of_others(self, db: None) -> None:
        waiting = queue()
        assert bounces.note(bounces.Notice(DIGEST, "", "5.1.1")) == 0
        assert bounces.note(bounces.Notice("0" * 40, PIET, "5.1.1")) == 0
        assert bounces.note(bounces.Notice("", "", "5.1.1")) == 0
        assert state(waiting)[0] == "queued"


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    with imap.running() as port:
        yield port


@pytest.fixture
def mailbox(server: int) -> imap.Mailbox:
    made = imap.Mailbox(server, f"Terug{next(_folders)}")
    made.receive()
    return made


class TestMailbox:
    def test_reports_are_read_once_and_stay(
        self, db: None, mailbox: imap.Mailbox, settings: Any
    ) -> None:
        letter, soft = sent(), sent("jan")
        settings.BOUNCE_MAILBOX_URL = mailbox.url
        mailbox.receive(
            report(original=OURS),
            report(HARD.replace("5.1.1", "4.2.2"), to="jan@ontvanger.example"),
            b"Subject: Afwezig\n\nIk ben met vakantie.",
            b"\xff\xfe no mail at all",
        )
        assert sweep_bounces(NOW) == 1
        assert state(letter) == ("bounced", "5.1.1")
        assert state(soft)[0] == "sent"
        assert (mailbox.unread(), mailbox.kept()) == (0, 4)
        assert sweep_bounces(NOW) == 0

    def test_what_comes_later_is_read_later(self, db: None, mailbox: imap.Mailbox) -> None:
        sent()
        assert bounces.read_mailbox(mailbox.url) == 0
        mailbox.receive(report(original=OURS))
        assert bounces.read_mailbox(mailbox.url) == 1

    def test_a_folder_that_is_not_there_is_said(self, db: None, mailbox: imap.Mailbox) -> None:
        with pytest.raises(bounces.MailboxUnusable):
            bounces.read_mailbox(f"{mailbox.url}X")

    def test_a_wrong_password_is_said(self, db: None, mailbox: imap.Mailbox) -> None:
        with pytest.raises(imaplib.IMAP4.error):
            bounces.read_mailbox(mailbox.url.replace(imap.PASSWORD, "anders"))


def test_without_a_mailbox_there_is_nothing_to_read(db: None, settings: Any) -> None:
    settings.BOUNCE_MAILBOX_URL = ""
    assert sweep_bounces(NOW) == 0


@pytest.mark.parametrize("url", ["http://a@b/", "imaps://", "imaps://host/INBOX", "Postvak"])
def test_an_address_that_is_no_mailbox_is_said(url: str) -> None:
    with pytest.raises(bounces.MailboxUnusable):
        bounces.read_mailbox(url)


@pytest.mark.parametrize(
    ("reached", "undelivered"),
    [("queued", False), ("sending", False), ("sent", False), ("failed", True), ("bounced", True)],
)
def test_what_came_back_did_not_reach_anybody(reached: str, undelivered: bool) -> None:
    assert OutboundLetter(state=reached).is_undelivered is undelivered
