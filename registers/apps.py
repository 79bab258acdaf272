from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "registers"
    verbose_name = _("Register")

    def ready(self) -> None:
        from privacyboard.documents import gates
        from registers.choices import DocumentKind
        from registers.models import Agreement, PublishedStatement

        gates.register(DocumentKind.AGREEMENT, Agreement.objects.lets_open)
        gates.register(DocumentKind.STATEMENT, PublishedStatement.objects.lets_open)
