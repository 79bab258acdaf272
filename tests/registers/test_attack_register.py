"""What a stranger of another school, a stale page or an odd address can do in the register."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import User
from registers import actions
from registers.choices import DeviatingField, PublicPart, VersionReply
from registers.models import Disclosure, ProcessingActivity, VersionAnswer
from tests.conftest import Cast
from tests.factories import disclosures
from tests.factories import registers as make
from tests.registers.admin_forms import errors_of, save, values_on
from tests.registers.test_disclosures_admin import ADD, typed

AsUser = Callable[[User], Client]


@pytest.fixture
def deviating(cast: Cast, now: datetime) -> ProcessingActivity:
    """An activity of the whole board on which De Linde deviates."""
    activity = make.established(at=now)
    actions.deviate(
        activity=activity,
        school=cast.linde,
        field=DeviatingField.PLACE,
        text="In de kast van de conciërge.",
        reason="De kluis komt in mei.",
        by=cast.director,
        at=now,
    )
    return activity


@pytest.mark.parametrize(
    ("person", "is_told"),
    [("director", True), ("ibp", True), ("fg", True), ("auditor", True), ("eik_director", False)],
)
def test_another_school_does_not_read_where_a_school_deviates(
    cast: Cast, as_user: AsUser, deviating: ProcessingActivity, person: str, is_told: bool
) -> None:
    client = as_user(getattr(cast, person))
    address = reverse("admin:registers_processingactivity_change", args=[deviating.pk])
    for each in (
        address,
        reverse("admin:registers_processingactivity_history", args=[deviating.pk]),
    ):
        told = "kast van de conciërge" in client.get(each).content.decode()
        assert told is (is_told and each == address), each


def test_a_school_answers_the_version_that_it_read(
    cast: Cast, now: datetime, as_user: AsUser, deviating: ProcessingActivity
) -> None:
    """The board establishes anew while the director reads: the answer is about what was read."""

    def next_version(place: str) -> None:
        actions.revise(activity=deviating, reason="anders", by=cast.ibp, at=now)
        deviating.refresh_from_db()
        deviating.place = place
        deviating.record(by=cast.ibp, why="bijgewerkt")
        make.establish(deviating, at=now, by=cast.ibp)
        deviating.refresh_from_db()

    next_version("Kluis")
    client = as_user(cast.director)
    address = reverse("school_standard", args=[deviating.pk, "de-linde"])
    assert '<input type="hidden" name="versie" value="2">' in client.get(address).content.decode()
    next_version("Archief")
    answer = {"antwoord-reply": VersionReply.ACCEPTED.value, "antwoord-remark": "gezien"}
    page = client.post(f"{address}antwoord/", {**answer, "versie": "2"}).content.decode()
    assert "Deze versie geldt niet meer. Bekijk de nieuwste versie." in page
    assert "gezien" in page
    assert '<input type="hidden" name="versie" value="3">' in page
    for version in ("9", "", "²", "9" * 5000, "\x00"):
        assert client.post(f"{address}antwoord/", {**answer, "versie": version}).status_code == 200
    assert not VersionAnswer.objects.exists()
    assert deviating.deviations.in_force().count() == 1
    assert client.post(f"{address}antwoord/", {**answer, "versie": "3"}).status_code == 302
    assert VersionAnswer.objects.get().version.number == 3


@pytest.mark.parametrize("kind", ["confidentialitynote", "disclosure"])
def test_the_history_of_what_is_confidential_leaves_a_trace_too(
    cast: Cast, now: datetime, as_user: AsUser, kind: str
) -> None:
    made = {
        "confidentialitynote": disclosures.note(cast.linde).pk,
        "disclosure": disclosures.disclosure(cast.linde, at=now).pk,
    }
    as_user(cast.fg).get(reverse(f"admin:registers_{kind}_history", args=[made[kind]]))
    entry = AccessEntry.objects.get()
    assert (entry.by, entry.act) == (cast.fg, AccessEntry.Act.OPENED)


def test_a_form_that_comes_back_shows_the_record_and_leaves_a_trace(
    cast: Cast, as_user: AsUser
) -> None:
    note = disclosures.note(cast.linde)
    client = as_user(cast.care)
    client.post(reverse("admin:registers_confidentialitynote_change", args=[note.pk]), {})
    assert AccessEntry.objects.get().act == AccessEntry.Act.OPENED


@pytest.mark.parametrize(
    ("field", "chosen", "is_told"),
    [
        (DeviatingField.RETENTION, [PublicPart.RETENTION], True),
        (DeviatingField.RETENTION, [PublicPart.MEASURES], False),
        (DeviatingField.PRODUCTS, [PublicPart.SYSTEMS], True),
        (DeviatingField.PLACE, list(PublicPart), False),
        (DeviatingField.MEDIUM, list(PublicPart), False),
    ],
)
def test_the_public_page_of_a_school_tells_its_own_way_where_the_board_shows_that_part(
    cast: Cast,
    now: datetime,
    client: Client,
    field: DeviatingField,
    chosen: list[PublicPart],
    is_told: bool,
) -> None:
    actions.set_public_parts(chosen=[each.value for each in chosen], by=None, at=now)
    activity = make.established(at=now)
    client.get("/openbaar-register/de-linde/")  # what was remembered is made anew
    actions.deviate(
        activity=activity,
        school=cast.linde,
        field=field,
        text="Hier <b>anders</b>.",
        reason="Daarom.",
        by=cast.director,
        at=now,
    )
    page = client.get("/openbaar-register/de-linde/").content.decode()
    assert ("Hier &lt;b&gt;anders&lt;/b&gt;." in page) is is_told
    assert ("Op deze school anders" in page) is is_told
    assert "Daarom." not in page
    for other in ("/openbaar-register/", "/openbaar-register/de-eik/"):
        assert "anders&lt;/b&gt;" not in client.get(other).content.decode()


def test_what_was_recorded_is_not_recorded_again(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.director)
    assert save(client, ADD, **typed(cast.linde)).status_code == 302
    again = save(client, ADD, **typed(cast.linde))
    assert errors_of(again) == {
        "__all__": [
            "Deze verstrekking is al vastgelegd: dezelfde dag, persoon, ontvanger en hetzelfde "
            "doel. Zij staat in de lijst."
        ]
    }
    assert Disclosure.objects.count() == 1
    assert save(client, ADD, **typed(cast.linde, person_key="L-2002")).status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("append_only_lifted")
def test_who_clicks_twice_records_one_disclosure(cast: Cast, client: Client) -> None:
    """Two connections: the second click comes while the first one is being saved."""
    client.force_login(cast.director)
    filled = {**values_on(client.get(ADD)), **typed(cast.linde), "_save": "Opslaan"}
    posted = {name: value for name, value in filled.items() if value != ""}
    together = threading.Barrier(2, timeout=30)
    outcomes: list[int] = []

    def click() -> None:
        own = Client()
        own.cookies = client.cookies
        try:
            together.wait()
            outcomes.append(own.post(ADD, posted).status_code)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _each in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert sorted(outcomes) == [200, 302]
    assert Disclosure.objects.count() == 1
