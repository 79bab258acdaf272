"""Reporting a breach on a phone, without JavaScript; and axe has nothing to say about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from datalekken.models import Breach, BreachFile
from tests.browser.pages import Visitor
from tests.browser.test_axe import by_day_and_by_night, trouble
from tests.browser.test_request_form import picture
from tests.conftest import Cast
from tests.documents import files

Visit = Callable[..., Visitor]
PHONE = {"width": 390, "height": 844, "javascript": False}


def test_a_teacher_reports_a_lost_stick_on_her_phone(
    visit: Visit, cast: Cast, tmp_path: Path
) -> None:
    cast.board.breach_phone = "070 123 45 67"
    cast.board.breach_protocol_url = "https://deproef.example/protocol.pdf"
    cast.board.record(by=None, why="proef")
    teacher = visit(**PHONE)
    teacher.signs_in(cast.teacher)
    teacher.follows("Datalek melden")
    teacher.sees("uiterlijk binnen 24 uur", "070 123 45 67")
    picture(teacher, "report-start")
    teacher.follows("Een laptop, telefoon of USB-stick is kwijt of gestolen")
    teacher.sees("Vraag om het apparaat op afstand te wissen of op slot.")
    picture(teacher, "report-form")
    assert not teacher.needs_to_scroll_sideways()

    page = teacher.page
    assert page.locator("#id_reporter_name").input_value() == "Tess Leraar"
    assert page.locator("#id_school").input_value() == "de-linde"
    film, photo = tmp_path / "film.mov", tmp_path / "foto.png"
    film.write_bytes(bytes(26 * 1024 * 1024))
    photo.write_bytes(files.image("PNG"))
    page.locator("#id_what_happened").fill("Mijn USB-stick met rapporten is weg.")
    page.locator("#id_people_count").fill("25")
    page.get_by_label("Op één moment").check()
    moment = timezone.localtime(timezone.now() - timedelta(hours=2))
    page.locator("#id_occurred_from").fill(f"{moment:%Y-%m-%dT%H:%M}")
    page.locator("#id_files").set_input_files([film, photo])
    teacher.presses("Verstuur de melding")
    teacher.sees("“film.mov” is te groot", "Kies uw bestanden opnieuw")
    picture(teacher, "report-film")
    assert page.locator("#id_what_happened").input_value() == (
        "Mijn USB-stick met rapporten is weg."
    )

    page.locator("#id_files").set_input_files([photo])
    teacher.presses("Verstuur de melding")
    teacher.sees("Uw melding is binnen")
    made = Breach.objects.get()
    teacher.sees(made.number, "Vraag om het apparaat op afstand te wissen of op slot.")
    assert (made.reporter, made.occurrence) == (cast.teacher, "moment")
    assert BreachFile.objects.count() == 1
    picture(teacher, "report-sent")
    teacher.follows("Volg uw melding via deze link")
    teacher.sees("Wij hebben uw melding.")
    teacher.does_not_see("USB-stick met rapporten")
    picture(teacher, "report-status")
    teacher.go("/datalek-melden/mijn/")
    teacher.sees(made.number)
    picture(teacher, "report-mine")


def test_axe_and_a_narrow_screen(visit: Visit, cast: Cast) -> None:
    parent = visit()
    found = trouble(
        parent,
        [
            "/datalek-melden/",
            "/datalek-melden/en/",
            "/datalek-melden/?soort=device_lost",
            "/datalek-melden/en/?soort=unknown",
        ],
    )
    parent.go("/datalek-melden/?soort=paper_lost")
    parent.presses("Verstuur de melding")
    parent.sees("Er gaat iets niet goed")
    found += by_day_and_by_night(parent)
    parent.page.locator("#id_what_happened").fill("Een lijst lag op de gang.")
    parent.page.get_by_label("Ik ben ouder of verzorger").check()
    parent.presses("Verstuur de melding")
    parent.sees("Uw melding is binnen")
    found += by_day_and_by_night(parent)
    parent.follows("Volg uw melding via deze link")
    found += by_day_and_by_night(parent)

    director = visit()
    director.signs_in(cast.director)
    found += trouble(director, ["/datalekken/nieuw/", "/datalek-melden/mijn/"])
    director.go("/datalekken/nieuw/")
    picture(director, "report-intake")
    director.presses("Leg vast")
    director.sees("Er gaat iets niet goed")
    found += by_day_and_by_night(director)
    assert found == []
