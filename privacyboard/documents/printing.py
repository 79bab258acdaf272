"""From HTML to PDF, and nothing else of the application: also run as a process of its own.

As a process it reads from its input how to print and then page after page, each preceded by its
length, and answers with the number of pages and the PDF; no pages: with what went wrong. It reaches
no network, and no file outside the folders that it is told.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import re
import struct
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

LENGTH = struct.Struct("!I")
ANSWER = struct.Struct("!II")
_KINDS = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
_kept = threading.local()


@dataclass(frozen=True)
class Style:
    """How pages look, and what they can load: nothing, unless `folders` are named.

    `base` is where the addresses of those files begin. A page that links to the stylesheet itself
    does so by an address like `linked`, a pattern: it is printed in `css` already.
    """

    css: str
    tagged: bool = False
    base: str = ""
    linked: str = ""
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Printed:
    """A PDF, and of how many pages."""

    pdf: bytes
    pages: int


class FileAsked(ValueError):
    """A page asked for a file or an address that it may not load: it is not printed."""


class Printer:
    """Makes PDFs in one style, in one thread. Slow to begin (fonts, Pango), quick after that."""

    def __init__(self, style: Style) -> None:
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        self.style = style
        # One set of fonts and one parsed stylesheet for all pages.
        self._fonts = FontConfiguration()
        self._fetcher = _fetcher(style)
        self._css = CSS(string=style.css, font_config=self._fonts, url_fetcher=self._fetcher)
        self._options = {"pdf_variant": "pdf/ua-1"} if style.tagged else {}

    def print(self, html: str) -> Printed:
        """The page as PDF. Raises FileAsked."""
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError

        page = HTML(string=html, base_url=self.style.base or None, url_fetcher=self._fetcher)
        try:
            document = page.render(
                font_config=self._fonts, stylesheets=[self._css], **self._options
            )
            return Printed(document.write_pdf(**self._options), len(document.pages))
        except FatalURLFetchingError as refused:  # no Exception: it would end the worker
            raise FileAsked(str(refused)) from refused


def printer_for(style: Style) -> Printer:
    """The printer that this thread keeps; Pango's fonts are not for two threads at a time."""
    kept: Printer | None = getattr(_kept, "printer", None)
    if kept is None or kept.style != style:
        kept = _kept.printer = Printer(style)
    return kept


def _fetcher(style: Style) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OurFilesOnly(URLFetcher):
        """Answers from the folders of the style; refuses every other address, loudly."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            if style.linked and re.fullmatch(style.linked, url):
                return URLFetcherResponse(url, b"", {"Content-Type": "text/css"})
            file = _file(url, style)
            if file is None:
                raise FatalURLFetchingError(url[:100])
            kind = _KINDS.get(file.suffix, "text/plain")
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})

    return OurFilesOnly()


def _file(url: str, style: Style) -> Path | None:
    """The file behind an address, where it lies in a folder of the style."""
    if not style.base or not url.startswith(style.base):
        return None
    path = urlsplit(url).path
    name = unquote(path.removeprefix(urlsplit(style.base).path))
    for folder in map(Path, style.folders):
        try:
            file = (folder / name).resolve()
            found = file.is_relative_to(folder.resolve()) and file.is_file()
        except (ValueError, OSError):  # no name of a file: WeasyPrint would take it for a gap
            return None
        if found:
            return file
    return None


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


def write_style(style: Style, target: IO[bytes]) -> None:
    """The first text that a process gets."""
    write_text(json.dumps(asdict(style)), target)


def _read_style(source: IO[bytes]) -> Style:
    plain = json.loads(read_text(source) or '{"css": ""}')
    return Style(**{**plain, "folders": tuple(plain.get("folders", ()))})


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Print whatever comes in, until nothing comes any more."""
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    printer = Printer(_read_style(source))
    # Layout makes many objects and few cycles: looking for those less often is a tenth faster.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    while (html := read_text(source)) is not None:
        try:
            made = printer.print(html)
        except Exception as problem:  # noqa: BLE001 - one bad page does not end the others
            # Only the kind of error: its text can hold a name.
            made = Printed(type(problem).__name__.encode(), 0)
        target.write(ANSWER.pack(made.pages, len(made.pdf)) + made.pdf)
        target.flush()


if __name__ == "__main__":
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:  # whoever asked is gone: nobody waits for the rest
        os._exit(1)
