"""The legal acts of the register."""

from registers.actions.access import ReviewRefused, answer_review, handle_review, open_review
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
from registers.actions.import_asking import ask_to_apply, hand_in_import
from registers.actions.imports import ImportBusy, ImportRefused, apply_import, read_import
from registers.actions.overviews import OverviewRefused, keep_overview
from registers.actions.publicity import UnknownPart, set_public_parts
from registers.actions.statements import (
    EditionRefused,
    NoticeRefused,
    make_parent_letter,
    make_parent_letters,
    note_parent_letter_sent,
    publish_statement,
)

__all__ = [
    "AgreementOverlaps",
    "AnswerRefused",
    "CopyRefused",
    "DeviationRefused",
    "DisclosureRefused",
    "EditionRefused",
    "ImportBusy",
    "ImportRefused",
    "JudgementRefused",
    "NotComplete",
    "NotEditable",
    "NoticeRefused",
    "OverviewRefused",
    "ReviewRefused",
    "StepRefused",
    "UnknownPart",
    "answer_review",
    "answer_version",
    "apply_import",
    "ask_to_apply",
    "cover_new_school",
    "destroy_concept",
    "deviate",
    "end_deviation",
    "establish",
    "expire",
    "give_copy",
    "hand_in_import",
    "handle_review",
    "judge_compatibility",
    "keep_overview",
    "make_parent_letter",
    "make_parent_letters",
    "note_parent_letter_sent",
    "open_review",
    "propose",
    "publish_statement",
    "read_import",
    "record_disclosure",
    "refresh_coverage",
    "remark",
    "reopen",
    "revise",
    "send_back",
    "set_public_parts",
]
