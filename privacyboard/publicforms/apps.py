from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicFormsConfig(AppConfig):
    name = "privacyboard.publicforms"
    verbose_name = _("Openbare formulieren")

    def ready(self) -> None:
        from privacyboard.publicforms import retention

        retention.register_all()
