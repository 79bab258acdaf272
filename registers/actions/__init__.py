"""The legal acts of the register."""

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
from registers.actions.deviations import (
    AnswerRefused,
    DeviationRefused,
    JudgementRefused,
    answer_version,
    deviate,
    end_deviation,
    judge_compatibility,
)
from registers.actions.statements import publish_statement

__all__ = [
    "AnswerRefused",
    "DeviationRefused",
    "JudgementRefused",
    "NotComplete",
    "NotEditable",
    "StepRefused",
    "answer_version",
    "destroy_concept",
    "deviate",
    "end_deviation",
    "establish",
    "expire",
    "judge_compatibility",
    "propose",
    "publish_statement",
    "remark",
    "reopen",
    "revise",
    "send_back",
]
