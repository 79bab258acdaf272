from django.apps import AppConfig
from django.contrib.admin import apps as django_admin
from django.utils.translation import gettext_lazy as _


class BackofficeConfig(AppConfig):
    name = "privacyboard.backoffice"
    verbose_name = _("Beheer")


class BackofficeAdminConfig(django_admin.AdminConfig):
    """Makes `django.contrib.admin.site` our own site."""

    default = False
    default_site = "privacyboard.backoffice.site.BackofficeSite"
