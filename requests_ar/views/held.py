"""What this application itself holds about the person of a request: so that it is not forgotten."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.collectors import Sought, collect
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User
from requests_ar.choices import PersonRole
from requests_ar.models import RequestPerson
from requests_ar.views.desk import holds, log_school


def subject_of(user: User, number: str) -> tuple[RequestPerson, bool]:
    """Whom the request is about, for who handles it or sees all; and whether this one sees all."""
    people = RequestPerson.objects.visible_to(user).select_related("request__school", "pupil")
    person = get_object_or_404(people, request__number=number, role=PersonRole.SUBJECT)
    sees_all = Right.VIEW_CONFIDENTIAL_REQUESTS in user.standing.everywhere
    if not (sees_all or holds(user, Right.HANDLE_REQUESTS, person.request.school_id)):
        raise Http404
    return person, sees_all


@login_required
@require_safe
def held(request: HttpRequest, number: str) -> HttpResponse:
    """By key, address and name of whom it is about, not of who asks for another."""
    user = signed_in(request)
    person, sees_all = subject_of(user, number)
    case = person.request
    sought = sought_of(user, person)
    note_access(subject=case, act=AccessEntry.Act.OPENED, by=user, school=log_school(case))
    context = {
        "case": case,
        "sought": sought,
        "parts": collect(sought),
        "sees_all": sees_all,
    }
    return render(request, "requests_ar/held.html", context)


def sought_of(user: User, person: RequestPerson, *, number: str | None = None) -> Sought:
    """By what stands in the request; of a linked pupil also by what our own records know.

    `number`: typed in the place of the one that stands in the request.
    """
    pupil = person.pupil
    school = pupil.school_id if pupil else person.request.school_id
    known = [pupil.email, pupil.key, pupil.eck_id] if pupil else ["", "", ""]
    return Sought.of(
        user,
        emails=[person.email, known[0]],
        keys=[person.key if number is None else number, *known[1:]],
        name=person.name,
        born_on=person.birthday,
        schools=() if school is None else (school,),
    )
