"""Health for monitoring: which sweep ran well when, and nothing about anybody."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from privacyboard.clockwork import sweeps
from privacyboard.clockwork.models import Heartbeat


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while the database answers; each sweep tells whether its last good run is recent."""
    now = timezone.now()
    beats = {beat.name: beat.good_at for beat in Heartbeat.objects.all()}
    states = [
        {
            "name": sweep.name,
            "good_at": beats.get(sweep.name),
            "overdue": sweep.is_overdue(beats.get(sweep.name), now),
        }
        for sweep in sweeps.all_sweeps()
    ]
    return JsonResponse({"database": "ok", "sweeps": states})
