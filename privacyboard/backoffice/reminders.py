"""Telling of appointments that end, and of accounts that nobody needs any more.

An account is opened by a running appointment only: what is told here prevents that somebody stands
before a closed door, or that an account is forgotten (OPOO 8.1.3).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from privacyboard.backoffice.querysets import ending, idle
from privacyboard.clockwork import reminders
from privacyboard.clockwork.reminders import Reach, Said, Watch
from privacyboard.clockwork.rules import Stages
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User

# Two weeks: enough to extend it, or to say goodbye well.
APPOINTMENT_ENDS = Stages((14,), ago=0)
ACCOUNT_IS_IDLE = Stages((-1, -30))


def remind_of_accounts(*, by: User | None, at: datetime) -> int:
    """Tell of appointments that end and of accounts without one; returns how many were told."""
    return reminders.remind(WATCHES, at=at)


def _say_ending(appointment: Any, reach: Reach) -> Said:
    """To the director of the school, and never to the person whom it is about."""
    told = {
        "place": appointment.school or _("het hele bestuur"),
        "role": appointment.get_role_display(),
        "day": formats.date_format(appointment.ends_on, "j F Y"),
    }
    words = _("Een aanstelling als %(role)s (%(place)s) loopt tot en met %(day)s.") % told
    first = Role.DIRECTOR if appointment.school_id else Role.IBP_MANAGER
    people = reach.of(first, appointment.school_id, but={appointment.user_id})
    if not appointment.school_id and appointment.role == Role.IBP_MANAGER:
        # Of the IBP manager's own end the administrator is told, who makes appointments.
        people = reach.of(Role.ADMINISTRATOR, but={appointment.user_id})
    return words, reverse("appointments_ending"), people


def _say_idle(user: Any, reach: Reach) -> Said:
    day = formats.date_format(user.last_day, "j F Y")
    words = _("Een account heeft sinds %(day)s geen rol meer. Sluit het, of geef het een rol.")
    page = reverse("admin:organisation_user_change", args=[user.pk])
    return words % {"day": day}, page, reach.of(Role.ADMINISTRATOR)


WATCHES = (
    Watch(
        kind="appointment_end",
        title="Accounts en rollen",
        rows=ending,
        due="ends_on",
        stages=APPOINTMENT_ENDS,
        say=_say_ending,
    ),
    Watch(
        kind="account_idle",
        title="Accounts en rollen",
        rows=idle,
        due="last_day",
        stages=ACCOUNT_IS_IDLE,
        say=_say_idle,
    ),
)
