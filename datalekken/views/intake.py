"""A report for somebody else, written down by staff; and what one reported oneself."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from datalekken.actions.reporting import Reported, report
from datalekken.choices import BreachState
from datalekken.forms.intake import IntakeForm
from datalekken.models import Breach
from datalekken.rules.reporter import STATE_WORDS
from datalekken.views.contact import contact_point
from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.context_processors import board_on
from privacyboard.organisation.models import School, User

PER_PAGE = 50
_BOARD = "bestuur"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form for who may add to files: at the own school, or on the whole board."""
    user = signed_in(request)
    if not user.standing.holds(Right.SUPPLEMENT_BREACHES):
        raise Http404
    own = School.objects.where(user, Right.SUPPLEMENT_BREACHES)
    schools = {each.slug: each for each in own}
    places = [(slug, each.name) for slug, each in schools.items()]
    if Right.SUPPLEMENT_BREACHES in user.standing.everywhere:
        places.append((_BOARD, _("het hele bestuur, of nog niet bekend")))
    now = timezone.now()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = IntakeForm(*sent, at=now, places=places, initial={"token": secrets.token_urlsafe(24)})
    if sent and form.is_valid():
        answer = _registered(request, form, form.reported(schools=schools), user)
        if answer is not None:
            return answer
    return render(request, "datalekken/intake.html", {"form": form})


def _registered(
    request: HttpRequest, form: IntakeForm, reported: Reported, user: User
) -> HttpResponse | None:
    try:
        made = report(reported=reported, by=user, at=form.at)
    except ActRefused as refusal:
        tell(form, refusal)
        return None
    messages.success(
        request,
        _("Vastgelegd als %(number)s. Het meldpunt, de IBP-manager en de FG hebben bericht.")
        % {"number": made.number},
    )
    return HttpResponseRedirect(reverse("breach", args=[made.number]))


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What this person reported with this account: number, state and day, and no more."""
    rows = Breach.objects.reported_by(signed_in(request))
    page = CappedPaginator(
        rows.values_list("number", "state", "reported_at", named=True), PER_PAGE
    ).get_page(request.GET.get("page"))
    found = [(each, STATE_WORDS[BreachState(each.state)]) for each in page]
    context = {"page": page, "reports": found, "contact": contact_point(board_on(request))}
    return render(request, "datalekken/mine.html", context)
