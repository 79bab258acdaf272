"""What is kept under a longer term is not counted, approved or certified as destroyed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from privacyboard.audit.acts import ActRefused
from privacyboard.organisation.models import User
from registers.actions.destroying import deciding, handing, stepping
from registers.models import DestructionItem, DestructionList
from registers.models.destruction_places import places_of
from tests.conftest import NOW, Cast
from tests.factories import destruction as make
from tests.factories import registers as registry

pytestmark = pytest.mark.requirement("OPO-051")


@pytest.fixture
def kept(cast: Cast) -> DestructionList:
    """Of the data of two pupils somebody decided that the longer of two terms holds."""
    make.kept_in("V01", (registry.retention_rule(), "absence"))
    make.kept_in("V02", (make.absence_rule(), "absence"))
    found = make.proposed(cast)
    deciding.decide_conflict(
        line=found.lines.get(), destroys=False, reason="Wet.", by=cast.director, at=NOW
    )
    return found


def test_a_list_of_which_everything_is_kept_is_never_certified(
    cast: Cast, kept: DestructionList
) -> None:
    with pytest.raises(ActRefused, match="Er staat niets meer op deze lijst dat weg mag"):
        stepping.check(found=kept, by=cast.director, at=NOW)
    withdrawn = stepping.withdraw(
        found=kept, reason="Blijft.", again_on=make.LEFT.replace(year=2026), by=cast.ibp, at=NOW
    )
    assert (withdrawn.counts["people"], withdrawn.counts["items"]) == (0, 0)
    assert DestructionItem.objects.filter(rule__code="pupil_file", list=None).count() == 2


def test_its_page_says_so_and_asks_to_withdraw_it(
    cast: Cast, kept: DestructionList, as_user: Callable[[User], Client]
) -> None:
    page = as_user(cast.director).get(f"/register/vernietigen/{kept.number}/").content.decode()
    assert "Er mag nu niets weg" in page
    assert "Controleer de lijst" not in page


def test_of_whom_all_is_kept_nobody_is_counted(cast: Cast, kept: DestructionList) -> None:
    """Under another rule something of one of them goes."""
    referral = registry.retention_rule("special_referral", name="Verwijzing", years=3)
    make.kept_in("V04", (referral, "referral"))
    make.leaver(cast.linde, "1003", make.LEFT.replace(year=2022))
    make.sweep()
    going = DestructionItem.objects.filter(rule=referral, list=kept)
    assert {item.person_key for item in going} == {"1003"}
    found = stepping.check(found=kept, by=cast.director, at=NOW)
    found = stepping.approve(found=found, by=cast.ibp, at=NOW)
    counted = ("people", "items")
    assert [found.counts[name] for name in counted] == [1, 1]
    chosen = [place.key for place in places_of(found)]
    found = handing.hand_over(found=found, chosen=chosen, by=cast.director, at=NOW)
    for task in found.tasks.all():
        make.prove(task, by=cast.director)
    found = handing.close(found=found, by=cast.director, at=NOW)
    found.refresh_from_db()
    assert [found.counts[name] for name in counted] == [1, 1]
