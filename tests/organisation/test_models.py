"""What the tables themselves accept and refuse."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from privacyboard.organisation.actions import group_of
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, Board, School, User
from tests.conftest import Cast, make_board, make_person


def problems(record: Board | School | User, field: str) -> list[str]:
    try:
        record.full_clean()
    except ValidationError as refused:
        return refused.message_dict.get(field, [])
    return []


class TestBoard:
    @pytest.mark.requirement("KPO-006")
    def test_there_is_one_board_per_installation(self, cast: Cast) -> None:
        make_board()
        assert Board.objects.count() == 1
        with (
            pytest.raises(IntegrityError, match="one_board_per_installation"),
            transaction.atomic(),
        ):
            Board.objects.bulk_create([Board(pk=2, name="Tweede")])

    @pytest.mark.requirement("KPO-001")
    def test_every_school_belongs_to_the_board(self, cast: Cast) -> None:
        assert {school.board_id for school in School.objects.all()} == {1}
        cast.linde.board_id = None  # type: ignore[assignment]
        with pytest.raises(IntegrityError), transaction.atomic():
            cast.linde.save()

    @pytest.mark.parametrize("kvk", ["1234567", "123456789", "1234567a", ""])
    def test_a_wrong_kvk_number_is_refused(self, cast: Cast, kvk: str) -> None:
        cast.board.kvk = kvk
        message = "Een KvK-nummer is acht cijfers." if kvk else "Dit veld kan niet leeg zijn"
        assert message in problems(cast.board, "kvk")

    def test_a_wrong_authority_number_is_refused(self, cast: Cast) -> None:
        cast.board.authority_number = "1234"
        assert problems(cast.board, "authority_number") == [
            "Een bevoegd-gezagnummer is vijf cijfers."
        ]

    @pytest.mark.parametrize("postcode", ["0123 AB", "1234 ab", "1234  AB", "12345", "1234 A"])
    def test_a_wrong_postcode_is_refused(self, cast: Cast, postcode: str) -> None:
        cast.board.postcode = postcode
        assert "Een postcode is vier cijfers en twee hoofdletters, zoals 1234 AB." in problems(
            cast.board, "postcode"
        )

    @pytest.mark.parametrize("postcode", ["1234 AB", "1234AB"])
    def test_a_postcode_is_written_with_and_without_a_space(
        self, cast: Cast, postcode: str
    ) -> None:
        cast.board.postcode = postcode
        assert problems(cast.board, "postcode") == []


class TestSchool:
    @pytest.mark.parametrize("brin", ["1AB", "12ab", "AB12", "1234", "12A"])
    def test_a_wrong_brin_is_refused(self, cast: Cast, brin: str) -> None:
        cast.linde.brin = brin
        assert problems(cast.linde, "brin") == [
            "Een BRIN is twee cijfers en twee hoofdletters, zoals 12AB."
        ]

    def test_a_wrong_branch_is_refused(self, cast: Cast) -> None:
        cast.linde.branch = "1"
        assert problems(cast.linde, "branch") == ["Een vestigingsnummer is twee cijfers, zoals 00."]

    def test_a_brin_can_have_two_branches_and_each_branch_once(self, cast: Cast) -> None:
        cast.eik.brin, cast.eik.branch = "12AB", "01"
        cast.eik.record(by=None, why="zelfde BRIN")
        cast.eik.branch = "00"
        with pytest.raises(IntegrityError, match="one_school_per_branch"), transaction.atomic():
            cast.eik.save()

    def test_names_sort_unaccented(self, cast: Cast) -> None:
        cast.eik.name = "Éden"
        cast.eik.record(by=None, why="nieuwe naam")
        cast.linde.name = "Eerde"
        cast.linde.record(by=None, why="nieuwe naam")
        assert [str(school) for school in School.objects.all()] == ["Éden", "Eerde"]


class TestUser:
    def test_the_address_is_kept_in_lower_case_and_found_in_any(self, db: None) -> None:
        user = User.objects.create_user(" Jan.Smit@Deproef.Example ", first_name="J", last_name="S")
        assert user.email == "jan.smit@deproef.example"
        assert User.objects.get_by_natural_key("JAN.SMIT@deproef.example") == user

    @pytest.mark.requirement("OPO-044", "INN-014")
    def test_the_database_holds_one_account_per_address(self, db: None) -> None:
        make_person("Jan Smit")
        copy = User(email="JAN@deproef.example", first_name="J", last_name="S", password="!")
        with pytest.raises(IntegrityError, match="one_account_per_address"), transaction.atomic():
            User.objects.bulk_create([copy])

    def test_a_second_account_is_refused_in_words_whatever_the_capitals(self, db: None) -> None:
        make_person("Jan Smit")
        copy = User(email="JAN@deproef.example", first_name="J", last_name="S", password="!")
        assert problems(copy, "email") == ["Er is al een account met dit e-mailadres."]
        assert problems(copy, "__all__") == []

    def test_without_a_password_an_account_opens_by_invitation_only(self, db: None) -> None:
        user = User.objects.create_user("jan@deproef.example", first_name="J", last_name="S")
        assert not user.has_usable_password()

    def test_is_called_by_the_whole_name_and_sorts_by_the_last(self, db: None) -> None:
        user = User.objects.create_user(
            "x@deproef.example", first_name="Jan", infix="van der", last_name="Élst"
        )
        assert str(user) == "Jan van der Élst"
        assert user.get_short_name() == "Jan"
        assert user.sort_name == "elst jan van der"

    def test_history_holds_no_password_and_no_sign_in_moments(self, db: None) -> None:
        user = make_person("Jan Smit")
        row = user.history.get()
        assert not hasattr(row, "password")
        assert not hasattr(row, "last_login")


def appointment(user: User, school: School | None, starts: date, ends: date | None) -> Appointment:
    return Appointment(
        user=user,
        role=Role.EMPLOYEE,
        school=school,
        group=group_of(Role.EMPLOYEE, school),
        starts_on=starts,
        ends_on=ends,
    )


class TestAppointmentInTheDatabase:
    def test_the_same_role_does_not_overlap_itself(self, cast: Cast) -> None:
        user = make_person("Jan Smit")
        appointment(user, cast.linde, date(2026, 1, 1), date(2026, 3, 31)).save()
        for starts, ends in [
            (date(2026, 3, 31), date(2026, 4, 30)),
            (date(2025, 1, 1), None),
            (date(2026, 2, 1), date(2026, 2, 1)),
        ]:
            with (
                pytest.raises(IntegrityError, match="one_appointment_per_role_at_a_time"),
                transaction.atomic(),
            ):
                appointment(user, cast.linde, starts, ends).save()

    def test_board_wide_it_does_not_overlap_itself_either(self, cast: Cast) -> None:
        user = make_person("Jan Smit")
        appointment(user, None, date(2026, 1, 1), None).save()
        with pytest.raises(IntegrityError), transaction.atomic():
            appointment(user, None, date(2027, 1, 1), None).save()

    def test_it_follows_on_the_next_day_and_stands_beside_another_school(self, cast: Cast) -> None:
        user = make_person("Jan Smit")
        appointment(user, cast.linde, date(2026, 1, 1), date(2026, 3, 31)).save()
        appointment(user, cast.linde, date(2026, 4, 1), None).save()
        appointment(user, cast.eik, date(2026, 1, 1), None).save()
        appointment(user, None, date(2026, 1, 1), None).save()
        assert user.appointments.count() == 4

    def test_it_does_not_end_before_it_starts(self, cast: Cast) -> None:
        upside_down = appointment(cast.teacher, cast.eik, date(2026, 3, 2), date(2026, 3, 1))
        with pytest.raises(IntegrityError), transaction.atomic():
            upside_down.save()

    def test_is_named_by_role_and_place(self, cast: Cast) -> None:
        assert str(cast.director.appointments.get()) == "directeur, De Linde"
        assert str(cast.administrator.appointments.get()) == "technisch beheerder, hele bestuur"

    def test_the_rights_hang_on_the_school_and_no_person_has_rows_of_their_own(
        self, cast: Cast
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM organisation_schooluserpermission")
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT count(*) FROM organisation_user_user_permissions")
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT count(*) FROM organisation_user_groups")
            assert cursor.fetchone() == (0,)
