"""The register out as a file, changed by hand, looked through and applied, in the browser."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from registers import tasks
from registers.actions import import_asking
from registers.exchange import import_queue, kept_file
from registers.models import Processor
from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.factories import registers as make

Visit = Callable[..., Visitor]


def hands_in(visitor: Visitor, content: bytes, name: str = "register.xlsx") -> None:
    visitor.page.get_by_label("Bestand", exact=True).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    visitor.presses("Nakijken")


def changed(content: bytes, name: str, country: str) -> bytes:
    book = load_workbook(io.BytesIO(content))
    sheet = book["Verwerkers"]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("naam") + 1).value = name
    sheet.cell(2, heads.index("land") + 1).value = country
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_register_goes_out_and_comes_in_changed(visit: Visit, cast: Cast) -> None:
    make.activity()
    make.processor()
    ibp = visit()
    ibp.signs_in(cast.ibp)
    ibp.go("/register/bestanden/")
    with ibp.page.expect_download() as download:
        ibp.page.get_by_role("link", name="Excel (.xlsx)").click()
    content = download.value.path().read_bytes()
    ibp.follows("Bestand inlezen")
    hands_in(ibp, changed(content, "Topicus Onderwijs", "Nederland"))
    ibp.sees("Er is niets ingelezen. Verbeter het bestand en lees het opnieuw in.")
    ibp.sees("Verwerkers, regel 2")
    paths = [ibp.page.url]
    ibp.follows("Terug naar bestanden inlezen")
    hands_in(ibp, changed(content, "Topicus Onderwijs", "NL"))
    ibp.sees("verandert: naam")
    paths.append(ibp.page.url)
    ibp.presses("Toepassen")
    ibp.sees("Het bestand is ingelezen in het register.")
    assert Processor.objects.get().name == "Topicus Onderwijs"
    assert trouble(ibp, ["/register/inlezen/", "/register/bestanden/", *paths]) == []


def test_a_larger_file_goes_through_the_worker(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a phone without JavaScript: the page tells how far it is, and looks again by itself."""
    monkeypatch.setattr(import_asking, "AT_ONCE_ROWS", 1)  # two rows stand for thousands
    rows = [{"code": code, "name": code.title()} for code in ("een", "twee")]
    file = {"format": "privacyboard-register", "version": 1, "tables": {"processors": rows}}
    ibp, looking = visit(javascript=False, width=390), visit(width=390)
    for each in (ibp, looking):
        each.signs_in(cast.ibp)
    ibp.go("/register/inlezen/")
    hands_in(ibp, json.dumps(file).encode(), "register.json")
    ibp.sees("Het bestand wordt nagekeken.")
    page = ibp.page.url
    assert trouble(looking, [page]) == []
    run = import_queue.claim_import(at=timezone.now())
    assert run is not None
    import_queue.note_progress(run=run, done=1, total=2, at=timezone.now())
    ibp.go(page)
    ibp.sees("1 van 2 klaar. U kunt deze pagina verlaten: het werk gaat door.")
    assert trouble(looking, [page]) == []
    kept_file.look_through(run, clock=timezone.now)
    ibp.go(page)
    ibp.presses("Toepassen")
    ibp.sees("Het bestand wordt toegepast: alles in één keer, of niets.")
    assert trouble(looking, [page]) == []
    assert Processor.objects.count() == 0
    assert tasks.take_in_waiting(timezone.now()) == 1
    ibp.go(page)
    ibp.sees("Wat er veranderde")
    assert Processor.objects.count() == 2
    assert trouble(looking, [page]) == []
