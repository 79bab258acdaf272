"""The register as one PDF: cover, contents, every activity, every processor.

Each part is kept under the hash of what it says and how it looks; a new issue prints only the parts
that changed. Page numbers come over the parts afterwards, so that they are no part of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version

from django.template.loader import render_to_string

from privacyboard.documents.press import Press
from privacyboard.documents.printing import Printed, Style
from privacyboard.documents.rendering import style_text
from privacyboard.organisation.models import Board
from registers import letters
from registers.exchange.register_pdf.binding import LINK, BoundPart, Cover, bind
from registers.exchange.register_pdf.parts import (
    Suppliers,
    all_deviations,
    in_order,
    read_parts,
    read_said,
)
from registers.models import Agreement, ProcessingActivity, RenderedPart
from registers.rules.statement import BoardFacts

TITLE = "Register van verwerkingen"
_STYLE = "privacyboard/register_document.css"
# Two processes that print take half a second to begin: not for a part or two.
FEW = 2
# Another version of the printer can lay out the same words otherwise.
_PRINTER = f"weasyprint {version('weasyprint')}"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Part:
    """One part, ready to be printed, and the hash under which it is kept."""

    chapter: str
    code: str
    title: str
    mark: str
    html: str
    sha256: str


@dataclass(frozen=True)
class Entry:
    """A line of the contents page."""

    link: str
    code: str
    title: str
    mark: str
    page: int


def make(*, on: date, at: datetime, asked_by: str, progress: Progress) -> bytes:
    """The register as it stands, as a PDF; `progress` is told how many parts of how many are ready.

    Raises NotPrinted, or whatever the printer says of a part.
    """
    css = style()
    total = ProcessingActivity.objects.count() + 1
    kept = set(RenderedPart.objects.values_list("sha256", flat=True))
    parts: list[Part] = []
    # Untagged: the accessible form of the register is its own page.
    with Press(Style(css), few=FEW) as press:
        asked: set[str] = set()
        for part in register_parts(on=on, css=css):
            parts.append(part)
            if part.sha256 not in kept | asked:
                asked.add(part.sha256)
                press.take(part.sha256, part.html)
        progress(total - len(asked), total)
        for done, (sha256, printed) in enumerate(press.finished(), start=1):
            keep(sha256, printed, at)
            progress(total - len(asked) + done, total)
        found = _kept_parts(parts, at)
        front = _front(parts, found, on=on, asked_by=asked_by, press=press)
    bound = [
        BoundPart(f"{part.code} {part.title}".strip(), part.chapter, found[part.sha256].pdf)
        for part in parts
    ]
    return bind(front.pdf, bound, Cover(TITLE, letters.board_facts(Board.objects.first()).name))


def style() -> str:
    """The stylesheet of the register, as text."""
    return style_text(_STYLE)


def register_parts(*, on: date, css: str) -> Iterator[Part]:
    """Every part in the order of the book; each as soon as it is read."""
    board = Board.objects.first()
    name = letters.board_facts(board).name
    suppliers = Suppliers(Agreement.objects.all(), on)
    said = read_said(list(in_order(ProcessingActivity.objects.all())))
    read = read_parts(said, suppliers=suppliers, deviations=all_deviations(), board=board)
    for each in read:
        html = _page("register_part", {"board_name": name, "activity": each})
        yield Part(each.chapter, each.code, each.name, each.mark, html, _hash(css, html))
    facts = {"board_name": name, "suppliers": suppliers.all()}
    html = _page("register_suppliers", facts)
    yield Part("", "", "Verwerkers en hun overeenkomsten", "", html, _hash(css, html))


def _page(template: str, facts: Mapping[str, object]) -> str:
    return render_to_string(f"documents/registers/{template}.html", {"title": TITLE, **facts})


def _hash(css: str, html: str) -> str:
    said = "\0".join((_PRINTER, css, html))
    return hashlib.sha256(said.encode()).hexdigest()


def keep(sha256: str, printed: Printed, at: datetime) -> None:
    """Keep a part for the next issue; another worker may have done so already."""
    RenderedPart.objects.get_or_create(
        sha256=sha256, defaults={"pdf": printed.pdf, "pages": printed.pages, "used_at": at}
    )


def _kept_parts(parts: list[Part], at: datetime) -> dict[str, Printed]:
    """What was printed now or before, and note that it is in use."""
    wanted = RenderedPart.objects.filter(sha256__in={part.sha256 for part in parts})
    wanted.exclude(used_at=at).update(used_at=at)
    rows = wanted.values_list("sha256", "pdf", "pages")
    return {sha256: Printed(bytes(pdf), pages) for sha256, pdf, pages in rows}


def _front(
    parts: list[Part], found: dict[str, Printed], *, on: date, asked_by: str, press: Press
) -> Printed:
    """Cover and contents; made again only when the contents take another number of pages."""
    board = letters.board_facts(Board.objects.first())
    pages = [found[part.sha256].pages for part in parts]
    expected = 1 + -(-(len(parts) + len({part.chapter for part in parts})) // 48)
    for _attempt in range(3):
        html = _front_page(parts, pages, expected, board=board, on=on, asked_by=asked_by)
        printed = press.print(html)
        if printed.pages == expected:
            break
        expected = printed.pages
    return printed


def _front_page(
    parts: list[Part],
    pages: list[int],
    first: int,
    *,
    board: BoardFacts,
    on: date,
    asked_by: str,
) -> str:
    chapters: dict[str, list[Entry]] = {}
    page = first + 1
    for number, part in enumerate(parts):
        entry = Entry(f"{LINK}{number}", part.code, part.title, part.mark, page)
        chapters.setdefault(part.chapter or "Verwerkers", []).append(entry)
        page += pages[number]
    facts = {
        "board_name": board.name,
        "board": board,
        "date": on,
        "asked_by": asked_by,
        "number": len(parts) - 1,
        "pages": page - 1,
        "chapters": chapters,
    }
    return _page("register_front", facts)
