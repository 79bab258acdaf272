"""Nobody says yes to what was not on the page: other items, other verdicts, another term."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from privacyboard.audit.acts import ActRefused
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold
from registers.actions.destroying import deciding, stepping
from registers.choices.destruction import ItemVerdict
from registers.models import DestructionItem, DestructionList, RetentionRule
from registers.models.destruction_steps import edition_of_list
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as make
from tests.factories import registers as registry

pytestmark = pytest.mark.django_db
Change = Callable[[DestructionList, Cast], object]


def _hold(found: DestructionList, cast: Cast) -> Hold:
    return put_hold(
        kind=HoldKind.OTHER,
        reason="Zaak.",
        owner=cast.director,
        review_on=TODAY + timedelta(days=9),
        school=cast.linde,
        person_key="1001",
        by=cast.director,
        at=NOW,
    )


def _keep(found: DestructionList, cast: Cast) -> None:
    make.keep(found.items.get(person_key="1001"), by=cast.director)


def _term(found: DestructionList, cast: Cast) -> None:
    rule = RetentionRule.objects.get(code="pupil_file")
    rule.years = 1
    rule.record(by=cast.ibp, why="bijgewerkt")


CHANGES: dict[str, Change] = {"held": _hold, "kept longer": _keep, "another term": _term}


@pytest.mark.parametrize("change", list(CHANGES))
def test_what_changed_since_the_page_was_opened_is_not_checked_unseen(
    cast: Cast, change: str
) -> None:
    found = make.proposed(cast, "1001", "1002")
    seen = edition_of_list(found)
    CHANGES[change](found, cast)
    with pytest.raises(ActRefused, match="De lijst is veranderd sinds u hem opende"):
        stepping.check(found=found, seen=seen, by=cast.director, at=NOW)
    found.refresh_from_db()
    assert found.state == "proposed"
    seen = edition_of_list(found)
    assert stepping.check(found=found, seen=seen, by=cast.director, at=NOW).state == "checked"


def test_a_hold_that_was_lifted_puts_a_number_back_and_is_seen_first(cast: Cast) -> None:
    found = make.proposed(cast, "1001", "1002")
    hold = _hold(found, cast)
    stepping.check(found=found, by=cast.director, at=NOW)
    assert found.items.get(person_key="1001").verdict == ItemVerdict.HELD
    seen = edition_of_list(found)
    lift_hold(hold=hold, because="Vonnis.", by=cast.director, at=NOW)
    with pytest.raises(ActRefused, match="De lijst is veranderd sinds u hem opende"):
        stepping.approve(found=found, seen=seen, by=cast.ibp, at=NOW)


def test_as_many_others_with_the_same_sum_are_not_the_same(cast: Cast) -> None:
    found = make.proposed(cast, "1001", "1002", "1003", "1004")
    first, second, third, fourth = found.items.order_by("pk").values_list("pk", flat=True)
    assert first + fourth == second + third
    DestructionItem.objects.filter(pk__in=(second, third)).update(list=None)
    seen = edition_of_list(found)
    DestructionItem.objects.filter(pk__in=(second, third)).update(list=found)
    DestructionItem.objects.filter(pk__in=(first, fourth)).update(list=None)
    assert edition_of_list(found) != seen


def test_another_choice_between_two_terms_is_not_the_same(cast: Cast) -> None:
    longer = registry.retention_rule("legal_file", name="Wettelijk", years=30, bound="minimum")
    make.kept_in("V01", (registry.retention_rule(), "results"))
    make.kept_in("V02", (longer, "results"))
    found = make.proposed(cast, "1001")
    line = found.lines.get()
    editions = set()
    for destroys in (True, False):
        deciding.decide_conflict(
            line=line, destroys=destroys, reason="Zo.", by=cast.director, at=NOW
        )
        editions.add(edition_of_list(found))
    assert len(editions) == 2
    assert all(edition < 10**17 for edition in editions)
