"""What the pages of the office share: who may open them, and acts that ask to be confirmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Pupil, School, User


def holding(request: HttpRequest, *rights: str) -> User:
    """The person behind a request, who holds one of these rights somewhere; 404 to others."""
    user = signed_in(request)
    if not any(user.standing.holds(right) for right in rights):
        raise Http404
    return user


def holding_everywhere(request: HttpRequest, right: str) -> User:
    """The person behind a request, who holds this right on the whole board; 404 to others."""
    user = signed_in(request)
    if right not in user.standing.everywhere:
        raise Http404
    return user


def reads_answers(user: User, school: int) -> bool:
    """Whether somebody may know which parent said what there.

    Who only has to know whether something may, such as a care coordinator, reads what holds.
    """
    held = user.standing.holds_at
    return held(Right.RECORD_CONSENT, school) or held(Right.EXPORT_CONSENT, school)


def schools_with_answers(user: User) -> Any:
    """The schools where somebody may know that."""
    found = School.objects.where(user, Right.RECORD_CONSENT)
    return found | School.objects.where(user, Right.EXPORT_CONSENT)


def pupil_of(user: User, pk: int, right: str) -> Pupil:
    """A pupil of a school where the right is held; 404 to anyone else."""
    found: Pupil = get_object_or_404(
        Pupil.objects.at(user, right).select_related("school"), pk=key_of(pk)
    )
    return found


def key_of(pk: int) -> int:
    """A key that the database can hold: an address can ask for anything. Raises Http404."""
    if pk >= 2**63:
        raise Http404
    return pk


def act_page(
    request: HttpRequest,
    *,
    form: Any,
    perform: Callable[[], Any],
    done: Callable[[Any], Any],
    back: str,
    context: Mapping[str, Any],
    template: str = "pieces/confirm.html",
) -> HttpResponse:
    """A page of one act: GET shows, POST acts; a refusal stands at its field, nothing is lost.

    `form` is bound on POST, and None where there is nothing to fill in. `done` says what happened,
    from what the act returned.
    """
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            result = perform()
        except ActRefused as refusal:
            if form is None:
                messages.error(request, " ".join(refusal.errors.values()))
                return HttpResponseRedirect(back)
            tell(form, refusal)
        else:
            messages.success(request, done(result))
            return HttpResponseRedirect(back)
    status = 422 if form is not None and form.errors else 200
    return render(request, template, {"form": form, "cancel_url": back, **context}, status=status)


def posted(request: HttpRequest) -> Any:
    """What was posted, for a form; None on GET."""
    return request.POST if request.method == "POST" else None


def number_of(request: HttpRequest, name: str) -> int | None:
    """A hidden number of the page, such as the edition that was on the screen."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None
