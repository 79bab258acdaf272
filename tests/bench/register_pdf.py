"""The whole register as PDF: against the first thing that one would write, and in memory.

It works on the activities that stand in the database, and loads the demo board where there are
none; what it loads must be committed, for memory is measured in a process of its own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

from tests.bench.frame import Figure, interleaved

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ON = AT.date()
ROUNDS = 3
MOST_MEGABYTES = 300
ROOT = Path(__file__).resolve().parents[2]

# What one writes first: columns as wide as they need, no row torn apart, numbers and
# contents left to the layout.
_FIRST_STYLE = """
@page {
  @top-left { content: "Stichting · " string(part); font-size: 7pt }
  @bottom-right { content: "pagina " counter(page) " van " counter(pages); font-size: 7pt }
}
h2 { string-set: part content() }
table { table-layout: auto; border-collapse: collapse }
td { overflow-wrap: normal }
tr { break-inside: avoid }
.part { break-before: page }
.contents a::after { content: target-counter(attr(href), page); float: right }
"""


def figures() -> list[Figure]:
    """Whole, again after one change, and how much memory."""
    _content()
    naive, whole = interleaved(naive_pdf, _from_nothing, rounds=ROUNDS)
    _issue()
    naive_again, again = interleaved(naive_pdf, _after_a_change, rounds=ROUNDS)
    megabytes = peak_megabytes()
    return [
        Figure(
            f"register PDF of {_pages()} pages, made whole",
            f"{whole:.2f} s",
            f"{naive:.2f} s in automatic tables in one process",
            naive / whole,
            2.5,
            at_least=True,
        ),
        Figure(
            "register PDF again after one activity changed",
            f"{again:.2f} s",
            f"{naive_again:.2f} s in automatic tables in one process",
            naive_again / again,
            8,
            at_least=True,
        ),
        Figure(
            "register PDF, memory of the worker and its processes",
            f"{megabytes:.0f} MB",
            f"{MOST_MEGABYTES} MB",
            megabytes / MOST_MEGABYTES,
            1,
        ),
    ]


def _content() -> None:
    from privacyboard.demo import loading
    from registers.models import ProcessingActivity

    if not ProcessingActivity.objects.exists():
        loading.load(at=AT, password="geen-mens-logt-hier-in")


def naive_pdf() -> bytes:
    """The same content in one document and one process."""
    from weasyprint import CSS, HTML

    from registers.exchange.register_pdf import book

    css = book.style()
    parts = list(book.register_parts(on=ON, css=css))
    lines = "".join(
        f'<tr><td><a href="#part{number}">{part.code} {part.title}</a></td></tr>'
        for number, part in enumerate(parts)
    )
    bodies = "".join(
        f'<section class="part" id="part{number}">{_body(part.html)}</section>'
        for number, part in enumerate(parts)
    )
    html = f'<html lang="nl"><body><h1>Register</h1><table class="contents">{lines}</table>{bodies}'
    style = CSS(string=css + _FIRST_STYLE)
    pdf: bytes = HTML(string=html).write_pdf(stylesheets=[style])
    return pdf


def _body(html: str) -> str:
    found = re.search(r"<body[^>]*>(.*)</body>", html, re.DOTALL)
    assert found is not None
    return found.group(1)


def _issue() -> bytes:
    from registers.exchange import register_pdf

    return register_pdf.make(
        on=ON, at=AT, asked_by="Fenna Graaf", progress=lambda done, total: None
    )


def _from_nothing() -> bytes:
    from registers.models import RenderedPart

    RenderedPart.objects.all().delete()
    return _issue()


def _after_a_change() -> bytes:
    from registers.models import ActivityVersion, ProcessingActivity

    established = ActivityVersion.objects.in_force().values("activity")
    concept = ProcessingActivity.objects.exclude(pk__in=established).order_by("code")[0]
    concept.description += " En meer."
    concept.record(by=None, why="meting")
    return _issue()


def _pages() -> int:
    from registers.models import RenderedPart

    return sum(RenderedPart.objects.values_list("pages", flat=True))


def _same_database() -> dict[str, str]:
    """The environment of a process that works on the database that we work on."""
    from django.conf import settings
    from django.db import connection

    server = settings.DATABASE_URL.rpartition("/")[0]
    return {
        **os.environ,
        "DEBUG": "true",
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "privacyboard.settings",
    }


def peak_megabytes() -> float:
    """The most memory that one issue from nothing takes: the worker and its processes together.

    What processes share (libraries, fonts) is counted once: PSS, which Linux tells.
    """
    worker = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.bench.register_pdf"],
        cwd=ROOT,
        env=_same_database(),
    )
    most = 0
    while worker.poll() is None:
        most = max(most, sum(_kilobytes(pid) for pid in _family(worker.pid)))
        sleep(0.01)
    if worker.returncode:
        raise RuntimeError("the register could not be made in a process of its own")
    return most / 1024


def _family(pid: int) -> list[int]:
    """A process, and those that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it ended just now
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _kilobytes(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)
    return int(found.group(1)) if found else 0


def _make_here() -> None:
    import django

    django.setup()
    _from_nothing()


if __name__ == "__main__":
    _make_here()
