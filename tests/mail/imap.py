"""A real IMAP server (pymap, in a process of its own) on loopback, with a folder for each test."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep

USER, PASSWORD = "privacy", "sesam"


@dataclass(frozen=True)
class Mailbox:
    """A folder to which mail comes back."""

    port: int
    folder: str

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{self.folder}"

    def opened(self) -> imaplib.IMAP4:
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=30)
        server.login(USER, PASSWORD)
        return server

    def receive(self, *messages: bytes) -> None:
        """Mail that comes in, unread."""
        with self.opened() as server:
            server.create(self.folder)
            for message in messages:
                server.append(self.folder, "", "", message.replace(b"\n", b"\r\n"))

    def unread(self) -> int:
        """How many nobody read."""
        with self.opened() as server:
            server.select(self.folder)
            return len(server.uid("SEARCH", "UNSEEN")[1][0].split())

    def kept(self) -> int:
        """How many are there."""
        with self.opened() as server:
            return int(server.select(self.folder)[1][0] or b"0")


@contextmanager
def running() -> Iterator[int]:
    """The server; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    options += ["--no-service", "managesieve", "--no-service", "admin"]
    options += ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen(
        [sys.executable, "-c", "from pymap.main import main; main()", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until_it_answers(port)
        yield port
    finally:
        process.kill()
        process.wait()


def _until_it_answers(port: int) -> None:
    give_up = monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            assert monotonic() < give_up, "the IMAP server did not begin"
            sleep(0.05)
        else:
            return
