"""Picking who is told from the school's own records: classes, or pupils one by one."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from datalekken.actions.telling import Added, add_people, look_at
from datalekken.actions.telling_pupils import candidates_of
from datalekken.forms.told_pupils import PupilsForm
from datalekken.models import Breach
from datalekken.views.act_telling import added_words, people_url
from datalekken.views.desk import is_open
from datalekken.views.telling import handled
from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import closed_words, tell
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Group, User
from privacyboard.people.desk import find_pupils, pickable

_ACT = "ontvangers-lijst"
SHOWN = 200


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def told_pupils(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Classes and pupils; first who would get the letter, then the same button adds them."""
    user = signed_in(request)
    case, telling = handled(request, number, _ACT, pk)
    if not user.standing.holds(Right.VIEW_PEOPLE):
        raise Http404
    today = timezone.localdate()
    rows, groups = _choices(case, user, today)
    given, named = request.POST, {"case": case, "target": telling}
    is_look = request.method == "POST" and "find" not in given
    form = PupilsForm(
        *((given,) if is_look else ()), groups=groups, pupils=rows, initial=_so_far(given), **named
    )
    look, digest = None, ""
    if is_look and form.is_valid():
        typed = form.cleaned_data
        people = [
            (each, _("in deze keuze"))
            for each in candidates_of(
                rows,
                groups=typed["groups"],
                pupils=typed["pupils"],
                parents_reason=form.reason,
                on=today,
            )
        ]
        look = look_at(telling, people, on=today)
        digest = _digest(look)
        if given.get("looked") == digest:
            try:
                added = add_people(telling=telling, people=people, by=user, at=timezone.now())
            except ActRefused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, added_words(case, added))
                return HttpResponseRedirect(people_url(case, telling.pk))
    is_closed = telling.sent_at is not None or not is_open(user, _ACT, case)
    chosen = [
        int(each)
        for each in given.getlist("pupils")
        if each.isascii() and each.isdigit() and len(each) < 18
    ]
    context = {
        "case": case,
        "telling": telling,
        "form": form,
        "look": look,
        "added": [each for each in look.fates if each.is_added] if look else [],
        "left_out": [each for each in look.fates if not each.is_added][:SHOWN] if look else [],
        "shown": SHOWN,
        "looked": digest,
        "found": find_pupils(rows, given.get("words", ""), on=today) if "find" in given else None,
        "chosen": list(rows.filter(pk__in=chosen[:SHOWN]).select_related("school")),
        # Of a board as a whole there are too many classes to choose from.
        "with_groups": not groups.query.is_empty(),
        "closed": closed_words(case) if is_closed else "",
        "back": people_url(case, telling.pk),
    }
    return render(request, "datalekken/told_pupils.html", context)


def _choices(case: Breach, user: User, today: Any) -> tuple[Any, Any]:
    """Pupils and classes of the schools that are touched; of a board as a whole no classes."""
    schools = list(case.schools.all())
    if not schools:
        return pickable(user), Group.objects.none()
    groups = Group.objects.visible_to(user).of_year(today).filter(school__in=schools)
    ordered = groups.select_related("school").order_by("school__sort_name", "sort_name", "pk")
    return pickable(user, schools=schools), ordered


def _so_far(given: Any) -> dict[str, Any]:
    """What was chosen before a search: it stays."""
    typed = {name: given.get(name) for name in ("parents_too", "parents_reason") if name in given}
    return {**typed, "groups": given.getlist("groups")} if "find" in given else {}


def _digest(look: Added) -> str:
    """What was looked at: only that can be added."""
    said = [f"{each.is_added}{each.who}{each.note}" for each in look.fates]
    return sha256("\0".join(said).encode()).hexdigest()
