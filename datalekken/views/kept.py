"""Nothing that a reporter typed is lost: not by a film of 200 MB, not by a database that is away.

The page of the form carries, signed, whom to call and which schools there are. When sending fails
on our side, the same form is shown again from what was posted: that needs no database, no session
and no cache. When the form cannot be shown or read at all, a page says so, and whom to call.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from datalekken.choices import IncidentKind
from datalekken.forms.reporting import ReportForm
from datalekken.rules.first_aid import first_aid
from datalekken.views.contact import ContactPoint, contact_at_all_times
from privacyboard.vocabulary import Language

FORM = "datalekken/public_form.html"
_AWAY = "datalekken/public_away.html"
_RETRY_SECONDS = "60"
# More than this house reads of one form: no person types that much.
_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
logger = logging.getLogger(__name__)
_signer = Signer(salt="datalekken.kept")

Places = Sequence[tuple[str, str]]


def page_of(name: str, language: str) -> str:
    """The address of a public page in one language."""
    return reverse(f"{name}_en" if language == Language.ENGLISH else name)


def tongues(language: str, name: str = "breach_report") -> dict[str, Any]:
    """The language of a page, and its address in the other one."""
    other = Language.DUTCH if language == Language.ENGLISH else Language.ENGLISH
    return {
        "is_english": language == Language.ENGLISH,
        "other_language": other.value,
        "other_url": page_of(name, other),
        "form_url": page_of("breach_report", language),
    }


def remember(contact: ContactPoint, places: Places) -> str:
    """What the form can be shown with once more, without a database."""
    said = {"contact": asdict(contact), "places": [list(each) for each in places]}
    return _signer.sign_object(said, compress=True)


def _remembered(text: str) -> tuple[ContactPoint, Places]:
    if not text.isascii():
        return ContactPoint(), ()
    try:
        said = _signer.unsign_object(text)
    except BadSignature:
        return ContactPoint(), ()
    return ContactPoint(**said["contact"]), [(slug, name) for slug, name in said["places"]]


class DropLargeFiles(FileUploadHandler):
    """Reads past a file that is too large to keep, so that the fields around it arrive."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.names: list[str] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand on what fits."""
        if start + len(raw_data) > settings.UPLOAD_LIMIT_BYTES:
            self.names.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one keep it."""


def dropped(request: HttpRequest) -> list[str]:
    """The names of the files that were too large; known once the form has been read."""
    handlers = [each for each in request.upload_handlers if isinstance(each, DropLargeFiles)]
    return [name for each in handlers for name in each.names]


class KeepReportsMiddleware:
    """When the form fails, says what is wrong and whom to call, with what was typed if it came.

    It stands around the session, the account and the view: any of these may need the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _language_of(request)
        if not language:
            return self.get_response(request)
        if request.method != "POST":
            answer = self.get_response(request)
            return _away(request, language) if answer.status_code >= 500 else answer
        request.upload_handlers = [DropLargeFiles(request), *request.upload_handlers]
        if why := _why_unread(request):
            return _page(request, language, why=why, status=413 if why == "long" else 400)
        answer = self.get_response(request)
        return _kept(request, language) if answer.status_code >= 500 else answer


def _why_unread(request: HttpRequest) -> str:
    """Why nothing can be made of what was sent: "long" or "broken"; empty when it was read."""
    try:
        request.POST  # noqa: B018 - asking is what reads it
    except _TOO_MUCH as problem:
        logger.warning("a report was not read: %s", type(problem).__name__)
        return "long"
    except MultiPartParserError:
        return "broken"
    except UnreadablePostError:
        # The sender went away; nobody sees what comes next.
        return ""
    return ""


def _away(request: HttpRequest, language: str) -> HttpResponse:
    """The form itself cannot be shown."""
    page = _page(request, language, why="away", status=503)
    page["Retry-After"] = _RETRY_SECONDS
    return page


def _page(request: HttpRequest, language: str, *, why: str, status: int) -> HttpResponse:
    """What is wrong, whom to call and what to do at once; needs no database."""
    with translation.override(language):
        contact = contact_at_all_times()
        context = {
            "why": why,
            "contact": contact,
            "board_name": contact.name,
            "steps": _steps(request.GET.get("soort", "")),
            **tongues(language),
        }
        page = render_to_string(_AWAY, context)
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store, private"})


def _steps(kind: str) -> Any:
    """What to do at once, by what somebody chose; in the language of the page."""
    return first_aid(kind if kind in IncidentKind.values else IncidentKind.UNKNOWN)


def _language_of(request: HttpRequest) -> str:
    pages = {page_of("breach_report", each): each.value for each in Language}
    return pages.get(request.path, "")


def _kept(request: HttpRequest, language: str) -> HttpResponse:
    """The form as it was sent. It can be sent again: the same report never comes in twice."""
    contact, places = _remembered(request.POST.get("kept", ""))
    with translation.override(language):
        form = ReportForm(
            request.POST,
            request.FILES,
            at=timezone.now(),
            places=places or _as_posted(request),
            too_large=dropped(request),
            initial={"token": secrets.token_urlsafe(24)},
        )
        context = {
            "form": form,
            "failed": True,
            "contact": contact,
            "board_name": contact.name,
            "steps": _steps(request.POST.get("kind", "")),
            "kept": request.POST.get("kept", ""),
            "csrf_token": get_token(request),
            **tongues(language),
        }
        page = render_to_string(FORM, context)
    told = {"Retry-After": _RETRY_SECONDS, "Cache-Control": "no-store, private"}
    return HttpResponse(page, status=503, headers=told)


def _as_posted(request: HttpRequest) -> Places:
    slug = request.POST.get("school", "")
    return [(slug, slug)] if slug else []
