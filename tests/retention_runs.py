"""Carrying out retention rules, and what came of it."""

from __future__ import annotations

from datetime import datetime

from privacyboard.clockwork import runs


def gone(at: datetime, *names: str) -> int:
    """Carry out these rules, or all of them; how many records went."""
    return sum(line.gone for line in runs.run_rules(by=None, at=at, names=names).lines.all())


def held(at: datetime, *names: str) -> int:
    """How many records would stay because something holds them; nothing goes."""
    run = runs.run_rules(by=None, at=at, names=names, trial=True)
    return sum(line.held for line in run.lines.all())
