"""What every act on a request shares: the lock, the step, and who was first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import formats, timezone

from requests_ar.choices import RequestState
from requests_ar.models.cases import SubjectRequest
from requests_ar.rules.states import OPEN, TRANSITIONS, Step, step_problem


class ActRefused(ValueError):
    """This act cannot be done so; `errors` says why, per field ("" for the whole form)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(self.errors.values()))


def refused(sentence: str, field: str = "") -> ActRefused:
    """A refusal of one sentence, at a field or of the whole."""
    return ActRefused({field: sentence})


def locked(request: SubjectRequest) -> SubjectRequest:
    """The request as it stands now, held until the act is done."""
    held: SubjectRequest = SubjectRequest.objects.select_for_update().get(pk=request.pk)
    return held


def locked_open(request: SubjectRequest) -> SubjectRequest:
    """The same, and the requester has no answer yet. Raises ActRefused."""
    held = locked(request)
    if held.state not in OPEN:
        raise refused(
            f"Het verzoek is “{RequestState(held.state).label}”: hier verandert niets meer aan."
        )
    return held


def step(held: SubjectRequest, which: Step, *, reason: str = "") -> None:
    """Move a locked request on, without saving it. Raises ActRefused with who was first."""
    problem = step_problem(which, state=held.state, reason=reason)
    if problem:
        asks_reason = held.state in TRANSITIONS[which].sources
        words = problem if asks_reason else f"{problem} {last_act(held)}".strip()
        raise refused(words, "reason" if asks_reason else "")
    held.state = TRANSITIONS[which].target


def last_act(record: Any) -> str:
    """Who changed a record last, when and why: told to whoever comes second."""
    row = record.history.select_related("history_user").first()
    if row is None:
        return ""
    when = formats.date_format(timezone.localtime(row.history_date), "j F Y H:i")
    why = f" ({row.history_change_reason})" if row.history_change_reason else ""
    return f"Laatste wijziging: {row.history_user or 'het systeem'}, {when}{why}."


def stamp(record: Any) -> int:
    """Which edition of a record is on the screen: the number of its last change."""
    found: int | None = record.history.values_list("history_id", flat=True).first()
    return found or 0


def refuse_second(record: Any, *, seen: int | None) -> None:
    """Refuse to write over what another did since the page was opened. Raises ActRefused.

    Without `seen` nobody looked at a page: nothing is compared.
    """
    if seen is not None and seen != stamp(record):
        raise refused(
            f"Iemand anders was u voor. {last_act(record)} "
            "Uw tekst staat hieronder nog. Kijk wat er nu staat en sla daarna opnieuw op."
        )


def day_problem(day: date, *, at: datetime, not_before: date | None = None) -> str:
    """Say why a day on which something was done cannot be; empty when it can."""
    if day > timezone.localdate(at):
        return "Deze dag is nog niet geweest."
    if not_before is not None and day < not_before:
        return f"Deze dag ligt voor {not_before:%d-%m-%Y}."
    return ""
