from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BreachesConfig(AppConfig):
    name = "datalekken"
    verbose_name = _("Datalekken")

    def ready(self) -> None:
        # Web, worker and beat know the same sweeps: the health page asks for each of them.
        from datalekken import collectors, retention, tasks  # noqa: F401
        from datalekken.choices import DocumentKind
        from datalekken.models import BreachFile, Notification, RegisterFile, ToldPerson
        from privacyboard.documents import gates

        gates.register(DocumentKind.FILE, BreachFile.objects.lets_open)
        gates.register(DocumentKind.DOSSIER, Notification.objects.lets_open)
        gates.register(DocumentKind.LETTER, ToldPerson.objects.lets_open)
        gates.register(DocumentKind.REGISTER, RegisterFile.objects.lets_open)
        collectors.register_all()
        retention.register_all()
