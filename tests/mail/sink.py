"""A real SMTP server on loopback that keeps what it accepts and answers as it is told."""

from __future__ import annotations

import re
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Lock, Thread
from time import sleep
from typing import cast

OK = "250 2.0.0 OK"
BUSY = "451 4.3.0 mailbox of {} is busy"
UNKNOWN = "550 5.1.1 no mailbox {} here"
DROP = ""
TOO_MANY = "421 4.7.0 enough for now"


@dataclass
class Sink:
    """What is answered per receiver, and what was accepted.

    `greeting` is what a connection hears first; `at_rcpt` and `at_data` hold answers per address
    (DROP hangs up); everything else is accepted. A letter to who is in `slow` waits for its 250
    until `go_on` is set; `waits` tells that one does; any 250 comes after `pause` seconds. A relay
    has limits: `most` connections at once, and `letters_each` on one of them (0: as many as come).
    """

    port: int = 0
    greeting: str = "220 sink.invalid ESMTP"
    at_sender: str = OK
    at_rcpt: dict[str, str] = field(default_factory=dict)
    at_data: dict[str, str] = field(default_factory=dict)
    messages: list[EmailMessage] = field(default_factory=list)
    slow: set[str] = field(default_factory=set)
    waits: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)
    pause: float = 0
    connections: int = 0
    most: int = 0
    letters_each: int = 0
    open: int = 0
    lock: Lock = field(default_factory=Lock)

    def keep(self, content: bytes) -> None:
        message = message_from_bytes(content, policy=policy.default)
        with self.lock:
            self.messages.append(message)

    def receivers(self) -> list[str]:
        return sorted(str(message["To"]) for message in self.messages)


class _Hangup(Exception):
    """The server closes the connection without a word."""


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink = cast(_Server, self.server).sink
        with sink.lock:
            sink.connections += 1
            sink.open += 1
            is_welcome = not sink.most or sink.open <= sink.most
        try:
            self._say(sink.greeting if is_welcome else TOO_MANY)
            if is_welcome:
                self._converse(sink)
        except (_Hangup, ConnectionError):
            return
        finally:
            with sink.lock:
                sink.open -= 1

    def _say(self, answer: str) -> None:
        if not answer:
            raise _Hangup
        self.wfile.write(answer.encode() + b"\r\n")

    def _converse(self, sink: Sink) -> None:
        receiver = ""
        taken = 0
        for raw in self.rfile:
            line = raw.decode().strip()
            verb = line[:4].upper()
            if verb == "RCPT":
                found = re.search(r"<(.*?)>", line)
                receiver = found.group(1) if found else ""
                self._say(sink.at_rcpt.get(receiver, OK).format(receiver))
            elif verb == "DATA":
                self._say("354 go on")
                self._take(sink, receiver)
                taken += 1
            elif verb == "MAIL":
                if sink.letters_each and taken >= sink.letters_each:
                    self._say(TOO_MANY)
                    return
                self._say(sink.at_sender)
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 sink.invalid" if verb in {"EHLO", "HELO", "RSET"} else "502 no")

    def _take(self, sink: Sink, receiver: str) -> None:
        lines = []
        for raw in self.rfile:
            if raw == b".\r\n":
                break
            lines.append(raw.removeprefix(b"."))
        answer = sink.at_data.get(receiver, OK).format(receiver)
        if answer == OK:
            sink.keep(b"".join(lines))
        if receiver in sink.slow:
            sink.waits.set()
            sink.go_on.wait(30)
        sleep(sink.pause)
        self._say(answer)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    sink: Sink


@contextmanager
def running() -> Iterator[Sink]:
    """A sink that listens on a free port of 127.0.0.1."""
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.sink = Sink(port=server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.sink
        finally:
            server.shutdown()
            thread.join()
