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
# Each step of a destruction list, before the first maximum of what stands on it (AVG 5(1)(e)).
LIST_STEP = Stages((28, 14, 7, 0, -1, -7, -14, -28, -91, -182))
# From the last proof: as long as nobody closes a list, the numbers on it stay here.
LIST_CLOSE = Stages((0, -14, -28, -91, -182))
# Where something is destroyed: the colleague who handed it over, and a processor by letter. Of a
# processor that stays silent the colleague hears after the last letter.
LIST_TASK = Stages((7, 0, -7, -14, -28, -91))
LIST_TASK_LETTER = Stages((7, 0, -7))
LIST_TASK_SILENT = Stages((-14, -28, -91))
# A list on which nothing has a maximum waits for no day of the law: a quarter is ours.
WITHOUT_MAXIMUM = timedelta(days=91)
# What was late before it stood on any list cannot be in time: two weeks for its steps.
LATE_BEFORE = timedelta(days=14)
# From so many days after its day the role above hears of a step, of a closing, and of a task.
RAISE_STEP, RAISE_CLOSE, RAISE_TASK, RAISE_SILENT = 1, 28, 14, 28
# A rule of ours: in a month somebody else has time to see that a term was made shorter, and to ask
# for the old one back, before the hourly run forgets anything by it (AVG 5(2), 38(1)).
SHORTER_COUNTS_AFTER = timedelta(days=30)
