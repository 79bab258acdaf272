"""What the pages of a request share: who may open it, and what this person may do with it."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from requests_ar.models import SubjectRequest


class Forgotten(Exception):
    """The term of the case is over: what is counted is all that is left of it."""

    def __init__(self, case: SubjectRequest) -> None:
        self.case = case
        super().__init__(case.number)


def holds(user: User, right: str, school: School | int | None) -> bool:
    """Whether a right is held where a request lies: at its school, or on the whole board."""
    if school is None:
        return right in user.standing.everywhere
    return user.standing.holds_at(right, school if isinstance(school, int) else school.pk)


def visible(request: HttpRequest, number: str) -> SubjectRequest:
    """The request of this number, for who may read it; 404 to anyone else, and once forgotten."""
    rows = SubjectRequest.objects.visible_to(signed_in(request)).filter(forgotten_at=None)
    found: SubjectRequest = get_object_or_404(
        rows.select_related("school", "group", "handler", "decided_by"), number=number
    )
    return found


def case_url(case: SubjectRequest, part: str = "") -> str:
    """The page of a request, or a part of it."""
    url = reverse("request_case", args=[case.number])
    return f"{url}#{part}" if part else url


def log_school(case: SubjectRequest) -> School | None:
    """The log of a school does not tell of a confidential request."""
    return None if case.is_confidential else case.school


def may_read(user: User) -> bool:
    """Whether there is a list of requests for this person: by right, or named on a case."""
    if user.standing.holds(Right.VIEW_REQUESTS):
        return True
    return user.standing.may_sign_in and SubjectRequest.objects.visible_to(user).exists()
