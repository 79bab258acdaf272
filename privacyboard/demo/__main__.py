"""`make demo`: servers, migrations, the demo board, web, worker and scheduler; Ctrl-C stops all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from privacyboard.demo import people
from privacyboard.local_servers import database_url, redis_url

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = sys.executable
STOP_SECONDS = 10


class Stopped(Exception):
    """Somebody asked the demo to stop."""


def _stop(signum: int, frame: FrameType | None) -> None:
    raise Stopped


def main() -> int:
    """Start everything, wait, and leave nothing running."""
    port = os.environ.get("PORT", "8000")
    os.environ.update(
        DEBUG="true",
        DEMO="true",
        DJANGO_SETTINGS_MODULE="privacyboard.settings",
        BASE_URL=f"http://127.0.0.1:{port}",
        PYTHONUNBUFFERED="1",
        PYTHONWARNINGS="ignore",  # Celery warns of root; the demo may run as root
    )
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _stop)
    running: list[subprocess.Popen[bytes]] = []
    try:
        print("privacyboard: starting PostgreSQL and Valkey under var/", flush=True)
        database_url()
        redis_url()
        _manage("migrate", "--verbosity", "0")
        print("privacyboard: loading the demo board (the first time takes a minute)", flush=True)
        _manage("load_demo")
        running += [_start(*command) for command in _commands(port)]
        _tell(port)
        return _wait(running)
    except Stopped:
        return 0
    finally:
        _end(running)


def _manage(*arguments: str) -> None:
    subprocess.run([PYTHON, "manage.py", *arguments], cwd=ROOT, check=True)


def _commands(port: str) -> list[list[str]]:
    celery = ["-m", "celery", "--app", "privacyboard", "--quiet"]
    return [
        [
            *("-m", "gunicorn", "privacyboard.wsgi", "--bind", f"127.0.0.1:{port}"),
            *("--threads", "4", "--log-level", "warning"),
        ],
        [*celery, "worker", "--concurrency", "1", "--loglevel", "warning"],
        [*celery, "beat", "--loglevel", "warning"],
    ]


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process only, which then ends the others in order.
    return subprocess.Popen([PYTHON, *arguments], cwd=ROOT, start_new_session=True)


def _tell(port: str) -> None:
    print(f"\nprivacyboard runs at http://127.0.0.1:{port}   (Ctrl-C stops it)\n")
    print(f"Every login has the password: {people.PASSWORD}\n")
    for role, email in people.logins():
        print(f"  {role:32} {email}")
    print(f"\nLogins, and pages of parents: http://127.0.0.1:{port}/demo/")
    print(f"Letters that were sent: http://127.0.0.1:{port}/demo/post/\n", flush=True)


def _wait(running: list[subprocess.Popen[bytes]]) -> int:
    while True:
        for process in running:
            if process.poll() is not None:
                print("privacyboard: a part stopped by itself; stopping the demo", flush=True)
                return 1
        time.sleep(0.5)


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    for process in reversed(running):
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
