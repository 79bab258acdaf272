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
