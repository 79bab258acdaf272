from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "privacyboard.documents"
    verbose_name = _("Documenten")

    def ready(self) -> None:
        # Web, worker and beat know the same sweeps: the health page asks for each of them.
        from privacyboard.documents import retention, tasks  # noqa: F401

        retention.register_all()
