"""Finding out what happened: who handles it, what it is, when, at which supplier, with files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from datalekken.actions.deciding import advise, assess_breach
from datalekken.choices import BreachState, IncidentKind, Nature
from datalekken.models import Breach, BreachFile
from datalekken.rules.clocks import Times, careful_clock, legal_clock
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User
from registers.models import Agreement
from tests.conftest import Cast, make_person
from tests.factories import breaches as make
from tests.factories import registers as register

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def body(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def seen_on(client: Client, address: str) -> dict[str, Any]:
    """What the page sends back when nothing is typed."""
    answer = client.get(address)
    assert answer.status_code == 200
    form = answer.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {
        "seen": str(answer.context["seen"]),
        **{name: value for name, value in sent.items() if value not in (None, "", False)},
    }


def send(client: Client, address: str, given: dict[str, Any]) -> Any:
    return client.post(address, given)


# --- taking up


def test_the_manager_takes_up_a_report(cast: Cast, as_user: AsUser, now: datetime) -> None:
    made = make.breach(cast.linde, at=now)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/oppakken/"
    given = seen_on(client, address)
    assert given["handler"] == cast.ibp.pk
    assert send(client, address, given).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.handler) == (BreachState.IN_PROGRESS, cast.ibp)


def test_who_cannot_handle_is_not_offered(cast: Cast, as_user: AsUser, now: datetime) -> None:
    made = make.breach(cast.linde, at=now)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/oppakken/"
    given = {**seen_on(client, address), "handler": str(cast.director.pk)}
    answer = send(client, address, given)
    assert "Deze persoon kan dit datalek niet behandelen." in body(answer)
    made.refresh_from_db()
    assert made.handler is None


def test_of_two_who_take_it_up_the_second_hears_of_the_first(
    cast: Cast, client: Client, now: datetime
) -> None:
    second = make_person("Sanne Tweede", Role.IBP_MANAGER)
    made = make.breach(cast.linde, at=now)
    address = f"/datalekken/{made.number}/oppakken/"
    one, two = Client(), Client()
    one.force_login(cast.ibp)
    two.force_login(second)
    first_sees, second_sees = seen_on(one, address), seen_on(two, address)
    assert send(one, address, first_sees).status_code == 302
    answer = send(two, address, second_sees)
    assert "Iemand anders was u voor. Laatste wijziging: Ilse Beheer" in body(answer)
    assert answer.context["form"]["handler"].value() == str(second.pk)
    made.refresh_from_db()
    assert made.handler == cast.ibp


# --- describing


def test_a_breach_is_described_and_touches_two_schools(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    made = make.breach(cast.linde, at=now)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/omschrijven/"
    given = {
        **seen_on(client, address),
        "title": "Stick kwijt",
        "kind": IncidentKind.PAPER_LOST,
        "nature": Nature.NEAR_MISS,
        "schools": [cast.linde.pk, cast.eik.pk],
    }
    assert send(client, address, given).url == f"/datalekken/{made.number}/#melding"
    made.refresh_from_db()
    assert (made.title, made.kind, made.nature) == ("Stick kwijt", "paper_lost", "near_miss")
    assert set(made.schools.all()) == {cast.linde, cast.eik}
    assert as_user(cast.eik_director).get(f"/datalekken/{made.number}/").status_code == 200


def test_the_second_who_describes_loses_nothing(cast: Cast, as_user: AsUser, now: datetime) -> None:
    made = make.breach(cast.linde, at=now)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/omschrijven/"
    opened = seen_on(client, address)
    send(client, address, {**opened, "title": "De eerste"})
    answer = send(client, address, {**opened, "title": "De tweede"})
    assert "Iemand anders was u voor." in body(answer)
    assert answer.context["form"]["title"].value() == "De tweede"
    assert Breach.objects.get().title == "De eerste"
    # Looking at what stands there now, and sending again, lets the second words stand.
    again = {**opened, "title": "De tweede", "seen": str(answer.context["seen"])}
    assert send(client, address, again).status_code == 302
    assert Breach.objects.get().title == "De tweede"


def test_what_was_decided_on_does_not_change_behind_the_decision(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    made = make.decided(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/omschrijven/"
    given = {**seen_on(client, address), "title": "Stick kwijt"}
    answer = send(client, address, {**given, "nature": Nature.NO_BREACH})
    assert "Heropen het datalek eerst." in body(answer)
    assert send(client, address, given).status_code == 302
    assert Breach.objects.get().nature == Nature.BREACH


# --- the times


def test_the_times_start_the_clock(cast: Cast, as_user: AsUser, now: datetime) -> None:
    at = timezone.now().replace(second=0, microsecond=0)
    made = make.breach(cast.linde, at=at)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/tijden/"
    given = {
        **seen_on(client, address),
        "occurrence": "period",
        "occurred_from": local(at - timedelta(days=3)),
        "occurred_until": local(at - timedelta(days=2)),
        "is_estimated": "on",
        "first_signal_at": local(at - timedelta(hours=30)),
        "certain_at": local(at - timedelta(hours=2)),
        "discovery": "outsider",
        "discovery_text": "Een ouder belde.",
    }
    assert send(client, address, given).url == f"/datalekken/{made.number}/#tijden"
    made.refresh_from_db()
    assert made.notify_by == at + timedelta(hours=70)
    assert (made.is_estimated, made.discovery) == (True, "outsider")
    # What stands there is shown again, and saving it changes nothing.
    assert send(client, address, seen_on(client, address)).status_code == 302
    made.refresh_from_db()
    assert made.certain_at == at - timedelta(hours=2)
    page = body(client.get(f"/datalekken/{made.number}/"))
    assert "niet gehaald" in page


@pytest.mark.parametrize(
    ("field", "hours", "told"),
    [
        ("certain_at", 2, "Dit moment is nog niet geweest."),
        ("first_signal_at", 2, "Dit moment is nog niet geweest."),
        ("certain_at", -40, "U kunt het niet zeker weten voor het eerste signaal."),
        ("occurred_until", -90, "Het einde ligt voor het begin."),
        ("processor_noticed_at", -60, "De verwerker kan het niet melden voor hij het ontdekte."),
    ],
)
def test_times_that_cannot_be_are_told_at_their_field(
    cast: Cast, as_user: AsUser, field: str, hours: int, told: str
) -> None:
    at = timezone.now()
    made = make.breach(cast.linde, at=at)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/tijden/"
    given = {
        **seen_on(client, address),
        "occurrence": "moment",
        "occurred_from": local(at - timedelta(hours=80)),
        "first_signal_at": local(at - timedelta(hours=30)),
        "processor_discovered_at": local(at - timedelta(hours=50)),
        "discovery_text": "Dit blijft staan.",
        field: local(at + timedelta(hours=hours)),
    }
    answer = send(client, address, given)
    assert [*answer.context["form"].errors] == [field]
    assert told in body(answer)
    assert "Dit blijft staan." in body(answer)
    made.refresh_from_db()
    assert made.certain_at is None
    assert made.notify_by is None


@pytest.mark.parametrize(
    "typed", ["0001-01-01T00:00", "1899-12-31T23:59", "gisteren", "2026-02-30T10:00", "9" * 40]
)
def test_a_moment_that_does_not_exist_is_no_error_of_ours(
    cast: Cast, as_user: AsUser, now: datetime, typed: str
) -> None:
    made = make.breach(cast.linde, at=now)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/tijden/"
    for field in ("first_signal_at", "certain_at", "occurred_from"):
        answer = send(client, address, {**seen_on(client, address), field: typed})
        assert answer.status_code == 200
        assert field in answer.context["form"].errors


def test_a_signal_from_before_the_avg_still_has_its_clock(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    made = make.breach(cast.linde, at=now)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/tijden/"
    given = {
        **seen_on(client, address),
        "first_signal_at": "2010-05-04T10:00",
        "certain_at": "2011-05-04T10:00",
    }
    assert send(client, address, given).status_code == 302
    assert client.get(f"/datalekken/{made.number}/").status_code == 200
    assert client.get("/datalekken/").status_code == 200
    early = now.replace(year=2010)
    times = Times(reported_at=now, first_signal_at=early, certain_at=early)
    clock = legal_clock(times)
    assert clock is not None
    assert clock.ends_at == careful_clock(times).ends_at == early + timedelta(hours=72)


# --- the supplier


@pytest.fixture
def agreed(cast: Cast) -> Agreement:
    product = register.product()
    return register.agreement(product.processor, breach_notice_hours=24)


def test_a_supplier_is_linked_with_its_agreement_and_product(
    cast: Cast, as_user: AsUser, agreed: Agreement, now: datetime
) -> None:
    made = make.breach(cast.linde, cast.eik, at=now)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/leverancier/"
    product = agreed.processor.products.get()
    given = {
        **seen_on(client, address),
        "processor": agreed.processor_id,
        "agreement": agreed.pk,
        "product": product.pk,
    }
    assert send(client, address, given).status_code == 302
    made.refresh_from_db()
    assert (made.processor, made.agreement, made.product) == (agreed.processor, agreed, product)
    page = body(client.get(f"/datalekken/{made.number}/"))
    assert "Afgesproken: binnen 24 uur." in page
    assert "Hoelang het duurde is nog niet bekend" in page


def test_an_agreement_of_another_supplier_is_told_at_its_field(
    cast: Cast, as_user: AsUser, agreed: Agreement, now: datetime
) -> None:
    other = register.processor("cito", "Cito")
    made = make.breach(cast.linde, at=now)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/leverancier/"
    given = {**seen_on(client, address), "processor": other.pk, "agreement": agreed.pk}
    answer = send(client, address, given)
    assert "Deze overeenkomst is van een andere verwerker." in body(answer)
    assert Breach.objects.get().processor is None


# --- files


def upload(name: str, content: bytes = PDF, kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def test_the_director_adds_files(cast: Cast, as_user: AsUser, now: datetime) -> None:
    made = make.breach(cast.linde, at=now)
    client, address = as_user(cast.director), f"/datalekken/{made.number}/bestand/"
    given = {"uploads": [upload("a.pdf"), upload("b.pdf", PDF + b"%")], "note": "De brief"}
    assert send(client, address, given).url == f"/datalekken/{made.number}/#bestanden"
    page = body(client.get(f"/datalekken/{made.number}/"))
    assert page.count("De brief") == 2
    kept = BreachFile.objects.order_by("pk")[0]
    assert client.get(reverse("document", args=[kept.document_id])).status_code == 200
    elsewhere = as_user(cast.eik_director)
    assert elsewhere.get(reverse("document", args=[kept.document_id])).status_code == 404


def test_a_file_that_cannot_be_kept_keeps_none(cast: Cast, as_user: AsUser, now: datetime) -> None:
    made = make.breach(cast.linde, at=now)
    client, address = as_user(cast.ibp), f"/datalekken/{made.number}/bestand/"
    bad = upload("virus.exe", b"MZ\x90", "application/x-msdownload")
    answer = send(client, address, {"uploads": [upload("a.pdf"), bad], "note": "De brief"})
    assert "virus.exe: Dit soort bestand kunnen wij niet bewaren." in body(answer)
    assert "De brief" in body(answer)
    assert not BreachFile.objects.exists()
    assert "Kies een bestand." in body(send(client, address, {"note": "x"}))


# --- who may not


ACTS = ("oppakken", "omschrijven", "tijden", "leverancier", "bestand")


def test_only_who_handles_investigates(cast: Cast, as_user: AsUser, now: datetime) -> None:
    made = make.breach(cast.linde, at=now)

    def opened(user: User) -> list[str]:
        client = as_user(user)
        pages = {act: client.get(f"/datalekken/{made.number}/{act}/").status_code for act in ACTS}
        assert set(pages.values()) <= {200, 404}
        return [act for act, status in pages.items() if status == 200]

    assert opened(cast.ibp) == [*ACTS]
    assert opened(cast.director) == ["bestand"]
    for stranger in (cast.fg, cast.board_member, cast.eik_director, cast.teacher, cast.auditor):
        assert opened(stranger) == []


def test_a_closed_file_says_who_closed_it(cast: Cast, as_user: AsUser, now: datetime) -> None:
    made = make.decided(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
    made.state = BreachState.CLOSED
    made.record(by=cast.ibp, why="afgesloten")
    client = as_user(cast.ibp)
    for act in ACTS:
        address = f"/datalekken/{made.number}/{act}/"
        page = body(client.get(address))
        assert "Dit kan nu niet" in page
        assert "Laatste wijziging: Ilse Beheer" in page
        before = Breach.history.count()
        assert client.post(address, {"uploads": upload("a.pdf"), "title": "x"}).status_code == 200
        assert Breach.history.count() == before


def test_the_fg_sees_the_next_step_of_the_fg(cast: Cast, as_user: AsUser, now: datetime) -> None:
    at = timezone.now()
    made = make.certain(make.breach(cast.linde, at=at), at=at, by=cast.ibp)
    assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=at)
    page = body(as_user(cast.fg).get(f"/datalekken/{made.number}/"))
    assert "Vraag de FG om advies" in page
    assert f"/datalekken/{made.number}/advies/" in page
    advise(
        breach=made,
        advice="Melden.",
        advises_notifying=True,
        advises_telling=True,
        by=cast.fg,
        at=at,
    )
    assert "Neem het besluit" in body(as_user(cast.ibp).get(f"/datalekken/{made.number}/"))
