"""The demo board has a request in every state that a visitor wants to see, and complaints."""

from __future__ import annotations

from privacyboard.organisation.models import User
from requests_ar.models import Complaint, SubjectRequest
from tests.conftest import TODAY


def test_requests_and_complaints_stand_in_the_demo(demo: None) -> None:
    rows = SubjectRequest.objects.order_by("received_on").values_list(
        "school__slug", "state", "is_confidential"
    )
    assert list(rows) == [
        ("de-linde", "answered", False),
        ("de-meander", "in_progress", False),
        ("de-eik", "in_progress", False),
        ("de-linde", "in_progress", False),
        ("de-linde", "answered", False),
        ("de-linde", "received", True),
        ("de-linde", "received", False),
    ]
    assert [each.school.slug for each in SubjectRequest.objects.overdue(TODAY)] == ["de-meander"]
    assert SubjectRequest.objects.filter(extended_on__isnull=False).count() == 1
    lies = Complaint.objects.order_by("received_on", "steps__id").values_list(
        "school__slug", "steps__body"
    )
    assert list(lies) == [
        ("het-baken", "director"),
        ("het-baken", "board"),
        ("de-linde", "director"),
    ]
    director = User.objects.get(email="directeur@delinde.example")
    assert SubjectRequest.objects.visible_to(director).count() == 4
