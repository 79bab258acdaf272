from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrontdeskConfig(AppConfig):
    name = "privacyboard.frontdesk"
    verbose_name = _("Balie")

    def ready(self) -> None:
        # Web, worker and beat know the same sweeps: the health page asks for each of them.
        from privacyboard.frontdesk import retention, tasks  # noqa: F401

        retention.register_all()
