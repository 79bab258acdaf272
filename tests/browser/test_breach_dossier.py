"""Typing over the AP's form from the dossier: with and without a script, in the eyes of axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from datalekken.actions.notifying import Delivery, keep_answers, record_notification
from datalekken.models import Breach
from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.factories import breaches as make

Visit = Callable[..., Visitor]


def decided(cast: Cast) -> Breach:
    at = timezone.now() - timedelta(hours=3)
    told = "Mijn USB-stick met rapporten is weg.\nHij lag in de trein."
    made = make.decided(make.breach(cast.linde, at=at, what_happened=told), at=at, by=cast.ibp)
    answers = {"people_kinds": ["pupils"], "85": ["a", "h"], "severity": "significant"}
    keep_answers(breach=made, answers=answers, by=cast.ibp, at=at)
    return made


def test_an_answer_is_copied_and_a_notification_recorded(visit: Visit, cast: Cast) -> None:
    made = decided(cast)
    manager = visit(width=390, height=844)
    manager.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    manager.signs_in(cast.ibp)
    manager.go(f"/datalekken/{made.number}/")
    manager.follows("Dossier voor de AP, om over te nemen")
    page = manager.page
    button = page.get_by_role("button", name=re.compile("Kopiëren.*Geef een samenvatting"))
    button.click()
    expect(page.get_by_role("status").filter(has_text="Gekopieerd")).to_be_attached()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "Mijn USB-stick met rapporten is weg.\nHij lag in de trein."
    manager.follows("Vastleggen dat u meldde")
    page.get_by_label("voorlopige melding").check()
    moment = timezone.localtime() - timedelta(minutes=5)
    manager.fills("Wanneer heeft u het verstuurd?", f"{moment:%Y-%m-%dT%H:%M}")
    page.get_by_label("Nummer bij de AP").fill("AP-2026-77")
    manager.presses("Vastleggen")
    expect(page.get_by_text("De melding is vastgelegd.")).to_be_visible()
    manager.follows("Lees wat er gemeld is")
    expect(page.get_by_text("Dit is precies wat bij deze melding is vastgelegd.")).to_be_visible()
    expect(page.get_by_text("AP-2026-77")).to_be_visible()


def test_where_the_browser_gives_no_clipboard_the_answer_is_copied_the_older_way(
    visit: Visit, cast: Cast
) -> None:
    made = decided(cast)
    manager = visit()
    manager.page.add_init_script("delete Navigator.prototype.clipboard")
    manager.signs_in(cast.ibp)
    manager.go(f"/datalekken/{made.number}/dossier/")
    page = manager.page
    page.get_by_role("button", name=re.compile("Kopiëren.*Uw eigen nummer")).click()
    expect(page.get_by_role("status").filter(has_text="Gekopieerd")).to_be_attached()
    assert page.evaluate("String(window.getSelection())") == made.number


def test_without_a_script_no_button_stands_and_every_answer_does(visit: Visit, cast: Cast) -> None:
    made = decided(cast)
    manager = visit(javascript=False)
    manager.signs_in(cast.ibp)
    manager.go(f"/datalekken/{made.number}/dossier/")
    page = manager.page
    expect(page.locator("[data-copy]:visible")).to_have_count(0)
    expect(page.get_by_text("Hij lag in de trein.")).to_be_visible()
    style = page.locator("#antwoord-summary").evaluate("e => getComputedStyle(e).userSelect")
    assert style == "all"


def test_the_pages_are_in_order_by_axe(visit: Visit, cast: Cast) -> None:
    made = decided(cast)
    at = timezone.now()
    delivery = Delivery(kind="preliminary", sent_at=at, ap_number="AP-1")
    record_notification(breach=made, delivery=delivery, by=cast.ibp, at=at)
    one = f"/datalekken/{made.number}"
    manager = visit()
    manager.signs_in(cast.ibp)
    paths = ("dossier", "meldgegevens", "melden", "melding/1")
    found = trouble(manager, [f"{one}/{path}/" for path in paths])
    assert found == []
