"""The register as PDF of more than a few breaches: asked, made by the worker, for the asker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from datalekken.actions import exporting
from datalekken.actions.exporting import RegistersNotMade, make_register_files
from datalekken.models import Breach, RegisterFile
from datalekken.views import register as views
from privacyboard.audit.models import AccessEntry
from privacyboard.documents.gates import may_open
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Appointment, User
from tests.conftest import Cast
from tests.datalekken.test_telling_made import words_of
from tests.factories import breaches as make

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
PDF = "/datalekken/register/pdf/"
FILES = "/datalekken/register/bestanden/"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two are for the worker: a test need not make eleven."""
    monkeypatch.setattr(views, "FEW_ON_PAPER", 2)


def three(cast: Cast) -> list[Breach]:
    at = timezone.now() - timedelta(hours=5)
    return [make.breach(cast.linde, at=at, title=f"Lek {each}") for each in range(3)]


def test_a_few_come_at_once(cast: Cast, as_user: AsUser) -> None:
    make.breach(cast.linde, at=timezone.now())
    assert as_user(cast.ibp).get(PDF).content[:5] == b"%PDF-"
    assert RegisterFile.objects.count() == 0


def test_more_are_asked_made_by_the_worker_and_found_on_the_page(
    cast: Cast, as_user: AsUser
) -> None:
    three(cast)
    client = as_user(cast.ibp)
    page = client.get(f"{PDF}?soort=device_lost")
    assert page.status_code == 200
    assert "Dit zijn 3 datalekken" in page.content.decode()
    assert "Soort: " in page.content.decode()
    assert RegisterFile.objects.count() == 0  # looking asks nothing

    asked = client.post(f"{PDF}?soort=device_lost", follow=True)
    assert asked.redirect_chain == [(FILES, 302)]
    assert "wordt gemaakt" in asked.content.decode()
    assert asked["Refresh"] == "4"
    assert StoredDocument.objects.count() == 0
    assert AccessEntry.objects.filter(act="exported", by=cast.ibp).count() == 1
    # An impatient finger asks it once.
    client.post(f"{PDF}?soort=device_lost")
    assert RegisterFile.objects.count() == 1

    assert make_register_files(at=timezone.now()) == 1
    assert make_register_files(at=timezone.now()) == 0
    ready = client.get(FILES)
    assert "Refresh" not in ready
    document = RegisterFile.objects.get().document
    assert document is not None
    assert f'<a href="/document/{document.pk}/">' in ready.content.decode()
    said = words_of(document)
    for told in ("Lek 0", "Lek 1", "Lek 2", "Register van datalekken"):
        assert told in said


def test_only_the_asker_opens_it(cast: Cast, as_user: AsUser) -> None:
    three(cast)
    as_user(cast.ibp).post(PDF)
    make_register_files(at=timezone.now())
    document = RegisterFile.objects.get().document
    assert document is not None
    opens = [each for each in cast.everybody() if may_open(document, User.objects.get(pk=each.pk))]
    assert opens == [cast.ibp]
    assert document.file_name not in as_user(cast.fg).get(FILES).content.decode()
    assert as_user(cast.teacher).get(FILES).status_code == 404
    assert as_user(cast.teacher).post(PDF).status_code == 404


def test_whose_role_ended_gets_nothing_and_opens_nothing(cast: Cast, as_user: AsUser) -> None:
    three(cast)
    as_user(cast.ibp).post(PDF)
    role = Appointment.objects.get(user=cast.ibp)
    role.ends_on = timezone.localdate() - timedelta(days=1)
    role.record(by=None, why="proef")

    make_register_files(at=timezone.now())

    document = RegisterFile.objects.get().document
    assert document is not None
    assert "Lek" not in words_of(document)
    assert not may_open(document, User.objects.get(pk=cast.ibp.pk))


def test_what_cannot_be_printed_says_so_and_holds_up_nobody(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    three(cast)
    client = as_user(cast.ibp)
    client.post(PDF)

    def falls(*_given: object, **_named: object) -> bytes:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(exporting, "register_pdf", falls)
        with pytest.raises(RegistersNotMade):
            make_register_files(at=timezone.now())
    assert make_register_files(at=timezone.now()) == 0
    page = client.get(FILES).content.decode()
    assert "niet gelukt" in page
    assert "Vraag het opnieuw." in page
    # Asked again it is made.
    client.post(PDF)
    assert make_register_files(at=timezone.now()) == 1


def test_the_page_costs_the_same_with_one_and_with_three(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.ibp)
    three(cast)
    counts = []
    for number in (1, 2):
        for each in range(number):
            make.breach(cast.linde, at=timezone.now(), title=f"Nog een {number}{each}")
            client.post(PDF)
        make_register_files(at=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            assert client.get(FILES).status_code == 200
        counts.append(len(asked))
    assert RegisterFile.objects.count() == 3
    assert counts == [5, 5]
