"""Every e-mail and PDF of the register, and what each is made from."""

from registers.letters.access import access_matrix_of, access_review_pdf
from registers.letters.checks import (
    CheckedRegister,
    RegisterFigures,
    completeness_figure,
    register_figures,
)
from registers.letters.commissioned import CommissionedDocument, commissioned_work
from registers.letters.desk import EditionState, desk_states
from registers.letters.destruction import (
    CertificateDocument,
    certificate_facts,
    certificate_pdf,
    destruction_asked,
)
from registers.letters.facts import board_facts, established_contents, school_facts
from registers.letters.public_register import PublicRegisterDocument, public_register
from registers.letters.recipients import (
    ProcessorsDocument,
    RecipientsDocument,
    processors,
    recipients,
)
from registers.letters.statements import (
    StatementDraft,
    changes_in_words,
    draft_statement,
    draft_statements,
    former_of,
    parent_letter_pdf,
    statement_changed,
    statement_path,
    statement_pdf,
    statement_title,
)

__all__ = [
    "CertificateDocument",
    "CheckedRegister",
    "CommissionedDocument",
    "EditionState",
    "ProcessorsDocument",
    "PublicRegisterDocument",
    "RecipientsDocument",
    "RegisterFigures",
    "StatementDraft",
    "access_matrix_of",
    "access_review_pdf",
    "board_facts",
    "certificate_facts",
    "certificate_pdf",
    "changes_in_words",
    "commissioned_work",
    "completeness_figure",
    "desk_states",
    "destruction_asked",
    "draft_statement",
    "draft_statements",
    "established_contents",
    "former_of",
    "parent_letter_pdf",
    "processors",
    "public_register",
    "recipients",
    "register_figures",
    "school_facts",
    "statement_changed",
    "statement_path",
    "statement_pdf",
    "statement_title",
]
