"""The national overviews in the browser: read in with mistakes, then well, then read by others."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from tests.browser.pages import Visitor
from tests.browser.test_axe import by_day_and_by_night, trouble
from tests.conftest import Cast
from tests.factories import registers as make

Visit = Callable[..., Visitor]
PAGE = "/register/landelijk/"
HEAD = "Leverancier;Product;Status;Datum ondertekend;Versie;BRIN\n"
GOOD = (
    "Topicus;ParnasSys;Niet ondertekend;1-2-2025;3.0;\n"
    "Cito;Leerling in beeld;Getekend;1-2-2025;4.0;12AB\n"
)


def hands_in(visitor: Visitor, text: str, kind: str = "signing_service") -> None:
    visitor.page.get_by_label("Welk overzicht is dit?").select_option(kind)
    visitor.page.get_by_label("Bestand").set_input_files(
        {"name": "overzicht.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    visitor.presses("Inlezen")


def test_an_overview_is_read_in_and_laid_beside_the_agreements(visit: Visit, cast: Cast) -> None:
    at = timezone.now()
    make.covering(make.product(), at=at, ends_on=None)
    make.covering(make.product("gynzy", "Gynzy", "gynzy-bv"), at=at, ends_on=None, reference="G1")
    ibp = visit()
    ibp.signs_in(cast.ibp)
    ibp.go("/")
    ibp.follows("Landelijke overzichten")
    ibp.sees("nog geen overzicht ingelezen")
    hands_in(ibp, HEAD + "Topicus;ParnasSys;Getekend;ooit;;\n")
    ibp.sees("overzicht.csv, regel 2, kolom D: “ooit” is geen datum.")
    # The browser tells its console about the answer 422, as it should.
    ibp.complaints.clear()
    found = by_day_and_by_night(ibp)
    hands_in(ibp, HEAD + GOOD)
    hands_in(ibp, "Product;Uitkomst;Datum\nParnasSys;Akkoord;1-2-2026\n", "national_test")
    for words in ("Ontbreekt hier (1)", "Ontbreekt daar (1)", "Verschilt (1)", "Akkoord"):
        ibp.sees(words)
    director = visit()
    director.signs_in(cast.director)
    found += trouble(director, [PAGE, f"{PAGE}verschilt/", f"{PAGE}toets/"])
    found += trouble(ibp, [PAGE])
    assert found == []
