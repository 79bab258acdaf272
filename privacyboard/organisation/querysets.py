"""Which schools, users and appointments."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, IntegerField, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Lower, Substr

from privacyboard.organisation.choices import Right
from privacyboard.organisation.rules import school_year_of

if TYPE_CHECKING:
    from privacyboard.organisation.models import User


def running_on(day: date, prefix: str = "") -> Q:
    """Appointments in force on a day: the first and the last day both count."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    )


class AppointmentQuerySet(QuerySet[Any]):
    def running(self, day: date) -> AppointmentQuerySet:
        """In force on this day."""
        return self.filter(running_on(day))

    def rights_of(self, user_id: int, day: date) -> list[tuple[Any, ...]]:
        """Rows (role, school, rights on the board, rights at the school) of one person, one day."""
        appointments: Any = self.model
        statement, given = _rights_statement(appointments)
        with connection.cursor() as cursor:
            cursor.execute(
                statement,
                [
                    day if each == _A_DAY else user_id if each == _SOMEBODY else each
                    for each in given
                ],
            )
            return cursor.fetchall()


# What stands in the statement for the day and the person until it is asked.
_A_DAY, _SOMEBODY = date.min, -1


@cache
def _rights_statement(appointments: Any) -> tuple[str, tuple[Any, ...]]:
    """What `rights_of` asks, with the places of what is given.

    Every page asks it first, always in these words: they are written once per process, because
    writing them takes Django four times as long as PostgreSQL needs to answer.
    """
    to_group: Any = appointments._meta.get_field("group").related_model
    on_board = to_group.permissions.through.objects.filter(group=OuterRef("group_id"))
    at_school = appointments._meta.apps.get_model(
        "organisation", "SchoolGroupPermission"
    ).objects.filter(group=OuterRef("group_id"))
    found = (
        appointments._base_manager.filter(running_on(_A_DAY), user_id=_SOMEBODY)
        .annotate(
            board_rights=ArraySubquery(on_board.order_by().values("permission__codename")),
            school_rights=ArraySubquery(at_school.order_by().values("permission__codename")),
        )
        .order_by("pk")
        .values_list("role", "school_id", "board_rights", "school_rights")
    )
    return found.query.sql_with_params()


class SchoolQuerySet(QuerySet[Any]):
    def where(self, user: User, right: str) -> SchoolQuerySet:
        """Schools at which the user holds the right, through an appointment that runs today."""
        standing = user.standing
        if right in standing.everywhere:
            return self
        if not standing.holds(right):
            return self.none()
        # The database follows the appointments itself: no list of schools goes to and fro.
        held = Q(
            running_on(standing.on, "grouppermissions__group__appointments__"),
            grouppermissions__group__appointments__user=user.pk,
            grouppermissions__permission__codename=right,
        )
        return self.filter(pk__in=self.model._base_manager.filter(held).values("pk"))

    def visible_to(self, user: User) -> SchoolQuerySet:
        """Every school that the user may know in this application: all, for who has a role."""
        return self if user.standing.may_sign_in else self.none()


class SchoolHolidayQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> SchoolHolidayQuerySet:
        """Those of all schools, and of the schools of one's appointments; board-wide: each."""
        places = {school for _role, school in user.standing.roles}
        if None in places:
            return self
        if not places:
            return self.none()
        return self.filter(Q(school__isnull=True) | Q(school__in=places))

    def kept_by(self, user: User) -> SchoolHolidayQuerySet:
        """Those that the user may change: of the own schools, or of all."""
        if Right.KEEP_HOLIDAYS in user.standing.everywhere:
            return self
        schools = self.model._meta.apps.get_model("organisation", "School").objects
        return self.filter(school__in=schools.where(user, Right.KEEP_HOLIDAYS).values("pk"))

    def sharing_a_day(
        self, first: date, last: date, school_id: int | None
    ) -> SchoolHolidayQuerySet:
        """Those of just this place (none: of all schools) that share a day with a period."""
        return self.filter(school=school_id, first_day__lte=last, last_day__gte=first)

    def of_year(self, year: int) -> SchoolHolidayQuerySet:
        """Those that begin in the school year that begins in this calendar year."""
        return self.filter(first_day__gte=date(year, 8, 1), first_day__lt=date(year + 1, 8, 1))


