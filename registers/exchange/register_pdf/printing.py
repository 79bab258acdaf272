"""From HTML to PDF, and nothing else of the application: also run as a process of its own.

As a process it reads from its input the stylesheet and then page after page, each preceded by its
length, and answers with the number of pages and the PDF. It loads no file and reaches no network.
"""

from __future__ import annotations

import gc
import logging
import struct
import sys
from dataclasses import dataclass
from typing import IO

LENGTH = struct.Struct("!I")
ANSWER = struct.Struct("!II")


@dataclass(frozen=True)
class Printed:
    """A part as PDF, and of how many pages."""

    pdf: bytes
    pages: int


class FileAsked(ValueError):
    """A part asked for a file or an address: it is not printed."""


class Printer:
    """Makes PDFs in one style. Slow to begin (fonts, Pango), quick per page after that."""

    def __init__(self, css: str) -> None:
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher

        class Nothing(URLFetcher):
            """A part stands on its own: whatever it asks for is refused."""

            def fetch(self, url: str, headers: object = None) -> object:
                raise FatalURLFetchingError(url[:100])

        # One set of fonts and one parsed stylesheet for all parts.
        self._fonts = FontConfiguration()
        self._fetcher = Nothing()
        self._css = CSS(string=css, font_config=self._fonts, url_fetcher=self._fetcher)

    def print(self, html: str) -> Printed:
        """The page as an untagged PDF: the accessible form of the register is its own page.

        Raises FileAsked.
        """
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError

        page = HTML(string=html, url_fetcher=self._fetcher)
        try:
            document = page.render(font_config=self._fonts, stylesheets=[self._css])
        except FatalURLFetchingError as refused:  # no Exception: it would end the worker
            raise FileAsked(str(refused)) from refused
        return Printed(document.write_pdf(), len(document.pages))


def read_text(source: IO[bytes]) -> str | None:
    """The next text, or nothing at the end."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return source.read(*LENGTH.unpack(head)).decode()


def write_text(text: str, target: IO[bytes]) -> None:
    """One text with its length before it."""
    raw = text.encode()
    target.write(LENGTH.pack(len(raw)) + raw)
    target.flush()


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Print whatever comes in, until nothing comes any more."""
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    printer = Printer(read_text(source) or "")
    # Layout makes many objects and few cycles: looking for those less often is a tenth faster.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    while (html := read_text(source)) is not None:
        made = printer.print(html)
        target.write(ANSWER.pack(made.pages, len(made.pdf)) + made.pdf)
        target.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
