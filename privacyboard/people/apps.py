from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "privacyboard.people"
    verbose_name = _("Leerlingen en ouders")

    def ready(self) -> None:
        from privacyboard.documents import gates

        # Web, worker and beat know the same sweeps: the health page asks for each of them.
        from privacyboard.people import collectors, retention, tasks  # noqa: F401
        from privacyboard.people.choices import DocumentKind
        from privacyboard.people.models import PeopleFile

        gates.register(DocumentKind.FILE, PeopleFile.objects.lets_open)
        collectors.register_all()
        retention.register_all()
