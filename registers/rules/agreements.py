"""When an agreement holds."""

from collections.abc import Iterable
from datetime import date, timedelta

from registers.choices import AgreementState

EXPIRY_NOTICE_DAYS = 90

# The best news first: a processor's own state is that of its best agreement.
_ORDER = [
    AgreementState.VALID,
    AgreementState.EXPIRING,
    AgreementState.FUTURE,
    AgreementState.UNSIGNED,
    AgreementState.EXPIRED,
    AgreementState.MISSING,
]


def agreement_state(
    *, signed_on: date | None, starts_on: date, ends_on: date | None, on: date
) -> AgreementState:
    """The state of one agreement on a day; the last day still counts as valid."""
    if ends_on is not None and ends_on < on:
        return AgreementState.EXPIRED
    if signed_on is None or signed_on > on:
        return AgreementState.UNSIGNED
    if starts_on > on:
        return AgreementState.FUTURE
    if ends_on is not None and ends_on - on <= timedelta(days=EXPIRY_NOTICE_DAYS):
        return AgreementState.EXPIRING
    return AgreementState.VALID


def best_state(states: Iterable[str]) -> AgreementState:
    """The state of a processor with these agreements; "missing" when it has none."""
    present = set(states)
    return next(
        (state for state in _ORDER if state in present),
        AgreementState.MISSING,
    )


def covered_period(
    *, signed_on: date | None, starts_on: date, ends_on: date | None
) -> tuple[date, date | None] | None:
    """The days on which an agreement is valid, both included; nothing when it never is.

    It covers no day before both have signed: a signature in arrears heals nothing.
    """
    if signed_on is None:
        return None
    first = max(starts_on, signed_on)
    if ends_on is not None and ends_on < first:
        return None
    return first, ends_on


def is_active(state: str) -> bool:
    """A supplier is active only with a valid signed agreement (OPOO 5.4.2)."""
    return state in {AgreementState.VALID, AgreementState.EXPIRING}
