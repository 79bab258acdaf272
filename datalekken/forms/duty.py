"""What people type about who is on duty."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.fields import Day, PersonChoice
from privacyboard.backoffice.forms import WatchDays
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User
from privacyboard.organisation.rules import RIGHTS

_HANDLING = [role for role, rights in RIGHTS.items() if Right.HANDLE_BREACHES in rights]


class TurnForm(WatchDays, forms.Form):
    """A turn: who, and from when until when."""

    user = PersonChoice(
        label=_("Wie heeft dienst?"),
        queryset=None,
        empty_label=_("Kies"),
        help_text=_("Alleen wie datalekken mag behandelen staat hier."),
        error_messages={
            "required": _("Kies wie dienst heeft."),
            "invalid_choice": _("Deze persoon mag geen datalekken behandelen. Kies iemand anders."),
        },
    )
    starts_on = Day(label=_("Eerste dag"))
    ends_on = Day(label=_("Laatste dag"))
    why = forms.CharField(
        label=_("Waarom"),
        required=False,
        max_length=100,
        help_text=_("Bijvoorbeeld: herfstvakantie."),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        today = timezone.localdate()
        # Also who gets the role in time for the turn; the act looks at the days themselves.
        able = User.objects.filter(is_active=True, appointments__role__in=_HANDLING).exclude(
            appointments__ends_on__lt=today
        )
        field: Any = self.fields["user"]
        field.queryset = able.distinct().order_by("sort_name", "pk")
