"""The register out as a file, changed by hand, looked through and applied, in the browser."""

from __future__ import annotations

import io
from collections.abc import Callable

from openpyxl import load_workbook

from registers.models import Processor
from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.factories import registers as make

Visit = Callable[..., Visitor]


def hands_in(visitor: Visitor, content: bytes) -> None:
    visitor.page.get_by_label("Bestand", exact=True).set_input_files(
        {"name": "register.xlsx", "mimeType": "application/octet-stream", "buffer": content}
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
