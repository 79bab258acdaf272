"""A record's history in words."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from privacyboard.audit.timeline import Event, FieldChange, timeline
from privacyboard.organisation.actions import appoint
from privacyboard.organisation.choices import LegalForm, Role
from privacyboard.organisation.models import Appointment, Board, User
from registers.models import DataLine, ProcessingActivity
from tests.conftest import NOW, Cast
from tests.factories import registers as make


def changes(event: Event) -> dict[str, tuple[str, str]]:
    return {change.label: (change.old, change.new) for change in event.changes}


class TestOfOneRecord:
    @pytest.mark.requirement("OPO-001")
    def test_says_who_when_why_and_old_and_new(self, cast: Cast) -> None:
        cast.board.legal_form = LegalForm.MUNICIPALITY
        cast.board.is_public_authority = True
        cast.board.phone = "038 425 67 89"
        cast.board.record(by=cast.ibp, why="rechtsvorm gewijzigd")

        newest, first = timeline(cast.board)

        assert (newest.who, newest.what, newest.why) == (
            "Ilse Beheer",
            "Bestuur gewijzigd",
            "rechtsvorm gewijzigd",
        )
        assert newest.when >= first.when
        assert changes(newest) == {
            "rechtsvorm": ("stichting", "gemeente"),
            "is een bestuursorgaan": ("nee", "ja"),
            "telefoon": ("—", "038 425 67 89"),
        }
        assert (first.who, first.what, first.why) == ("systeem", "Bestuur toegevoegd", "toneel")

    def test_a_first_event_tells_what_was_filled_in_and_nothing_else(self, cast: Cast) -> None:
        (made,) = timeline(cast.linde)
        told = changes(made)
        assert told["naam"] == ("—", "De Linde")
        assert told["sector"] == ("—", "basisonderwijs")
        assert told["bestuur"] == ("—", "Stichting De Proef")
        assert "telefoon" not in told
        assert "sort_name" not in told

    def test_foreign_keys_and_dates_are_words(self, cast: Cast) -> None:
        held = appoint(
            user=cast.teacher,
            role=Role.DIRECTOR,
            school=cast.eik,
            starts_on=date(2026, 3, 2),
            by=cast.administrator,
            at=NOW,
        )
        held.ends_on = date(2026, 7, 31)
        held.record(by=cast.administrator, why="tijdelijk")

        ended, made = timeline(held)

        assert changes(ended) == {"tot en met": ("—", "31 juli 2026")}
        told = changes(made)
        assert told["account"] == ("—", "Tess Leraar")
        assert told["school"] == ("—", "De Eik")
        assert told["rol"] == ("—", "directeur")
        assert told["vanaf"] == ("—", "2 maart 2026")
        assert told["van buiten de organisatie"] == ("—", "nee")

    def test_a_moment_is_told_in_the_time_of_amsterdam(self, cast: Cast) -> None:
        activity = make.bare_activity()
        activity.fg_remark_at = NOW
        activity.record(by=cast.fg, why="advies")
        assert changes(timeline(activity)[0]) == {
            "opmerking van de FG op": ("—", "2 maart 2026 10:00")
        }

    def test_a_save_that_changed_nothing_and_says_nothing_is_left_out(self, cast: Cast) -> None:
        Board.objects.get().save()
        assert len(timeline(cast.board)) == 1
        cast.board.record(by=cast.ibp, why="nagekeken en in orde")
        newest = timeline(cast.board)[0]
        assert (newest.why, newest.changes) == ("nagekeken en in orde", ())

    def test_something_that_is_gone_is_named_by_its_number(self, cast: Cast) -> None:
        activity = make.activity()
        line = activity.datalines.get()
        rule = line.retention_rule
        assert rule is not None
        line.retention_rule = None
        line.record(by=cast.ibp, why="andere termijn")
        number = rule.pk
        rule.erase(by=cast.ibp, why="vervallen")
        assert changes(timeline(line)[0])["bewaartermijn"] == (f"nr. {number}", "—")


class TestWithLines:
    def test_many_to_many_is_told_by_names(self, cast: Cast) -> None:
        activity = make.bare_activity(schools=[cast.linde])
        activity._history_user = cast.ibp
        activity._change_reason = "ook De Eik"
        activity.schools.add(cast.eik)

        newest = timeline(activity)[0]

        assert (newest.who, newest.why) == ("Ilse Beheer", "ook De Eik")
        assert newest.changes == (
            FieldChange("alleen voor deze scholen", "De Linde", "De Eik, De Linde"),
        )

    def test_a_line_is_told_in_the_timeline_of_its_record(self, cast: Cast) -> None:
        activity = make.bare_activity()
        line = make.data_line(activity)
        line.necessity = "Zonder naam geen dossier."
        line.record(by=cast.ibp, why="aangevuld")
        line.erase(by=cast.ibp, why="dubbel")

        told = [(event.what, event.why) for event in timeline(activity, lines=[DataLine])]

        assert told[:2] == [("Gegevens verwijderd", "dubbel"), ("Gegevens gewijzigd", "aangevuld")]
        gone, changed = timeline(activity, lines=[DataLine])[:2]
        assert changes(changed) == {
            "waarom echt nodig voor dit doel": ("—", "Zonder naam geen dossier.")
        }
        assert changes(gone)["gegevens"] == ("Naam", "—")
        assert changes(gone)["waarom echt nodig voor dit doel"] == (
            "Zonder naam geen dossier.",
            "—",
        )

    def test_lines_of_another_record_are_not_told(self, cast: Cast) -> None:
        mine, other = make.bare_activity("V01"), make.bare_activity("V02")
        make.data_line(other)
        assert {event.what for event in timeline(mine, lines=[DataLine])} <= {
            "Verwerking toegevoegd",
            "Verwerking gewijzigd",
        }

    def test_a_line_without_a_way_to_the_record_is_an_error(self, cast: Cast) -> None:
        with pytest.raises(LookupError):
            timeline(cast.board, lines=[DataLine])

    @pytest.mark.parametrize("number", [1, 3])
    def test_costs_the_same_queries_with_one_line_and_with_three(
        self, cast: Cast, number: int
    ) -> None:
        activity = make.bare_activity(schools=[cast.linde])
        for code in ["name", "address", "photo"][:number]:
            make.data_line(activity, category=make.category(code))
        activity = ProcessingActivity.objects.get(pk=activity.pk)
        with CaptureQueriesContext(connection) as asked:
            events = timeline(activity, lines=[DataLine])
        assert len([event for event in events if event.what == "Gegevens toegevoegd"]) == number
        # The history of record and lines, what many-to-manys pointed to, and the names.
        assert len(asked) == 3

    def test_costs_two_queries_for_an_account_with_three_roles(self, cast: Cast) -> None:
        for school in (cast.linde, cast.eik):
            appoint(
                user=cast.fg,
                role=Role.CARE_COORDINATOR,
                school=school,
                starts_on=date(2026, 3, 2),
                by=cast.administrator,
                at=NOW,
            )
        user = User.objects.get(pk=cast.fg.pk)
        with CaptureQueriesContext(connection) as asked:
            events = timeline(user, lines=[Appointment])
        assert len([event for event in events if event.what == "Aanstelling toegevoegd"]) == 3
        assert len(asked) == 2