class UserQuerySet(QuerySet[Any]):
    def with_role(self, role: str, day: date, school_id: int | None = None) -> UserQuerySet:
        """Active people who hold a role on a day, board-wide (no school) or at that school."""
        return self.filter(
            running_on(day, "appointments__"),
            is_active=True,
            appointments__role=role,
            appointments__school_id=school_id,
        ).distinct()

    def left_by(self, day: date, *, before: datetime) -> UserQuerySet:
        """Everybody whose last appointment ended on this day or sooner.

        Who never had one: whose account was made before the moment with which the next day begins.
        """
        appointments = self.model._meta.apps.get_model("organisation", "Appointment").objects
        here = appointments.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))
        return self.filter(~Exists(here.filter(user=OuterRef("pk"))), created_at__lt=before)


class PupilQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> PupilQuerySet:
        """Pupils of schools where the user may read them all, and of groups that the user has."""
        return self.at(user, Right.VIEW_PEOPLE, Right.USE_CLASS_LISTS)

    def at(self, user: User, right: str, own_groups_right: str = "") -> PupilQuerySet:
        """Pupils of the schools of a right; with the second right also those of own groups."""
        if right in user.standing.everywhere:
            return self
        schools = self.model._meta.apps.get_model("organisation", "School").objects
        found = Q(school__in=schools.where(user, right).values("pk"))
        if own_groups_right and user.standing.holds(own_groups_right):
            groups = self.model._meta.apps.get_model("organisation", "Group").objects
            own = groups.taught_by(user, own_groups_right).values("pk")
            placed = self.model._meta.apps.get_model("organisation", "Placement")
            here = placed.objects.filter(running_on(user.standing.on), group__in=own)
            found |= Q(pk__in=here.values("pupil"))
        return self.filter(found)

    def known_by(
        self, *, emails: Collection[str], keys: Collection[str], schools: Collection[int]
    ) -> PupilQuerySet:
        """Who has one of these addresses (in lower case), or one of these numbers at one of these
        schools: the same number is another pupil elsewhere."""
        found = Q(lower_email__in=emails) | Q(key__in=keys, school__in=schools)
        return self.alias(lower_email=Lower("email")).filter(found)

    def enrolled_on(self, day: date) -> PupilQuerySet:
        """At the school on this day."""
        return self.filter(
            Q(arrived_on__isnull=True) | Q(arrived_on__lte=day),
            Q(left_on__isnull=True) | Q(left_on__gt=day),
        )


class GroupQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> GroupQuerySet:
        """Groups of schools whose pupils the user may read, and the groups that the user has."""
        if Right.VIEW_PEOPLE in user.standing.everywhere:
            return self
        schools = self.model._meta.apps.get_model("organisation", "School").objects
        found = Q(school__in=schools.where(user, Right.VIEW_PEOPLE).values("pk"))
        if user.standing.holds(Right.USE_CLASS_LISTS):
            found |= Q(pk__in=self.taught_by(user, Right.USE_CLASS_LISTS).values("pk"))
        return self.filter(found)

    def taught_by(self, user: User, right: str) -> QuerySet[Any, Any]:
        """Groups of this school year that have the user as teacher, where the right is held.

        Known by the address with which one signs in: somebody who teaches at two schools, and is
        appointed at one, sees the groups of that one.
        """
        schools = self.model._meta.apps.get_model("organisation", "School").objects
        return self.model._base_manager.filter(
            teachers__email=user.email,
            school_year=school_year_of(user.standing.on),
            school__in=schools.where(user, right).values("pk"),
        )

    def of_year(self, day: date) -> GroupQuerySet:
        """Groups of the school year of this day."""
        return self.filter(school_year=school_year_of(day))


