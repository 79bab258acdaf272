"""The impatient finger: the same report at the same moment is one file."""

from __future__ import annotations

import pytest

from datalekken.actions.reporting import report_by_form
from datalekken.models import Breach
from privacyboard.mail.models import OutboundLetter
from tests.conftest import NOW, Cast
from tests.factories import breaches as make
from tests.together import together


@pytest.mark.django_db(transaction=True)
def test_four_at_once_are_one_file_and_each_hears_its_number(
    append_only_lifted: None, cast: Cast
) -> None:
    given = make.reported([cast.linde], at=NOW, form_digest="d" * 64)

    def send() -> str:
        made = report_by_form(reported=given, network="192.0.2.1", by=None, at=NOW)
        return str(made.number)

    assert together(*[send] * 4) == ["D-2026-0001"] * 4
    assert Breach.objects.count() == 1
    assert OutboundLetter.objects.filter(letter="datalekken/alert").count() == 3
    assert OutboundLetter.objects.filter(letter="datalekken/receipt").count() == 1
