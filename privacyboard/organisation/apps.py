from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "privacyboard.organisation"
    verbose_name = _("Organisatie")

    def ready(self) -> None:
        post_migrate.connect(sync_rights, sender=self, dispatch_uid="sync_rights")


def sync_rights(**kwargs: Any) -> None:
    """After every migrate: the groups carry what the table of roles and rights says."""
    if kwargs.get("plan") is not None and not kwargs.get("apps"):
        return
    from privacyboard.organisation import actions

    actions.sync_rights()
