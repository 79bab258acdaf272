"""Beat and worker, for real: in processes of their own, as they are started."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import Any

from privacyboard.celery import app

ROOT = Path(__file__).resolve().parents[2]

# What `celery -A privacyboard worker` does before it takes its first message.
AS_A_WORKER = """
import json
from celery.bin.celery import celery
from celery.app.utils import find_app

app = find_app("privacyboard")
app.loader.init_worker()
app.finalize()
schedule = {
    name: [row["task"], row["schedule"].total_seconds(), row["kwargs"], row["options"]["expires"]]
    for name, row in app.conf.beat_schedule.items()
}
print(json.dumps({"tasks": sorted(app.tasks), "schedule": schedule}))
"""


def environment() -> dict[str, str]:
    return {**os.environ, "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "privacyboard.settings"}


def test_worker_and_beat_know_every_task_and_every_sweep() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", AS_A_WORKER],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    known = json.loads(run.stdout)
    assert {"mail.deliver", "clockwork.run_sweep"} <= set(known["tasks"])
    assert known["schedule"]["outbox"] == ["clockwork.run_sweep", 5.0, {"name": "outbox"}, 30]


def test_beat_sends_its_sweeps_and_writes_no_file(tmp_path: Path) -> None:
    beat = subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", "-m", "celery", "--app", "privacyboard", "--quiet"),
            *("beat", "--loglevel", "info"),
        ],
        cwd=tmp_path,
        env={**environment(), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    give_up = Timer(60, beat.kill)
    give_up.start()
    told = []
    try:
        assert beat.stdout is not None
        for line in beat.stdout:
            told.append(line)
            # The longest interval: it is asked for when beat begins, not six hours later.
            if "Sending due task consent_clean_ups" in line:
                break
    finally:
        give_up.cancel()
        beat.terminate()
        beat.communicate()
    assert re.search(r"Sending due task \w+ \(clockwork.run_sweep\)", told[-1])
    assert list(tmp_path.iterdir()) == []


INTERVALS = """
from kombu.exceptions import OperationalError
from privacyboard.celery import app

intervals = []

def note(error, interval):
    intervals.append(interval)

app.conf.update(broker_url="redis://127.0.0.1:1/0")
try:
    with app.connection_for_read() as connection:
        connection.ensure_connection(note, 2)
except OperationalError:
    print(intervals)
"""


def test_the_worker_looks_every_two_seconds_for_a_broker_that_went_away() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", INTERVALS],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    # Left alone it would be 2, 4, 6, up to half a minute.
    assert run.stdout == "[2.0, 2.0]\n", run.stderr


class Unacknowledged:
    """A channel with a message that nobody acknowledged, as kombu closes it without a broker."""

    def close(self) -> None:
        raise AttributeError("'NoneType' object has no attribute 'hostname'")


def test_a_worker_with_work_in_hand_outlives_its_broker() -> None:
    channel: Any = Unacknowledged()
    with app.connection_for_read() as connection:
        connection.maybe_close_channel(channel)
    assert app.conf.task_acks_late is False
