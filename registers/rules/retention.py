"""Retention terms in words."""

from registers.choices import Bound, RetentionTrigger

# In plain English of our own: a version freezes it, whatever catalogue is installed that day.
_ENGLISH_TRIGGERS: dict[str, str] = {
    RetentionTrigger.LEAVING: "the pupil leaves the school",
    RetentionTrigger.SCHOOL_YEAR_END: "the end of the school year",
    RetentionTrigger.CALENDAR_YEAR_END: "the end of the calendar year",
    RetentionTrigger.BOOK_YEAR_END: "the end of the financial year",
    RetentionTrigger.EMPLOYMENT_END: "the end of the employment",
    RetentionTrigger.CASE_CLOSED: "the case is closed",
    RetentionTrigger.PROCEDURE_END: "the end of the procedure",
    RetentionTrigger.RECORDING: "the recording",
    RetentionTrigger.RESULT: "the result",
    RetentionTrigger.NOT_ADMITTED_DECISION: "the decision not to admit",
    RetentionTrigger.CONSENT_END: "consent ends",
    RetentionTrigger.CONTRACT_END: "the end of the contract",
    RetentionTrigger.BUILDING_DISUSE: "the building is no longer used",
    RetentionTrigger.LOGGING: "the entry in the log",
}


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def length_in_words(*, years: int = 0, months: int = 0, weeks: int = 0, days: int = 0) -> str:
    """A length in Dutch words: "2 jaar", "6 maanden", "4 weken"; empty for no length."""
    parts = [
        _count(number, one, many)
        for number, one, many in (
            (years, "jaar", "jaar"),
            (months, "maand", "maanden"),
            (weeks, "week", "weken"),
            (days, "dag", "dagen"),
        )
        if number
    ]
    return " en ".join(parts)


def term_in_words(
    *,
    years: int,
    months: int,
    weeks: int,
    days: int,
    bound: str,
    trigger: str,
    condition: str = "",
) -> str:
    """A retention term as a phrase; a rule without a length says its condition instead."""
    length = length_in_words(years=years, months=months, weeks=weeks, days=days)
    start = RetentionTrigger(trigger).label
    if bound == Bound.NONE or not length:
        return condition or "geen vaste termijn"
    if bound == Bound.MINIMUM_THEN_DESTROY:
        return f"{Bound.MINIMUM.label} {length} na {start}, daarna weg"
    return f"{Bound(bound).label} {length} na {start}"


def term_in_english(
    *,
    years: int,
    months: int,
    weeks: int,
    days: int,
    bound: str,
    trigger: str,
    condition: str = "",
) -> str:
    """The same phrase in English; a rule without a length says its condition instead."""
    units = ((years, "year"), (months, "month"), (weeks, "week"), (days, "day"))
    length = " and ".join(_count(number, one, f"{one}s") for number, one in units if number)
    if bound == Bound.NONE or not length:
        return condition or "no fixed term: the Dutch statement says how long"
    after = f"{length} after {_ENGLISH_TRIGGERS[trigger]}"
    if bound == Bound.MAXIMUM:
        return f"at most {after}"
    return f"at least {after}" + (", then destroyed" if bound == Bound.MINIMUM_THEN_DESTROY else "")
