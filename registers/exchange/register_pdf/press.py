"""Where parts are printed: a few of them here, many of them in two processes beside this one.

Processes of their own, started as commands: a Celery worker may not fork children through
`multiprocessing`, and what a layout leaves in memory goes away with its process.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue
from threading import Timer
from types import TracebackType

from registers.exchange.register_pdf import printing
from registers.exchange.register_pdf.printing import Printed, Printer

PROCESSES = 2
# Starting a process costs half a second: not for a part or two.
FEW = 2
# A part takes a tenth of a second; one that takes this long never ends.
MOST_SECONDS = 120


class NotPrinted(RuntimeError):
    """A process that prints ended before its part was made."""


class _Process:
    """One process that prints, part after part."""

    def __init__(self, css: str) -> None:
        command = [sys.executable, "-P", str(Path(printing.__file__))]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None  # noqa: S101
        assert self._process.stdout is not None  # noqa: S101
        self._in, self._out = self._process.stdin, self._process.stdout
        printing.write_text(css, self._in)

    def print(self, html: str) -> Printed:
        """Raises NotPrinted when the process ends or takes too long."""
        give_up = Timer(MOST_SECONDS, self._process.kill)
        give_up.start()
        try:
            printing.write_text(html, self._in)
            head = self._out.read(printing.ANSWER.size)
            if len(head) < printing.ANSWER.size:
                raise NotPrinted("the process that prints has ended")
            pages, length = printing.ANSWER.unpack(head)
            return Printed(self._out.read(length), pages)
        except BrokenPipeError as problem:
            raise NotPrinted("the process that prints has ended") from problem
        finally:
            give_up.cancel()

    def end(self) -> None:
        """Let it go, whatever it is doing."""
        self._process.kill()
        self._process.communicate()


class Press:
    """Takes parts as they come and gives them back printed, in any order. Use it with `with`."""

    def __init__(self, css: str) -> None:
        self._css = css
        self._held: list[tuple[str, str]] = []
        self._printer: Printer | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._idle: SimpleQueue[_Process] = SimpleQueue()
        self._processes: list[_Process] = []
        self._promised: dict[Future[Printed], str] = {}

    def __enter__(self) -> Press:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            process.end()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)

    def take(self, name: str, html: str) -> None:
        """Print this too; more than a few parts set the two processes to work at once."""
        if self._threads is None and len(self._held) < FEW:
            self._held.append((name, html))
            return
        if self._threads is None:
            self._start()
        self._promise(name, html)

    def _start(self) -> None:
        self._processes = [_Process(self._css) for _number in range(PROCESSES)]
        for process in self._processes:
            self._idle.put(process)
        self._threads = ThreadPoolExecutor(PROCESSES)
        for name, html in self._held:
            self._promise(name, html)
        self._held = []

    def _promise(self, name: str, html: str) -> None:
        assert self._threads is not None  # noqa: S101
        self._promised[self._threads.submit(self._print_beside, html)] = name

    def _print_beside(self, html: str) -> Printed:
        process = self._idle.get()
        try:
            return process.print(html)
        finally:
            self._idle.put(process)

    def finished(self) -> Iterator[tuple[str, Printed]]:
        """Every part that was taken, by its name, as soon as it is there."""
        for name, html in self._held:
            yield name, self.print(html)
        self._held = []
        for promise in as_completed(self._promised):
            yield self._promised[promise], promise.result()
        self._promised = {}

    def print(self, html: str) -> Printed:
        """Print one page now."""
        if self._threads is not None:
            return self._threads.submit(self._print_beside, html).result()
        if self._printer is None:
            self._printer = Printer(self._css)
        return self._printer.print(html)
