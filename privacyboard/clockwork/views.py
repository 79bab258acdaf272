"""Health for monitoring: which sweep ran well when, and nothing about anybody."""

from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from privacyboard.clockwork import sweeps

UNAVAILABLE = 503


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while all is well; 503 when a sweep is overdue, or the database does not answer."""
    try:
        found = sweeps.health_on(now=timezone.now())
    except Error:
        told = {"ok": False, "database": "does not answer", "sweeps": []}
        return JsonResponse(told, status=UNAVAILABLE)
    is_well = not any(each.is_overdue for each in found)
    states = [
        {"name": each.sweep.name, "good_at": each.good_at, "overdue": each.is_overdue}
        for each in found
    ]
    told = {"ok": is_well, "database": "ok", "sweeps": states}
    return JsonResponse(told, status=200 if is_well else UNAVAILABLE)


@never_cache
@require_safe
def web_health(request: HttpRequest) -> JsonResponse:
    """200 while this process answers, whatever the rest does: restarting it would mend nothing."""
    return JsonResponse({"ok": True})
