"""The acts on a request: each a page of its own (see `backoffice.casework`)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from privacyboard.backoffice.casework import CaseDesk
from privacyboard.organisation.models import User
from requests_ar.models import SubjectRequest
from requests_ar.rules.acts import ACTS, is_allowed
from requests_ar.views import desk
from requests_ar.views.act_table import PAGES


def _holds(user: User, act: str, case: SubjectRequest) -> bool:
    return desk.holds(user, ACTS[act][0], case.school_id)


def _is_open(user: User, act: str, case: SubjectRequest) -> bool:
    def holds(right: str) -> bool:
        return desk.holds(user, right, case.school_id)

    return is_allowed(act, state=case.state, holds=holds)


def _still_reads(user: User, case: SubjectRequest) -> bool:
    return SubjectRequest.objects.visible_to(user).filter(pk=case.pk).exists()


_DESK = CaseDesk(
    pages=PAGES,
    visible=desk.visible,
    holds=_holds,
    is_open=_is_open,
    case_url=desk.case_url,
    list_url=lambda: reverse("requests"),
    still_reads=_still_reads,
    called=_("het verzoek"),
)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, act: str, pk: int | None = None) -> HttpResponse:
    """One act on one request, or on one of its rows."""
    return _DESK.act(request, number, act, pk)
