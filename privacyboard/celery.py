"""The task queue: workers that carry out what the sweeps find."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "privacyboard.settings")

app = Celery("privacyboard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def schedule_sweeps(sender: Celery, **kwargs: object) -> None:
    """Let beat run every registered sweep; the schedule is code, never a file."""
    from privacyboard.clockwork import sweeps

    sender.conf.beat_schedule = sweeps.beat_schedule()
