"""`make faults`: what goes wrong with machines, made to go wrong; what the board does about it."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from contextlib import ExitStack
from importlib import import_module
from types import FrameType

from tests.faults.machines import TEMPLATE, Cluster, folder_of_its_own
from tests.faults.table import Finding, heading, line

FAULTS = (
    "worker_killed",
    "broker_away",
    "broker_emptied",
    "mail_refused",
    "database_restarted",
    "clock_moved",
)


class Stopped(BaseException):
    """Somebody asked to stop."""


def _stop(signum: int, frame: FrameType | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def main(names: tuple[str, ...]) -> int:
    """Run the faults, each on a stage of its own; 1 when a promise is not kept."""
    unknown = set(names) - set(FAULTS)
    if unknown:
        _say(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(FAULTS)}")
        return 2
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        return 0 if _all_met(names) else 1
    except Stopped:
        return 130


def _all_met(names: tuple[str, ...]) -> bool:
    is_met = True
    with ExitStack() as after:
        folder = after.enter_context(folder_of_its_own())
        cluster = Cluster(folder)
        after.callback(cluster.end)
        _begin(cluster)
        from tests.faults.stage import raised

        _say(heading())
        for name in names:
            begun = time.monotonic()
            with raised(cluster, folder) as stage:
                for found in _findings(name, stage):
                    _say(line(found))
                    is_met &= found.is_met
            _say(f"    ({name}: {time.monotonic() - begun:.0f} seconds)")
    return is_met


def _begin(cluster: Cluster) -> None:
    cluster.do(f"CREATE DATABASE {TEMPLATE}")
    os.environ.update(
        DEBUG="true",
        DEMO="false",
        DJANGO_SETTINGS_MODULE="privacyboard.settings",
        DATABASE_URL=cluster.url(TEMPLATE),
        REDIS_URL="redis://127.0.0.1:1/0",
    )
    import django

    django.setup()
    logging.disable(logging.ERROR)  # what is made to fail is no news
    from tests.faults.stage import make_template

    make_template()


def _findings(name: str, stage: object) -> list[Finding]:
    """What a fault found; that it could not be carried out is a finding too."""
    try:
        return list(import_module(f"tests.faults.{name}").findings(stage))
    except Exception as problem:
        logging.getLogger(__name__).critical("%s", name, exc_info=problem)
        return [Finding(f"{name}: {problem}", "-", "carried out", is_met=False)]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:]) or FAULTS))
