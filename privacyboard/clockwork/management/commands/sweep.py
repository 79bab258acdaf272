"""`manage.py sweep NAME [--at MOMENT]`: run one sweep by hand."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from privacyboard.clockwork import sweeps


class Command(BaseCommand):
    help = "Runs one sweep by name; --at rehearses another moment (ISO 8601) on a copy, with DEBUG."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--at", type=_moment, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        name, at = options["name"], options["at"]
        if at and not settings.DEBUG:
            raise CommandError(
                "At another moment a sweep forgets, closes or sends what is not due: a rehearsal "
                "is done on a copy, with DEBUG. Without --at it does all that was missed."
            )
        try:
            done = sweeps.run(name=name, at=at or sweeps.moment_for(name, now=timezone.now()))
        except sweeps.UnknownSweep as problem:
            names = ", ".join(sweep.name for sweep in sweeps.all_sweeps())
            raise CommandError(f"Unknown sweep. Known: {names}") from problem
        self.stdout.write(f"{name}: {done}")


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
