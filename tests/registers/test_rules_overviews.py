"""What a national service says beside an agreement: matching, and each difference in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registers.choices import AgreementModel, AgreementState
from registers.rules.overviews import (
    Difference,
    NationalRow,
    NotThere,
    OwnAgreement,
    beside_tests,
    compare,
    for_reader,
    name_key,
    status_group,
)


def own(pk: int = 1, **values: Any) -> OwnAgreement:
    """A valid agreement with Topicus about ParnasSys, model 4.0, signed on 1 January 2025."""
    filled: dict[str, Any] = {
        "supplier": "Topicus B.V.",
        "products": ("ParnasSys",),
        "reference": "VO-1",
        "state": AgreementState.VALID.value,
        "signed_on": date(2025, 1, 1),
        "model": AgreementModel.CONVENANT_40.value,
        "starts_on": date(2025, 1, 1),
        **values,
    }
    return OwnAgreement(pk=pk, **filled)


SAME = NationalRow(
    supplier="Topicus",
    product="Parnassys",
    status="Getekend",
    signed_on=date(2025, 1, 1),
    version="Model 4.0",
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Topicus B.V.", "topicus"),
        ("Café Leren BV", "cafe leren"),
        ("  ThiemeMeulenhoff,  b.v. ", "thiememeulenhoff"),
        ("Noordhoff Holding N.V.", "noordhoff"),
        ("B.V.", "bv"),
        ("Cito", "cito"),
    ],
)
def test_a_name_is_compared_without_its_legal_form(name: str, key: str) -> None:
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("status", "group"),
    [
        ("Ondertekend", "signed"),
        ("Niet ondertekend", "unsigned"),
        ("Te ondertekenen door school", "unsigned"),
        ("Beëindigd", "ended"),
        ("Paars", ""),
        ("", ""),
    ],
)
def test_a_status_is_read_by_what_it_means(status: str, group: str) -> None:
    assert status_group(status) == group


class TestComparing:
    def test_what_is_the_same_is_counted_only(self) -> None:
        found = compare([SAME], [own()])
        assert (found.missing_here, found.missing_there, found.different, found.same) == (
            [],
            [],
            [],
            1,
        )

    def test_what_only_the_file_has_is_missing_here(self) -> None:
        row = NationalRow(supplier="Anders", product="Gynzy", status="Getekend")
        assert compare([row, SAME], [own()]).missing_here == [row]

    def test_what_only_the_board_has_is_missing_there(self) -> None:
        other = own(2, supplier="Gynzy", products=("Gynzy", "Gynzy Kids"))
        ended = own(3, supplier="Oud", products=("Oud",), state=AgreementState.EXPIRED.value)
        bare = own(4, supplier="Kaal", products=())
        rows = [SAME, NationalRow(supplier="Gynzy", product="Gynzy kids")]
        assert compare(rows, [own(), other, ended, bare]).missing_there == [
            NotThere(other, "Gynzy"),
            NotThere(bare, ""),
        ]

    def test_a_line_with_only_a_supplier_is_about_all_its_products(self) -> None:
        other = own(2, supplier="Gynzy B.V.", products=("Gynzy", "Gynzy Kids"))
        bare = own(4, supplier="Kaal", products=())
        rows = [NationalRow(supplier="Gynzy"), NationalRow(supplier="Kaal", product="Iets")]
        found = compare(rows, [other, bare])
        assert (found.missing_here, found.missing_there, found.same) == ([], [], 2)

    def test_each_difference_is_said_on_both_sides(self) -> None:
        row = NationalRow(
            supplier="Andere naam",
            product="ParnasSys",
            status="In behandeling",
            signed_on=date(2025, 2, 1),
            version="3.0",
        )
        (found,) = compare([row], [own()]).different
        assert found.differences == (
            Difference("stand", "In behandeling", "geldig"),
            Difference("getekend op", "1 februari 2025", "1 januari 2025"),
            Difference("versie", "3.0", "model 4.0 (deelnemers aan het convenant)"),
            Difference("leverancier", "Andere naam", "Topicus B.V."),
        )

    def test_an_unsigned_agreement_differs_from_a_signed_line(self) -> None:
        mine = own(state=AgreementState.UNSIGNED.value, signed_on=None)
        (found,) = compare([SAME], [mine]).different
        assert found.differences == (
            Difference("stand", "Getekend", "niet getekend"),
            Difference("getekend op", "1 januari 2025", "niet getekend"),
        )

    def test_the_best_agreement_is_compared(self) -> None:
        old = own(2, state=AgreementState.EXPIRED.value, signed_on=date(2020, 1, 1))
        assert compare([SAME], [old, own()]).same == 1

    @pytest.mark.parametrize(
        ("school", "is_here"),
        [("12AB", True), ("12AB00", True), ("de linde", True), ("34CD", False), ("", True)],
    )
    def test_an_agreement_of_one_school_is_about_that_school(
        self, school: str, is_here: bool
    ) -> None:
        mine = own(schools=("12ab", "de linde"))
        row = NationalRow(supplier="Topicus", product="ParnasSys", school=school)
        assert (compare([row], [mine]).missing_here == []) is is_here

    def test_a_reader_of_one_school_sees_what_is_about_it(self) -> None:
        here = NationalRow(product="Hier", school="12AB")
        there = NationalRow(product="Daar", school="34CD")
        both = NationalRow(product="Overal")
        theirs = own(2, supplier="Ander", products=("Ander",))
        found = compare([here, there, both], [own(), theirs])
        seen = for_reader(found, agreements=frozenset({1}), schools=frozenset({"12ab"}))
        assert seen.missing_here == [here, both]
        assert [each.agreement.pk for each in seen.missing_there] == [1]

    def test_a_test_result_stands_beside_the_agreement(self) -> None:
        good = NationalRow(product="Parnassys", outcome="Geen hoge risico’s")
        unknown = NationalRow(product="Gynzy", outcome="Loopt")
        assert [
            (each.row, each.agreement and each.agreement.pk)
            for each in beside_tests([good, unknown], [own()])
        ] == [(good, 1), (unknown, None)]
