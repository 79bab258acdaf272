"""Somebody asks for a new link: the page says the same to everybody."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consent.actions.new_links import TooManyLinks, ask_new_link
from consent.models.family import frame_alone
from consent.views.family_page import chosen_language, tongues
from privacyboard.publicforms.network import network_of
from privacyboard.vocabulary import FamilyLanguage

_WAIT = timedelta(hours=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_link(request: HttpRequest) -> HttpResponse:
    """Ask for a link by e-mail address. Known or not: the same work, the same answer."""
    frame = frame_alone()
    language = chosen_language(request, FamilyLanguage.DUTCH, frame)
    with translation.override(language):
        typed = request.POST.get("email", "").strip()
        context = {**tongues(language, frame), "typed": typed, "problem": ""}
        status = 200
        if request.method == "POST":
            try:
                email = forms.EmailField(max_length=254).clean(typed)
                network = network_of(request)
                ask_new_link(
                    email=email, language=language, network=network, by=None, at=timezone.now()
                )
                return HttpResponseRedirect(f"{reverse('family_link_sent')}?taal={language}")
            except forms.ValidationError:
                context["problem"] = _("Vul een e-mailadres in, zoals naam@voorbeeld.nl.")
            except TooManyLinks:
                status = 429
                context["is_paused"] = True
        page = render(request, "consent/family_link.html", context, status=status)
        if status == 429:
            page["Retry-After"] = str(int(_WAIT.total_seconds()))
        return page


@never_cache
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """What happens next, the same for every address."""
    frame = frame_alone()
    language = chosen_language(request, FamilyLanguage.DUTCH, frame)
    with translation.override(language):
        return render(request, "consent/family_link_sent.html", tongues(language, frame))
