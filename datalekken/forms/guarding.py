"""What people type to reopen a breach, or to close it to others."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import PersonChoice, words
from privacyboard.organisation.models import User


class WhyForm(CaseForm):
    """An act that asks its reason."""

    reason = words(_("Waarom"), required=_("Schrijf op waarom u dit doet."), max_length=1000)


class NameForm(CaseForm):
    """Who may open a confidential breach too."""

    user = PersonChoice(label=_("Wie?"), queryset=None, empty_label=None)

    def prepare(self) -> None:
        field: Any = self.fields["user"]
        field.queryset = User.objects.filter(is_active=True).order_by("sort_name", "pk")


class UnnameForm(CaseForm):
    """Who may open it no longer."""

    user = PersonChoice(label=_("Wie niet meer?"), queryset=None, empty_label=None)

    def prepare(self) -> None:
        field: Any = self.fields["user"]
        named = self.case.userpermissions.values("user")
        field.queryset = User.objects.filter(pk__in=named).order_by("sort_name", "pk")
