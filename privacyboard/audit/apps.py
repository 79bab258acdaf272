from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "privacyboard.audit"
    verbose_name = _("Controlespoor")

    def ready(self) -> None:
        # Sent after every app has migrated: the history tables of the apps upstairs are there too.
        post_migrate.connect(lay_triggers, sender=self, dispatch_uid="lay_triggers")


def lay_triggers(**kwargs: Any) -> None:
    """After every migrate: each append-only table has its triggers."""
    from privacyboard.audit import triggers

    triggers.lay_triggers()
