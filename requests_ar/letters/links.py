"""The links of people without an account: each with its purpose, its age and what it hangs on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from privacyboard.links import Link
from requests_ar.models import SubjectRequest

# An extended request runs three months, and its letters must stay readable well after that.
STATUS = Link(purpose="request-status", max_age=timedelta(days=365))


def status_state(request: SubjectRequest) -> str:
    """What the status link hangs on: raising the number revokes every link that was sent."""
    return str(request.link_number)


def present_status(pk: str) -> str | None:
    """The state of the request behind a link now; nothing when it is gone."""
    number = SubjectRequest.objects.filter(pk=pk).values_list("link_number", flat=True).first()
    return None if number is None else str(number)


def status_address(request: SubjectRequest, *, at: datetime) -> str:
    """The address at which the requester confirms, and then follows the request."""
    token = STATUS.make(str(request.pk), at=at, state=status_state(request))
    return f"{settings.BASE_URL}{reverse('request_status', args=[token])}"
