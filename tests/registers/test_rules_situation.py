"""Gaps that depend on the board, its instruments and its statements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registers.choices import Bound, TransferInstrument
from registers.content import ActivityContent, TransferContent
from registers.rules.situation import (
    Situation,
    all_gaps,
    asked,
    completeness,
    percentage,
)
from tests.factories import register_content as plain

US = TransferContent("US", None, TransferInstrument.DPF.value, "lijst van deelnemers", "")


def articles(content: ActivityContent, situation: Situation) -> list[str]:
    return [gap.article for gap in all_gaps(content, situation)]


def test_legitimate_interest_is_a_gap_for_a_public_authority_only() -> None:
    content = plain.content(purposes=(plain.INTEREST,))
    assert "AVG 6 lid 1, laatste zin" not in articles(content, Situation())
    assert "AVG 6 lid 1, laatste zin" in articles(content, Situation(is_public_authority=True))


class TestRetention:
    def content(self, most: int, least: int, *, same_group: bool = True) -> ActivityContent:
        first = replace(
            plain.DATA,
            retention=replace(plain.RETENTION, bound=Bound.MAXIMUM.value, months=most),
        )
        group = first.group if same_group else replace(first.group, code="g2", name="Medewerkers")
        second = replace(
            plain.DATA,
            group=group,
            category=replace(plain.DATA.category, code="absence", name="Verzuim"),
            retention=replace(plain.RETENTION, bound=Bound.MINIMUM.value, months=least),
        )
        return plain.content(data=(first, second))

    @pytest.mark.parametrize(
        ("most", "least", "conflicts"), [(24, 60, 1), (24, 84, 1), (60, 60, 0)]
    )
    def test_two_years_at_most_and_five_at_least_is_split(
        self, most: int, least: int, conflicts: int
    ) -> None:
        found = [
            gap
            for gap in all_gaps(self.content(most, least), Situation())
            if gap.place.startswith("bewaartermijnen")
        ]
        assert len(found) == conflicts
        assert all("splits naar soort gegevens" in gap.sentence for gap in found)
        assert not any(gap.blocks for gap in found)

    def test_other_people_have_another_file(self) -> None:
        content = self.content(24, 84, same_group=False)
        assert all("splits" not in gap.sentence for gap in all_gaps(content, Situation()))


@pytest.mark.parametrize(
    ("fallen", "flagged"),
    [
        (("dpf", "US"), True),
        (("dpf", ""), True),
        (("dpf", "IN"), False),
        (("scc", "US"), False),
    ],
)
def test_when_an_instrument_falls_every_transfer_on_it_is_flagged(
    fallen: tuple[str, str], flagged: bool
) -> None:
    content = plain.content(transfers=(US,))
    assert ("AVG 44" in articles(content, Situation(fallen=frozenset({fallen})))) is flagged


@pytest.mark.requirement("VOG-005")
def test_what_stands_in_no_published_statement_is_flagged() -> None:
    content = plain.content()
    assert "AVG 13 en 14" not in articles(content, Situation())
    assert "AVG 13 en 14" in articles(content, Situation(published=frozenset({"V99"})))
    assert "AVG 13 en 14" not in articles(content, Situation(published=frozenset({content.code})))


def test_completeness_is_a_percentage_of_what_is_asked() -> None:
    content = plain.content(
        purposes=(plain.PURPOSE,), data=(plain.DATA,), recipients=(), transfers=()
    )
    assert completeness(content, []) == 100
    assert completeness(content, all_gaps(replace(content, owner=""), Situation())) == 93


def test_work_for_another_stands_in_no_statement_of_ours_and_keeps_that_ones_terms() -> None:
    conflict = TestRetention().content(24, 84)
    other = replace(
        conflict,
        acts_as="processor",
        on_behalf_of="Stichting De Buur",
        on_behalf_contact="bestuur@debuur.example",
        processing_kinds="De leerlingadministratie.",
        purposes=(plain.INTEREST,),
        transfers=(US,),
    )
    situation = Situation(
        is_public_authority=True,
        published=frozenset({"V99"}),
        fallen=frozenset({("dpf", "US")}),
    )
    assert articles(other, situation) == ["AVG 44"]
    assert sorted(articles(replace(other, acts_as="controller"), situation)) == [
        "AVG 13 en 14",
        "AVG 44",
        "AVG 5 lid 1 e",
        "AVG 6 lid 1, laatste zin",
    ]


def test_less_is_asked_of_work_for_another() -> None:
    own = plain.content(recipients=(), transfers=())
    other = replace(own, acts_as="processor")
    assert (asked(own), asked(other), asked(replace(other, transfers=(US,)))) == (16, 7, 9)


@pytest.mark.parametrize(
    ("asked_for", "missing", "expected"),
    [(0, 0, 100), (200, 1, 99), (3, 1, 66), (3, 3, 0), (3, 9, 0)],
)
def test_only_what_misses_nothing_is_a_hundred(asked_for: int, missing: int, expected: int) -> None:
    assert percentage(asked_for, missing) == expected
