"""Letters to who looks for data: a task, and for who has no account a link to bring files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse

from privacyboard.links import Link
from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.context_processors import board_name
from requests_ar.models import SearchTask

# Longer than any term runs: three months, and a roll.
UPLOAD = Link(purpose="request-upload", max_age=timedelta(days=100))


@dataclass(frozen=True)
class SearchFacts:
    """What a letter about a search may say. Never about whom: the mail lies open (AVG 5(1)(f))."""

    name: str
    board_name: str
    number: str
    due_on: date
    link: str
    has_account: bool


def upload_state(pk: str) -> str | None:
    """The state that an upload link is bound to; None once the task is over or gone."""
    if not pk.isascii() or not pk.isdigit():
        return None
    task = SearchTask.objects.open().filter(pk=int(pk)).values("link_number").first()
    return str(task["link_number"]) if task else None


def task_address(task: SearchTask, *, at: datetime) -> str:
    """Where the searcher reads what is asked: behind the login, or by a link of this task alone."""
    if task.assignee_id is not None:
        path = reverse("search_task", args=[task.pk])
    else:
        token = UPLOAD.make(str(task.pk), at=at, state=str(task.link_number))
        path = reverse("search_upload", args=[token])
    return f"{settings.BASE_URL}{path}"


def search_asked(task: SearchTask, *, at: datetime) -> OutboundLetter:
    """Ask somebody to look. What exactly is asked stands behind the link."""
    facts = SearchFacts(
        name=task.assignee.first_name if task.assignee else task.contact_name,
        board_name=board_name(),
        number=task.request.number,
        due_on=task.due_on,
        link=task_address(task, at=at),
        has_account=task.assignee is not None,
    )
    return outbox.queue(
        compose("requests_ar/search_asked", facts),
        to=task.assignee.email if task.assignee else task.contact_email,
        key=f"requests_ar/search_asked:{task.pk}:{task.link_number}",
        at=at,
        about=task,
        school=None if task.request.is_confidential else task.request.school,
    )
