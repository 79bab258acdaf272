"""What everyone reaches without login: the form, the confirmation and the status by link."""

from __future__ import annotations

import secrets
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.documents.views import attachment
from privacyboard.links import LinkAltered, LinkError
from privacyboard.organisation.context_processors import board_on
from privacyboard.vocabulary import Language
from requests_ar import letters
from requests_ar.actions.limiting import TooManyForms, count_form
from requests_ar.actions.receiving import confirm_address, receive_request
from requests_ar.actions.steps import ActRefused
from requests_ar.choices import LetterKind, LetterWay
from requests_ar.forms.asking import AskingForm
from requests_ar.models import RequestLetter, SubjectRequest
from requests_ar.rules.states import OPEN


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, language: str = Language.DUTCH) -> HttpResponse:
    """The form in one language; POST sends it. Who sent too often keeps the text."""
    with translation.override(language):
        now = timezone.now()
        filled = AskingForm(
            request.POST if request.method == "POST" else None,
            today=timezone.localdate(now),
            initial={"token": secrets.token_urlsafe(24), "school": request.GET.get("school", "")},
        )
        status, bound = 200, None
        if request.method == "POST" and filled.is_valid():
            try:
                return _take(request, filled, language)
            except TooManyForms as many:
                status, bound = 429, many.bound
            except ActRefused as refusal:
                _show(refusal, filled)
        context = {"form": filled, "bound": bound, "board": board_on(request), **_tongues(language)}
        return render(request, "requests_ar/public_form.html", context, status=status)


def _take(request: HttpRequest, filled: AskingForm, language: str) -> HttpResponse:
    now = timezone.now()
    # A second press on the button is the same form: it counts once.
    if not SubjectRequest.objects.filter(form_digest=filled.digest()).exists():
        count_form(network=network_of(request), email=filled.cleaned_data["email"], at=now)
    receive_request(received=filled.received(language=language), by=None, at=now)
    return HttpResponseRedirect(reverse(_in_tongue("request_sent", language)))


def _show(refusal: ActRefused, filled: AskingForm) -> None:
    for field, sentence in refusal.errors.items():
        filled.add_error(field if field in filled.fields else None, sentence)


def _in_tongue(name: str, language: str) -> str:
    return f"{name}_en" if language == Language.ENGLISH else name


def _tongues(language: str) -> dict[str, Any]:
    """This page in the other language."""
    other = Language.DUTCH if language == Language.ENGLISH else Language.ENGLISH
    return {
        "is_english": language == Language.ENGLISH,
        "other_language": other.value,
        "other_url": reverse(_in_tongue("request_form", other)),
    }


def network_of(request: HttpRequest) -> str:
    """The network a request comes from: what our own proxy saw, and of IPv6 the household's part.

    The last address is the proxy's own note; anything before it can be made up.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", seen).rpartition(",")[2].strip()
    try:
        address = ip_address(seen)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(ip_network(f"{address}/64", strict=False))
    return str(address)


@never_cache
@require_safe
def sent(request: HttpRequest, language: str = Language.DUTCH) -> HttpResponse:
    """What happens now; it says nothing of the request itself."""
    with translation.override(language):
        return render(request, "requests_ar/public_sent.html", _tongues(language))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, token: str) -> HttpResponse:
    """Where the request stands; before the address is confirmed only the button to do so."""
    found = _behind(request, token)
    if isinstance(found, HttpResponse):
        return found
    with translation.override(found.language):
        if request.method == "POST":
            confirm_address(request=found, by=None, at=timezone.now())
            return _private(HttpResponseRedirect(request.path))
        if found.confirmed_at is None:
            return _private(render(request, "requests_ar/public_confirm.html"))
        today = timezone.localdate()
        deadline = {
            "last_day": found.last_day,
            "days_left": (found.last_day - today).days,
            "target": found.target,
        }
        context = {
            "case": found,
            "token": token,
            "deadline": deadline if found.state in OPEN else None,
            "letters": _readable(found),
            "school_email": found.school.email if found.school else "",
        }
        return _private(render(request, "requests_ar/public_status.html", context))


@never_cache
@require_safe
def status_letter(request: HttpRequest, token: str, pk: int) -> HttpResponse | FileResponse:
    """A letter of the request behind the link, as PDF."""
    found = _behind(request, token)
    if isinstance(found, HttpResponse):
        return found
    if found.confirmed_at is None:
        raise Http404
    letter: RequestLetter = get_object_or_404(
        _readable(found).filter(document__isnull=False).select_related("document"), pk=pk
    )
    document = letter.document
    if document is None:
        raise Http404
    note_access(subject=document, act=AccessEntry.Act.DOWNLOADED, by=None, school=document.school)
    return _private(attachment(document))


def _readable(found: SubjectRequest) -> Any:
    """The letters behind the link; the decision goes with the answer, behind its own code."""
    return (
        RequestLetter.objects.filter(request=found, way=LetterWay.EMAIL)
        .exclude(kind=LetterKind.DECISION)
        .defer("html")
    )


def _behind(request: HttpRequest, token: str) -> SubjectRequest | HttpResponse:
    """The request that a link opens, or the page that says why it opens nothing."""
    try:
        pk = letters.STATUS.read(token, at=timezone.now(), state=letters.present_status)
        found: SubjectRequest = SubjectRequest.objects.select_related("school").get(pk=pk)
    except LinkError as problem:
        return _shut(request, problem)
    return found


def _shut(request: HttpRequest, problem: LinkError) -> HttpResponse:
    language = Language.DUTCH.value
    if problem.subject:
        rows = SubjectRequest.objects.filter(pk=problem.subject)
        language = rows.values_list("language", flat=True).first() or language
    is_altered = isinstance(problem, LinkAltered)
    with translation.override(language):
        context = {"is_altered": is_altered, "board": board_on(request)}
        code = 404 if is_altered else 410
        return _private(render(request, "requests_ar/public_shut.html", context, status=code))


def _private(response: Any) -> Any:
    """A page behind a link of one person is for no search engine."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
