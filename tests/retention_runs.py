"""Carrying out retention rules, and what came of it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import models
from django.utils import timezone

from privacyboard.clockwork import runs
from privacyboard.clockwork.choices import Fate
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.rules import Cut, Term
from privacyboard.organisation.models import Pupil
from tests.factories.forgetting import committed


def gone(at: datetime, *names: str) -> int:
    """Carry out these rules, or all of them; how many records went."""
    return sum(line.gone for line in runs.run_rules(by=None, at=at, names=names).lines.all())


def run(day: date, *names: str) -> int:
    """The same at noon of a day, and what waits for the commit is done."""
    with committed():
        return gone(timezone.make_aware(datetime.combine(day, time(12))), *names)


def held(at: datetime, *names: str) -> int:
    """How many records would stay because something holds them; nothing goes."""
    run = runs.run_rules(by=None, at=at, names=names, trial=True)
    return sum(line.held for line in run.lines.all())


# --- a rule of a test (see the fixture `only`) ------------------------------------------------


def left_by(cut: Cut) -> models.QuerySet[Any]:
    return Pupil.objects.filter(left_on__lte=cut.day)


def erase_pupils(gone: Gone, keys: list[int], _at: datetime) -> None:
    gone.erase(Pupil, keys)


def rule(name: str = "proef", **changed: Any) -> runs.Rule:
    """Pupils go two years after they left."""
    values: dict[str, Any] = {
        "name": name,
        "title": "Leerlingen die weg zijn",
        "model": Pupil,
        "term_of": "",
        "default": Term(years=2),
        "starts": "het vertrek",
        "fate": Fate.DESTROY,
        "due": left_by,
        "forget": erase_pupils,
    }
    return runs.Rule(**(values | changed))
