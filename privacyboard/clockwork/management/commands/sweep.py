"""`manage.py sweep NAME [--at MOMENT]`: run one sweep by hand."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from privacyboard.clockwork import sweeps

# What it takes away does not come back: a year of it is rehearsed on a copy.
FORGETS = "retention"


class Command(BaseCommand):
    help = "Runs one sweep by name; --at takes the moment (ISO 8601) from the caller."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--at", type=_moment, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        at = options["at"] or now
        if options["name"] == FORGETS and at > now and not settings.DEBUG:
            raise CommandError(
                "At a later moment this would forget what must still stay: only with DEBUG."
            )
        try:
            done = sweeps.run(name=options["name"], at=at)
        except sweeps.UnknownSweep as problem:
            names = ", ".join(sweep.name for sweep in sweeps.all_sweeps())
            raise CommandError(f"Unknown sweep. Known: {names}") from problem
        self.stdout.write(f"{options['name']}: {done}")


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
