"""The privacy statement, composed from established activities. Pure: facts in, statement out.

The items a to l of the KPO regulation art. 14 (AVG 13 and 14), and the process chapters of the
Veluwse statement: purposes, data, who inside, who outside and on which basis, how long. Per
audience (AVG 12(1): in plain language, above all for children) and language.
"""

from registers.rules.statement.composing import basis_in_words, compose
from registers.rules.statement.editions import EDITIONS, PARENTS, Edition, concerns, edition_of
from registers.rules.statement.gaps import (
    activity_gaps,
    board_gaps,
    gaps_of_chosen,
    statement_advice,
    statement_gaps,
)
from registers.rules.statement.texts import (
    BoardFacts,
    Chapter,
    DataText,
    GroupText,
    LocalText,
    OutsideText,
    ProcessText,
    PurposeText,
    SchoolFacts,
    Statement,
    TransferText,
    seal_of,
)

__all__ = [
    "EDITIONS",
    "PARENTS",
    "BoardFacts",
    "Chapter",
    "DataText",
    "Edition",
    "GroupText",
    "LocalText",
    "OutsideText",
    "ProcessText",
    "PurposeText",
    "SchoolFacts",
    "Statement",
    "TransferText",
    "activity_gaps",
    "basis_in_words",
    "board_gaps",
    "compose",
    "concerns",
    "edition_of",
    "gaps_of_chosen",
    "seal_of",
    "statement_advice",
    "statement_gaps",
]
