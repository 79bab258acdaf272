"""The page of one parent: the children whom the reader may see, addresses, and history."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.audit.timeline import timeline
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Guardianship
from privacyboard.people import desk
from privacyboard.people.views.desk import guardian_of


@login_required
@never_cache
@require_safe
def guardian(request: HttpRequest, pk: int) -> HttpResponse:
    """One parent; of children at a school that the reader does not read nothing is said."""
    found, user = guardian_of(request, pk), signed_in(request)
    seen = Guardianship.objects.visible_to(user).filter(guardian=found)
    ties = list(seen.select_related("pupil", "pupil__school").order_by("pupil__sort_name", "id"))
    schools = {tie.pupil.school for tie in ties}
    note_access(
        subject=found,
        act=AccessEntry.Act.OPENED,
        by=user,
        school=schools.pop() if len(schools) == 1 else None,
    )
    standing = user.standing
    context = {
        "guardian": found,
        "ties": [(tie, desk.doors_of(user, tie.pupil)) for tie in ties],
        "today": timezone.localdate(),
        "may_change": any(
            standing.holds_at(Right.CHANGE_PEOPLE, tie.pupil.school_id) for tie in ties
        ),
    }
    return render(request, "people/guardian.html", context)


@login_required
@never_cache
@require_safe
def guardian_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened with a parent's own data; what happened per child stands with the child."""
    found = guardian_of(request, pk)
    context = {
        "who": found,
        "events": timeline(found),
        "back": reverse("people_guardian", args=[pk]),
    }
    return render(request, "people/history.html", context)
