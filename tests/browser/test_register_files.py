"""The FG asks for the whole register as a file, without JavaScript, and reads it as a page."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from registers import tasks
from registers.actions import files
from registers.exchange import queue
from registers.models import RegisterFile
from tests.browser.pages import Visitor
from tests.browser.test_axe import publish, trouble
from tests.conftest import Cast

Visit = Callable[..., Visitor]
PAGE = "/register/bestanden/"


def test_fg_asks_for_the_register_and_finds_it_on_the_page(visit: Visit, cast: Cast) -> None:
    publish(cast)
    fg = visit(javascript=False)
    fg.signs_in(cast.fg)
    fg.follows("Het register als bestand")
    fg.presses("Maak het register als PDF")
    assert "Het register wordt gemaakt." in fg.page.locator("main").inner_text()
    tasks.make_waiting(timezone.now())
    fg.go(PAGE)
    with fg.page.expect_download() as download:
        fg.page.get_by_role("link", name="register-").click()
    assert download.value.suggested_filename.startswith("register-20")


def test_the_pages_of_the_whole_register_are_in_order_for_axe(visit: Visit, cast: Cast) -> None:
    publish(cast)
    file = files.ask_register_file(by=cast.ibp, at=timezone.now())
    tasks.make_waiting(timezone.now())
    files.ask_register_file(by=cast.ibp, at=timezone.now())
    files.ask_register_file(by=cast.fg, at=timezone.now())
    busy = queue.claim_register_file(at=timezone.now())
    assert busy is not None
    queue.note_progress(file=busy, done=3, total=34, at=timezone.now())
    assert RegisterFile.objects.count() == 3
    assert file in RegisterFile.objects.all()
    fg = visit()
    fg.signs_in(cast.fg)
    assert trouble(fg, [PAGE, "/register/geheel/"]) == []
