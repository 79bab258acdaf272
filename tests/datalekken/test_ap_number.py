"""The number that the AP gives later; and a notification that nobody can alter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from datalekken.actions.notifying import (
    Delivery,
    make_waiting_dossiers,
    record_ap_number,
    record_notification,
)
from datalekken.letters.dossier import breach_facts, draft_notice
from datalekken.letters.register import register_rows
from datalekken.models import ApNumber, Breach, Notification, NotificationPaper
from datalekken.rules.notification import digest
from privacyboard.audit.acts import ActRefused, edition_of
from privacyboard.audit.triggers import append_only_models
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.factories import breaches as make

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast: Cast, now: datetime) -> Notification:
    """Recorded before the AP had confirmed it: without a number."""
    return _sent(cast, at=now)


def _sent(cast: Cast, *, at: datetime) -> Notification:
    decided = make.decided(make.breach(cast.linde, at=at), at=at, by=cast.ibp)
    delivery = Delivery(kind="complete", sent_at=at)
    return record_notification(breach=decided, delivery=delivery, by=cast.ibp, at=at)


def _last_why(breach: Breach) -> str:
    row = breach.history.order_by("-history_id").first()
    return str(row.history_change_reason)


# --- the number


def test_a_number_that_comes_later_stands_beside_what_was_frozen(
    cast: Cast, now: datetime, sent: Notification
) -> None:
    later = now + timedelta(days=1)
    made = record_ap_number(notification=sent, ap_number=" Z-2026-88 ", by=cast.ibp, at=later)

    assert (made.ap_number, made.recorded_at, made.recorded_by) == ("Z-2026-88", later, cast.ibp)
    kept = Notification.objects.numbered().get()
    assert (kept.ap_number, kept.known_number) == ("", "Z-2026-88")
    assert digest(kept.content) == kept.sha256 == sent.sha256
    assert _last_why(kept.breach) == "nummer bij de AP van melding 1: Z-2026-88"
    assert kept.breach.history.order_by("-history_id").first().history_user == cast.ibp


def test_a_wrong_number_is_put_right_and_both_stay(
    cast: Cast, now: datetime, sent: Notification
) -> None:
    record_ap_number(notification=sent, ap_number="Z-1", by=cast.ibp, at=now)
    record_ap_number(notification=sent, ap_number="Z-2", by=cast.ibp, at=now)

    assert list(ApNumber.objects.values_list("ap_number", flat=True)) == ["Z-1", "Z-2"]
    assert Notification.objects.numbered().get().known_number == "Z-2"
    assert _last_why(sent.breach) == "nummer bij de AP van melding 1: Z-2 (was Z-1)"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("   ", "Vul het nummer in dat de AP gaf."),
        ("Z-1", "Dit nummer staat er al."),
    ],
)
def test_nothing_new_is_refused_at_its_field(
    cast: Cast, now: datetime, sent: Notification, typed: str, sentence: str
) -> None:
    record_ap_number(notification=sent, ap_number="Z-1", by=cast.ibp, at=now)
    with pytest.raises(ActRefused) as refusal:
        record_ap_number(notification=sent, ap_number=typed, by=cast.ibp, at=now)
    assert refusal.value.errors == {"ap_number": sentence}
    assert ApNumber.objects.count() == 1


def test_who_comes_second_is_told(cast: Cast, now: datetime, sent: Notification) -> None:
    seen = edition_of(sent.breach)
    record_ap_number(notification=sent, ap_number="Z-1", by=cast.ibp, at=now)
    with pytest.raises(ActRefused) as refusal:
        record_ap_number(notification=sent, ap_number="Z-2", seen=seen, by=cast.ibp, at=now)
    assert "Iemand anders was u voor." in refusal.value.errors[""]


def test_the_follow_up_and_the_register_know_the_number(
    cast: Cast, now: datetime, sent: Notification
) -> None:
    record_ap_number(notification=sent, ap_number="Z-2026-88", by=cast.ibp, at=now)
    breach = Breach.objects.get()
    notice = draft_notice(breach, breach_facts(breach), by=cast.ibp, at=now)
    assert notice.earlier_number == "Z-2026-88"
    [row] = register_rows(Breach.objects.judged(now))
    assert "Z-2026-88" in str(row.facts)


def test_also_when_the_file_is_closed(cast: Cast, as_user: SignIn) -> None:
    sent = _sent(cast, at=timezone.now())
    breach = Breach.objects.get()
    breach.state, breach.closed_at = "closed", timezone.now()
    breach.record(by=cast.ibp, why="proef")
    address = f"/datalekken/{breach.number}/ap-nummer/{sent.pk}/"
    assert as_user(cast.ibp).post(address, {"ap_number": "Z-3"}).status_code == 302
    assert Notification.objects.numbered().get().known_number == "Z-3"


def test_on_the_pages(cast: Cast, as_user: SignIn) -> None:
    sent = _sent(cast, at=timezone.now())
    breach = Breach.objects.get()
    client, file_page = as_user(cast.ibp), f"/datalekken/{breach.number}/"
    address = f"{file_page}ap-nummer/{sent.pk}/"
    assert f'href="{address}"' in client.get(file_page).content.decode()
    empty = client.post(address, {"ap_number": ""}).content.decode()
    assert "Vul het nummer in dat de AP gaf." in empty
    told = client.post(address, {"ap_number": "Z-2026-88"}, follow=True).content.decode()
    assert "Het nummer van de AP is vastgelegd." in told
    assert "Nummer bij de AP: Z-2026-88." in told
    assert f'href="{address}"' not in told
    page = client.get(f"{file_page}melding/1/").content.decode()
    assert "Z-2026-88, later vastgelegd op" in page
    assert "Ilse Beheer" in page
    assert "Een ander nummer van de AP vastleggen" in page
    assert "Nu staat er: Z-2026-88." in client.get(address).content.decode()
    assert (
        "nummer bij de AP van melding 1: Z-2026-88"
        in client.get(f"{file_page}verloop/").content.decode()
    )


def test_only_who_handles_and_only_of_this_file(cast: Cast, as_user: SignIn) -> None:
    sent = _sent(cast, at=timezone.now())
    breach = Breach.objects.get()
    other = make.breach(cast.eik, at=timezone.now())
    for person in cast.everybody():
        page = as_user(person).get(f"/datalekken/{breach.number}/ap-nummer/{sent.pk}/")
        assert page.status_code == (200 if person == cast.ibp else 404), person
    elsewhere = as_user(cast.ibp).get(f"/datalekken/{other.number}/ap-nummer/{sent.pk}/")
    assert elsewhere.status_code == 404


# --- what the database refuses


def test_the_database_refuses_every_change_of_a_notification(
    cast: Cast, now: datetime, sent: Notification
) -> None:
    guarded = {model for model, _column in append_only_models()}
    assert {Notification, NotificationPaper, ApNumber} <= guarded
    for statement in (
        "UPDATE datalekken_notification SET ap_number = 'anders'",
        "UPDATE datalekken_notification SET content = '{}'",
        "DELETE FROM datalekken_notification",
    ):
        with (
            pytest.raises(ProgrammingError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    sent.delay_reason = "Achteraf bedacht."
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        sent.save()
    assert Notification.objects.get().delay_reason == ""


def test_its_pdf_is_made_once_and_stands_beside_it(
    cast: Cast, now: datetime, sent: Notification
) -> None:
    assert sent.document is None
    assert make_waiting_dossiers(at=now) == 1
    assert make_waiting_dossiers(at=now) == 0
    made = Notification.objects.get().document
    assert made is not None
    assert made.file_name == f"{sent.breach.number}-melding-1.pdf"
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        NotificationPaper.objects.all().delete()
