"""Beat, whose clock somebody sets: silent for no sweep, whichever way it jumps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from privacyboard.clockwork import sweeps

ROOT = Path(__file__).resolve().parents[2]

# In a process of its own: the schedule of beat belongs to the app, and so to everybody.
MOVED = """
from privacyboard import celery
from privacyboard.celery import app

app.loader.init_worker()
app.finalize()
moved = 0
now = celery.time.time
celery.time.time = lambda: now() + moved

class Listening(celery.SteadyScheduler):
    producer = None

    def apply_entry(self, entry, producer=None):
        asked.append((entry.task, entry.kwargs["name"], entry.options["expires"]))

asked = []
scheduler = Listening(app)
for moved in (0, 0.5, 40 * 86400, 40 * 86400 + 1, 0):
    while not scheduler.tick():
        pass
    for each in sorted(asked):
        print(each)
    print("--")
    asked.clear()
"""


def test_every_sweep_runs_once_when_beat_starts_and_when_the_clock_jumps() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MOVED],
        cwd=ROOT,
        env={**os.environ, "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "privacyboard.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    start, soon, jump, later, back = (each.splitlines() for each in run.stdout.split("--\n")[:5])
    # The longest interval there is: beat by itself would wait for six hours.
    assert "('clockwork.run_sweep', 'consent_clean_ups', 21600.0)" in start
    assert "('clockwork.run_sweep', 'outbox', 30)" in start
    assert len(start) == len(sweeps.all_sweeps())
    assert (jump, back) == (start, start)
    # A clock that is a little faster for a while makes no jump.
    assert not {each for each in soon + later if "consent_clean_ups" in each}
