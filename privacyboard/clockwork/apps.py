from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ClockworkConfig(AppConfig):
    name = "privacyboard.clockwork"
    verbose_name = _("Uurwerk")

    def ready(self) -> None:
        # Web, worker and beat know the same sweeps: the health page asks for each of them.
        from privacyboard.clockwork import retention, tasks  # noqa: F401

        retention.register_all()
        post_migrate.connect(make_sweeps_known, sender=self, dispatch_uid="make_sweeps_known")


def make_sweeps_known(**kwargs: Any) -> None:
    """After every migrate: each sweep should run from now on, also one that never did."""
    from django.db import connection
    from django.utils import timezone

    from privacyboard.clockwork import sweeps
    from privacyboard.clockwork.models import Heartbeat

    if Heartbeat._meta.db_table in connection.introspection.table_names():
        sweeps.make_known(at=timezone.now())
