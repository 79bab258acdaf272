"""Retention terms in words."""

from registers.choices import Bound, RetentionTrigger


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
