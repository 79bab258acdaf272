"""The acts on a request: GET shows a small form, POST acts. What was typed is never lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from privacyboard.backoffice.records import signed_in
from requests_ar.actions.steps import ActRefused, stamp
from requests_ar.models import SubjectRequest
from requests_ar.rules.acts import ACTS, is_allowed
from requests_ar.views.act_page import ActPage, Doing
from requests_ar.views.act_table import PAGES
from requests_ar.views.desk import case_url, holds, visible


def _page(request: HttpRequest, case: SubjectRequest, act: str) -> ActPage:
    """The page of an act, for who has its right here; 404 to anyone else."""
    user = signed_in(request)
    page = PAGES.get(act)
    if page is None or not holds(user, ACTS[act][0], case.school_id):
        raise Http404
    return page


def _target(page: ActPage, case: SubjectRequest, pk: int | None) -> Any:
    if (page.target is None) != (pk is None):
        raise Http404
    if page.target is None or pk is None:
        return None
    found = page.target(case).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def tell(form: forms.Form, refusal: ActRefused) -> None:
    """A refusal stands at the field that it is about, where the form has it."""
    for name, sentence in refusal.errors.items():
        form.add_error(name if name in form.fields else None, sentence)


def _seen(request: HttpRequest) -> int | None:
    given = request.POST.get("seen", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, act: str, pk: int | None = None) -> HttpResponse:
    """One act on one request, or on one of its rows."""
    user = signed_in(request)
    case = visible(request, number)
    page = _page(request, case, act)
    target = _target(page, case, pk)
    given: dict[str, Any] = {"request": case, "target": target, **page.more(case)}
    if request.method == "POST":
        form = page.form(request.POST, request.FILES, **given)
        if form.is_valid():
            doing = Doing(case, target, form, user, timezone.now(), _seen(request))
            try:
                result = page.perform(doing)
            except ActRefused as refusal:
                tell(form, refusal)
            else:
                return _done(request, case, page, result)
    else:
        form = page.form(initial=page.initial(case, user), **given)
    context = {
        "case": case,
        "act": act,
        "page": page,
        "form": form,
        "target": target,
        # The edition that is on the screen now: who comes second is told what the first did.
        "seen": stamp(target if target is not None and hasattr(target, "history") else case),
        "closed": "" if _is_open(request, case, act) else page.closed_words(case),
        "notes": page.notes(case, target),
        "back": case_url(case, page.part),
    }
    return render(request, page.template, context)


def _is_open(request: HttpRequest, case: SubjectRequest, act: str) -> bool:
    user = signed_in(request)
    return is_allowed(act, state=case.state, holds=lambda right: holds(user, right, case.school_id))


def _done(request: HttpRequest, case: SubjectRequest, page: ActPage, result: Any) -> HttpResponse:
    if page.shows_result:
        # Shown once, on this page alone: it is kept nowhere in words.
        context = {"case": case, "page": page, "result": result, "back": case_url(case, page.part)}
        return render(request, page.template_done, context)
    messages.success(request, page.done)
    if page.leaves_case(case, signed_in(request)):
        return HttpResponseRedirect(reverse("requests"))
    return HttpResponseRedirect(case_url(case, page.part))
