"""The board's choices about consent, and the languages in which families are written to."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consent.actions.policy import change_policy, release_language
from consent.forms.policy import PolicyForm, ReleaseForm, initial_of
from consent.models import ConsentPolicy, LanguageRelease
from consent.views.office import act_page, holding, holding_everywhere, number_of, posted
from privacyboard.audit.acts import edition_of
from privacyboard.audit.timeline import timeline
from privacyboard.organisation.choices import Right
from privacyboard.vocabulary import ALWAYS_ON, FamilyLanguage


@login_required
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """What the board decided, for who reads consent; with its languages."""
    user = holding(request, Right.VIEW_CONSENT)
    current = ConsentPolicy.current()
    released = {each.language: each for each in LanguageRelease.objects.all()}
    context = {
        "policy": current,
        "month_name": MONTHS[current.period_ends_month],
        "languages": [
            (language, language in ALWAYS_ON, released.get(language)) for language in FamilyLanguage
        ],
        "may_manage": Right.MANAGE_CONSENT in user.standing.everywhere,
        "events": timeline(current),
    }
    return render(request, "consent/policy.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Change the board's choices."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    current = ConsentPolicy.current()
    form = PolicyForm(posted(request), initial=initial_of(current))
    return act_page(
        request,
        form=form,
        perform=lambda: change_policy(
            choices=form.choices(), seen=number_of(request, "seen"), by=user, at=timezone.now()
        ),
        done=lambda _made: _("De keuzes zijn bewaard."),
        back=reverse("consent_policy"),
        context={
            "title": _("Keuzes over toestemming wijzigen"),
            "explanation": _(
                "Wat geldt, wordt met deze keuzes uitgerekend: ook voor antwoorden die er al zijn."
            ),
            "submit_label": _("Bewaren"),
            "seen": edition_of(current),
        },
        template="consent/form.html",
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Switch a language on once its texts were checked, or off."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    if code in ALWAYS_ON or code not in FamilyLanguage.values:
        raise Http404
    found = LanguageRelease.objects.filter(language=code).first()
    is_on = found is not None and found.is_on
    initial = {"checked_by": found.checked_by if found else ""}
    form: Any = None if is_on else ReleaseForm(posted(request), initial=initial)
    checked = {"checked_by": "", "checked_on": None}
    words = {"language": FamilyLanguage(code).label}
    return act_page(
        request,
        form=form,
        perform=lambda: release_language(
            language=code,
            is_on=not is_on,
            **(checked if form is None else form.cleaned_data),
            by=user,
            at=timezone.now(),
        ),
        done=lambda made: (
            (_("%(language)s staat aan.") if made.is_on else _("%(language)s staat uit.")) % words
        ),
        back=reverse("consent_policy"),
        context={
            "title": (_("%(language)s uitzetten") if is_on else _("%(language)s aanzetten"))
            % words,
            "explanation": _("Gezinnen met deze taal krijgen de pagina’s in het Nederlands.")
            if is_on
            else _(
                "Laat iemand die de taal goed kent eerst alle teksten lezen: de pagina’s, de "
                "brieven en de vragen. Gezinnen met deze taal krijgen ze daarna in hun eigen taal."
            ),
            "submit_label": _("Uitzetten") if is_on else _("Aanzetten"),
        },
    )
