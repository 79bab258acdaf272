"""The list and the page of a breach, with everything on them: in the eyes of axe, also by phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from playwright.sync_api import expect

from datalekken.actions.closing import Task, add_measure
from datalekken.actions.deciding import assess_breach
from datalekken.actions.investigating import add_files, link_supplier
from datalekken.models import Breach
from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.factories import breaches as make
from tests.factories import registers as register

Visit = Callable[..., Visitor]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
ACTS = ("oppakken", "omschrijven", "tijden", "leverancier", "bestand")


def full(cast: Cast) -> Breach:
    """A breach at two schools and at a supplier, known for 41 hours, with files and a measure."""
    at, by = timezone.now(), cast.ibp
    made = make.breach(
        cast.linde,
        cast.eik,
        at=at - timedelta(hours=42),
        title="USB-stick met rapporten kwijt",
        nature="breach",
        whose_data="27 leerlingen van groep 7",
        which_data="Namen en cijfers",
    )
    make.certain(
        made,
        at=at - timedelta(hours=41),
        by=by,
        processor_discovered_at=at - timedelta(hours=90),
        processor_noticed_at=at - timedelta(hours=41),
    )
    agreement = register.agreement(register.processor(), breach_notice_hours=24)
    link_supplier(
        breach=made,
        processor=agreement.processor,
        agreement=agreement,
        product=None,
        by=by,
        at=at,
    )
    upload = SimpleUploadedFile("foto.pdf", PDF, content_type="application/pdf")
    add_files(breach=made, uploads=[upload], note="De lege sleutelhanger", by=by, at=at)
    assess_breach(breach=made, facts=make.facts(), by=by, at=at)
    task = Task(kind="prevent", text="Geen losse sticks.", due_on=timezone.localdate(), owner=by)
    add_measure(breach=made, task=task, by=by, at=at)
    return made


@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_of_a_breach_are_in_order_by_axe(visit: Visit, cast: Cast, width: int) -> None:
    made = full(cast)
    late = timezone.now() - timedelta(hours=80)
    make.decided(make.breach(cast.linde, at=late, title="Te laat"), at=late, by=cast.ibp)
    make.breach(at=timezone.now(), is_confidential=True)
    one = f"/datalekken/{made.number}/"
    manager = visit(width=width)
    manager.signs_in(cast.ibp)
    pages = ["/datalekken/", "/datalekken/?toon=closed", one, f"{one}verloop/"]
    assert trouble(manager, [*pages, *(f"{one}{act}/" for act in ACTS)]) == []
    for page in ("/datalekken/", one, f"{one}tijden/"):
        manager.go(page)
        # Nothing sticks out of the side of the page.
        assert manager.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_manager_takes_up_a_report_and_sees_the_clock_run(visit: Visit, cast: Cast) -> None:
    make.breach(cast.linde, at=timezone.now() - timedelta(hours=2))
    manager = visit(width=390)
    manager.signs_in(cast.ibp)
    manager.go("/datalekken/")
    [number] = Breach.objects.values_list("number", flat=True)
    manager.follows(number)
    manager.follows("Melding oppakken")
    manager.presses("Vastleggen")
    manager.follows("Tijden invullen")
    known = timezone.localtime() - timedelta(hours=1)
    manager.fills("Zeker geweten op (niet verplicht)", known.strftime("%Y-%m-%dT%H:%M"))
    manager.presses("Tijden opslaan")
    main = manager.page.locator("main")
    expect(main.get_by_text("Melden bij de AP uiterlijk")).to_be_visible()
    expect(main.get_by_text("nog 70 uur").first).to_be_visible()
    expect(main.get_by_role("heading", name="Beoordeel het risico")).to_be_visible()
