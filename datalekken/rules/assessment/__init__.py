"""Assessing a breach: facts in; the ENISA score, the law's risk, advice and reasons out. Pure.

It advises, people decide. The ENISA bands are no thresholds of the law (domain facts 2.2): the
advice comes from `weighing`, whose choices are written beside its numbers.
"""

from datalekken.rules.assessment.enisa import Enisa, enisa
from datalekken.rules.assessment.facts import Facts, UnreadableFacts, fact_problems
from datalekken.rules.assessment.outcome import Outcome, assess

__all__ = ["Enisa", "Facts", "Outcome", "UnreadableFacts", "assess", "enisa", "fact_problems"]
