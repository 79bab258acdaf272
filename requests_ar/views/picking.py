"""Linking a request to a pupil in our own records, and who asks to one of the parents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import closed_words
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User
from privacyboard.people.desk import find_pupils, pickable
from requests_ar.actions.picking import link_pupil, unlink_pupil
from requests_ar.choices import PersonRole, Relation
from requests_ar.forms.picking import Picked, picked_of
from requests_ar.models import SubjectRequest
from requests_ar.rules.acts import ACTS, is_allowed
from requests_ar.views.desk import case_url, holds, visible


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pick(request: HttpRequest, number: str) -> HttpResponse:
    """Look for the pupil, choose, say who of the parents asks; whoever fills in people may."""
    user = signed_in(request)
    case = visible(request, number)
    right, _states = ACTS["persoon"]
    if not (holds(user, right, case.school_id) and user.standing.holds(Right.VIEW_PEOPLE)):
        raise Http404
    is_open = is_allowed("persoon", state=case.state, holds=lambda _right: True)
    prefetch_related_objects([case], "people")
    given, today = request.POST, timezone.localdate()
    rows = pickable(user, schools=[case.school] if case.school else None)
    picked = picked_of(rows, given.get("pick", given.get("pupil", "")), on=today)
    problem = ""
    if request.method == "POST" and ("link" in given or "unlink" in given):
        try:
            return _done(request, case, user, picked)
        except ActRefused as refusal:
            problem = str(refusal)
    people = {each.role: each for each in case.people.all()}
    context = {
        "case": case,
        "back": case_url(case, "personen"),
        "closed": "" if is_open else closed_words(case, called=_("het verzoek")),
        "problem": problem,
        "subject": people[PersonRole.SUBJECT],
        "requester": people[PersonRole.REQUESTER],
        "asks_self": people[PersonRole.REQUESTER].relation == Relation.SELF,
        "linked": _linked(rows, people),
        "picked": picked,
        "asker": given.get("asker", ""),
        "found": find_pupils(rows, given.get("words", ""), on=today) if "find" in given else None,
    }
    return render(request, "requests_ar/pick.html", context)


def _linked(rows: Any, people: Any) -> Any:
    """The pupil who is linked now, for who reads that pupil."""
    key = people[PersonRole.SUBJECT].pupil_id
    return rows.filter(pk=key).first() if key else None


def _done(
    request: HttpRequest, case: SubjectRequest, user: User, picked: Picked | None
) -> HttpResponse:
    now = timezone.now()
    if "unlink" in request.POST:
        unlink_pupil(request=case, by=user, at=now)
        messages.success(request, _("De koppeling is weg. Kijk na of de gegevens kloppen."))
        return HttpResponseRedirect(case_url(case, "personen"))
    if picked is None:
        raise ActRefused({"": _("Deze leerling is niet gevonden. Zoek opnieuw.")})
    tie = picked.tie(request.POST.get("asker", ""))
    link_pupil(
        request=case, pupil=picked.pupil, guardian=tie.guardian if tie else None, by=user, at=now
    )
    messages.success(
        request, _("Gekoppeld aan %(name)s in onze administratie.") % {"name": picked.pupil.name}
    )
    return HttpResponseRedirect(case_url(case, "personen"))
