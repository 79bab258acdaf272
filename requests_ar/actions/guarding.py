"""Confidential requests: open to the FG, the IBP manager and named people only."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from privacyboard.audit.acts import refused
from privacyboard.documents.models import StoredDocument
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User
from requests_ar.models import (
    Complaint,
    DossierFile,
    RequestLetter,
    SearchTask,
    SubjectRequest,
    locked,
)

OPEN_CASE = "open_case"
# Letters to people of the board; those to requesters say nothing and go on.
_TO_STAFF = ("requests_ar/reminder", "requests_ar/search_asked")


@transaction.atomic
def make_confidential(
    *, request: SubjectRequest, reason: str, by: User | None, at: datetime
) -> SubjectRequest:
    """Close a request to all but the FG, the IBP manager and named people. Raises ActRefused.

    Complaints about it close with it; who may not read it any more is asked nothing about it.
    """
    held = locked(request)
    if held.is_confidential:
        raise refused("Dit verzoek is al vertrouwelijk.")
    if not reason.strip():
        raise refused("Schrijf op waarom.", "reason")
    held.is_confidential = True
    held.handler = _who_still_reads(held)
    held.record(by=by, why=reason)
    for complaint in Complaint.objects.select_for_update().filter(
        request=held, is_confidential=False
    ):
        complaint.is_confidential = True
        complaint.record(by=by, why=_("het verzoek werd vertrouwelijk"))
    _leave_no_trace_at_school(held)
    _ask_no_more(held, by=by, at=at)
    return held


def _about(held: SubjectRequest) -> QuerySet[OutboundLetter]:
    """Every e-mail about the request, its tasks, its answer and the complaints about it."""
    found = Q()
    for rows in (
        SubjectRequest.objects.filter(pk=held.pk),
        held.tasks.all(),
        held.deliveries.all(),
        held.complaints.all(),
    ):
        keys = [str(key) for key in rows.values_list("pk", flat=True)]
        found |= Q(about_type=rows.model._meta.label_lower, about_id__in=keys)
    return OutboundLetter.objects.filter(found)


def _leave_no_trace_at_school(held: SubjectRequest) -> None:
    """What was kept or mailed before no longer stands under the school."""
    files = DossierFile.objects.filter(request=held).values("document")
    letters = RequestLetter.objects.filter(request=held).values("document")
    StoredDocument.objects.filter(Q(pk__in=files) | Q(pk__in=letters)).update(school=None)
    _about(held).update(school=None)


def _ask_no_more(held: SubjectRequest, *, by: User | None, at: datetime) -> None:
    """Take back the tasks of who is shut out, and the e-mails to them that did not leave yet."""
    tasks = SearchTask.objects.open().filter(request=held, assignee__isnull=False)
    for task in tasks.select_related("assignee").select_for_update(of=("self",)):
        if task.assignee is not None and held.shuts_out(task.assignee):
            task.dropped_at = at
            task.link_number += 1
            task.record(by=by, why=_("deze persoon mag het verzoek niet meer openen"))
    waiting = _about(held).filter(letter__in=_TO_STAFF, state=OutboundLetter.State.QUEUED)
    for reader in User.objects.filter(email__in=waiting.values("to")):
        if held.shuts_out(reader):
            waiting.filter(to=reader.email).update(
                state=OutboundLetter.State.FAILED,
                last_error=_("Niet verstuurd: deze persoon mag het verzoek niet meer openen."),
            )


def _who_still_reads(held: SubjectRequest) -> User | None:
    """The handler, when the case stays open to that person; else nobody: the role gets it."""
    handler: User | None = held.handler
    if handler is None:
        return None
    reads_all = Right.VIEW_CONFIDENTIAL_REQUESTS in handler.standing.everywhere
    is_named = held.userpermissions.filter(user=handler).exists()
    return handler if reads_all or is_named else None


@transaction.atomic
def name_person(
    *, request: SubjectRequest, user: User, by: User | None, at: datetime
) -> SubjectRequest:
    """Let one more person open a confidential request. Raises ActRefused."""
    held = locked(request)
    if not held.is_confidential:
        raise refused("Dit verzoek is niet vertrouwelijk: noemen is niet nodig.")
    if not user.standing.may_sign_in:
        raise refused("Deze persoon heeft geen rol.", "user")
    assign_perm(OPEN_CASE, user, held)
    held.record(by=by, why=f"mag dit verzoek openen: {user.name}")
    return held


@transaction.atomic
def unname_person(
    *, request: SubjectRequest, user: User, by: User | None, at: datetime
) -> SubjectRequest:
    """Close a confidential request to somebody who was named on it."""
    held = locked(request)
    remove_perm(OPEN_CASE, user, held)
    if held.handler_id == user.pk:
        held.handler = _who_still_reads(held)
    held.record(by=by, why=f"mag dit verzoek niet meer openen: {user.name}")
    _ask_no_more(held, by=by, at=at)
    return held
