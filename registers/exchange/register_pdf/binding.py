"""Parts bound into one PDF: page numbers, a contents page that leads somewhere, bookmarks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
)

# A link of the contents page to the part of this number.
LINK = "https://part.invalid/"

# Where head and page number stand, in points from the left and from below, and their size.
_LEFT, _RIGHT, _TOP, _BASE, _SIZE = 45.4, 550.0, 804.0, 34.0, 7.5
# Widths of Helvetica, which every reader of PDF brings along, in thousandths of its size.
_WIDTHS = {"p": 556, "a": 556, "g": 556, "i": 222, "n": 556, "v": 500, " ": 278}
_DIGIT = 556


@dataclass(frozen=True)
class BoundPart:
    """A printed part, with its bookmark and the chapter over it; no chapter: on the first level."""

    title: str
    chapter: str
    pdf: bytes


@dataclass(frozen=True)
class Cover:
    """What the file says about itself."""

    title: str
    author: str


def bind(front: bytes, parts: Sequence[BoundPart], cover: Cover) -> bytes:
    """The cover and contents (`front`), then the parts in their order, as one PDF."""
    writer = PdfWriter()
    writer.append(io.BytesIO(front), import_outline=False)
    front_pages = len(writer.pages)
    starts = []
    for part in parts:
        starts.append(len(writer.pages))
        writer.append(io.BytesIO(part.pdf), import_outline=False)
    pages = [page.get_object() for page in writer.pages]
    _lead(pages[:front_pages], [writer.pages[start] for start in starts])
    _bookmark(writer, parts, starts)
    heads = _heads(parts, starts, len(pages))
    _write_over(writer, pages, [f"{cover.author} · {head}" for head in heads])
    writer.add_metadata({"/Title": cover.title, "/Author": cover.author})
    writer.root_object[NameObject("/Lang")] = TextStringObject("nl")
    shown = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.root_object[NameObject("/ViewerPreferences")] = shown
    bound = io.BytesIO()
    writer.write(bound)
    return bound.getvalue()


def _lead(front: Sequence[Any], targets: Sequence[Any]) -> None:
    """Let the links of the contents page lead to the page where their part begins."""
    for page in front:
        for reference in page.get("/Annots", ()):
            link = reference.get_object()
            address = link.get("/A", {}).get("/URI", "")
            if address.startswith(LINK):
                target = targets[int(address.removeprefix(LINK))].indirect_reference
                del link["/A"]
                link[NameObject("/Dest")] = ArrayObject(
                    [target, NameObject("/XYZ"), NullObject(), NullObject(), NumberObject(0)]
                )


def _bookmark(writer: PdfWriter, parts: Sequence[BoundPart], starts: Sequence[int]) -> None:
    chapters: dict[str, Any] = {}
    for part, start in zip(parts, starts, strict=True):
        if part.chapter and part.chapter not in chapters:
            chapters[part.chapter] = writer.add_outline_item(title=part.chapter, page_number=start)
        writer.add_outline_item(
            title=part.title, page_number=start, parent=chapters.get(part.chapter)
        )


def _heads(parts: Sequence[BoundPart], starts: Sequence[int], count: int) -> list[str]:
    """What stands above each page: the title of the part that it belongs to."""
    heads = ["Inhoud"] * count
    for part, start in zip(parts, starts, strict=True):
        heads[start:] = [part.title] * (count - start)
    return heads


def _write_over(writer: PdfWriter, pages: Sequence[Any], heads: Sequence[str]) -> None:
    """Write head and page number over each page but the cover: no layout is made again for it."""
    font = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
    )
    before = writer._add_object(_stream("q\n"))
    for number, page in enumerate(pages[1:], start=2):
        resources = page["/Resources"].get_object()
        fonts = resources.setdefault(NameObject("/Font"), DictionaryObject()).get_object()
        fonts[NameObject("/Over")] = font
        text = f"pagina {number} van {len(pages)}"
        width = sum(_WIDTHS.get(sign, _DIGIT) for sign in text) * _SIZE / 1000
        words = _words(heads[number - 1], _LEFT, _TOP) + _words(text, _RIGHT - width, _BASE)
        over = writer._add_object(_stream(f"\nQ q .3 .35 .34 rg{words} Q\n"))
        page[NameObject("/Contents")] = ArrayObject([before, page.raw_get("/Contents"), over])


def _words(text: str, left: float, base: float) -> str:
    """Text at a place. Helvetica knows the letters of Western Europe; others become "?"."""
    shown = text.encode("cp1252", "replace").hex()
    return f" BT /Over {_SIZE} Tf 1 0 0 1 {left:.2f} {base} Tm <{shown}> Tj ET"


def _stream(operators: str) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(operators.encode("ascii"))
    return stream
