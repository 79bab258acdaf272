"""A claim dated by a clock that ran ahead: its worker is gone, and nobody waits for that day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registers import actions
from registers.actions import files
from registers.choices import ImportKind, ImportState
from registers.exchange import import_queue, queue
from registers.models import ImportRun, RegisterFile
from tests.conftest import NOW, Cast
from tests.registers.test_import_worker import processors

FORTY_DAYS = timedelta(days=40)
# The clocks of two machines differ a little.
A_LITTLE = timedelta(minutes=2)


@pytest.mark.parametrize(("ahead", "is_free"), [(FORTY_DAYS, True), (A_LITTLE, False)])
def test_the_register_as_pdf_is_made_by_another(
    cast: Cast, ahead: timedelta, is_free: bool
) -> None:
    files.ask_register_file(by=cast.fg, at=NOW)
    RegisterFile.objects.update(state="running", claimed_at=NOW + ahead)
    assert (queue.claim_register_file(at=NOW) is not None) == is_free


@pytest.mark.parametrize(("ahead", "is_free"), [(FORTY_DAYS, True), (A_LITTLE, False)])
def test_a_file_that_is_read_in_is_taken_up_by_another(
    cast: Cast, ahead: timedelta, is_free: bool
) -> None:
    actions.hand_in_import(
        content=processors(1), file_name="r.json", kind=ImportKind.REGISTER, by=cast.ibp, at=NOW
    )
    ImportRun.objects.update(state=ImportState.LOOKING, asked_at=NOW, claimed_at=NOW + ahead)
    assert (import_queue.claim_import(at=NOW) is not None) == is_free
