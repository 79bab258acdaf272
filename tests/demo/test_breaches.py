"""The breaches of the demo board: each in another state, loaded by the acts of people."""

from __future__ import annotations

from datetime import datetime, timedelta

from datalekken.models import Breach


def test_the_demo_shows_a_breach_in_every_state(demo: None, now: datetime) -> None:
    found = {each.title: each for each in Breach.objects.prefetch_related("schools")}
    assert {title: (each.state, each.nature) for title, each in found.items()} == {
        "": ("reported", "unknown"),
        "USB-stick met rapporten kwijt": ("in_progress", "breach"),
        "Uitslagen beroepentest stonden open voor andere scholen": ("decided", "breach"),
        "Dossier bekeken zonder reden": ("in_progress", "breach"),
        "Bijna een e-mail met alle adressen zichtbaar": ("closed", "near_miss"),
        "Weekoverzicht naar de verkeerde ouder": ("closed", "breach"),
    }
    usb = found["USB-stick met rapporten kwijt"]
    assert usb.notify_by == now + timedelta(hours=32)
    assert usb.assessments.get().risk == "high"
    supplier = found["Uitslagen beroepentest stonden open voor andere scholen"]
    assert [each.slug for each in supplier.schools.order_by("slug")] == ["de-meander", "het-baken"]
    assert supplier.agreement.breach_notice_hours == 24
    assert found["Dossier bekeken zonder reden"].is_confidential
