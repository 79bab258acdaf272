"""Letters for the printer: whole sheets, and a bookmark where a new heading begins."""

from __future__ import annotations

import io

from pypdf import PdfReader, PdfWriter

from privacyboard.documents.binding import bind_letters


def letter(pages: int) -> bytes:
    writer = PdfWriter()
    for page in range(pages):
        writer.add_blank_page(width=100 * pages + page, height=200)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def bound(*letters: tuple[str, int]) -> PdfReader:
    return PdfReader(io.BytesIO(bind_letters([(head, letter(pages)) for head, pages in letters])))


def test_every_letter_begins_on_a_sheet_of_its_own() -> None:
    widths = [float(page.mediabox.width) for page in bound(("", 1), ("", 2), ("", 3)).pages]
    # An odd letter is followed by an empty page of its own size; the next begins on a front.
    assert [widths.index(each) % 2 for each in (100, 200, 300)] == [0, 0, 0]
    assert len(widths) == 8


def test_a_bookmark_stands_where_a_heading_begins() -> None:
    pdf = bound(("3a", 1), ("3a", 1), ("7b", 2))
    found = [(each["/Title"], pdf.get_destination_page_number(each)) for each in pdf.outline]  # type: ignore[arg-type, call-overload]
    assert found == [("3a", 0), ("7b", 4)]


def test_without_headings_there_are_no_bookmarks() -> None:
    assert bound(("", 1), ("", 1)).outline == []
