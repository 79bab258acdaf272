"""The teacher checks a photo in the class room, on a phone; the director hangs up the list."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from consent.models import PhotoCheck
from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.consent.classroom import a_classroom

Visit = Callable[..., Visitor]
LIST, CHECK = "/toestemmingen/klassenlijst/", "/toestemmingen/foto-check/"


@pytest.mark.requirement("VOG-025")
@pytest.mark.requirement("INN-020")
def test_the_teacher_checks_a_photo(visit: Visit, cast: Cast) -> None:
    a_classroom(cast)
    teacher = visit(width=390, javascript=False)
    teacher.signs_in(cast.teacher)
    teacher.go(CHECK)
    for name in ("Noor Visser", "Daan Visser"):
        teacher.page.get_by_label(name).check()
    teacher.page.get_by_label("website van de school").check()
    teacher.presses("Mag dit?")
    teacher.sees("Niet plaatsen")
    teacher.sees("1 kind mag hier niet op")
    teacher.sees("Wel toestemming van: Noor Visser.")
    teacher.page.get_by_label("Ja, wij plaatsen het").check()
    teacher.fills("Waarom?", "Het is een mooie foto.")
    teacher.presses("Afweging vastleggen")
    teacher.sees("Plaatsen kan niet")
    assert PhotoCheck.objects.get().publishes is None
    assert not teacher.needs_to_scroll_sideways()

    teacher.follows("Een andere foto")
    teacher.page.get_by_label("Noor Visser").check()
    teacher.page.get_by_label("website van de school").check()
    teacher.page.get_by_label("Dit is gevoelig beeld").check()
    teacher.presses("Mag dit?")
    teacher.sees("Gevoelig beeld komt alleen op het besloten ouderdeel.")
    teacher.page.get_by_label("Dit is gevoelig beeld").uncheck()
    teacher.presses("Mag dit?")
    teacher.sees("Iedereen op dit beeld zei ja")
    teacher.page.get_by_label("Ja, wij plaatsen het").check()
    teacher.fills("Waarom?", "Van ver genomen, en zij lacht.")
    teacher.presses("Afweging vastleggen")
    teacher.sees("Vastgelegd: dit beeld wordt geplaatst.")
    assert PhotoCheck.objects.filter(publishes=True).count() == 1
    # The browser tells that a form came back: 422, as it should.
    assert all("422" in each for each in teacher.complaints)
    teacher.complaints.clear()


def test_the_pages_of_use_are_in_order(visit: Visit, cast: Cast) -> None:
    room = a_classroom(cast)
    director = visit()
    director.signs_in(cast.director)
    director.go(f"{CHECK}?groep={room.group.pk}")
    director.page.get_by_label("Daan Visser").check()
    director.page.get_by_label("website van de school").check()
    director.presses("Mag dit?")
    answer = director.page.url.removeprefix(director.base)
    director.go(f"{LIST}?groep={room.group.pk}")
    director.sees("geboortedatum onbekend")
    with director.page.expect_download() as download:
        director.page.get_by_role("link", name="Afdrukken (PDF)").click()
    assert download.value.suggested_filename.endswith(".pdf")
    pages = [LIST, f"{LIST}?groep={room.group.pk}", f"{CHECK}?groep={room.group.pk}", answer]
    assert trouble(director, pages) == []
    ibp = visit()
    ibp.signs_in(cast.ibp)
    assert trouble(ibp, ["/toestemmingen/sleutels/", LIST]) == []
