"""What everyone reaches without login: the form, the confirmation and the status by link."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.casework import tell
from privacyboard.documents.views import attachment
from privacyboard.links import LinkAltered, LinkError
from privacyboard.organisation.context_processors import board_on
from privacyboard.publicforms.network import network_of
from privacyboard.publicforms.rules import Bound
from privacyboard.vocabulary import Language
from requests_ar import letters
from requests_ar.actions.receiving import TooManyForms, confirm_address, receive_form
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
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        filled = AskingForm(
            *sent,
            today=timezone.localdate(now),
            initial={"token": secrets.token_urlsafe(24), "school": request.GET.get("school", "")},
        )
        status, pause = 200, None
        if request.method == "POST" and filled.is_valid():
            try:
                return _take(request, filled, language)
            except TooManyForms as many:
                status, pause = 429, _pause(many.bound, filled, at=now)
            except ActRefused as refusal:
                tell(filled, refusal)
        context = {"form": filled, "pause": pause, "board": board_on(request), **_tongues(language)}
        page = render(request, "requests_ar/public_form.html", context, status=status)
        if pause is not None:
            page["Retry-After"] = str(int((pause["until"] - now).total_seconds()) + 1)
        return page


def _take(request: HttpRequest, filled: AskingForm, language: str) -> HttpResponse:
    received = filled.received(language=language)
    receive_form(received=received, network=network_of(request), by=None, at=timezone.now())
    return HttpResponseRedirect(reverse(_in_tongue("request_sent", language)))


def _pause(bound: Bound, filled: AskingForm, *, at: datetime) -> dict[str, Any]:
    """Until when this sender waits, and whom else to ask: the chosen school."""
    here = timezone.localtime(at)
    if bound == Bound.HOUR:
        until = here.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    else:
        tomorrow = here.date() + timedelta(days=1)
        until = timezone.make_aware(datetime.combine(tomorrow, time.min))
    school = filled.schools.get(filled.cleaned_data["school"])
    return {"bound": bound.value, "until": until, "school": school}


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
            "letters": _letters(found),
            "school": found.school,
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
    return _letters(found).filter(way=LetterWay.EMAIL)


def _letters(found: SubjectRequest) -> Any:
    """What was written, also on paper: that shows only that, and when, it left."""
    rows = RequestLetter.objects.filter(request=found).exclude(kind=LetterKind.DECISION)
    return rows.defer("html")


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
