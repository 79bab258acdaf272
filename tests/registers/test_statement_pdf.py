"""The statement as a PDF: tagged, Dutch, titled, and saying what the page says."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from pypdf import PdfReader

from registers import actions
from tests.conftest import Cast
from tests.factories import registers as make


@pytest.mark.requirement("KPO-046")
def test_the_pdf_is_tagged_dutch_and_titled_and_holds_the_words_of_the_page(
    cast: Cast, now: datetime
) -> None:
    make.establish(make.full_activity(schools=[cast.linde]), at=now)
    made = actions.publish_statement(school=cast.linde, by=cast.ibp, at=now)
    reader = PdfReader(io.BytesIO(made.pdf.file.read()))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"].value is True  # type: ignore[index]
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]) == "nl"
    assert reader.metadata is not None
    assert reader.metadata.title == "Privacyverklaring De Linde"
    assert reader.metadata.author == "Stichting De Proef"
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    words = words.replace("\u2010 ", "")  # a word broken at the end of a line
    for expected in (
        "2 maart 2026",
        "De Linde is een school van Stichting De Proef.",
        "fg@deproef.example",
        "Verwerking V01",
        "Een veilig netwerk.",
        "binnen één maand antwoord",
        "autoriteitpersoonsgegevens.nl",
    ):
        assert expected in words
