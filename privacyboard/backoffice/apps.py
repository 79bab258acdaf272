from django.apps import AppConfig
from django.contrib.admin import apps as django_admin
from django.utils.translation import gettext_lazy as _


class BackofficeConfig(AppConfig):
    name = "privacyboard.backoffice"
    verbose_name = _("Beheer")

    def ready(self) -> None:
        # Web, worker and beat know the same sweeps: the health page asks for each of them.
        from privacyboard.backoffice import tasks  # noqa: F401


class BackofficeAdminConfig(django_admin.AdminConfig):
    """Makes `django.contrib.admin.site` our own site."""

    default = False
    default_site = "privacyboard.backoffice.site.BackofficeSite"