class TeacherQuerySet(QuerySet[Any]):
    def known_by(
        self, *, emails: Collection[str], keys: Collection[str], schools: Collection[int]
    ) -> TeacherQuerySet:
        """Who has one of these addresses, or one of these numbers at one of these schools."""
        return self.filter(Q(email__in=emails) | Q(key__in=keys, school__in=schools))

    def visible_to(self, user: User) -> TeacherQuerySet:
        """Teachers of schools whose pupils the user may read."""
        schools = self.model._meta.apps.get_model("organisation", "School").objects
        return self.filter(school__in=schools.where(user, Right.VIEW_PEOPLE).values("pk"))


class GuardianshipQuerySet(QuerySet[Any]):
    def running_on(self, day: date) -> GuardianshipQuerySet:
        """In force on this day; the first and the last day both count."""
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=day),
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        )

    def visible_to(self, user: User) -> GuardianshipQuerySet:
        """Of pupils of schools where the user may read them: a teacher sees no parents."""
        pupils = self.model._meta.apps.get_model("organisation", "Pupil").objects
        return self.filter(pupil__in=pupils.at(user, Right.VIEW_PEOPLE).values("pk"))


class GuardianQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> GuardianQuerySet:
        """Who stands for a pupil of a school where the user may read them."""
        if Right.VIEW_PEOPLE in user.standing.everywhere:
            return self
        ties = self.model._meta.apps.get_model("organisation", "Guardianship").objects
        return self.filter(pk__in=ties.visible_to(user).values("guardian"))

    def at_address(self, email: str) -> GuardianQuerySet:
        """Everybody to whom this address belongs; a family shares one."""
        plain = email.strip().lower()
        return self.filter(Q(email=plain) | Q(other_emails__contains=[plain]))

    def at_addresses(self, emails: Collection[str]) -> GuardianQuerySet:
        """The same of several addresses, in lower case."""
        found = sorted(emails)
        return self.filter(Q(email__in=found) | Q(other_emails__overlap=found))

    def out_of_reach(self) -> GuardianQuerySet:
        """Mail came back, and nobody put the address right yet."""
        return self.filter(unreachable_since__isnull=False)


class CaseQuerySet(QuerySet[Any]):
    """Files of a school, or of the board; confidential ones are open to named people only.

    Guardian's right `open_case` on the file itself names somebody on it.
    """

    view_right: ClassVar[str]
    confidential_right: ClassVar[str]

    def visible_to(self, user: User) -> Self:
        """Files of schools where the user may read them.

        A confidential file is for who may read those of the whole board (FG, IBP manager), and for
        the people named on it, whatever their school.
        """
        standing = user.standing
        if self.confidential_right in standing.everywhere:
            return self
        named = self._naming(user)
        if self.view_right in standing.everywhere:
            return self.filter(Q(is_confidential=False) | named)
        schools = self.model._meta.apps.get_model("organisation", "School")
        held = schools.objects.where(user, self.view_right).values("pk")
        return self.filter(Q(is_confidential=False) & self._at(held) | named)

    def next_number(self, letter: str, *, year: int) -> str:
        """The number after the last one of a year, such as V-2026-0012.

        Call it inside the transaction that saves: the board's row is the lock, so that two who
        register at once wait for each other, and a save that fails leaves no gap.

        One row of numbers for the whole board: a gap in what a school sees is another school's
        number as often as a confidential one, and tells nothing.
        """
        board = self.model._meta.apps.get_model("organisation", "Board")
        board.objects.select_for_update().first()
        start = f"{letter}-{year}-"
        serial = Cast(Substr("number", len(start) + 1), IntegerField())
        found = self.filter(number__startswith=start).order_by()
        last = found.aggregate(last=Max(serial))["last"] or 0
        return f"{start}{last + 1:04d}"

    def _named(self, user: User) -> QuerySet[Any, Any]:
        """The keys of files on which this person is named."""
        # By key, not by a join: a join asks DISTINCT, and that sorts every text.
        open_to = self.model._base_manager.filter(
            userpermissions__user=user, userpermissions__permission__codename="open_case"
        )
        return open_to.values("pk")

    def _naming(self, user: User) -> Q:
        """Files on which this person is named."""
        return Q(pk__in=self._named(user))

    def _at(self, schools: QuerySet[Any, Any]) -> Q:
        """Files of these schools."""
        return Q(school__in=schools)
