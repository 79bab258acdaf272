"""The answer by link: a code opens it for half an hour, and every download is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.models import AccessEntry
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.views import attachment
from privacyboard.links import Link, LinkAltered, LinkError, digest
from privacyboard.vocabulary import Language
from requests_ar.actions.answering import AnswerShut, WrongCode, count_download, open_answer
from requests_ar.choices import DeliveryWay, LetterKind
from requests_ar.letters.delivery import ANSWER, answer_state
from requests_ar.models import Delivery, DossierFile, RequestLetter
from requests_ar.views.desk import log_school

# What the code opened: gone after half an hour, or once there is a newer link or code.
OPENED = Link(purpose="request-answer-opened", max_age=timedelta(minutes=30))


def _shut(request: HttpRequest, why: Any, *, language: str = "") -> HttpResponse:
    """Why a link does not open: in the reader's language, or in both where that is not known."""
    with translation.override(language or Language.DUTCH):
        context = {"why": why, "in_english": not language}
        return render(request, "requests_ar/link_shut.html", context, status=410)


def _language_of(problem: LinkError) -> str:
    """The language of the request behind a link that was genuine once."""
    if problem.subject is None:
        return ""
    found = Delivery.objects.filter(pk=problem.subject).values_list("request__language", flat=True)
    return found.first() or ""


def _delivery(pk: str) -> Delivery:
    rows = Delivery.objects.select_related("request__school")
    found: Delivery = get_object_or_404(rows, pk=pk, way=DeliveryWay.LINK)
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the code; nothing of the request is shown before it fits."""
    try:
        pk = ANSWER.read(token, at=timezone.now(), state=answer_state)
    except LinkAltered:
        return _shut(request, _("Deze link klopt niet. Open de link uit de e-mail nog eens."))
    except LinkError as over:
        why = _("Deze link werkt niet meer. Vraag de school om een nieuwe.")
        return _shut(request, why, language=_language_of(over))
    delivery = _delivery(pk)
    with translation.override(delivery.request.language):
        problem = ""
        if request.method == "POST":
            at = timezone.now()
            code = request.POST.get("code", "")[:40]
            try:
                opened = open_answer(delivery=delivery, code=code, by=None, at=at)
            except WrongCode as wrong:
                problem = gettext(
                    "Deze code klopt niet. U kunt het nog %(left)s keer proberen."
                ) % {"left": wrong.left}
            except (AnswerShut, ActRefused):
                return _shut(
                    request,
                    _("Deze brief gaat zo niet meer open. Bel de school voor een nieuwe code."),
                    language=delivery.request.language,
                )
            else:
                proof = OPENED.make(str(opened.pk), at=at, state=_opened_state(opened))
                return HttpResponseRedirect(reverse("answer_opened", args=[proof]))
        return render(request, "requests_ar/answer_code.html", {"problem": problem})


def _opened_state(delivery: Delivery) -> str:
    return f"{delivery.link_number}:{digest(delivery.code_hash)}"


def _present(pk: str) -> str | None:
    found = Delivery.objects.filter(pk=pk).first()
    return _opened_state(found) if found else None


def _files(delivery: Delivery) -> Any:
    rows = DossierFile.objects.filter(request=delivery.request, is_for_answer=True)
    return rows.select_related("document")


def _letter(delivery: Delivery) -> RequestLetter | None:
    """The decision that went with this answer."""
    found = RequestLetter.objects.filter(request=delivery.request, kind=LetterKind.DECISION)
    return found.select_related("document").defer("html").last()


def _opened(token: str) -> Delivery:
    """Raises LinkError once the half hour is over, or there is a newer link or code."""
    return _delivery(OPENED.read(token, at=timezone.now(), state=_present))


def _ask_again(request: HttpRequest, problem: LinkError) -> HttpResponse:
    return _shut(
        request,
        _("U was een tijdje weg. Open de link uit de e-mail opnieuw en vul de code nog eens in."),
        language=_language_of(problem),
    )


@never_cache
@require_safe
def answer_opened(request: HttpRequest, token: str) -> HttpResponse:
    """What the person can fetch."""
    try:
        delivery = _opened(token)
    except LinkError as problem:
        return _ask_again(request, problem)
    with translation.override(delivery.request.language):
        context = {
            "token": token,
            "delivery": delivery,
            "letter": _letter(delivery),
            "files": list(_files(delivery)),
        }
        return render(request, "requests_ar/answer_opened.html", context)


@never_cache
@require_POST
def answer_download(request: HttpRequest, token: str, pk: int) -> HttpResponse | FileResponse:
    """One file of the answer; `pk` is its document."""
    try:
        delivery = _opened(token)
    except LinkError as problem:
        return _ask_again(request, problem)
    letter = _letter(delivery)
    allowed = [file.document_id for file in _files(delivery)]
    if letter is not None and letter.document_id is not None:
        allowed.append(letter.document_id)
    document = get_object_or_404(StoredDocument.objects.filter(pk__in=allowed), pk=pk)
    count_download(delivery=delivery, by=None, at=timezone.now())
    note_access(
        subject=document,
        act=AccessEntry.Act.DOWNLOADED,
        by=None,
        school=log_school(delivery.request),
    )
    return attachment(document)
