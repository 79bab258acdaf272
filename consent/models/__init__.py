"""What is asked, what was answered, and what follows from it."""

from consent.models.answers import Answer
from consent.models.asking import LinkRequest
from consent.models.following import CleanUp, Dispute, ExpiryMark, PhotoCheck
from consent.models.policy import ConsentPolicy, LanguageRelease, SchoolToken
from consent.models.questions import Question, QuestionText, Wording
from consent.models.rounds import Invitation, Round

__all__ = [
    "Answer",
    "CleanUp",
    "ConsentPolicy",
    "Dispute",
    "ExpiryMark",
    "Invitation",
    "LanguageRelease",
    "LinkRequest",
    "PhotoCheck",
    "Question",
    "QuestionText",
    "Round",
    "SchoolToken",
    "Wording",
]
