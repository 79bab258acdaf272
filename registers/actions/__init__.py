"""The legal acts of the register."""

from registers.actions.access import ReviewRefused, answer_review, open_review
from registers.actions.activities import (
    NotComplete,
    NotEditable,
    StepRefused,
    destroy_concept,
    establish,
    expire,
    propose,
    remark,
    reopen,
    revise,
    send_back,
)
from registers.actions.agreements import (
    AgreementOverlaps,
    cover_new_school,
    refresh_coverage,
)
from registers.actions.deviations import (
    AnswerRefused,
    DeviationRefused,
    JudgementRefused,
    answer_version,
    deviate,
    end_deviation,
    judge_compatibility,
)
from registers.actions.disclosures import (
    CopyRefused,
    DisclosureRefused,
    give_copy,
    record_disclosure,
)
from registers.actions.statements import publish_statement

__all__ = [
    "AgreementOverlaps",
    "AnswerRefused",
    "CopyRefused",
    "DeviationRefused",
    "DisclosureRefused",
    "JudgementRefused",
    "NotComplete",
    "NotEditable",
    "ReviewRefused",
    "StepRefused",
    "answer_review",
    "answer_version",
    "cover_new_school",
    "destroy_concept",
    "deviate",
    "end_deviation",
    "establish",
    "expire",
    "give_copy",
    "judge_compatibility",
    "open_review",
    "propose",
    "publish_statement",
    "record_disclosure",
    "refresh_coverage",
    "remark",
    "reopen",
    "revise",
    "send_back",
]
