from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "privacyboard.mail"
    verbose_name = _("Post")

    def ready(self) -> None:
        # Web, worker and beat know the same sweeps: the health page asks for each of them.
        from privacyboard.mail import retention, tasks  # noqa: F401

        retention.register_all()
