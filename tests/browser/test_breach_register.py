"""The breach register and the turns on duty in a real browser, by day and by night, on a phone."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from datalekken.models import DutyTurn
from privacyboard.organisation.choices import Role
from tests.browser.pages import Visitor
from tests.browser.test_axe import by_day_and_by_night
from tests.conftest import Cast, make_person
from tests.factories import breaches as make

Visit = Callable[..., Visitor]
HOUR = timedelta(hours=1)


def picture(visitor: Visitor, name: str) -> None:
    """A look for people, where somebody asks for it."""
    if folder := os.environ.get("PICTURES"):
        visitor.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def some(cast: Cast) -> None:
    """Late, on time, not notified, running and not certain; at one school, at two, at none."""
    now = timezone.now()
    ago = now - 100 * HOUR
    for hours in (71, 80):
        made = make.decided(make.breach(cast.linde, at=ago), at=ago, by=cast.ibp)
        made.notified_at = ago + hours * HOUR
        made.record(by=None, why="proef")
    shared = make.breach(cast.linde, cast.eik, at=ago, title="Rapporten bij de verkeerde ouders")
    make.certain(shared, at=ago, by=cast.ibp)
    make.decided_not(shared, at=ago, by=cast.ibp)
    make.certain(make.breach(cast.eik, at=now, kind="phishing"), at=now, by=cast.ibp)
    make.breach(at=now, kind="ransomware", is_confidential=True)


def test_a_figure_leads_to_its_list_on_a_phone_and_on_a_desk(visit: Visit, cast: Cast) -> None:
    some(cast)
    found = []
    for width, name in ((1280, "register-desk"), (390, "register-phone")):
        manager = visit(width=width, height=844)
        manager.signs_in(cast.ibp)
        manager.follows("Register van datalekken")
        manager.sees("Hoe het ging", "Per school", "5 datalekken")
        assert not manager.needs_to_scroll_sideways()
        picture(manager, name)
        found += by_day_and_by_night(manager)
    assert manager.page.evaluate("document.documentElement.scrollHeight") < 4500
    manager.follows("PDF’s die u eerder vroeg")
    manager.sees("U vroeg nog geen PDF.")
    found += by_day_and_by_night(manager)
    manager.go("/datalekken/register/")
    manager.page.locator("summary", has_text="Per school").click()
    manager.sees("Een datalek bij twee scholen telt bij beide.")
    manager.page.locator(".figures").get_by_role("link", name="te laat gemeld bij de AP").click()
    manager.sees("1 datalek", "D-20")
    picture(manager, "register-late")
    assert manager.page.locator("#id_termijn").input_value() == "late"
    assert found == []


def test_a_director_reads_the_own_school_and_finds_no_files(visit: Visit, cast: Cast) -> None:
    some(cast)
    director = visit(width=390, height=844, javascript=False)
    director.signs_in(cast.director)
    director.follows("Register van datalekken")
    # The tables above it are folded away.
    expect(director.page.get_by_role("heading", name="3 datalekken")).to_be_visible()
    assert director.page.locator("tbody th").filter(has_text="De Linde").count() == 1
    director.does_not_see("Excel (XLSX)", "-0004", "-0005")


def test_a_deputy_gets_the_holiday(visit: Visit, cast: Cast) -> None:
    make_person("Dina Dienst", Role.IBP_MANAGER)
    today = timezone.localdate()
    DutyTurn(user=cast.ibp, starts_on=today, ends_on=today).record(by=None, why="proef")
    manager = visit(width=390, height=844, javascript=False)
    manager.signs_in(cast.ibp)
    manager.follows("Dienst voor datalekken")
    manager.sees("Ilse Beheer", "heeft nu dienst")
    manager.chooses("Wie heeft dienst?", "Dina Dienst")
    manager.fills("Eerste dag", today.isoformat())
    manager.fills("Laatste dag", (today + timedelta(days=6)).isoformat())
    manager.page.locator("#id_why").fill("herfstvakantie")
    picture(manager, "duty-phone")
    manager.presses("Dienst geven")
    manager.sees("Dina Dienst heeft dienst.", "Ilse Beheer heeft ook dienst", "herfstvakantie")
    assert not manager.needs_to_scroll_sideways()
    desk = visit()
    desk.signs_in(cast.ibp)
    desk.go("/datalekken/dienst/")
    picture(desk, "duty-desk")
    found = by_day_and_by_night(desk)
    row = manager.page.locator("tr").filter(has_text="Dina Dienst")
    row.get_by_role("link", name="Beëindigen").click()
    manager.presses("Beëindigen")
    manager.sees("De dienst van Dina Dienst is beëindigd.")
    assert DutyTurn.objects.count() == 1
    assert found == []
