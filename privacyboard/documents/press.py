"""Where many pages are printed: a few of them here, more in two processes beside this one.

Processes of their own, started as commands: a Celery worker may not fork children through
`multiprocessing`, and what a layout leaves in memory goes away with its process. When the worker is
killed they end by themselves: nothing comes in any more.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Timer
from types import TracebackType

from privacyboard.documents import printing
from privacyboard.documents.printing import Printed, Style

logger = logging.getLogger(__name__)

PROCESSES = 2
# A page takes a tenth of a second; one that takes this long never ends.
MOST_SECONDS = 120


class NotPrinted(RuntimeError):
    """A process that prints ended before its page was made, or could not make it."""


class _Process:
    """One process that prints, page after page."""

    def __init__(self, style: Style) -> None:
        command = [sys.executable, "-P", str(Path(printing.__file__))]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None  # noqa: S101
        assert self._process.stdout is not None  # noqa: S101
        self._in, self._out = self._process.stdin, self._process.stdout
        self._untold: Style | None = style

    def print(self, html: str) -> Printed:
        """Raises NotPrinted when the process ends, takes too long or cannot make it."""
        give_up = Timer(MOST_SECONDS, self._process.kill)
        give_up.start()
        try:
            if self._untold is not None:
                printing.write_style(self._untold, self._in)
                self._untold = None
            printing.write_text(html, self._in)
            head = self._out.read(printing.ANSWER.size)
            if len(head) < printing.ANSWER.size:
                raise NotPrinted("the process that prints has ended")
            pages, length = printing.ANSWER.unpack(head)
            told = self._out.read(length)
        except BrokenPipeError as problem:
            raise NotPrinted("the process that prints has ended") from problem
        finally:
            give_up.cancel()
        if not pages:
            raise NotPrinted(told.decode())
        return Printed(told, pages)

    def end(self) -> None:
        """Let it go, whatever it is doing."""
        self._process.kill()
        self._process.communicate()


class Press:
    """Takes pages as they come and gives them back printed, in any order. Use it with `with`.

    More than `few` at a time set the two processes to work: starting one costs half a second.
    """

    def __init__(self, style: Style, *, few: int) -> None:
        self._style = style
        self._few = few
        self._held: list[tuple[str, str]] = []
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
        """Print this too."""
        if self._threads is None and len(self._held) < self._few:
            self._held.append((name, html))
            return
        self._promise(name, html, self._threads or self._start())

    def _start(self) -> ThreadPoolExecutor:
        self._processes = [_Process(self._style) for _number in range(PROCESSES)]
        for process in self._processes:
            self._idle.put(process)
        threads = self._threads = ThreadPoolExecutor(PROCESSES)
        for name, html in self._held:
            self._promise(name, html, threads)
        self._held = []
        return threads

    def _promise(self, name: str, html: str, threads: ThreadPoolExecutor) -> None:
        self._promised[threads.submit(self._print_beside, html)] = name

    def _print_beside(self, html: str) -> Printed:
        process = self._idle.get()
        try:
            return process.print(html)
        finally:
            self._idle.put(process)

    def finished(self) -> Iterator[tuple[str, Printed]]:
        """Every page that was taken, by its name, as soon as it is there; raises a problem."""
        for name, outcome in self.outcomes():
            if isinstance(outcome, Exception):
                raise outcome
            yield name, outcome

    def outcomes(self) -> Iterator[tuple[str, Printed | Exception]]:
        """As `finished`, for whom one bad page is no reason to leave the others."""
        held, self._held = self._held, []
        for name, html in held:
            yield name, _outcome(partial(self.print, html))
        promised, self._promised = self._promised, {}
        for promise in as_completed(promised):
            yield promised[promise], _outcome(promise.result)

    def made(self, called: str, failed: set[int]) -> Iterator[tuple[int, bytes]]:
        """The PDFs of records, whose pages were taken under their keys.

        Of what cannot be printed the log tells what it is `called`, and its key goes in `failed`.
        """
        for name, outcome in self.outcomes():
            if isinstance(outcome, Printed):
                yield int(name), outcome.pdf
            else:
                logger.error("%s %s could not be made: %s", called, name, kind_of(outcome))
                failed.add(int(name))

    def print(self, html: str) -> Printed:
        """Print one page now."""
        if self._threads is not None:
            return self._threads.submit(self._print_beside, html).result()
        return printing.printer_for(self._style).print(html)


def kind_of(problem: Exception) -> str:
    """What went wrong, for a log: only its kind, for its text can hold a name."""
    return str(problem) if isinstance(problem, NotPrinted) else type(problem).__name__


def _outcome(work: Callable[[], Printed]) -> Printed | Exception:
    try:
        return work()
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is told
        return problem
