"""Putting a hold on what would be destroyed, and lifting it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from privacyboard.audit.acts import refused
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import School, User


@transaction.atomic
def put_hold(
    *,
    kind: HoldKind,
    reason: str,
    owner: User,
    review_on: date,
    by: User | None,
    at: datetime,
    school: School | None = None,
    person_key: str = "",
    subject: models.Model | None = None,
) -> Hold:
    """Stop destruction of one record, or of all that is kept of a pupil of a school.

    What is being destroyed at this moment is waited for: what goes after this act is not held.
    Raises ActRefused without a reason, on a review date that lies in the past, when neither or
    both of a record and a pupil are named, and for a record that is gone.
    """
    if not reason.strip():
        raise refused(_("Schrijf op waarom dit moet blijven."), "reason")
    if review_on <= timezone.localdate(at):
        raise refused(
            _("Kies een dag die nog komt: dan kijkt u of de reden er nog is."), "review_on"
        )
    if bool(person_key) == (subject is not None) or (person_key and school is None):
        raise refused(_("Kies een leerling van een school."), "person_key")
    Hold.objects.change()
    if subject and not subject._meta.model._base_manager.filter(pk=subject.pk).exists():
        raise refused(_("Dit is al weg: er valt niets vast te houden."))
    hold = Hold(
        kind=kind,
        school=school,
        person_key=person_key,
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        reason=reason.strip(),
        owner=owner,
        review_on=review_on,
        put_at=at,
    )
    hold.record(by=by, why="vastgehouden")
    return hold


@transaction.atomic
def review_hold(*, hold: Hold, review_on: date, by: User | None, at: datetime) -> Hold:
    """Keep the hold, and look again on a later day. Raises ActRefused for one that was lifted."""
    held = _running(hold)
    if review_on <= timezone.localdate(at):
        raise refused(_("Kies een dag die nog komt."), "review_on")
    held.review_on = review_on
    held.record(by=by, why="blijft nodig")
    return held


@transaction.atomic
def lift_hold(*, hold: Hold, because: str, by: User | None, at: datetime) -> Hold:
    """End the hold: what it touched goes on its own term.

    Raises ActRefused without a reason, and for one that ended before.
    """
    held = _running(hold)
    if not because.strip():
        raise refused(_("Schrijf op waarom dit weer weg mag."), "lifted_because")
    held.lifted_at, held.lifted_because = at, because.strip()
    held.record(by=by, why="opgeheven")
    return held


def _running(hold: Hold) -> Hold:
    held = Hold.objects.select_for_update().get(pk=hold.pk)
    if held.lifted_at is not None:
        raise refused(_("Deze reden is al opgeheven."))
    return held
