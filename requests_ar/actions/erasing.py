"""Erasing on request what this application itself holds of a person (AVG 17)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from privacyboard.audit.acts import refused
from privacyboard.audit.collectors import Sought
from privacyboard.clockwork.models import RetentionRun
from privacyboard.clockwork.runs import run_erasure
from privacyboard.organisation.models import User
from requests_ar.choices import RequestKind, RequestState
from requests_ar.models import SubjectRequest, locked
from requests_ar.retention import case_key


@transaction.atomic
def erase_here(
    *, request: SubjectRequest, sought: Sought, by: User | None, at: datetime
) -> RetentionRun:
    """Forget of the person what may go; the run tells how much, and what stayed.

    What a law, proof or a claim keeps stays, and what another case holds (AVG 17(3)). Raises
    ActRefused before the answer, where erasure was not granted, and without anything to look by.
    """
    held = locked(request)
    if held.state != RequestState.ANSWERED:
        raise refused(_("Wissen kan als het antwoord verstuurd is en het verzoek nog loopt."))
    if not any(part.granted == RequestKind.ERASURE for part in held.parts.all()):
        raise refused(_("Bij dit verzoek is geen verwijdering toegewezen."))
    if not (sought.emails or sought.keys):
        raise refused(_("Een naam alleen is geen bewijs. Vul een nummer of e-mailadres in."))
    about = _("gewist op verzoek (AVG 17)")
    # A confidential case is not named in the history of other records.
    because = about if held.is_confidential else f"{about}: {held.number}"
    run = run_erasure(by=by, at=at, sought=sought, because=because, case=case_key(held))
    gone = sum(run.lines.values_list("gone", flat=True))
    held.record(by=by, why=_("in deze toepassing gewist: %(gone)s") % {"gone": gone})
    return run
