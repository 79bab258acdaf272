"""Confidential files: open to the FG, the IBP manager and named people only."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from datalekken.models import Breach, BreachFile, Measure, Notification, ToldPerson, locked
from privacyboard.audit.acts import refused
from privacyboard.documents.models import StoredDocument
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User

OPEN_CASE = "open_case"
# Letters to people of the board; those to reporters, and to whom it concerns, go on.
_TO_STAFF = (
    "datalekken/alert",
    "datalekken/careful",
    "datalekken/measure_asked",
    "datalekken/reminder",
)


@transaction.atomic
def make_confidential(*, breach: Breach, reason: str, by: User | None, at: datetime) -> Breach:
    """Close a file to all but the FG, the IBP manager and named people. Raises ActRefused.

    Who may not read it any more is asked nothing about it: measures go to who handles it.
    """
    held = locked(breach)
    if held.is_confidential:
        raise refused("Dit dossier is al vertrouwelijk.")
    if not reason.strip():
        raise refused("Schrijf op waarom.", "reason")
    held.is_confidential = True
    if held.handler is not None and not _still_reads(held, held.handler):
        held.handler = None
    held.record(by=by, why=reason)
    _leave_no_trace_at_school(held)
    _ask_no_more(held, by=by)
    return held


def _still_reads(held: Breach, user: User) -> bool:
    sees_all = Right.VIEW_CONFIDENTIAL_BREACHES in user.standing.everywhere
    return sees_all or held.userpermissions.filter(user=user).exists()


def _leave_no_trace_at_school(held: Breach) -> None:
    """What was kept or mailed before no longer stands under a school."""
    kept = Q(pk__in=BreachFile.objects.filter(breach=held).values("document"))
    kept |= Q(pk__in=Notification.objects.filter(breach=held).values("paper__document"))
    kept |= Q(pk__in=ToldPerson.objects.filter(breach=held).values("document"))
    kept |= Q(pk__in=ToldPerson.objects.filter(breach=held).values("bundle"))
    StoredDocument.objects.filter(kept).update(school=None)
    _about(held).update(school=None)


def _about(held: Breach) -> QuerySet[OutboundLetter]:
    """Every e-mail about the file, its measures and its letters included."""
    return OutboundLetter.objects.filter(about_type=held._meta.label_lower, about_id=str(held.pk))


def _ask_no_more(held: Breach, *, by: User | None) -> None:
    """Take the open measures of who is shut out, and the e-mails that did not leave yet."""
    mine = Measure.objects.open().filter(breach=held, owner__isnull=False)
    for measure in mine.select_related("owner").select_for_update(of=("self",)):
        if held.shuts_out(measure.owner):
            measure.owner = held.handler or by
            if measure.owner is None:
                measure.owner_name = _("nog te kiezen")
            measure.record(by=by, why=_("deze persoon mag het datalek niet meer openen"))
    waiting = _about(held).filter(letter__in=_TO_STAFF, state=OutboundLetter.State.QUEUED)
    for reader in User.objects.filter(email__in=waiting.values("to")):
        if held.shuts_out(reader):
            waiting.filter(to=reader.email).update(
                state=OutboundLetter.State.FAILED,
                last_error=_("Niet verstuurd: deze persoon mag het datalek niet meer openen."),
            )


@transaction.atomic
def name_person(*, breach: Breach, user: User, by: User | None, at: datetime) -> Breach:
    """Let one more person open a confidential file. Raises ActRefused."""
    held = locked(breach)
    if not held.is_confidential:
        raise refused("Dit dossier is niet vertrouwelijk: noemen is niet nodig.")
    if not user.standing.may_sign_in:
        raise refused("Deze persoon heeft geen rol.", "user")
    assign_perm(OPEN_CASE, user, held)
    held.record(by=by, why=f"mag dit dossier openen: {user.name}")
    return held


@transaction.atomic
def unname_person(*, breach: Breach, user: User, by: User | None, at: datetime) -> Breach:
    """Close a confidential file to somebody who was named on it."""
    held = locked(breach)
    remove_perm(OPEN_CASE, user, held)
    if held.handler_id == user.pk and not _still_reads(held, user):
        held.handler = None
    held.record(by=by, why=f"mag dit dossier niet meer openen: {user.name}")
    _ask_no_more(held, by=by)
    return held
