"""The PDFs of letters: made by the worker and never in a web request, many of them at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
import weasyprint
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from privacyboard.clockwork import sweeps
from privacyboard.clockwork.models import Heartbeat
from privacyboard.documents import rendering
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import User
from requests_ar.actions.writing import LettersNotMade
from requests_ar.models import RequestLetter
from tests.conftest import NOW, Cast
from tests.factories import requests as make

AsUser = Callable[[User], Client]


def words_of(letter: RequestLetter) -> str:
    """What its PDF says."""
    assert letter.document is not None
    with letter.document.file.open("rb") as stored:
        return " ".join(page.extract_text() for page in PdfReader(stored).pages)


def test_a_letter_of_a_case_page_waits_for_the_worker(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    case = make.subject_request(cast.linde, at=now, authority="yes")
    director = as_user(cast.director)

    def refuse(*given: Any, **options: Any) -> None:
        pytest.fail("a PDF was made in a web request")

    with monkeypatch.context() as web:
        web.setattr(weasyprint.HTML, "__init__", refuse)
        page = director.post(
            f"/verzoeken/{case.number}/verlengen/",
            {"reason": "complexity", "text": "Drie scholen zoeken mee."},
            follow=True,
        )

    assert page.status_code == 200
    letter = RequestLetter.objects.get(kind="extension")
    assert letter.document is None
    assert "Drie scholen zoeken mee." in letter.html
    assert StoredDocument.objects.count() == 0

    assert sweeps.run(name="request_letters", at=now) == 2  # the receipt waited too
    letter.refresh_from_db()
    assert "Drie scholen zoeken mee." in words_of(letter)
    assert director.get(f"/document/{letter.document_id}/").status_code == 200


@pytest.mark.parametrize("few", [9, 1], ids=["here", "in two processes"])
def test_of_many_letters_each_gets_its_own_words_and_is_tagged(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    names = ["Mila Moeder", "Vera Vader", "Otto Oma", "Tine Tante"]
    for name in names:
        make.subject_request(cast.linde, at=NOW, name=name, subject_name=f"Kind van {name}")
    monkeypatch.setattr(rendering, "FEW", few)

    assert sweeps.run(name="request_letters", at=NOW) == 4
    assert sweeps.run(name="request_letters", at=NOW) == 0
    for letter in RequestLetter.objects.all():
        said = words_of(letter)
        assert [name for name in names if name in said] == [letter.to_name]
        assert letter.document is not None
        with letter.document.file.open("rb") as stored:
            assert "/StructTreeRoot" in PdfReader(stored).root_object


def test_a_letter_that_cannot_be_made_does_not_hold_up_the_others(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("Mila Moeder", "Vera Vader", "Otto Oma"):
        make.subject_request(cast.linde, at=NOW, name=name, subject_name=f"Kind van {name}")
    bad = RequestLetter.objects.get(to_name="Mila Moeder")
    bad.html = bad.html.replace("</main>", '<img src="https://elders.example/x.png"></main>')
    bad.save()

    with (
        caplog.at_level(logging.ERROR),
        pytest.raises(LettersNotMade, match=r"^1 of 3$"),
    ):
        sweeps.run(name="request_letters", at=NOW)

    assert f"letter {bad.pk} could not be made: FileAsked" in caplog.text
    assert list(RequestLetter.objects.filter(document=None)) == [bad]
    assert Heartbeat.objects.get(name="request_letters").good_at is None
    with pytest.raises(LettersNotMade, match=r"^1 of 1$"):
        sweeps.run(name="request_letters", at=NOW)
