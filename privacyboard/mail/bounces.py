"""Mail that came back, read from a mailbox: which letters did not arrive (RFC 3464, RFC 5965).

A report names its letter by the Message-ID or a header of ours, where it carries the original or
refers to it. One that names no letter marks nobody: anybody can write to this mailbox, and who
knows an address could stop the mail to it. What is temporary (4.x.x, delayed) is left alone: the
mail server is still trying.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.message import Message
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from privacyboard.mail.models import OutboundLetter

logger = logging.getLogger(__name__)

State = OutboundLetter.State
COMPLAINT = "complaint"
MOST_AT_ONCE = 500
# The whole report, and not the film that somebody's server sent along.
_MOST_BYTES = 1_000_000
_TIMEOUT_SECONDS = 30
_OURS = re.compile(r"<([0-9a-f]{40})@")
_CODE = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_SMTP_CODE = re.compile(r"\b([245])\d\d\b")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class MailboxUnusable(RuntimeError):
    """The address of the mailbox is none, or would send its password in the open."""


@dataclass(frozen=True)
class Notice:
    """One receiver that a letter did not reach. `digest`: of our letter, empty if not told."""

    digest: str
    receiver: str
    code: str


def read_notices(message: Message) -> list[Notice]:
    """What a message says about letters that will not arrive; nothing for any other mail."""
    digest = _digest_in(message)
    found = []
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            found += [
                Notice(digest, _receiver(block), code)
                for block in _blocks(part)
                if (code := _lasting_code(block))
            ]
        elif kind == "message/feedback-report":
            found += [
                Notice(digest, parseaddr(block.get("Original-Rcpt-To", ""))[1].lower(), COMPLAINT)
                for block in _blocks(part)
                if block.get("Feedback-Type", "").strip().lower() == "abuse"
            ]
    return found


def _blocks(part: Message) -> list[Message]:
    """The groups of fields in a report; a broken one has none."""
    payload = part.get_payload()
    return (
        [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
    )


def _receiver(block: Message) -> str:
    """The address to which we wrote, in small letters."""
    for name in ("Original-Recipient", "Final-Recipient"):
        _kind, found, address = block.get(name, "").partition(";")
        if found and "@" in address:
            return address.strip().strip("<>").lower()
    return ""


def _lasting_code(block: Message) -> str:
    """The code of a failure that is for good; empty for what may still arrive."""
    if block.get("Action", "").strip().lower() != "failed":
        return ""
    told = _CODE.search(block.get("Status", "")) or _CODE.search(block.get("Diagnostic-Code", ""))
    if told is not None:
        return told.group() if told.group(1) == "5" else ""
    plain = _SMTP_CODE.search(block.get("Diagnostic-Code", ""))
    return "5.0.0" if plain is not None and plain.group(1) == "5" else ""


def _digest_in(message: Message) -> str:
    """Our letter, by the original that came along, else by what the report refers to."""
    for part in message.walk():
        for original in _originals(part):
            named = re.fullmatch(r"[0-9a-f]{40}", original.get("X-Privacyboard-Letter", "").strip())
            if named is not None:
                return named.group()
            if found := _OURS.search(original.get("Message-ID", "")):
                return found.group(1)
    for name in ("In-Reply-To", "References"):
        if found := _OURS.search(message.get(name, "")):
            return found.group(1)
    return ""


def _originals(part: Message) -> Iterator[Message]:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        yield from _blocks(part)
    elif kind == "text/rfc822-headers":
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield message_from_string(content.decode("ascii", "replace"), policy=policy.compat32)


def note(notice: Notice) -> int:
    """Note on the letter that it came back; 1 if it is one of ours that had left."""
    if not notice.digest:
        return 0
    left = OutboundLetter.objects.filter(
        digest=notice.digest, state__in=[State.SENT, State.SENDING]
    )
    return left.update(state=State.BOUNCED, claimed_at=None, last_error=notice.code)


def read_mailbox(url: str) -> int:
    """Read every report that nobody read yet, and mark it read; how many letters came back.

    `url`: imaps://user:password@host:port/folder (INBOX without one). Other mail is marked read
    and stays. Raises MailboxUnusable, or an error of imaplib, before anything is marked.
    """
    came_back = 0
    with _opened(url) as mailbox:
        for number in _unseen(mailbox)[:MOST_AT_ONCE]:
            content = _fetch(mailbox, number)
            came_back += _note_all(content)
            mailbox.uid("STORE", number, "+FLAGS", r"(\Seen)")
    return came_back


def _note_all(content: bytes) -> int:
    try:
        notices = read_notices(message_from_bytes(content, policy=policy.compat32))
    except Exception as problem:  # noqa: BLE001 - anybody can write to this mailbox
        logger.warning("mail in the bounce mailbox was not read: %s", type(problem).__name__)
        return 0
    return sum(note(each) for each in notices)


def _unseen(mailbox: imaplib.IMAP4) -> list[str]:
    _kind, found = mailbox.uid("SEARCH", "UNSEEN")
    return [number.decode() for number in (found[0] or b"").split()]


def _fetch(mailbox: imaplib.IMAP4, number: str) -> bytes:
    _kind, found = mailbox.uid("FETCH", number, f"(BODY.PEEK[]<0.{_MOST_BYTES}>)")
    for part in found:
        if isinstance(part, tuple):
            return bytes(part[1])
    return b""


@contextmanager
def _opened(url: str) -> Iterator[imaplib.IMAP4]:
    """The folder, signed in; the password goes over TLS, or stays on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("imap", "imaps") or not host or not parts.username:
        raise MailboxUnusable("expected imaps://user:password@host/folder")
    context = ssl.create_default_context()
    if parts.scheme == "imaps":
        mailbox: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, parts.port or 993, ssl_context=context, timeout=_TIMEOUT_SECONDS
        )
    else:
        mailbox = imaplib.IMAP4(host, parts.port or 143, timeout=_TIMEOUT_SECONDS)
    try:
        if parts.scheme == "imap" and host not in _LOOPBACK:
            mailbox.starttls(context)
        mailbox.login(unquote(parts.username), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        kind, _told = mailbox.select(f'"{folder}"')
        if kind != "OK":
            raise MailboxUnusable("the folder cannot be opened")
        yield mailbox
    finally:
        try:
            mailbox.logout()
        except (OSError, imaplib.IMAP4.error):
            logger.info("the mailbox closed the connection")
