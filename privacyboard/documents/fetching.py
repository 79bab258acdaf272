"""What a PDF can load: the project's own static files. Imported only where a PDF is made."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

BASE = "https://static.invalid"
_KINDS = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}


class OutsideFileRefused(FatalURLFetchingError):
    """A document asked for something else than a static file of ours: no PDF is made."""


class StaticFilesOnly(URLFetcher):
    """Answers `/static/…` from the static files; refuses every other address, the network too."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the static file behind an address."""
        path = unquote(urlsplit(url).path)
        if not url.startswith(f"{BASE}/") or not path.startswith(settings.STATIC_URL):
            raise OutsideFileRefused(url[:100])
        file = _static_file(path.removeprefix(settings.STATIC_URL))
        if file is None:
            raise OutsideFileRefused(url[:100])
        kind = _KINDS.get(file.suffix, "text/plain")
        return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})


def _static_file(name: str) -> Path | None:
    roots = [Path(settings.STATIC_ROOT), *map(Path, settings.STATICFILES_DIRS)]
    try:
        found = finders.find(name) or Path(settings.STATIC_ROOT) / name
    except SuspiciousFileOperation:
        return None  # a way out of the static files: WeasyPrint would take the error for a gap
    real = Path(str(found)).resolve()
    inside = any(real.is_relative_to(root.resolve()) for root in roots)
    return real if inside and real.is_file() else None
