"""What requests and complaints must forget, and every field of them that holds data of a person.

The row of a case stays, with what the register and the year reports count: its number, school,
kinds, days, state and verdicts. Nothing in it tells any more who it was, what was asked in whose
words, or who worked on it.
"""

from requests_ar.retention.cases import register_all
from requests_ar.retention.fields import PERSONAL, Fate
from requests_ar.retention.holding import case_key

__all__ = ["PERSONAL", "Fate", "case_key", "register_all"]
