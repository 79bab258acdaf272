"""Rules of retention that the year carries out, with one record each that goes and one that stays.

Counted by hand on a calendar: what may be here up to and including the last day of its term goes on
the day after. What `stays` began on has its last day on 31 July 2027, the last day of the year.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from tests.clockwork import year_terms_cases as cases
from tests.clockwork import year_terms_people as of_people
from tests.clockwork import year_terms_records as records
from tests.clockwork.year_world import World
from tests.conftest import Cast


def _is_missing(row: Any) -> bool:
    return not type(row)._default_manager.filter(pk=row.pk).exists()


@dataclass(frozen=True)
class Row:
    """A rule; when the term of what goes began, and the day on which it goes; when that of what
    stays began. `make` makes one whose term begins on a day."""

    rule: str
    began: date
    goes: date
    stays: date
    make: Callable[[Cast, date], Any]
    is_gone: Callable[[Any], bool] = _is_missing


_FIVE_YEARS_AGO, _A_YEAR_AGO = date(2022, 7, 31), date(2026, 7, 31)
_TWO_YEARS_AGO, _SEVEN_YEARS_AGO = date(2025, 7, 31), date(2020, 7, 31)
ROWS = (
    # Twelve months.
    Row("access_log", date(2025, 9, 10), date(2026, 9, 11), _A_YEAR_AGO, records.access_entry),
    Row("admin_log", date(2025, 11, 30), date(2026, 12, 1), _A_YEAR_AGO, records.admin_entry),
    Row("people_file_rows", date(2025, 9, 2), date(2026, 9, 3), _A_YEAR_AGO, records.people_row),
    # A day: what is over on the 20th may be there on the 21st.
    Row("sessions", date(2026, 10, 20), date(2026, 10, 22), date(2027, 7, 30), records.session),
    Row("form_counts", date(2026, 12, 14), date(2026, 12, 16), date(2027, 7, 30), records.count),
    # A week.
    Row(
        *("register_exports", date(2026, 11, 25), date(2026, 12, 3), date(2027, 7, 24)),
        make=records.export,
    ),
    Row(
        *("breach_register_files", date(2027, 2, 17), date(2027, 2, 25), date(2027, 7, 24)),
        make=cases.print_of_breaches,
    ),
    # Four weeks: a month of 28 days.
    Row(
        *("calendar_addresses", date(2026, 7, 20), date(2026, 8, 18), date(2027, 7, 3)),
        make=of_people.calendar_address,
    ),
    # Thirty days.
    Row("digest_lines", date(2026, 7, 20), date(2026, 8, 20), date(2027, 7, 1), records.line),
    Row(
        *("people_files", date(2026, 9, 20), date(2026, 10, 21), date(2027, 7, 1)),
        make=records.people_file,
        is_gone=lambda row: _fresh(row).document is None,
    ),
    Row(
        *("register_imports", date(2026, 7, 10), date(2026, 8, 10), date(2027, 7, 1)),
        make=records.import_run,
        is_gone=lambda row: _fresh(row).emptied_at is not None,
    ),
    Row("register_parts", date(2027, 4, 1), date(2027, 5, 2), date(2027, 7, 1), records.part),
    Row(
        *("unconfirmed_requests", date(2027, 4, 10), date(2027, 5, 11), date(2027, 7, 1)),
        make=cases.unconfirmed,
        is_gone=lambda row: _fresh(row).forgotten_at is not None,
    ),
    # A year.
    Row(
        *("breach_told_people", date(2026, 6, 12), date(2027, 6, 13), _A_YEAR_AGO),
        make=cases.telling,
        is_gone=lambda row: _fresh(row).people_forgotten_at is not None,
    ),
    # Two years.
    Row("breach_duty", date(2024, 9, 8), date(2026, 9, 9), _TWO_YEARS_AGO, cases.duty),
    Row(
        *("breach_duty_withdrawn", date(2024, 9, 10), date(2026, 9, 11), _TWO_YEARS_AGO),
        make=cases.withdrawn_duty,
    ),
    Row("photo_checks", date(2025, 3, 25), date(2027, 3, 26), _TWO_YEARS_AGO, of_people.picture),
    Row(
        *("consent_invitations", date(2025, 1, 30), date(2027, 1, 31), _TWO_YEARS_AGO),
        make=of_people.invitation,
    ),
    Row(
        *("confidentiality_notes", date(2024, 11, 20), date(2026, 11, 21), _TWO_YEARS_AGO),
        make=records.note,
    ),
    Row(
        *("national_overviews", date(2025, 2, 27), date(2027, 2, 28), _TWO_YEARS_AGO),
        make=records.overview,
    ),
    # The school year 2023-2024 ended on 31 July 2024.
    Row("groups", date(2024, 7, 31), date(2026, 8, 1), _TWO_YEARS_AGO, of_people.group),
    Row(
        *("pupil_details", date(2024, 11, 12), date(2026, 11, 13), _TWO_YEARS_AGO),
        make=of_people.pupil_with_answer,
        is_gone=lambda row: not _fresh(row).email,
    ),
    Row(
        *("guardian_details", date(2024, 12, 2), date(2026, 12, 3), _TWO_YEARS_AGO),
        make=of_people.parent_with_answer,
        is_gone=lambda row: not _fresh(row).email,
    ),
    Row("guardians", date(2025, 1, 11), date(2027, 1, 12), _TWO_YEARS_AGO, of_people.parent),
    # Five years.
    Row("holds", date(2021, 12, 15), date(2026, 12, 16), _FIVE_YEARS_AGO, records.lifted_hold),
    Row("agreements", date(2022, 6, 30), date(2027, 7, 1), _FIVE_YEARS_AGO, records.agreement),
    Row(
        *("sharing_agreements", date(2022, 4, 18), date(2027, 4, 19), _FIVE_YEARS_AGO),
        make=records.sharing,
    ),
    Row("access_reviews", date(2021, 10, 14), date(2026, 10, 15), _FIVE_YEARS_AGO, records.review),
    Row(
        *("school_deviations", date(2022, 1, 5), date(2027, 1, 6), _FIVE_YEARS_AGO),
        make=records.deviation,
    ),
    Row(
        *("version_remarks", date(2022, 5, 22), date(2027, 5, 23), _FIVE_YEARS_AGO),
        make=records.remark,
        is_gone=lambda row: not _fresh(row).remark,
    ),
    Row(
        *("board_contacts_replaced", date(2021, 9, 14), date(2026, 9, 15), _FIVE_YEARS_AGO),
        make=records.former_fg,
        is_gone=records.is_forgotten,
    ),
    Row(
        *("school_contacts_replaced", date(2021, 10, 3), date(2026, 10, 4), _FIVE_YEARS_AGO),
        make=records.former_address_of_a_school,
        is_gone=records.is_forgotten,
    ),
    Row(
        *("processor_contacts_replaced", date(2022, 2, 7), date(2027, 2, 8), _FIVE_YEARS_AGO),
        make=records.former_address_of_a_processor,
        is_gone=records.is_forgotten,
    ),
    Row(
        *("activity_contacts_replaced", date(2022, 3, 2), date(2027, 3, 3), _FIVE_YEARS_AGO),
        make=records.former_owner,
        is_gone=records.is_forgotten,
    ),
    Row(
        *("consent_disputes", date(2022, 1, 20), date(2027, 1, 21), _FIVE_YEARS_AGO),
        make=of_people.dispute,
    ),
    Row(
        *("consent_clean_ups", date(2022, 4, 6), date(2027, 4, 7), _FIVE_YEARS_AGO),
        make=of_people.clean_up,
    ),
    # Seven years: the board's own term for the personnel file, which counts instead of two. From 20
    # April 2027 it is eight, and counts at once: a longer one needs no month.
    Row(
        *("accounts", date(2019, 10, 12), date(2026, 10, 13), _SEVEN_YEARS_AGO),
        make=of_people.account,
        is_gone=lambda row: _fresh(row).email.endswith("@vergeten.invalid"),
    ),
    Row(
        *("account_names", date(2019, 10, 24), date(2026, 10, 25), _SEVEN_YEARS_AGO),
        make=of_people.account,
        is_gone=lambda row: _fresh(row).first_name == "Oud-medewerker",
    ),
    Row(
        *("alert_preferences", date(2020, 3, 9), date(2027, 3, 10), _SEVEN_YEARS_AGO),
        make=of_people.preference,
    ),
    Row("teachers", date(2020, 2, 3), date(2027, 2, 4), _SEVEN_YEARS_AGO, of_people.teacher),
)
GONE = {f"by {row.rule}": row.goes for row in ROWS}


def _fresh(row: Any) -> Any:
    return type(row)._default_manager.get(pk=row.pk)


def build(world: World) -> None:
    """Two records under each rule: of before the year, or made on their day."""
    for row in ROWS:
        what = f"by {row.rule}"
        world.goes[what] = (row.rule, _look(world, row, row.began))
        world.stays[what] = _look(world, row, row.stays)


def _look(world: World, row: Row, day: date) -> Callable[[], bool]:
    made: list[Any] = []
    world.on(day, lambda: made.append(row.make(world.cast, day)))
    return partial(_is_gone, row, made)


def _is_gone(row: Row, made: list[Any]) -> bool:
    return bool(made) and row.is_gone(made[0])
