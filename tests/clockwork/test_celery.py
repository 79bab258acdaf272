"""Beat and worker, for real: in processes of their own, as they are started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Timer

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
            if "Sending due task" in line:
                break
    finally:
        give_up.cancel()
        beat.terminate()
        beat.communicate()
    assert "Sending due task outbox (clockwork.run_sweep)" in told[-1]
    assert list(tmp_path.iterdir()) == []
