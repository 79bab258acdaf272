"""Confidential requests: open to the FG, the IBP manager and named people only."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from guardian.shortcuts import assign_perm, remove_perm

from privacyboard.documents.models import StoredDocument
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User
from requests_ar.actions.steps import locked, refused
from requests_ar.models import DossierFile, RequestLetter, SubjectRequest

OPEN_CASE = "open_case"


@transaction.atomic
def make_confidential(
    *, request: SubjectRequest, reason: str, by: User | None, at: datetime
) -> SubjectRequest:
    """Close a request to all but the FG, the IBP manager and named people. Raises ActRefused."""
    held = locked(request)
    if held.is_confidential:
        raise refused("Dit verzoek is al vertrouwelijk.")
    if not reason.strip():
        raise refused("Schrijf op waarom.", "reason")
    held.is_confidential = True
    held.handler = _who_still_reads(held)
    held.record(by=by, why=reason)
    _leave_no_trace_at_school(held)
    return held


def _leave_no_trace_at_school(held: SubjectRequest) -> None:
    """What was kept or mailed before no longer stands under the school."""
    files = DossierFile.objects.filter(request=held).values("document")
    letters = RequestLetter.objects.filter(request=held).values("document")
    StoredDocument.objects.filter(Q(pk__in=files) | Q(pk__in=letters)).update(school=None)
    mails = RequestLetter.objects.filter(request=held).values("mail")
    OutboundLetter.objects.filter(pk__in=mails).update(school=None)


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
    return held
