"""What every act on a request asks of its rows: see `models.steps`."""

from requests_ar.models.steps import (
    ActRefused,
    day_problem,
    last_act,
    locked,
    locked_open,
    refuse_second,
    refused,
    stamp,
    step,
)

__all__ = [
    "ActRefused",
    "day_problem",
    "last_act",
    "locked",
    "locked_open",
    "refuse_second",
    "refused",
    "stamp",
    "step",
]
