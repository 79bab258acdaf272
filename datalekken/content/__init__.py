"""What others ask about a breach: the AP's form and the EDPB's template, as facts in files."""

from datalekken.content.answers import PARTS, QUESTIONS, Question, QuestionPart
from datalekken.content.ap_form import SECTIONS, ApQuestion, ApSection
from datalekken.content.edpb import FIELDS, NAMES, TEMPLATE, EdpbField

__all__ = [
    "FIELDS",
    "NAMES",
    "PARTS",
    "QUESTIONS",
    "SECTIONS",
    "TEMPLATE",
    "ApQuestion",
    "ApSection",
    "EdpbField",
    "Question",
    "QuestionPart",
]
