"""The acts on a breach: each a page of its own (see `backoffice.casework`)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from datalekken.models import Breach
from datalekken.views import desk
from datalekken.views.act_table import PAGES
from privacyboard.backoffice.casework import CaseDesk
from privacyboard.organisation.models import User


def _still_reads(user: User, breach: Breach) -> bool:
    return Breach.objects.visible_to(user).filter(pk=breach.pk).exists()


_DESK = CaseDesk(
    pages=PAGES,
    visible=desk.visible,
    holds=desk.holds_for,
    is_open=desk.is_open,
    case_url=desk.case_url,
    list_url=lambda: reverse("breaches"),
    still_reads=_still_reads,
    template="datalekken/act.html",
)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, act: str, pk: int | None = None) -> HttpResponse:
    """One act on one breach, or on one of its rows."""
    return _DESK.act(request, number, act, pk)
