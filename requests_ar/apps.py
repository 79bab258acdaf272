from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    name = "requests_ar"
    verbose_name = _("Verzoeken")

    def ready(self) -> None:
        from privacyboard.documents import gates

        # Web, worker and beat know the same sweeps: the health page asks for each of them.
        from requests_ar import collectors, retention, tasks  # noqa: F401
        from requests_ar.choices import DocumentKind
        from requests_ar.models import DossierFile, RequestLetter

        gates.register(DocumentKind.DOSSIER, DossierFile.objects.lets_open)
        gates.register(DocumentKind.ANSWER, DossierFile.objects.lets_open)
        gates.register(DocumentKind.LETTER, RequestLetter.objects.lets_open)
        collectors.register_all()
        retention.register_all()
