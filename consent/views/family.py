"""The page of a family: a guardian answers for all children, a pupil from sixteen alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consent.actions.family import FamilyRefused, Why, answer_family
from consent.letters.invitations import borrowing
from consent.letters.links import family_of
from consent.models.family import Frame, beside, frame_alone, frame_of, read_family
from consent.views.family_page import chosen_language, page_context, sent_form, tongues
from privacyboard.links import LinkAltered, LinkError
from privacyboard.organisation.models import Guardian, Pupil
from privacyboard.vocabulary import FamilyLanguage


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def family(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked for every child, with the own answers; POST answers, GET changes nothing."""
    who = _behind(request, token)
    if isinstance(who, HttpResponse):
        return who
    frame = frame_of(who)
    language = chosen_language(request, who.language, frame)
    with translation.override(language):
        if request.method != "POST":
            return _page(request, who, frame, language)
        try:
            _answer(request, who, frame, language)
        except FamilyRefused as refusal:
            return _page(request, who, frame, language, refusal=refusal)
    done = reverse("family_done", args=[token])
    return _private(HttpResponseRedirect(f"{done}?taal={language}"))


def _answer(request: HttpRequest, who: Guardian | Pupil, frame: Frame, language: str) -> None:
    form, readable = sent_form(request.POST, language)
    if not readable:
        raise FamilyRefused(Why.BORN)
    answer_family(who=who, frame=frame, form=form, by=None, at=timezone.now())


def _page(
    request: HttpRequest,
    who: Guardian | Pupil,
    frame: Frame,
    language: str,
    *,
    refusal: FamilyRefused | None = None,
) -> HttpResponse:
    found = read_family(who, at=timezone.now(), language=language)
    sent = request.POST.dict() if refusal else None
    context = page_context(found, frame, language, data=sent, refusal=refusal)
    template = "consent/family.html" if context["parts"] else "consent/family_nothing.html"
    # What is asked was no longer what the page showed.
    conflict = refusal is not None and refusal.why in (Why.CHANGED, Why.GONE)
    return _private(render(request, template, context, status=409 if conflict else 200))


@never_cache
@require_safe
def family_done(request: HttpRequest, token: str) -> HttpResponse:
    """What stands now, for every child: this person's own answers."""
    who = _behind(request, token)
    if isinstance(who, HttpResponse):
        return who
    frame = frame_of(who)
    language = chosen_language(request, who.language, frame)
    with translation.override(language):
        found = read_family(who, at=timezone.now(), language=language)
        context = {
            **page_context(found, frame, language),
            "token": token,
            "is_mailed": _is_mailed(who),
        }
        return _private(render(request, "consent/family_done.html", context))


def _is_mailed(who: Guardian | Pupil) -> bool:
    """Whether a confirmation goes to this person."""
    if isinstance(who, Guardian):
        return who.can_be_mailed
    return bool(who.email) and not borrowing([who.pk])


def _behind(request: HttpRequest, token: str) -> Guardian | Pupil | HttpResponse:
    """Whose link this is, or the page that says why it opens nothing."""
    try:
        return family_of(token, at=timezone.now(), beside=beside())
    except LinkError as problem:
        return _shut(request, is_altered=isinstance(problem, LinkAltered))


def _shut(request: HttpRequest, *, is_altered: bool) -> HttpResponse:
    frame = frame_alone()
    language = chosen_language(request, FamilyLanguage.DUTCH, frame)
    with translation.override(language):
        context = {**tongues(language, frame), "is_altered": is_altered}
        code = 404 if is_altered else 410
        return _private(render(request, "consent/family_shut.html", context, status=code))


def _private(response: Any) -> Any:
    """A page behind a link of one person is for no search engine."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
