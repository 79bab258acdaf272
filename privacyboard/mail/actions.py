"""What somebody does about a letter that did not arrive. Nobody needs to read it for that."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from privacyboard.audit.acts import refused
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User

logger = logging.getLogger(__name__)


@transaction.atomic
def retry_letter(*, letter: OutboundLetter, by: User, at: datetime) -> OutboundLetter:
    """Let it wait for the worker again, as often as a new letter. Raises ActRefused.

    It keeps its key and its Message-ID: who has it after all sees it once.
    """
    held = _to_look_at(letter)
    held.state = OutboundLetter.State.QUEUED
    held.due_at, held.attempts = at, 0
    held.retried_at, held.handled_by = at, by
    held.save(update_fields=["state", "due_at", "attempts", "retried_at", "handled_by"])
    logger.info("letter %s is tried again by user %s", held.pk, by.pk)
    return held


@transaction.atomic
def settle_letter(*, letter: OutboundLetter, by: User, at: datetime) -> OutboundLetter:
    """Note that nothing more is done about the post of it. Raises ActRefused.

    It did not arrive, and stays so for the app that wrote it: who handles the case is still asked
    to send it on paper.
    """
    held = _to_look_at(letter)
    held.settled_at, held.handled_by = at, by
    held.save(update_fields=["settled_at", "handled_by"])
    logger.info("letter %s is settled by user %s", held.pk, by.pk)
    return held


def _to_look_at(letter: OutboundLetter) -> OutboundLetter:
    found = OutboundLetter.objects.select_for_update(no_key=True).filter(pk=letter.pk)
    held = found.to_look_at().first()
    if held is None:
        raise refused(_("Deze brief is al opnieuw geprobeerd of afgehandeld."))
    row: OutboundLetter = held
    return row
