"""The acts around people and roles. Each is one transaction and leaves history."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import transaction

from privacyboard.organisation import rules
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, School, SchoolGroupPermission, User


class AppointmentRefused(ValueError):
    """The appointment is not in order; the message says why, in Dutch, per field."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = errors
        super().__init__(" ".join(text for texts in errors.values() for text in texts))


def group_of(role: str, school: School | None) -> Group:
    """Return the group that carries a role's rights: one per role on the board, one per school."""
    name = f"{role}@{school.pk}" if school else str(role)
    group, made = Group.objects.get_or_create(name=name)
    if made:
        _grant(group, Role(role), school)
    return group


def _grant(group: Group, role: Role, school: School | None) -> None:
    """Bring a group's rights in line with the table of roles and rights."""
    rights = [right.value for right in rules.RIGHTS[role]]
    permissions = Permission.objects.filter(
        content_type__app_label="organisation", content_type__model="school", codename__in=rights
    )
    if school is None:
        group.permissions.set(permissions)
        return
    held = SchoolGroupPermission.objects.filter(group=group, content_object=school)
    held.exclude(permission__in=permissions).delete()
    SchoolGroupPermission.objects.bulk_create(
        [
            SchoolGroupPermission(group=group, content_object=school, permission=permission)
            for permission in permissions
        ],
        ignore_conflicts=True,
    )


def sync_rights() -> None:
    """Bring every existing group in line with the table of roles and rights (after migrate)."""
    for group in Group.objects.all():
        role, _sign, school_id = group.name.partition("@")
        if role not in Role.values:
            continue
        school = School.objects.filter(pk=school_id).first() if school_id else None
        # A group outlives a school that was erased; it then carries nothing.
        if school is not None or not school_id:
            _grant(group, Role(role), school)


@transaction.atomic
def appoint(
    *,
    user: User,
    role: str,
    starts_on: date,
    by: User | None,
    at: datetime,
    school: School | None = None,
    ends_on: date | None = None,
    is_external: bool = False,
    basis: str = "",
) -> Appointment:
    """Give somebody a role, board-wide or at a school, up to and including `ends_on`.

    Raises AppointmentRefused when level, period, basis or an overlapping appointment forbid it.
    """
    appointment = Appointment(
        user=user,
        role=role,
        school=school,
        group=group_of(role, school),
        starts_on=starts_on,
        ends_on=ends_on,
        is_external=is_external,
        basis=basis,
    )
    try:
        appointment.full_clean(exclude=["group"])
    except ValidationError as problem:
        raise AppointmentRefused(problem.message_dict) from problem
    appointment.record(by=by, why=f"aangesteld per {starts_on:%d-%m-%Y}")
    return appointment
