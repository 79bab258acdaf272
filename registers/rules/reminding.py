"""At which stages somebody is told of a day in the register: the table.

Days before the day itself; below zero days after it. What these are about stays on the worklist of
who keeps the register, whatever anybody was told.
"""

from __future__ import annotations

from datetime import timedelta

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
TERM_CHANGE = Stages((30, 7), ago=0)
# A rule of ours: in a month somebody else has time to see that a term was made shorter, and to ask
# for the old one back, before the hourly run forgets anything by it (AVG 5(2), 38(1)).
SHORTER_COUNTS_AFTER = timedelta(days=30)
