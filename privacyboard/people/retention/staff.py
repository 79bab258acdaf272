"""What becomes of teachers and accounts of who left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from privacyboard.audit.collectors import Sought
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.rules import Cut
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Appointment, Group, Teacher, User
from privacyboard.organisation.rules import school_year_of

# What an account is called when it is nobody's any more; its number tells one from another.
FORMER = "Oud-medewerker"
# RFC 2606: no mail can ever go there.
NOWHERE = "@vergeten.invalid"


def due_teachers(cut: Cut) -> QuerySet[Teacher]:
    """No sign since that day of working here: no group, no file, no appointment, no change.

    Who stands in the newest full file of the school works here, however old that file is.
    """
    running = school_year_of(cut.day + timedelta(days=1))
    groups = Group.objects.filter(teachers=OuterRef("pk"), school_year__gte=running)
    changed = Teacher.history.filter(id=OuterRef("pk"), history_date__gte=cut.before)
    left = User.objects.left_by(cut.day, before=cut.before)
    works = User.objects.filter(email=OuterRef("email")).exclude(pk__in=left.values("pk"))
    found: QuerySet[Teacher] = Teacher.objects.filter(
        Q(seen_on__isnull=True) | Q(seen_on__lte=cut.day),
        ~Exists(groups),
        ~Exists(changed),
        ~Exists(works),
        is_listed=False,
    )
    return found


def due_accounts(cut: Cut) -> QuerySet[User]:
    gone = User.objects.left_by(cut.day, before=cut.before)
    found: QuerySet[User] = gone.exclude(email__endswith=NOWHERE)
    return found


def close_accounts(gone: Gone, keys: list[int], at: datetime) -> None:
    """The name stays with what was decided; nothing is left to sign in with or to write to."""
    gone.blank(User, keys, **_closed())
    _forget_why_appointed(gone, keys)


def due_names(cut: Cut) -> QuerySet[User]:
    gone = User.objects.left_by(cut.day, before=cut.before)
    found: QuerySet[User] = gone.exclude(first_name=FORMER)
    return found


def forget_names(gone: Gone, keys: list[int], at: datetime) -> None:
    """Who decided what can still be told apart, by the number of the account."""
    number = Cast(F("id"), CharField())
    gone.blank(
        User,
        keys,
        **_closed(),
        first_name=FORMER,
        infix="",
        last_name=number,
        sort_name=Concat(Value(f"{FORMER.lower()} "), number),
    )
    _forget_why_appointed(gone, keys)


def _closed() -> dict[str, Any]:
    number = Cast(F("id"), CharField())
    return {
        "email": Concat(Value("oud-medewerker-"), number, Value(NOWHERE)),
        "password": make_password(None),
        "last_login": None,
        "is_active": False,
    }


def _forget_why_appointed(gone: Gone, keys: list[int]) -> None:
    """Which role, where and when stays; why somebody from outside had access goes."""
    held = Appointment.objects.filter(user__in=keys)
    gone.blank(Appointment, list(held.values_list("pk", flat=True)), basis="")


# --- one person, who asks to be forgotten -----------------------------------------------------


def teachers_of(sought: Sought) -> QuerySet[Teacher]:
    """The person as a teacher: by address, or by number at the schools that are named."""
    seen = Teacher.objects.visible_to(sought.reader)
    found: QuerySet[Teacher] = seen.known_by(
        emails=sought.emails, keys=sought.keys, schools=sought.schools
    )
    return found


def accounts_of(sought: Sought) -> QuerySet[User]:
    """The account with an address of the person, for who may see accounts."""
    found: QuerySet[User] = User.objects.filter(email__in=sought.emails)
    return found if sought.reader.standing.holds(Right.VIEW_ACCOUNTS) else found.none()
