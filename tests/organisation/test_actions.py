"""Giving roles, and keeping the groups in line with the table of rights."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Group, Permission

from privacyboard.organisation.actions import (
    AppointmentRefused,
    appoint,
    group_of,
    sync_rights,
)
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import Appointment, School, SchoolGroupPermission, User
from tests.conftest import NOW, Cast, make_person, make_school

DAY = date(2026, 3, 2)


def rights_at(school: School, role: Role) -> set[str]:
    rows = SchoolGroupPermission.objects.filter(content_object=school, group__name__startswith=role)
    return set(rows.values_list("permission__codename", flat=True))


class TestAppoint:
    def test_leaves_history_with_who_and_why(self, cast: Cast) -> None:
        given = appoint(
            user=cast.teacher,
            role=Role.DIRECTOR,
            school=cast.eik,
            starts_on=DAY,
            by=cast.administrator,
            at=NOW,
        )
        row = given.history.get()
        assert (row.history_user, row.history_change_reason, row.history_type) == (
            cast.administrator,
            "aangesteld per 02-03-2026",
            "+",
        )

    def test_refuses_an_overlap_in_words(self, cast: Cast) -> None:
        with pytest.raises(
            AppointmentRefused, match=r"Deze rol heeft deze persoon in die periode al."
        ):
            appoint(
                user=cast.director,
                role=Role.DIRECTOR,
                school=cast.linde,
                starts_on=DAY,
                by=None,
                at=NOW,
            )
        assert cast.director.appointments.count() == 1

    @pytest.mark.parametrize(
        ("role", "at_linde", "field"),
        [(Role.FG, True, "school"), (Role.DIRECTOR, False, "school")],
    )
    def test_refuses_a_role_at_the_wrong_level(
        self, cast: Cast, role: Role, at_linde: bool, field: str
    ) -> None:
        with pytest.raises(AppointmentRefused) as refused:
            appoint(
                user=cast.teacher,
                role=role,
                school=cast.linde if at_linde else None,
                starts_on=DAY,
                by=None,
                at=NOW,
            )
        assert list(refused.value.errors) == [field]

    def test_refuses_an_auditor_without_an_end(self, cast: Cast) -> None:
        with pytest.raises(AppointmentRefused) as refused:
            appoint(user=cast.teacher, role=Role.AUDITOR, starts_on=DAY, by=None, at=NOW)
        assert refused.value.errors == {"ends_on": ["Een auditor heeft altijd een einddatum."]}

    @pytest.mark.requirement("OPO-043")
    def test_refuses_an_outsider_without_a_basis_or_an_end(self, cast: Cast) -> None:
        def outsider(ends_on: date | None, basis: str) -> Appointment:
            return appoint(
                user=cast.teacher,
                role=Role.EMPLOYEE,
                school=cast.eik,
                starts_on=DAY,
                ends_on=ends_on,
                is_external=True,
                basis=basis,
                by=None,
                at=NOW,
            )

        with pytest.raises(AppointmentRefused) as refused:
            outsider(None, "opdracht 12")
        assert list(refused.value.errors) == ["ends_on"]
        with pytest.raises(AppointmentRefused) as refused:
            outsider(date(2026, 6, 30), "")
        assert list(refused.value.errors) == ["basis"]
        assert outsider(date(2026, 6, 30), "opdracht 12").basis == "opdracht 12"

    def test_refuses_a_period_upside_down(self, cast: Cast) -> None:
        with pytest.raises(AppointmentRefused, match=r"De einddatum ligt voor de begindatum."):
            appoint(
                user=cast.teacher,
                role=Role.EMPLOYEE,
                school=cast.eik,
                starts_on=DAY,
                ends_on=date(2026, 3, 1),
                by=None,
                at=NOW,
            )


DIRECTOR_RIGHTS = {
    "view_register",
    "view_organisation",
    "deviate_register",
    "review_access",
    "keep_holidays",
    "view_disclosures",
    "change_disclosures",
    "view_confidentiality",
    "change_confidentiality",
    "view_requests",
    "handle_requests",
    "decide_requests",
    "extend_term",
    "view_breaches",
    "supplement_breaches",
    "view_people",
    "change_people",
    "view_consent",
    "use_class_lists",
    "record_consent",
    "export_consent",
    "view_destruction",
    "check_destruction",
}


class TestGroups:
    def test_rights_hang_on_the_school(self, cast: Cast) -> None:
        assert rights_at(cast.linde, Role.DIRECTOR) == DIRECTOR_RIGHTS
        assert group_of(Role.DIRECTOR, cast.linde).permissions.count() == 0

    def test_board_wide_roles_hold_the_same_rights_globally(self, cast: Cast) -> None:
        held = group_of(Role.AUDITOR, None).permissions.values_list("codename", flat=True)
        assert set(held) == {
            "view_register",
            "view_organisation",
            "view_accounts",
            "view_disclosures",
        }
        assert not SchoolGroupPermission.objects.filter(group__name="auditor").exists()

    def test_sync_brings_the_groups_in_line_with_the_table(self, cast: Cast) -> None:
        at_school = group_of(Role.DIRECTOR, cast.linde)
        on_board = group_of(Role.FG, None)
        too_much = Permission.objects.get(codename=Right.DESTROY_RECORDS)
        SchoolGroupPermission.objects.filter(
            group=at_school, permission__codename=Right.VIEW_REGISTER
        ).delete()
        SchoolGroupPermission.objects.create(
            group=at_school, content_object=cast.linde, permission=too_much
        )
        on_board.permissions.set([too_much])

        sync_rights()

        assert rights_at(cast.linde, Role.DIRECTOR) == DIRECTOR_RIGHTS
        assert not User.objects.get(pk=cast.fg.pk).has_perm(Right.DESTROY_RECORDS)
        assert User.objects.get(pk=cast.fg.pk).has_perm(Right.ADVISE_REGISTER)

    def test_sync_leaves_other_groups_alone_and_survives_a_school_that_is_gone(
        self, cast: Cast
    ) -> None:
        other = Group.objects.create(name="iets anders")
        gone = make_school(cast.board, name="Weg", slug="weg", brin="99ZZ", public=True)
        group_of(Role.DIRECTOR, gone)
        gone.erase(by=None, why="nooit begonnen")

        sync_rights()

        assert other.permissions.count() == 0
        assert make_person("Jan Smit", Role.FG).has_perm(Right.VIEW_REGISTER)
