from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClockworkConfig(AppConfig):
    name = "privacyboard.clockwork"
    verbose_name = _("Uurwerk")
