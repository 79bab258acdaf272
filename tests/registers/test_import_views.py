"""The pages that take files in and give the register out: who may, and what they tell."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import User
from registers.actions import imports
from registers.choices import ImportKind, ImportState
from registers.models import ImportRun, Processor
from tests.conftest import NOW, Cast
from tests.factories import registers as factory

AsUser = Callable[[User], Client]
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "json": "application/json",
    "jsonld": "application/ld+json",
}


def _content(*rows: dict[str, Any]) -> bytes:
    whole = {"format": "privacyboard-register", "version": 1, "tables": {"processors": rows}}
    return json.dumps(whole).encode()


def _run(*codes: str) -> ImportRun:
    rows = [{"code": code, "name": f"Naam {code}"} for code in codes]
    return imports.read_import(
        content=_content(*rows), file_name="r.json", kind=ImportKind.REGISTER, by=None, at=NOW
    )


def _give(client: Client, content: bytes, name: str = "r.json") -> Any:
    upload = SimpleUploadedFile(name, content)
    return client.post(reverse("imports"), {"kind": "register", "upload": upload}, follow=True)


@pytest.mark.parametrize("ending", list(TYPES))
def test_the_fg_takes_the_register_and_the_log_tells(
    cast: Cast, as_user: AsUser, ending: str
) -> None:
    factory.activity()
    response = as_user(cast.fg).get(reverse("register_export", args=[ending]))
    assert response["Content-Type"] == TYPES[ending]
    name = response["Content-Disposition"]
    assert name.startswith('attachment; filename="register-2')
    assert name.endswith(f'.{ending}"')
    entry = AccessEntry.objects.get()
    assert (entry.by, entry.act, entry.title) == (cast.fg, "exported", "Stichting De Proef")


def test_an_ending_that_does_not_exist(cast: Cast, as_user: AsUser) -> None:
    assert as_user(cast.fg).get(reverse("register_export", args=["exe"])).status_code == 404


@pytest.mark.parametrize(
    ("who", "may_export", "may_import"),
    [
        ("ibp", True, True),
        ("fg", True, False),
        ("auditor", False, False),
        ("teacher", False, False),
        ("director", False, False),
        ("administrator", False, False),
    ],
)
def test_who_may(cast: Cast, as_user: AsUser, who: str, may_export: bool, may_import: bool) -> None:
    run = _run("a")
    client = as_user(getattr(cast, who))
    found = {
        "export": client.get(reverse("register_export", args=["json"])).status_code,
        "imports": client.get(reverse("imports")).status_code,
        "run": client.get(reverse("import_run", args=[run.pk])).status_code,
        "apply": client.post(reverse("import_apply", args=[run.pk])).status_code,
    }
    taken, seen = (200 if may_export else 404), (200 if may_import else 404)
    assert found == {
        "export": taken,
        "imports": seen,
        "run": seen,
        "apply": 302 if may_import else 404,
    }
    assert Processor.objects.exists() is may_import


def test_only_who_may_read_files_in_is_shown_the_way(cast: Cast, as_user: AsUser) -> None:
    address = reverse("register_files")
    assert reverse("imports") in as_user(cast.ibp).get(address).text
    page = as_user(cast.fg).get(address).text
    assert reverse("imports") not in page
    assert reverse("register_export", args=["xlsx"]) in page


def test_a_file_is_looked_at_and_then_applied(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.ibp)
    response = _give(client, _content({"code": "nieuw", "name": "Nieuw BV"}))
    run = ImportRun.objects.get()
    assert response.redirect_chain == [(reverse("import_run", args=[run.pk]), 302)]
    assert "1 regel komt in het register of verandert daar." in response.text
    assert (run.read_by, run.document.file_name, Processor.objects.count()) == (
        cast.ibp,
        "r.json",
        0,
    )
    response = client.post(reverse("import_apply", args=[run.pk]), follow=True)
    assert "Het bestand is ingelezen in het register." in response.text
    assert Processor.objects.get().name == "Nieuw BV"
    run.refresh_from_db()
    assert (run.state, run.applied_by) == (ImportState.APPLIED, cast.ibp)
    response = client.post(reverse("import_apply", args=[run.pk]), follow=True)
    assert "Dit bestand is al toegepast." in response.text


def test_what_is_wrong_is_told_with_its_place(cast: Cast, as_user: AsUser) -> None:
    response = _give(as_user(cast.ibp), _content({"code": "fout", "name": ""}))
    assert "Er is 1 fout gevonden. Er is niets ingelezen." in response.text
    assert "Verwerkers, regel 1" in response.text
    assert "Dit moet ingevuld zijn." in response.text
    assert "Toepassen" not in response.text


def test_a_file_that_changes_nothing(cast: Cast, as_user: AsUser) -> None:
    factory.processor("a", "Naam a")
    response = _give(as_user(cast.ibp), _content({"code": "a", "name": "Naam a"}))
    assert "Alles in dit bestand staat al zo in het register." in response.text
    assert "Toepassen" not in response.text


def test_a_file_that_cannot_be_read_is_refused_at_its_field(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.ibp)
    assert "Dit is geen geldige JSON: het gaat mis op regel 1" in _give(client, b"{").text
    assert "Kies een bestand." in client.post(reverse("imports"), {"kind": "register"}).text
    assert ImportRun.objects.count() == 0


def test_a_file_that_is_too_large(cast: Cast, as_user: AsUser, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 10
    assert "Dit bestand is te groot." in _give(as_user(cast.ibp), _content()).text


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_queries(
    cast: Cast, as_user: AsUser, django_assert_num_queries: Any, number: int
) -> None:
    for each in range(number):
        _run(f"c{each}")
    client = as_user(cast.ibp)
    client.get(reverse("imports"))
    with django_assert_num_queries(5):
        page = client.get(reverse("imports")).text
    assert page.count("nagekeken, nog niet toegepast") == number


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_a_file_asks_the_same_queries(
    cast: Cast, as_user: AsUser, django_assert_num_queries: Any, number: int
) -> None:
    run = _run(*(f"c{each}" for each in range(number)))
    client = as_user(cast.ibp)
    with django_assert_num_queries(5):
        page = client.get(reverse("import_run", args=[run.pk])).text
    assert page.count("Verwerkers, regel") == number


def test_a_name_in_a_file_is_no_html(cast: Cast, as_user: AsUser) -> None:
    response = _give(as_user(cast.ibp), _content({"code": "a", "<b>": "x", "name": "y"}))
    assert "&lt;b&gt;" in response.text
    assert '<td data-label="Kolom"><b>' not in response.text
