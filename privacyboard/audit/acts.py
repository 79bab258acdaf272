"""What every act asks of the record that it changes: a refusal in words, and who was first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from privacyboard.audit.rules import Transition


class ActRefused(ValueError):
    """This act cannot be done so; `errors` says why, per field ("" for the whole form)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(self.errors.values()))


def refused(sentence: str, field: str = "") -> ActRefused:
    """A refusal of one sentence, at a field or of the whole."""
    return ActRefused({field: sentence})


def last_act(*records: Any) -> str:
    """Who changed one of these records last, when and why: told to whoever comes second."""
    rows = [
        rows.select_related("history_user").order_by("-history_date", "-history_id").first()
        for rows in _histories(records)
    ]
    changed = [row for row in rows if row is not None]
    if not changed:
        return ""
    row = max(changed, key=lambda each: each.history_date)
    when = formats.date_format(timezone.localtime(row.history_date), "j F Y H:i")
    why = f" ({row.history_change_reason})" if row.history_change_reason else ""
    return f"Laatste wijziging: {row.history_user or 'het systeem'}, {when}{why}."


def _histories(records: Sequence[Any]) -> list[Any]:
    """The history rows of these records, one query for each model."""
    keys: dict[Any, list[Any]] = {}
    for record in records:
        keys.setdefault(type(record), []).append(record.pk)
    return [model.history.filter(id__in=each) for model, each in keys.items()]


def edition_of(*records: Any) -> int:
    """Which edition of these records is on the screen: any change to one of them makes it grow.

    Per model the number of the last change, added up.
    """
    last = (rows.aggregate(last=Max("history_id"))["last"] for rows in _histories(records))
    return sum(number or 0 for number in last)


def refuse_second(*records: Any, seen: int | None) -> None:
    """Refuse to write over what another did since the page was opened. Raises ActRefused.

    Without `seen` nobody looked at a page: nothing is compared.
    """
    if seen is not None and seen != edition_of(*records):
        raise refused(
            f"Iemand anders was u voor. {last_act(*records)} "
            "Uw tekst staat hieronder nog. Kijk wat er nu staat en sla daarna opnieuw op."
        )


def take_step(held: Any, row: Transition[Any, Any], *, problem: str) -> None:
    """Move a locked record on, without saving it, unless there is a problem with that.

    Raises ActRefused: with who was first, or at "reason" where only that is missing.
    """
    if problem:
        asks_reason = held.state in row.sources
        words = problem if asks_reason else f"{problem} {last_act(held)}".strip()
        raise refused(words, "reason" if asks_reason else "")
    held.state = row.target


def day_problem(day: date, *, at: datetime, not_before: date | None = None) -> str:
    """Say why a day on which something was done cannot be; empty when it can."""
    if day > timezone.localdate(at):
        return _("Deze dag is nog niet geweest.")
    if not_before is not None and day < not_before:
        return _("Deze dag ligt voor %(day)s.") % {"day": f"{not_before:%d-%m-%Y}"}
    return ""
