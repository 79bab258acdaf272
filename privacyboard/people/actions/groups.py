"""Who stands before a class: that person sees its pupils."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from privacyboard.audit.acts import refuse_second, refused
from privacyboard.organisation.models import Group, Teacher, User


@transaction.atomic
def put_before(*, group: Group, account: User, by: User | None, at: datetime) -> Teacher:
    """This account teaches this group. Raises ActRefused at "account" where it does already."""
    # Two at once wait for each other: nobody becomes a teacher twice.
    Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    known = Teacher.objects.filter(school=group.school_id, email=account.email.lower())
    if known.filter(groups=group).exists():
        raise refused(_("%(name)s staat al voor deze groep.") % {"name": account.name}, "account")
    teacher: Teacher = known.order_by("pk").first() or Teacher(
        school_id=group.school_id,
        key=f"account-{account.pk}",
        first_name=account.first_name,
        last_name=account.last_name,
        email=account.email,
    )
    teacher.record(by=by, why=_("staat voor groep %(name)s") % {"name": group.name})
    teacher.groups.add(group)
    return teacher


@transaction.atomic
def take_away(*, group: Group, teacher: Teacher, by: User | None, at: datetime) -> Teacher:
    """This person does not teach this group, and sees its pupils no more."""
    held: Teacher = Teacher.objects.select_for_update(of=("self",)).get(pk=teacher.pk)
    if not held.groups.filter(pk=group.pk).exists():
        raise refused(_("%(name)s staat niet meer voor deze groep.") % {"name": held.name})
    held.groups.remove(group)
    held.record(by=by, why=_("niet meer voor groep %(name)s") % {"name": group.name})
    return held


@transaction.atomic
def give_account(
    *, teacher: Teacher, account: User, by: User | None, at: datetime, seen: int | None = None
) -> Teacher:
    """Whom the school's own system calls so signs in with this account."""
    held: Teacher = Teacher.objects.select_for_update(of=("self",)).get(pk=teacher.pk)
    refuse_second(held, seen=seen)
    held.email = account.email
    held.record(by=by, why=_("account gekozen"))
    return held
