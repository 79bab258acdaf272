"""At which stages somebody is told of a day in the register: the table.

Days before the day itself; below zero days after it. What these are about stays on the worklist of
who keeps the register, whatever anybody was told.
"""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import relativedelta

from privacyboard.clockwork.rules import Stages

# Who waits longer than a month after an end has a task on the worklist, and no news.
AGREEMENT_END = Stages((90, 60, 30, -1), ago=31)
# Not later: after the last day to give notice there is nothing left to do but to know it.
AGREEMENT_NOTICE = Stages((60, 30, 7, -1), ago=31)
SHARING_END = Stages((90, 30, -1), ago=31)
ACTIVITY_REVIEW = Stages((30, 0, -30))
DPIA_REVIEW = Stages((90, 30, 0, -30))
TRANSFER_REVIEW = Stages((30, 0, -30))
CONFIDENTIALITY_REVIEW = Stages((14, 0, -14))
ACCESS_REVIEW = Stages((14, 3, -1, -14))
HOLD_REVIEW = Stages((0, -14))

# A DPIA is done anew at least every three years (OPOO 3.5.2).
DPIA_YEARS = 3


def dpia_due_on(adopted_on: date) -> date:
    """The day by which a DPIA that was adopted on a day is done anew."""
    return adopted_on + relativedelta(years=DPIA_YEARS)


def notice_by(ends_on: date, notice_months: int) -> date:
    """The last day to give notice: so many calendar months before the last day of the agreement."""
    return ends_on - relativedelta(months=notice_months)
