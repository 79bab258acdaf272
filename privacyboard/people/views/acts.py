"""The doors to the acts: one for a pupil, one for a parent, one for a class."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from privacyboard.people.views.act_table import GROUPS, GUARDIANS, PUPILS


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pupil_act(request: HttpRequest, pk: int, act: str, row: int | None = None) -> HttpResponse:
    """An act on a pupil, or on one of those who stand for the pupil."""
    return PUPILS.act(request, str(pk), act, row)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guardian_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """An act on a parent."""
    return GUARDIANS.act(request, str(pk), act)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_act(request: HttpRequest, pk: int, act: str, row: int | None = None) -> HttpResponse:
    """An act on a class, or on one of its teachers."""
    return GROUPS.act(request, str(pk), act, row)
