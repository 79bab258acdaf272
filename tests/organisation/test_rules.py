"""Which role holds which right, and which numbers are well formed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.rules import (
    RIGHTS,
    Standing,
    ladder_from,
    numbers_like_bsn,
    passes_eleven_check,
    period_problem,
    periods_overlap,
    scope_problem,
    sort_key,
)

DAY = date(2026, 3, 2)
REGISTER_RIGHTS = {right for right in Right if right.value.endswith("_register")}


class TestRights:
    def test_there_are_eight_roles_and_each_has_its_row(self) -> None:
        assert len(Role) == 8
        assert set(RIGHTS) == set(Role)

    @pytest.mark.requirement("OPO-002")
    def test_the_fg_reads_everything_and_writes_only_the_remark(self) -> None:
        assert RIGHTS[Role.FG] == {
            "view_register",
            "view_organisation",
            "view_accounts",
            "view_disclosures",
            "view_confidentiality",
            "advise_register",
            "export_register",
            "view_access_log",
            "view_requests",
            "view_confidential_requests",
            "advise_requests",
            "export_requests",
            "view_breaches",
            "view_confidential_breaches",
            "advise_breaches",
            "export_breaches",
            "view_people",
            "view_consent",
            "export_consent",
            "view_destruction",
        }

    def test_the_ibp_manager_keeps_the_register(self) -> None:
        assert RIGHTS[Role.IBP_MANAGER] == {
            "view_register",
            "view_organisation",
            "view_accounts",
            "view_disclosures",
            "change_disclosures",
            "view_confidentiality",
            "change_register",
            "establish_register",
            "deviate_register",
            "export_register",
            "destroy_register",
            "publish_statement",
            "change_organisation",
            "keep_holidays",
            "view_access_log",
            "view_requests",
            "view_confidential_requests",
            "handle_requests",
            "decide_requests",
            "export_requests",
            "view_breaches",
            "view_confidential_breaches",
            "supplement_breaches",
            "handle_breaches",
            "decide_breaches",
            "export_breaches",
            "extend_term",
            "anonymise_records",
            "destroy_records",
            "view_destruction",
            "check_destruction",
            "view_people",
            "change_people",
            "view_consent",
            "use_class_lists",
            "record_consent",
            "manage_consent",
            "export_consent",
        }

    def test_a_board_member_decides_and_does_not_write(self) -> None:
        assert RIGHTS[Role.BOARD_MEMBER] == {
            "view_register",
            "view_organisation",
            "establish_register",
            "publish_statement",
            "view_breaches",
            "decide_breaches",
            "view_destruction",
            "destroy_records",
        }

    def test_a_director_keeps_what_is_of_the_own_school(self) -> None:
        assert RIGHTS[Role.DIRECTOR] == {
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

    def test_an_auditor_reads(self) -> None:
        assert RIGHTS[Role.AUDITOR] == {
            "view_register",
            "view_organisation",
            "view_accounts",
            "view_disclosures",
        }

    @pytest.mark.requirement("KPO-023", "OPO-041")
    def test_the_administrator_keeps_accounts_and_reads_no_register(self) -> None:
        assert RIGHTS[Role.ADMINISTRATOR] == {
            "view_accounts",
            "manage_accounts",
            "view_operation",
        }
        assert not RIGHTS[Role.ADMINISTRATOR] & REGISTER_RIGHTS

    def test_an_employee_sees_the_own_groups_and_no_admin(self) -> None:
        assert RIGHTS[Role.EMPLOYEE] == {"use_class_lists"}
        assert not Standing(on=date(2026, 3, 2), at_school={1: RIGHTS[Role.EMPLOYEE]}).has_rights
        assert Standing(on=date(2026, 3, 2), at_school={1: RIGHTS[Role.DIRECTOR]}).has_rights

    def test_the_care_coordinator_keeps_agreements_on_confidential_data(self) -> None:
        assert RIGHTS[Role.CARE_COORDINATOR] == {
            "view_confidentiality",
            "change_confidentiality",
            "view_consent",
        }

    @pytest.mark.parametrize(
        ("right", "holders"),
        [
            (Right.EXPORT_REGISTER, {Role.FG, Role.IBP_MANAGER}),
            (Right.DESTROY_REGISTER, {Role.IBP_MANAGER}),
            (Right.DESTROY_RECORDS, {Role.IBP_MANAGER, Role.BOARD_MEMBER}),
            (Right.CHECK_DESTRUCTION, {Role.IBP_MANAGER, Role.DIRECTOR}),
            (Right.ANONYMISE_RECORDS, {Role.IBP_MANAGER}),
            (Right.EXTEND_TERM, {Role.IBP_MANAGER, Role.DIRECTOR}),
            (Right.MANAGE_ACCOUNTS, {Role.ADMINISTRATOR}),
            (Right.KEEP_HOLIDAYS, {Role.IBP_MANAGER, Role.DIRECTOR}),
            (Right.CHANGE_REGISTER, {Role.IBP_MANAGER}),
            (Right.ADVISE_REGISTER, {Role.FG}),
            (Right.VIEW_CONFIDENTIAL_REQUESTS, {Role.FG, Role.IBP_MANAGER}),
            (Right.DECIDE_REQUESTS, {Role.IBP_MANAGER, Role.DIRECTOR}),
            (Right.ADVISE_REQUESTS, {Role.FG}),
            (Right.EXPORT_REQUESTS, {Role.FG, Role.IBP_MANAGER}),
        ],
    )
    def test_a_right_that_stands_alone_is_never_implied_by_view(
        self, right: Right, holders: set[Role]
    ) -> None:
        assert {role for role, rights in RIGHTS.items() if right in rights} == holders
        readers = {role for role, rights in RIGHTS.items() if Right.VIEW_REGISTER in rights}
        assert readers - holders, "somebody reads without holding this right"


class TestStanding:
    def test_without_a_role_nobody_signs_in(self) -> None:
        assert not Standing(on=DAY).may_sign_in
        assert Standing(on=DAY, roles=(("employee", 3),)).may_sign_in

    def test_a_right_at_one_school_is_held_there_only(self) -> None:
        standing = Standing(on=DAY, at_school={3: frozenset({"view_register"})})
        assert standing.holds("view_register")
        assert standing.holds_at("view_register", 3)
        assert not standing.holds_at("view_register", 4)
        assert not standing.holds("change_register")

    def test_a_right_on_the_board_is_held_at_every_school(self) -> None:
        standing = Standing(on=DAY, everywhere=frozenset({"view_register"}))
        assert standing.holds_at("view_register", 4)
        assert not standing.holds_at("change_register", 4)

    def test_a_role_without_rights_is_no_right(self) -> None:
        assert not Standing(on=DAY, at_school={3: frozenset()}).has_rights
        assert Standing(on=DAY, at_school={3: frozenset({"view_register"})}).has_rights
        assert Standing(on=DAY, everywhere=frozenset({"view_register"})).has_rights

    def test_knows_its_roles(self) -> None:
        standing = Standing(on=DAY, roles=(("fg", None), ("employee", 3)))
        assert standing.has_role("employee", "director")
        assert not standing.has_role("director")


class TestLevel:
    @pytest.mark.parametrize("role", ["fg", "ibp_manager", "board_member", "administrator"])
    def test_a_board_role_is_refused_at_a_school(self, role: str) -> None:
        assert scope_problem(role, at_school=False) == ""
        assert (
            scope_problem(role, at_school=True)
            == "Deze rol geldt altijd voor het hele bestuur. Laat de school leeg."
        )

    @pytest.mark.parametrize("role", ["director", "care_coordinator"])
    def test_a_school_role_is_refused_on_the_board(self, role: str) -> None:
        assert scope_problem(role, at_school=True) == ""
        assert (
            scope_problem(role, at_school=False) == "Deze rol hoort bij een school. Kies de school."
        )

    @pytest.mark.parametrize("role", ["employee", "auditor"])
    @pytest.mark.parametrize("at_school", [True, False])
    def test_the_others_stand_at_either_level(self, role: str, at_school: bool) -> None:
        assert scope_problem(role, at_school=at_school) == ""


def problem_of(
    role: str = "employee",
    *,
    ends_on: date | None = None,
    is_external: bool = False,
    basis: str = "",
) -> str:
    return period_problem(
        role, starts_on=DAY, ends_on=ends_on, is_external=is_external, basis=basis
    )


class TestPeriod:
    def test_an_own_employee_needs_no_end(self) -> None:
        assert problem_of() == ""

    def test_one_day_is_a_period_and_the_day_before_is_not(self) -> None:
        assert problem_of(ends_on=date(2026, 3, 2)) == ""
        assert problem_of(ends_on=date(2026, 3, 1)) == "De einddatum ligt voor de begindatum."

    def test_an_auditor_has_an_end(self) -> None:
        assert problem_of("auditor") == "Een auditor heeft altijd een einddatum."
        assert problem_of("auditor", ends_on=date(2026, 6, 30)) == ""

    @pytest.mark.requirement("OPO-043")
    def test_an_outsider_has_an_end_and_a_basis(self) -> None:
        end = date(2026, 6, 30)
        assert (
            problem_of(is_external=True, basis="opdracht")
            == "Iemand van buiten heeft altijd een einddatum."
        )
        assert problem_of(is_external=True, ends_on=end, basis="  ") == (
            "Schrijf op waarom iemand van buiten toegang krijgt (bijvoorbeeld een opdracht)."
        )
        assert problem_of(is_external=True, ends_on=end, basis="opdracht") == ""


class TestPeriodsOverlap:
    @pytest.mark.parametrize(
        ("first", "second", "overlap"),
        [
            ((date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), None), False),
            ((date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 1, 31), None), True),
            ((date(2026, 1, 1), None), (date(2030, 1, 1), None), True),
            ((date(2026, 1, 1), None), (date(2025, 1, 1), date(2025, 12, 31)), False),
            ((date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 5, 1), date(2026, 5, 1)), True),
        ],
    )
    def test_the_first_and_the_last_day_count(
        self, first: tuple[date, date | None], second: tuple[date, date | None], overlap: bool
    ) -> None:
        assert periods_overlap(first, second) is overlap
        assert periods_overlap(second, first) is overlap


def eleven_check_by_definition(digits: str) -> bool:
    """Nine times the first digit, eight times the second … minus the last: a multiple of 11."""
    total = sum((9 - place) * int(digits[place]) for place in range(8)) - int(digits[8])
    return total % 11 == 0 and digits != "000000000"


def numbers_that_pass() -> st.SearchStrategy[str]:
    """Eight digits and the ninth that makes them pass; where that would be ten, none does."""

    def completed(eight: str) -> str:
        total = sum((9 - place) * int(digit) for place, digit in enumerate(eight))
        return f"{eight}{total % 11}"

    numbers = st.from_regex(r"[0-9]{8}", fullmatch=True).map(completed)
    return numbers.filter(lambda number: len(number) == 9 and int(number) > 0)


class TestElevenCheck:
    @pytest.mark.parametrize("digits", ["123456782", "249566758", "111222333", "999999990"])
    def test_passes_for_numbers_that_can_be_a_bsn(self, digits: str) -> None:
        assert passes_eleven_check(digits)

    @pytest.mark.parametrize(
        "digits",
        [
            *("123456789", "133456785", "000000000", "12345678", "1234567820", "", "12345678x"),
            "١٢٣٤٥٦٧٨٢",
        ],
    )
    def test_fails_for_others(self, digits: str) -> None:
        assert not passes_eleven_check(digits)

    @given(st.from_regex(r"[0-9]{9}", fullmatch=True))
    def test_is_the_definition(self, digits: str) -> None:
        assert passes_eleven_check(digits) is eleven_check_by_definition(digits)

    @given(
        numbers_that_pass(),
        st.integers(0, 8),
        st.integers(1, 9),
    )
    def test_one_wrong_digit_never_passes(self, digits: str, place: int, step: int) -> None:
        wrong = str((int(digits[place]) + step) % 10)
        assert not passes_eleven_check(digits[:place] + wrong + digits[place + 1 :])


class TestNumbersLikeBsn:
    @pytest.mark.parametrize(
        "text",
        [
            "123456782",
            "BSN123456782.",
            "het nummer is 1234.56.782, zei de moeder",
            "123 456 782",
            "1234-56-782",
            "groep 7 123456782",
            "op 2-3-2026 1234 56 782 genoemd",
        ],
    )
    def test_finds_it_also_with_spaces_dots_and_dashes(self, text: str) -> None:
        assert "123456782" in numbers_like_bsn(text)

    @pytest.mark.parametrize(
        "text",
        [
            "0612345678",
            "06-12345678",
            "06 12 34 56 78",
            "038-4256789",
            "0570 123 456",
            "12345678",
            "1234567820",
            "123456789",
            "KvK 01234567",
            "",
        ],
    )
    def test_leaves_phone_numbers_and_other_numbers_alone(self, text: str) -> None:
        assert numbers_like_bsn(text) == []

    def test_finds_each_number(self) -> None:
        text = "vader 123456782 en moeder 249566758"
        assert numbers_like_bsn(text) == ["123456782", "249566758"]

    @given(st.text(alphabet="abc .,-\n"), st.text(alphabet="abc .,-\n"))
    def test_finds_it_inside_any_sentence(self, before: str, after: str) -> None:
        assert numbers_like_bsn(f"{before}111222333{after}") == ["111222333"]

    @given(st.from_regex(r"[0-9]{10}", fullmatch=True))
    def test_never_finds_one_in_ten_digits(self, digits: str) -> None:
        assert numbers_like_bsn(f"tel. {digits}.") == []


class TestLadder:
    @pytest.mark.parametrize(
        ("role", "ladder"),
        [
            (Role.EMPLOYEE, ["employee", "director", "ibp_manager", "board_member"]),
            (
                Role.CARE_COORDINATOR,
                ["care_coordinator", "director", "ibp_manager", "board_member"],
            ),
            (Role.DIRECTOR, ["director", "ibp_manager", "board_member"]),
            (Role.ADMINISTRATOR, ["administrator", "ibp_manager", "board_member"]),
            (Role.IBP_MANAGER, ["ibp_manager", "board_member"]),
            # The FG stands beside the row (AVG 38(6)), and nobody is above the board or an auditor.
            (Role.FG, ["fg"]),
            (Role.BOARD_MEMBER, ["board_member"]),
            (Role.AUDITOR, ["auditor"]),
        ],
    )
    def test_who_hears_of_what_nobody_of_a_role_can_be_told(
        self, role: Role, ladder: list[str]
    ) -> None:
        assert list(ladder_from(role)) == ladder


class TestSortKey:
    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("De Linde", "de linde"),
            ("Éva  Müller", "eva muller"),
            (" Çelik ", "celik"),
            ("Straße", "strasse"),
            ("", ""),
        ],
    )
    def test_is_unaccented_and_lower_case(self, name: str, key: str) -> None:
        assert sort_key(name) == key

    @given(st.text())
    def test_is_a_key_already_when_made_again(self, text: str) -> None:
        key = sort_key(text)
        assert key == " ".join(key.split())
