"""The foto-check: who is in the picture, where does it go, and is it wise?"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consent.actions.photo_checks import check_photo, weigh_photo
from consent.forms.class_list import PictureForm, WeighForm
from consent.models import PhotoCheck
from consent.models.class_list import groups_to_check
from consent.models.class_sheet import pupils_in
from consent.models.holding import rulings_on
from consent.rules.explaining import explain
from consent.views.class_choice import chosen_class
from consent.views.office import act_page, holding, key_of, posted
from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import tell
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User

RECENT = 10
_POST = ["GET", "HEAD", "POST"]


@login_required
@never_cache
@require_http_methods(_POST)
def photo_check(request: HttpRequest) -> HttpResponse:
    """Choose the group, the children in the picture and where it goes."""
    user = holding(request, Right.USE_CLASS_LISTS)
    at = timezone.now()
    choice = chosen_class(request, user, groups_of=groups_to_check)
    pupils = pupils_in(choice.group, on=choice.on) if choice.group else []
    pictures = [each for each in choice.questions if each.is_picture]
    form = PictureForm(posted(request), pupils=pupils, questions=pictures)
    if request.method == "POST":
        if choice.group is None:
            raise Http404
        if form.is_valid():
            try:
                made = check_photo(group=choice.group, **_given(form), by=user, at=at)
            except ActRefused as refusal:
                tell(form, refusal)
            else:
                return HttpResponseRedirect(reverse("consent_photo_answer", args=[made.pk]))
    context = {
        "choice": choice,
        "form": form,
        "pupils": pupils,
        "pictures": pictures,
        "recent": PhotoCheck.objects.visible_to(user)
        .filter(asked_by=user)
        .select_related("question", "group")
        .order_by("-asked_at", "-id")[:RECENT],
    }
    status = 422 if form.errors else 200
    return render(request, "consent/photo_check.html", context, status=status)


def _given(form: PictureForm) -> dict[str, Any]:
    given = form.cleaned_data
    return {
        "pupils": list(given["pupils"].order_by("sort_name", "id")),
        "question": given["question"],
        "is_sensitive": given["is_sensitive"],
    }


@login_required
@never_cache
@require_http_methods(_POST)
def photo_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Who stands in the way today, and the question whether publishing is wise."""
    user = holding(request, Right.USE_CLASS_LISTS, Right.VIEW_CONSENT)
    rows = PhotoCheck.objects.visible_to(user).select_related("question", "group", "school")
    found: PhotoCheck = get_object_or_404(rows, pk=key_of(pk))
    may_weigh = found.asked_by_id == user.pk and _still_holds(user, found)
    if request.method == "POST" and not may_weigh:
        raise Http404
    at = timezone.now()
    form: Any = WeighForm(posted(request))
    back = reverse("consent_photo_answer", args=[found.pk])
    return act_page(
        request,
        form=form,
        perform=lambda: weigh_photo(check=found, **form.cleaned_data, by=user, at=at),
        done=lambda made: (
            _("Vastgelegd: dit beeld wordt geplaatst.")
            if made.publishes
            else _("Vastgelegd: dit beeld wordt niet geplaatst.")
        ),
        back=back,
        context={"check": found, "may_weigh": may_weigh, **_answer(found, at)},
        template="consent/photo_answer.html",
    )


def _still_holds(user: User, found: PhotoCheck) -> bool:
    return user.standing.holds_at(Right.USE_CLASS_LISTS, found.school_id)


def _answer(found: PhotoCheck, at: Any) -> dict[str, Any]:
    """The children in the picture: those in the way with why, and the others."""
    pupils = list(found.pupils.order_by("sort_name", "id"))
    rulings = rulings_on(pupils, [found.question], on=timezone.localdate(at))
    held = [(each, rulings[each.pk][found.question_id]) for each in pupils]
    return {
        "in_the_way": [(each.name, explain(ruling)) for each, ruling in held if not ruling.is_yes],
        "free": [each.name for each, ruling in held if ruling.is_yes],
    }
