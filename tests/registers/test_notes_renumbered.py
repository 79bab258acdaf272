"""An agreement on confidential data names a number: it goes with whoever had it then."""

from __future__ import annotations

from datetime import date

import pytest

from privacyboard.organisation.models import Pupil
from registers.models import ConfidentialityNote
from tests.conftest import Cast
from tests.factories import disclosures, people
from tests.retention_runs import run

pytestmark = pytest.mark.requirement("KPO-022")

LEFT, LAST, OVER = date(2026, 7, 18), date(2028, 7, 18), date(2028, 7, 19)
NOTES = "confidentiality_notes"


def renumbered(cast: Cast, left_on: date | None = LEFT, email: str = "") -> Pupil:
    """A pupil with an agreement, who got another number after it."""
    child = people.pupil(cast.linde, key="L-1001", left_on=left_on, email=email)
    disclosures.note(cast.linde)
    child.key = "2001"
    child.record(by=cast.director, why="ander nummer")
    return child


def test_it_goes_with_the_file_of_a_pupil_who_got_another_number(cast: Cast) -> None:
    renumbered(cast)
    people.pupil(cast.eik, key="L-1001")
    assert run(LAST, NOTES) == 0
    assert run(OVER, NOTES) == 1
    assert (ConfidentialityNote.objects.count(), ConfidentialityNote.history.count()) == (0, 0)


@pytest.mark.parametrize("rule", ["pupil_details", "pupils"])
def test_also_when_the_pupil_goes_first(cast: Cast, rule: str) -> None:
    """Of what was forgotten nobody could tell any more which number it had."""
    renumbered(cast, email="noor@school.example")
    assert run(OVER, rule) == 1
    assert ConfidentialityNote.objects.count() == 0


@pytest.mark.parametrize("other_left", [None, LEFT, LAST])
def test_of_a_number_that_is_of_another_by_now_it_waits_for_the_other(
    cast: Cast, other_left: date | None
) -> None:
    renumbered(cast)
    people.pupil(cast.linde, key="L-1001", left_on=other_left)
    assert run(OVER, NOTES) == (1 if other_left == LEFT else 0)
    run(OVER, "pupil_details", "pupils")
    assert ConfidentialityNote.objects.exists() == (other_left != LEFT)


def test_of_a_pupil_who_is_at_school_it_stays(cast: Cast) -> None:
    renumbered(cast, left_on=None)
    people.pupil(cast.linde, "Daan", left_on=LEFT)
    assert run(OVER, NOTES, "pupil_details", "pupils") == 1
    assert ConfidentialityNote.objects.exists()
