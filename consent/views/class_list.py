"""The list of a class: what may be used today, on screen, on paper, and as a sheet."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consent.exchange.class_list import class_list_xlsx
from consent.letters.class_list import class_list_pdf
from consent.models.class_list import ClassList, groups_for
from consent.models.class_list import class_list as read_class
from consent.views.class_choice import ClassChoice, chosen_class
from consent.views.office import holding
from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.documents.rules import XLSX
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Group, User
from privacyboard.organisation.rules import sort_key


@login_required
@never_cache
@require_safe
def class_list(request: HttpRequest) -> HttpResponse:
    """Choose a class, questions and a day; the list with yes or no, and why."""
    user = holding(request, Right.VIEW_CONSENT, Right.USE_CLASS_LISTS)
    choice = chosen_class(request, user, groups_of=groups_for)
    found = _read(choice)
    context: dict[str, Any] = {
        "choice": choice,
        "found": found,
        "today": timezone.localdate(),
        "unknown": [each for each in found.lines if each.lacks_birth_date] if found else [],
        "may_take": choice.group is not None and _may_take(user, choice.group),
        "may_check": user.standing.holds(Right.USE_CLASS_LISTS),
    }
    status = 422 if choice.form.errors else 200
    return render(request, "consent/class_list.html", context, status=status)


@login_required
@never_cache
@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """The list in large letters, to hang beside the camera: yes or no, and not why."""
    found = _taken(request)
    body = class_list_pdf(found, at=timezone.now())
    return _file(body, "application/pdf", found, "pdf")


@login_required
@never_cache
@require_safe
def xlsx(request: HttpRequest) -> HttpResponse:
    """The list as a sheet, with why."""
    found = _taken(request)
    return _file(class_list_xlsx(found), XLSX, found, "xlsx")


def _read(choice: ClassChoice) -> ClassList | None:
    if choice.group is None or choice.form.errors:
        return None
    return read_class(choice.group, choice.chosen, on=choice.on)


def _may_take(user: User, group: Group) -> bool:
    """Reading on the screen gives no right to take a file away."""
    held = user.standing.holds_at
    return held(Right.USE_CLASS_LISTS, group.school_id) or held(
        Right.EXPORT_CONSENT, group.school_id
    )


def _taken(request: HttpRequest) -> ClassList:
    """The list that this person takes away, once that stands in the log; raises Http404."""
    user = holding(request, Right.EXPORT_CONSENT, Right.USE_CLASS_LISTS)
    choice = chosen_class(request, user, groups_of=groups_for)
    found = _read(choice)
    if found is None or not _may_take(user, found.group):
        raise Http404
    note_access(
        subject=found.group,
        act=AccessEntry.Act.DOWNLOADED,
        by=user,
        school=found.group.school,
    )
    return found


def _file(body: bytes, media_type: str, found: ClassList, suffix: str) -> HttpResponse:
    name = sort_key(found.group.name).encode("ascii", "ignore").decode()
    safe = "".join(sign if sign.isalnum() else "-" for sign in name) or "groep"
    response = HttpResponse(body, content_type=media_type)
    response["Content-Disposition"] = (
        f'attachment; filename="toestemming-{safe}-{found.on:%Y-%m-%d}.{suffix}"'
    )
    return response
