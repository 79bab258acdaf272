from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    name = "consent"
    verbose_name = _("Toestemming")

    def ready(self) -> None:
        # Web, worker and beat know the same sweeps: the health page asks for each of them.
        from consent import collectors, retention, tasks  # noqa: F401
        from consent.actions import eighteen
        from consent.choices import DocumentKind
        from consent.models import Invitation
        from privacyboard.clockwork import reminders
        from privacyboard.documents import gates
        from privacyboard.organisation.choices import Right
        from privacyboard.people import desk

        gates.register(DocumentKind.LETTER, Invitation.objects.lets_open)
        desk.register(desk.Door(_("Toestemmingen"), Right.VIEW_CONSENT, "consent_pupil"))
        reminders.register(eighteen.LINES)
        collectors.register_all()
        retention.register_all()
