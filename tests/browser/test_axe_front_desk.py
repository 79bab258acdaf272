"""axe finds nothing on the long pages of the front desk, folded and unfolded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone

from privacyboard.clockwork import runs, sweeps
from privacyboard.clockwork.models import Heartbeat
from privacyboard.organisation.models import SchoolHoliday
from tests.browser.pages import Visitor
from tests.browser.test_axe import by_day_and_by_night, trouble
from tests.conftest import NOW, Cast
from tests.factories import people
from tests.factories import registers as make
from tests.mail.conftest import queue

Visit = Callable[..., Visitor]


def unfold(visitor: Visitor) -> None:
    for each in visitor.page.locator("main details > summary").all():
        each.click()


def test_home_tasks_and_cleaning(visit: Visit, cast: Cast) -> None:
    now = timezone.now()
    sweeps.make_known(at=now)
    Heartbeat.objects.exclude(name="digest").update(good_at=now)
    Heartbeat.objects.filter(name="digest").update(good_at=NOW, error="OperationalError")
    letter = queue("piet")
    type(letter).objects.update(state="failed", last_error="SMTPRecipientsRefused 550")
    for number in range(12):
        make.established(f"V{number:02}", at=NOW, next_review_on=date(2026, 1, 1))
    people.pupil(cast.linde, left_on=date(2020, 7, 31))
    run = runs.run_rules(by=None, at=now, trial=True)

    in_a_month = timezone.localdate() + timedelta(days=30)
    SchoolHoliday(name="Vrij", first_day=in_a_month, last_day=in_a_month).record(by=None, why="")

    ibp, keeper = visit(), visit()
    ibp.signs_in(cast.ibp)
    keeper.signs_in(cast.administrator)
    found = trouble(ibp, ["/", "/mijn-berichten/", "/opruimen/", f"/opruimen/{run.pk}/"])
    found += trouble(ibp, ["/vakanties/", "/vakanties/nieuw/", "/vakanties/heel-jaar/"])
    found += trouble(keeper, ["/", "/taken-en-post/"])
    for visitor, path in ((ibp, "/"), (ibp, "/opruimen/"), (keeper, "/taken-en-post/")):
        visitor.go(path)
        unfold(visitor)
        found += by_day_and_by_night(visitor)
    assert found == []
