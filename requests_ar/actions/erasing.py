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
from requests_ar.retention.whose import doubt_words, means_of, narrowed


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
    numbers and addresses of which somebody made sure that they are this person's, and the marks of
    who is this person as well: what is certainly of another who has them stays. Raises ActRefused
    before the answer, where erasure was not granted, without anything to look by, by a number or
    address that stands here with another name and nobody made sure of, and by one that somebody
    has whom `by` may not see (AVG 5(1)(f)): who may see all looks, and erases.
    """
    held = locked(request)
    if held.state != RequestState.ANSWERED:
        raise refused(_("Wissen kan als het antwoord verstuurd is en het verzoek nog loopt."))
    if not any(part.granted == RequestKind.ERASURE for part in held.parts.all()):
        raise refused(_("Bij dit verzoek is geen verwijdering toegewezen."))
    if not (sought.emails or sought.keys):
        raise refused(_("Een naam alleen is geen bewijs. Vul een nummer of e-mailadres in."))
    person = held.people.get(role=PersonRole.SUBJECT)
    means = means_of(sought, person)
    if doubtful := [each for each in means if not each.is_usable(sure)]:
        raise refused(doubt_words(doubtful[0]))
    sought = narrowed(sought, means, person, sure)
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
