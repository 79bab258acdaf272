"""A new report: the meldpunt, who is on duty and the FG hear it at once (KPO-058)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from datalekken.choices import IncidentKind
from datalekken.models import Breach, people_on_duty
from privacyboard.mail.content import compose
from privacyboard.mail.outbox import Posting
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Board, School, User


@dataclass(frozen=True)
class AlertFacts:
    """What an alert says: that there is one, where, what kind; never what was written in it."""

    board_name: str
    number: str
    schools: str
    kind: str
    reported_at: datetime
    link: str


def report_alerts(
    breach: Breach, *, board: Board | None, schools: Sequence[School], at: datetime
) -> list[Posting]:
    """One alert for each address that should know."""
    on = timezone.localdate(at)
    people = [*people_on_duty(on), *User.objects.with_role(Role.FG, on)]
    addresses = [board.breach_email] if board and board.breach_email else []
    addresses += [each.email for each in people]
    facts = AlertFacts(
        board_name=board.name if board else "",
        number=breach.number,
        schools=", ".join(each.name for each in schools) or "het bestuur",
        kind=str(IncidentKind(breach.kind).label),
        reported_at=breach.reported_at,
        link=f"{settings.BASE_URL}{reverse('breach', args=[breach.number])}",
    )
    content = compose("datalekken/alert", facts)
    return [
        Posting(content=content, to=address, key=f"datalekken/alert:{breach.pk}:{address}")
        for address in sorted({each.lower() for each in addresses})
    ]
