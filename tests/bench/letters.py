"""Two hundred letters in one batch: against one process that begins anew for each of them.

Both keep the PDF of each letter as the worker does. Neither runs in a web request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.test import override_settings
from django.utils import translation

from tests.bench.frame import Figure, interleaved

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROUNDS = 3
LETTERS = 200
FASTER = 1.8


def figures() -> list[Figure]:
    """The batch, and how much faster it is."""
    with _files_in_a_folder_of_their_own(), translation.override("nl"):
        _write()
        naive, batch = interleaved(_one_by_one, _in_a_batch, rounds=ROUNDS)
    return [
        Figure(
            f"{LETTERS} letters in one batch",
            f"{batch:.2f} s",
            f"{naive:.2f} s in one process that builds its fonts anew each time",
            naive / batch,
            FASTER,
            at_least=True,
        )
    ]


@contextmanager
def _files_in_a_folder_of_their_own() -> Iterator[None]:
    with TemporaryDirectory() as folder:
        place = {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder, "base_url": None},
        }
        with override_settings(STORAGES={**settings.STORAGES, "default": place}):
            yield


def _write() -> None:
    """Receive as many requests: each writes its receipt, and no PDF yet."""
    from privacyboard.organisation.models import Board
    from tests.conftest import make_board, make_school
    from tests.factories import requests as make

    board = Board.objects.first() or make_board()
    school = make_school(board, name="De Maat", slug="de-maat", brin="98XY", public=True)
    for number in range(LETTERS):
        make.subject_request(
            school,
            at=AT,
            name=f"Vrager {number}",
            subject_name=f"Kind {number}",
            born_on=date(2016, 1 + number % 12, 1 + number % 28),
        )


def _waiting() -> Any:
    from requests_ar.models import RequestLetter

    RequestLetter.objects.update(document=None)
    return RequestLetter.objects.all()


def _one_by_one() -> None:
    """What one writes first: a document, its fonts and its stylesheet, two hundred times."""
    from privacyboard.documents import storage
    from privacyboard.documents.rules import PDF

    for letter in _waiting().select_related("request__school"):
        letter.document = storage.store(
            content=_alone(letter.html),
            title=letter.title,
            file_name=f"{letter.pk}.pdf",
            media_type=PDF,
            kind="requests_ar.letter",
            by=None,
            at=AT,
            school=letter.request.school,
        )
        letter.save(update_fields=["document"])


def _alone(html: str) -> bytes:
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Static(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            file = Path(settings.STATICFILES_DIRS[0], url.partition(settings.STATIC_URL)[2])
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": "text/css"})

    page = HTML(string=html, base_url="https://static.invalid/", url_fetcher=Static())
    pdf: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def _in_a_batch() -> None:
    """As the worker's sweep does it."""
    from requests_ar.actions.writing import make_waiting_letters

    _waiting()
    made = make_waiting_letters(at=AT)
    if made != LETTERS:
        raise RuntimeError(f"{made} letters were made of {LETTERS}")
