"""What an attacker found: decisions that were lost on the way, and terms that were dodged."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from privacyboard.audit.acts import ActRefused
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold
from registers.actions.destroying import handing, listing, stepping
from registers.choices import Bound, Fate
from registers.choices.destruction import LineVerdict
from registers.models import DestructionItem, RetentionRule
from registers.models.destruction_places import places_of
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as make
from tests.factories import people
from tests.factories import registers as registry

pytestmark = pytest.mark.django_db


def _hold(cast: Cast, key: str) -> Hold:
    return put_hold(
        kind=HoldKind.LAWSUIT,
        reason="Er loopt een zaak.",
        owner=cast.director,
        review_on=TODAY + timedelta(days=30),
        by=cast.director,
        at=NOW,
        school=cast.linde,
        person_key=key,
    )


def test_kept_longer_is_still_kept_when_a_hold_came_and_went(cast: Cast) -> None:
    found = make.proposed(cast, "1001", "1002")
    make.keep(found.items.get(person_key="1001"), by=cast.director)
    hold = _hold(cast, "1001")
    stepping.check(found=found, by=cast.director, at=NOW)
    lift_hold(hold=hold, because="Geschikt.", by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    assert [item.person_key for item in found.items.all()] == ["1002"]
    kept = DestructionItem.objects.get(person_key="1001")
    assert kept.listed_from == date(2027, 9, 1)


def test_a_rule_that_forbids_destruction_by_now_stops_it(cast: Cast) -> None:
    found = make.approved(cast, "1001")
    chosen = [place.key for place in places_of(found)]
    RetentionRule.objects.filter(code="pupil_file").update(fate=Fate.KEEP)
    with pytest.raises(ActRefused):
        handing.hand_over(found=found, chosen=chosen, by=cast.director, at=NOW)


def _rule_says(**values: object) -> None:
    RetentionRule.objects.filter(code="pupil_file").update(**values)


@pytest.mark.parametrize("between", [{}, {"bound": Bound.NONE, "years": 0}])
@pytest.mark.parametrize("left", ["before", "after"])
def test_what_a_person_kept_until_a_day_outlives_a_rule_that_forbids_destruction(
    cast: Cast, between: dict[str, object], left: str
) -> None:
    found = make.proposed(cast, "1001", "1002")
    make.keep(found.items.get(person_key="1001"), by=cast.director)
    stepping.check(found=found, by=cast.director, at=NOW)
    if left == "before":
        stepping.approve(found=found, by=cast.ibp, at=NOW)
    _rule_says(fate=Fate.KEEP)
    if left == "after":
        stepping.settle(held=found, by=None, at=NOW)
    make.sweep()
    kept = DestructionItem.objects.get(person_key="1001")
    assert (kept.list, kept.verdict, kept.listed_from) == (None, "later", date(2027, 9, 1))
    make.sweep(NOW + timedelta(days=700))  # its day came, but the rule still says that it stays
    kept.refresh_from_db()
    assert kept.list is None

    _rule_says(fate=Fate.DESTROY, **between)
    make.sweep()
    kept.refresh_from_db()
    assert (kept.list, kept.verdict, kept.listed_from) == (None, "later", date(2027, 9, 1))
    make.sweep(NOW + timedelta(days=700))
    kept.refresh_from_db()
    assert kept.list is not None


def test_what_waits_under_a_rule_that_forbids_destruction_is_not_listed(cast: Cast) -> None:
    found = make.proposed(cast, "1001")
    again = TODAY + timedelta(days=2)
    stepping.withdraw(found=found, reason="Nog niet.", again_on=again, by=cast.director, at=NOW)
    RetentionRule.objects.filter(code="pupil_file").update(fate=Fate.KEEP)
    make.sweep(NOW + timedelta(days=3))
    assert not DestructionItem.objects.filter(list__state="proposed").exists()


def test_who_is_at_school_is_not_added_by_hand(cast: Cast) -> None:
    found = make.proposed(cast, "1001")
    people.pupil(cast.linde, key="2001")
    added = listing.Added(
        rule=RetentionRule.objects.get(code="pupil_file"), event_on=date(2020, 1, 9), keys=("2001",)
    )
    with pytest.raises(ActRefused):
        listing.add_items(found=found, added=added, by=cast.director, at=NOW)


def test_a_longer_term_that_comes_after_the_proposal_is_seen_at_the_check(cast: Cast) -> None:
    found = make.proposed(cast, "1001")
    longer = registry.retention_rule("legal_file", name="Wettelijk", years=30, bound="minimum")
    make.kept_in("V02", (longer, "results"))
    with pytest.raises(ActRefused):
        stepping.check(found=found, by=cast.director, at=NOW)
    assert found.lines.get().verdict == LineVerdict.CONFLICT


def test_a_longer_term_that_comes_after_the_check_stops_the_approval(cast: Cast) -> None:
    found = make.checked(cast, "1001")
    longer = registry.retention_rule("legal_file", name="Wettelijk", years=30, bound="minimum")
    make.kept_in("V02", (longer, "results"))
    with pytest.raises(ActRefused):
        stepping.approve(found=found, by=cast.ibp, at=NOW)


def test_who_is_held_at_the_close_is_not_in_the_certificate(cast: Cast) -> None:
    found = make.handed(cast, "1001", "1002")
    _hold(cast, "1001")
    for task in found.tasks.all():
        make.prove(task, by=cast.director)
    handing.close(found=found, by=cast.director, at=NOW)
    found.refresh_from_db()
    assert (found.counts["items"], found.counts["held"]) == (1, 1)
    assert DestructionItem.objects.filter(person_key="1001").exists()
