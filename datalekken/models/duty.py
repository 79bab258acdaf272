"""Who is on duty for breaches: a deputy in the holidays."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from datalekken.querysets import DutyQuerySet
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import Recorded, User


class DutyTurn(Recorded):
    """In this period the alerts go to this person; outside every turn to the IBP manager."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("wie dienst heeft"),
    )
    starts_on = models.DateField(_("eerste dag"))
    ends_on = models.DateField(_("laatste dag"))
    why = models.CharField(
        _("waarom"), max_length=100, blank=True, help_text=_("Bijvoorbeeld: herfstvakantie.")
    )
    history = HistoricalRecords()

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("dienst voor datalekken")
        verbose_name_plural = _("diensten voor datalekken")
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="a_duty_turn_ends_after_it_starts",
                violation_error_message=_("De laatste dag ligt voor de eerste dag."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}"


def people_on_duty(day: date) -> list[User]:
    """Who is alerted on a day: who has a turn and may still handle, else the IBP managers."""
    turns = DutyTurn.objects.on(day).filter(user__is_active=True).select_related("user")
    # Two turns can overlap: nobody is alerted twice.
    people = {each.user: None for each in turns}
    able = [user for user in people if user.standing_on(day).holds(Right.HANDLE_BREACHES)]
    return able or list(User.objects.with_role(Role.IBP_MANAGER, day))
