"""Letters for the printer: several in one file."""

from __future__ import annotations

import io
from collections.abc import Iterable

from pypdf import PdfWriter


def bind_letters(letters: Iterable[tuple[str, bytes]]) -> bytes:
    """Put letters behind each other: each as its heading and its PDF; returns one PDF.

    Each letter fills whole sheets: printed on both sides, no family's letter begins on the back of
    another's. Where a new heading begins stands a bookmark; an empty one gives none. Who listens
    to a letter opens the letter itself, which is tagged.
    """
    writer, last = PdfWriter(), ""
    for heading, pdf in letters:
        first_page = len(writer.pages)
        writer.append(io.BytesIO(pdf), import_outline=False)
        if len(writer.pages) % 2:
            writer.add_blank_page()
        if heading != last:
            writer.add_outline_item(title=heading, page_number=first_page)
            last = heading
    writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
