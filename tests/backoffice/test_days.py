"""A day before 1900 is a slip of the keyboard."""

from __future__ import annotations

import pytest
from django import forms

from privacyboard.backoffice.forms import LineForm, RecordForm
from registers.models import Agreement, SubProcessor

SENTENCE = "Dit jaar ligt voor 1900. Vul het jaar in met vier cijfers."


class ARecord(RecordForm):
    class Meta:
        model = Agreement
        fields = ["starts_on", "ends_on"]


class ALine(LineForm):
    class Meta:
        model = SubProcessor
        fields = ["approved_on"]


@pytest.mark.parametrize("day", ["0001-01-01", "0202-09-01", "1899-12-31"])
def test_it_is_refused_at_its_field_on_records_and_lines(day: str) -> None:
    record = ARecord({"starts_on": day, "ends_on": day})
    assert record.errors["starts_on"] == [SENTENCE]
    assert record.errors["ends_on"] == [SENTENCE]
    line = ALine({"approved_on": day})
    assert line.errors["approved_on"] == [SENTENCE]


@pytest.mark.parametrize("day", ["1900-01-01", "2026-03-02", ""])
def test_any_later_day_and_none_pass(day: str) -> None:
    assert "approved_on" not in ALine({"approved_on": day}).errors


def test_the_fields_of_another_form_are_left_alone() -> None:
    ARecord({})
    assert SENTENCE not in str(forms.DateField().validators)
    assert len(ARecord({}).fields["starts_on"].validators) == 1
