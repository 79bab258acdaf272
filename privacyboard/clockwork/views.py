"""Health for monitoring: which sweep ran well when, and nothing about anybody."""

from datetime import datetime

from django.db import Error, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from privacyboard.clockwork import sweeps

UNAVAILABLE = 503
# Whoever watches asks again within the minute, and gives up after some seconds itself.
_PATIENCE_MS = 3_000


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while all is well; 503 when a sweep is overdue, or the database does not answer."""
    try:
        found = _asked(now=timezone.now())
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


def _asked(*, now: datetime) -> list[sweeps.Health]:
    """How the sweeps do, or an error within some seconds: also of a database that hangs."""
    _knock()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(_PATIENCE_MS)])
        return sweeps.health_on(now=now)


def _knock() -> None:
    """Connect anew: on a connection from before, nothing tells a server that stopped from one that
    thinks; and to connect has its own bound (see DATABASES)."""
    fresh = connection.copy()
    try:
        fresh.ensure_connection()
    finally:
        fresh.close()


@never_cache
@require_safe
def web_health(request: HttpRequest) -> JsonResponse:
    """200 while this process answers, whatever the rest does: restarting it would mend nothing."""
    return JsonResponse({"ok": True})
