"""Agreements in the admin: their dates, and the file that is looked at before it is kept."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from privacyboard.audit.models import AccessEntry
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import User
from registers.models import Agreement
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.admin_forms import address, errors_of, save

SignIn = Callable[[User], Client]

ADD = "/beheer/registers/agreement/add/"
PDF = b"%PDF-1.7\n%getekend\n"


def _typed(**changes: Any) -> dict[str, Any]:
    return {
        "processor": make.processor().pk,
        "reference": "VO-2026-7",
        "model": "convenant_40",
        "starts_on": "2026-03-02",
        "all_schools": "on",
        **changes,
    }


def _file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("virus.exe", b"MZ")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"ends_on": "2026-03-01"},
            {"ends_on": ["De einddatum ligt voor de begindatum."]},
        ),
        ({"starts_on": "maart"}, {"starts_on": ["Voer een geldige datum in."]}),
        ({"starts_on": "31-2-2026"}, {"starts_on": ["Voer een geldige datum in."]}),
        ({"reference": ""}, {"reference": ["Dit veld is verplicht."]}),
    ],
)
def test_dates_that_are_not_in_order_are_refused_at_their_field(
    cast: Cast, as_user: SignIn, changes: dict[str, Any], expected: dict[str, list[str]]
) -> None:
    page = save(as_user(cast.ibp), ADD, **_typed(**changes))
    assert page.status_code == 200
    assert {name: errors_of(page)[name] for name in expected} == expected
    assert not Agreement.objects.exists()


def test_a_signed_file_is_kept_with_its_hash_and_downloaded_with_a_trace(
    cast: Cast, as_user: SignIn
) -> None:
    client = as_user(cast.ibp)
    response = save(client, ADD, **_typed(upload=_file("overeenkomst.pdf", PDF)))
    assert response.status_code == 302
    agreement = Agreement.objects.get()
    kept = agreement.document
    assert kept is not None
    assert (kept.file_name, kept.media_type, kept.size, kept.stored_by) == (
        "overeenkomst.pdf",
        "application/pdf",
        len(PDF),
        cast.ibp,
    )
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    link = reverse("document", args=[kept.pk])
    page = client.get(address("agreement", "change", agreement.pk)).content.decode()
    assert f'href="{link}"' in page
    answer = client.get(link)
    assert b"".join(answer) == PDF
    entry = AccessEntry.objects.get(act="downloaded")
    assert (entry.by, entry.subject_id) == (cast.ibp, str(kept.pk))


def test_the_file_opens_for_who_reads_the_agreement_only(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.ibp)
    typed = _typed(upload=_file("overeenkomst.pdf", PDF), all_schools="", schools=[cast.linde.pk])
    assert save(client, ADD, **typed).status_code == 302
    link = reverse("document", args=[Agreement.objects.get().document_id])
    codes = {
        person: as_user(getattr(cast, person)).get(link).status_code
        for person in ("fg", "director", "eik_director", "teacher", "administrator")
    }
    assert codes == {
        "fg": 200,
        "director": 200,
        "eik_director": 404,
        "teacher": 404,
        "administrator": 404,
    }
    assert AccessEntry.objects.filter(act="downloaded").count() == 2


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("overeenkomst.pdf", _zip(), "Dit soort bestand kunnen wij niet bewaren."),
        ("overeenkomst.docx", PDF, "De inhoud van dit bestand past niet bij de naam"),
        ("overeenkomst.pdf", b"<script>alert(1)</script>", "Dit soort bestand kunnen wij niet"),
        ("overeenkomst.pdf", b"", "leeg"),
    ],
    ids=["a zip named pdf", "a pdf named docx", "a text named pdf", "empty"],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_changes(
    cast: Cast, as_user: SignIn, name: str, content: bytes, sentence: str
) -> None:
    agreement = make.agreement(make.processor())
    page = save(
        as_user(cast.ibp),
        address("agreement", "change", agreement.pk),
        reference="Anders",
        upload=_file(name, content),
    )
    assert page.status_code == 200
    assert list(errors_of(page)) == ["upload"]
    assert sentence in errors_of(page)["upload"][0]
    agreement.refresh_from_db()
    assert (agreement.reference, agreement.document) == ("VO-2025-1", None)
    assert not StoredDocument.objects.exists()


def test_a_file_over_the_limit_is_refused_at_its_field(
    cast: Cast, as_user: SignIn, settings: Any
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 2 * 1024 * 1024
    large = _file("overeenkomst.pdf", PDF.ljust(3 * 1024 * 1024, b"\0"))
    page = save(as_user(cast.ibp), ADD, **_typed(upload=large))
    assert errors_of(page) == {
        "upload": ["Dit bestand is 3 MB. Kies een bestand van ten hoogste 2 MB."]
    }
    assert not StoredDocument.objects.exists()
    assert not Agreement.objects.exists()


def test_the_limit_is_twenty_five_megabytes(settings: Any) -> None:
    assert settings.UPLOAD_LIMIT_BYTES == 25 * 1024 * 1024


def test_a_new_upload_is_a_new_document_and_the_history_names_both(
    cast: Cast, as_user: SignIn
) -> None:
    client = as_user(cast.ibp)
    save(client, ADD, **_typed(upload=_file("eerste.pdf", PDF)))
    agreement = Agreement.objects.get()
    url = address("agreement", "change", agreement.pk)
    assert save(client, url, upload=_file("tweede.pdf", PDF + b"2")).status_code == 302
    agreement.refresh_from_db()
    assert agreement.document is not None
    assert agreement.document.file_name == "tweede.pdf"
    assert StoredDocument.objects.count() == 2
    page = client.get(address("agreement", "history", agreement.pk))
    changed = [change.label for event in page.context["events"] for change in event.changes]
    assert changed.count("bestand") == 2
