"""The page of one pupil, its history, and a pupil entered by hand."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.models import AccessEntry
from privacyboard.audit.timeline import timeline
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Guardianship, Placement
from privacyboard.organisation.rules import age_on
from privacyboard.people import desk
from privacyboard.people.actions.pupils import add_pupil
from privacyboard.people.forms.persons import NewPupilForm
from privacyboard.people.views.desk import holder, may_change, pupil_of, schools_to_keep


@login_required
@never_cache
@require_safe
def pupil(request: HttpRequest, pk: int) -> HttpResponse:
    """What the school knows of one pupil: facts, guardians, classes; it stands in the log."""
    found, user, today = pupil_of(request, pk), signed_in(request), timezone.localdate()
    note_access(subject=found, act=AccessEntry.Act.OPENED, by=user, school=found.school)
    ties = Guardianship.objects.filter(pupil=found).select_related("guardian").order_by("id")
    places = Placement.objects.filter(pupil=found).select_related("group", "group__school")
    context = {
        "pupil": found,
        "age": age_on(found.born_on, today) if found.born_on else None,
        "has_left": found.left_on is not None and found.left_on <= today,
        "ties": list(ties),
        "places": list(places.order_by("-group__school_year", "-starts_on", "-id")),
        "today": today,
        "may_change": may_change(user, found),
        "doors": desk.doors_of(user, found),
    }
    return render(request, "people/pupil.html", context)


@login_required
@never_cache
@require_safe
def pupil_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened with a pupil, and with who stands for the pupil."""
    found = pupil_of(request, pk)
    events = timeline(found, lines=(Guardianship,))
    context = {"who": found, "events": events, "back": reverse("people_pupil", args=[pk])}
    return render(request, "people/history.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pupil_new(request: HttpRequest) -> HttpResponse:
    """A pupil whom no file brought."""
    user = holder(request, Right.CHANGE_PEOPLE)
    given = request.POST if request.method == "POST" else None
    form = NewPupilForm(given, schools=schools_to_keep(user))
    if request.method == "POST" and form.is_valid():
        school = form.cleaned_data["school"]
        try:
            made = add_pupil(school=school, facts=form.facts, by=user, at=timezone.now())
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("De leerling staat in de lijst. Kies nu de groep."))
            return HttpResponseRedirect(reverse("people_pupil", args=[made.pk]))
    return render(request, "people/pupil_new.html", {"form": form})
