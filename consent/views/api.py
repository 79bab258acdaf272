"""Read by machines, server to server: what may be used at the school of a key."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consent.actions.tokens import note_use
from consent.exchange.school_json import school_json
from consent.models import SchoolToken
from consent.rules.tokens import hash_of
from privacyboard.publicforms.models import FormCount, sender_of

# A site that reads every minute reads enough.
READS_PER_HOUR = 60
_PURPOSE = "consent.api"


@never_cache
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """Yes or no per pupil and question, today; 401 without a working key, and no more is said."""
    token = _token(request)
    if token is None:
        answer = JsonResponse({"error": "unauthorized"}, status=HTTPStatus.UNAUTHORIZED)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    at = timezone.now()
    sender = sender_of(_PURPOSE, "token", token.sha256, at=at)
    if FormCount.objects.this_hour(sender, at=at) >= READS_PER_HOUR:
        answer = JsonResponse({"error": "too many requests"}, status=HTTPStatus.TOO_MANY_REQUESTS)
        answer["Retry-After"] = "3600"
        return answer
    FormCount.objects.add(sender, at=at)
    note_use(token=token, by=None, at=at)
    answer = JsonResponse(school_json(token.school, on=timezone.localdate(at)))
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _token(request: HttpRequest) -> SchoolToken | None:
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        return None
    working = SchoolToken.objects.working().select_related("school")
    found: SchoolToken | None = working.filter(sha256=hash_of(text.strip())).first()
    return found
