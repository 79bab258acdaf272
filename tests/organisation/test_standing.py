"""What a person may do on a day follows from the appointments that run on it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.organisation.actions import appoint
from privacyboard.organisation.backends import AppointmentBackend
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import School, User
from tests.conftest import NOW, PASSWORD, Cast, make_person


def fresh(user: User) -> User:
    """The same person in the next request."""
    return User.objects.get(pk=user.pk)


class TestPeriod:
    def test_first_and_last_day_count_and_the_days_around_do_not(self, cast: Cast) -> None:
        user = make_person(
            "Jan Smit",
            Role.DIRECTOR,
            cast.linde,
            starts_on=date(2026, 3, 2),
            ends_on=date(2026, 7, 31),
        )
        days = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 7, 31), date(2026, 8, 1)]
        assert [user.standing_on(day).holds(Right.VIEW_REGISTER) for day in days] == [
            False,
            True,
            True,
            False,
        ]

    def test_without_an_end_it_runs_on(self, cast: Cast) -> None:
        assert cast.fg.standing_on(date(2199, 1, 1)).may_sign_in

    def test_a_closed_account_stands_nowhere(self, cast: Cast) -> None:
        cast.fg.is_active = False
        cast.fg.record(by=None, why="gesloten")
        closed = fresh(cast.fg)
        assert not closed.standing.may_sign_in
        assert not closed.has_perm(Right.VIEW_REGISTER)
        assert not closed.is_staff
        assert list(School.objects.where(closed, Right.VIEW_REGISTER)) == []

    def test_a_closed_account_of_a_school_reaches_no_school(self, cast: Cast) -> None:
        cast.director.is_active = False
        cast.director.record(by=None, why="gesloten")
        assert list(School.objects.where(fresh(cast.director), Right.VIEW_REGISTER)) == []


class TestSchools:
    @pytest.mark.requirement("KPO-023", "OPO-041")
    def test_a_director_holds_rights_at_the_own_school_only(self, cast: Cast) -> None:
        assert cast.director.has_perm(Right.VIEW_REGISTER, cast.linde)
        assert not cast.director.has_perm(Right.VIEW_REGISTER, cast.eik)
        assert list(School.objects.where(cast.director, Right.VIEW_REGISTER)) == [cast.linde]

    def test_roles_at_two_schools_are_not_mixed(self, cast: Cast) -> None:
        appoint(
            user=cast.director,
            role=Role.EMPLOYEE,
            school=cast.eik,
            starts_on=date(2020, 8, 1),
            by=None,
            at=NOW,
        )
        user = fresh(cast.director)
        assert user.standing.roles == (("director", cast.linde.pk), ("employee", cast.eik.pk))
        assert user.has_perm(Right.VIEW_REGISTER, cast.linde)
        assert not user.has_perm(Right.VIEW_REGISTER, cast.eik)
        assert list(School.objects.where(user, Right.VIEW_REGISTER)) == [cast.linde]

    def test_an_ended_role_gives_nothing_beside_a_running_one(self, cast: Cast) -> None:
        appoint(
            user=cast.director,
            role=Role.DIRECTOR,
            school=cast.eik,
            starts_on=date(2020, 8, 1),
            ends_on=date(2021, 7, 31),
            by=None,
            at=NOW,
        )
        assert list(School.objects.where(fresh(cast.director), Right.VIEW_REGISTER)) == [cast.linde]

    def test_a_board_wide_right_holds_at_every_school(self, cast: Cast) -> None:
        assert cast.fg.has_perm(Right.VIEW_REGISTER, cast.linde)
        assert cast.fg.has_perm(Right.VIEW_REGISTER, cast.eik)
        assert list(School.objects.where(cast.fg, Right.VIEW_REGISTER)) == [cast.eik, cast.linde]

    def test_schools_are_known_to_who_has_a_role(self, cast: Cast) -> None:
        assert School.objects.visible_to(cast.teacher).count() == 2
        assert School.objects.visible_to(make_person("Jan Smit")).count() == 0

    def test_finds_people_by_role_day_and_school(self, cast: Cast) -> None:
        day = date(2026, 3, 2)
        directors = User.objects.with_role(Role.DIRECTOR, day, cast.linde.pk)
        assert list(directors) == [cast.director]
        assert list(User.objects.with_role(Role.FG, day)) == [cast.fg]
        assert list(User.objects.with_role(Role.FG, date(2019, 1, 1))) == []


class TestSuperuser:
    @pytest.mark.requirement("KPO-023")
    def test_the_flag_gives_no_right_and_no_entry(self, cast: Cast) -> None:
        user = make_person("Jan Smit")
        user.is_superuser = True
        user.save()
        user = fresh(user)
        assert not user.has_perm("organisation.view_register")
        assert not user.has_perm(Right.VIEW_REGISTER, cast.linde)
        assert not user.has_module_perms("registers")
        assert not user.is_staff
        assert user.get_all_permissions() == set()
        assert AppointmentBackend().authenticate(None, user.email, PASSWORD) is None

    @pytest.mark.requirement("KPO-023")
    def test_the_flag_adds_nothing_to_a_role(self, cast: Cast) -> None:
        cast.administrator.is_superuser = True
        cast.administrator.save()
        user = fresh(cast.administrator)
        assert user.get_all_permissions() == {
            "organisation.view_accounts",
            "organisation.manage_accounts",
            "organisation.view_operation",
        }
        assert not user.has_perm("organisation.view_register")
        assert not user.has_perms(["manage_accounts", "view_register"])


class TestQueries:
    def test_standing_costs_one_query_per_request(self, cast: Cast) -> None:
        user = fresh(cast.director)
        with CaptureQueriesContext(
            connection,
        ) as first:
            assert user.has_perm(Right.VIEW_REGISTER)
        with CaptureQueriesContext(connection) as later:
            assert user.has_perm(Right.VIEW_REGISTER, cast.linde)
            assert user.is_staff
            assert user.standing.on == timezone.localdate()
        assert (len(first), len(later)) == (1, 0)

    def test_three_roles_cost_one_query_too(self, cast: Cast) -> None:
        for school in (cast.linde, cast.eik):
            appoint(
                user=cast.fg,
                role=Role.EMPLOYEE,
                school=school,
                starts_on=date(2020, 8, 1),
                by=None,
                at=NOW,
            )
        user = fresh(cast.fg)
        with CaptureQueriesContext(connection) as asked:
            assert len(user.standing.roles) == 3
        assert len(asked) == 1
