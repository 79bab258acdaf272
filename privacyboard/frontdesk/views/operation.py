"""Tasks and post, for the technisch beheerder: what stands still, what did not arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.records import signed_in
from privacyboard.clockwork import sweeps
from privacyboard.frontdesk.desk import in_words
from privacyboard.mail.actions import retry_letter, settle_letter
from privacyboard.mail.content import kind_of
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User

A_PAGE = 25


def _keeper(request: HttpRequest) -> User:
    user = signed_in(request)
    if not user.standing.holds(Right.VIEW_OPERATION):
        raise Http404
    return user


@login_required
@require_safe
def operation(request: HttpRequest) -> HttpResponse:
    """Sweeps that somebody must look at, letters that did not arrive or wait; others folded.

    No text, no address.
    """
    user, now = _keeper(request), timezone.now()
    found = sorted(sweeps.health_on(now=now), key=lambda e: (not e.is_overdue, e.sweep.title))
    told = [(each, in_words(each.sweep.every)) for each in found]
    letters = OutboundLetter.objects.visible_to(user).defer("text", "html", "subject", "to")
    failed = letters.to_look_at().select_related("handled_by")
    waiting = letters.held_up().order_by("queued_at", "pk")
    page = Paginator(failed.order_by("-queued_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "look": [(each, often) for each, often in told if each.is_overdue or each.error],
        "rows": [(each, often) for each, often in told if not each.is_overdue and not each.error],
        "late": sum(each.is_overdue for each in found),
        "page": page,
        "failed": _with_kinds(page),
        "waiting": _with_kinds(waiting[:A_PAGE]),
        "held_up": waiting.count(),
        "still": letters.standing_still(now).exists(),
    }
    return render(request, "frontdesk/operation.html", context)


def _with_kinds(letters: Iterable[OutboundLetter]) -> list[tuple[OutboundLetter, str]]:
    return [(letter, kind_of(letter.letter)) for letter in letters]


@login_required
@require_POST
def letter_retried(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the letter once more."""
    return _done(request, pk, retry_letter, _("De brief wacht weer op verzending."))


@login_required
@require_POST
def letter_settled(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more is done about the post of this letter."""
    return _done(request, pk, settle_letter, _("De brief is afgehandeld."))


def _done(
    request: HttpRequest, pk: int, act: Callable[..., OutboundLetter], words: str
) -> HttpResponse:
    user = _keeper(request)
    letter = get_object_or_404(OutboundLetter.objects.visible_to(user), pk=pk)
    try:
        act(letter=letter, by=user, at=timezone.now())
        messages.success(request, words)
    except ActRefused as problem:
        messages.warning(request, str(problem))
    return HttpResponseRedirect(reverse("operation"))
