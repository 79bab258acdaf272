"""The holidays of the small board in 2026-2027, and what they do to its morning letters.

Counted by hand on a calendar: in a holiday goes what is due before the first school day and a week.
"""

from __future__ import annotations

from datetime import date

from privacyboard.organisation.models import SchoolHoliday
from registers.models import ProcessingActivity
from tests.clockwork.year_world import FIRST, Told, World, moment
from tests.factories import registers as make

# Empty: of all schools; "de-linde": of that school only.
HOLIDAYS: tuple[tuple[str, str, date, date], ...] = (
    ("", "Zomervakantie", date(2026, 7, 18), date(2026, 8, 30)),
    ("de-linde", "Studiedag", date(2026, 9, 29), date(2026, 9, 29)),
    ("de-linde", "Studiedag", date(2026, 10, 6), date(2026, 10, 6)),
    ("de-eik", "Studiedag", date(2026, 12, 2), date(2026, 12, 2)),
    ("", "Herfstvakantie", date(2026, 10, 31), date(2026, 11, 8)),
    ("", "Kerstvakantie", date(2026, 12, 19), date(2027, 1, 3)),
    ("", "Voorjaarsvakantie", date(2027, 2, 13), date(2027, 2, 21)),
    ("", "Zomervakantie", date(2027, 7, 10), date(2027, 8, 22)),
)
TOLD: dict[Told, date] = {
    # An activity to look at again on Sunday 15 August 2027, in the summer.
    ("activity_review", "20270815:30", ""): date(2027, 7, 16),
    # An agreement until 20 September 2027.
    ("agreement_end", "20270920:90", ""): date(2027, 6, 22),
    ("agreement_end", "20270920:60", ""): date(2027, 7, 22),
}
_DIRECTOR, _IBP = "dirk@deproef.example", "ilse@deproef.example"
MORNINGS = {
    # Written on Monday 28 September, due on 12 October: after the free Tuesday there is time.
    (_DIRECTOR, date(2026, 9, 30)),
    # Written on Monday 5 October, due on Monday the 12th: within a week of Wednesday the 7th, so it
    # goes on the free Tuesday.
    (_DIRECTOR, date(2026, 10, 6)),
    # Written on Sunday 1 November, due on 31 December: waits for the first school day.
    (_IBP, date(2026, 11, 9)),
    # Written on 24 December, due on the 31st: in the holiday, on its first working day after.
    (_IBP, date(2026, 12, 28)),
    # Written on Monday 15 February and due on it: on the next working day.
    (_IBP, date(2027, 2, 16)),
    # The line of the director of that day is about a request due on 1 March: a week after Monday
    # the 22nd. On the 21st the request is answered, and nothing is left to say.
    (_IBP, date(2027, 6, 23)),
    # Written on Friday 16 July, due on 15 August, in the holiday: on Monday.
    (_IBP, date(2027, 7, 19)),
    # What was written on 22 July is due on 20 September: it waits for 23 August.
}


def build(world: World) -> None:
    """The holidays, and what is due in and after the summer of 2027."""
    cast = world.cast
    places = {"": None, "de-linde": cast.linde, "de-eik": cast.eik}
    for place, name, first, last in HOLIDAYS:
        row = SchoolHoliday(school=places[place], name=name, first_day=first, last_day=last)
        row.record(by=None, why="schoolgids")
    activity = make.established("V02", at=moment(FIRST))
    ProcessingActivity.objects.filter(pk=activity.pk).update(next_review_on=date(2027, 8, 15))
    make.agreement(
        make.processor("zomer", "Zomer"),
        starts_on=date(2025, 1, 1),
        ends_on=date(2027, 9, 20),
        notice_months=None,
    )
