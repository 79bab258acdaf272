"""Erasing on request what this application itself holds of a person (AVG 17)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from privacyboard.audit.acts import refused
from privacyboard.audit.collectors import Sought
from privacyboard.clockwork.models import RetentionRun
from privacyboard.clockwork.runs import run_erasure
from privacyboard.organisation.models import User
from requests_ar.choices import PersonRole, RequestKind, RequestState
from requests_ar.models import SubjectRequest, locked
from requests_ar.retention import case_key
from requests_ar.retention.whose import doubt_words, means_of


@transaction.atomic
def erase_here(
    *,
    request: SubjectRequest,
    sought: Sought,
    by: User | None,
    at: datetime,
    sure: Collection[str] = (),
) -> RetentionRun:
    """Forget of the person what may go; the run tells how much, and what stayed.

    What a law, proof or a claim keeps stays, and what another case holds (AVG 17(3)). `sure`: the
    numbers and addresses of which somebody made sure that they are this person's. Raises
    ActRefused before the answer, where erasure was not granted, without anything to look by, and
    by a number or address that stands here with another name and nobody made sure of.
    """
    held = locked(request)
    if held.state != RequestState.ANSWERED:
        raise refused(_("Wissen kan als het antwoord verstuurd is en het verzoek nog loopt."))
    if not any(part.granted == RequestKind.ERASURE for part in held.parts.all()):
        raise refused(_("Bij dit verzoek is geen verwijdering toegewezen."))
    if not (sought.emails or sought.keys):
        raise refused(_("Een naam alleen is geen bewijs. Vul een nummer of e-mailadres in."))
    means = means_of(sought, held.people.get(role=PersonRole.SUBJECT))
    if doubtful := [each for each in means if each.doubt and each.value not in sure]:
        raise refused(doubt_words(doubtful[0]))
    about = _("gewist op verzoek (AVG 17)")
    # A confidential case is not named in the history of other records.
    because = about if held.is_confidential else f"{about}: {held.number}"
    run = run_erasure(by=by, at=at, sought=sought, because=because, case=case_key(held))
    gone = sum(run.lines.values_list("gone", flat=True))
    why = _("in deze toepassing gewist: %(gone)s") % {"gone": gone}
    if made_sure := [each.value for each in means if each.doubt]:
        why += _("; nagekeken: %(values)s") % {"values": ", ".join(made_sure)}
    held.record(by=by, why=why)
    return run
