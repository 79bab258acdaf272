"""`manage.py populate`: a large fictional board, to try and to measure with."""

from __future__ import annotations

from argparse import ArgumentTypeError
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from privacyboard.demo import people
from privacyboard.demo.populate import PARTS, NotEmpty, populate
from privacyboard.demo.populate.schools import TooMany
from privacyboard.organisation.models import Appointment


def number(text: str) -> int:
    """A number of things: none at least."""
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"{text!r} is no number of things")
    return int(text)


class Command(BaseCommand):
    help = "Fills an empty database with a large fictional board."

    def add_arguments(self, parser: CommandParser) -> None:
        for part in PARTS:
            parser.add_argument(
                f"--{part.option}", type=number, default=part.default, help=part.help
            )
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same board")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = {part.option: options[part.option] for part in PARTS}
        begun = perf_counter()
        try:
            making = populate(counts, seed=options["seed"], at=timezone.now())
        except (NotEmpty, TooMany) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{perf_counter() - begun:.0f} seconds; every password: {people.PASSWORD}"
        )
        for role, email in _logins(making.made(Appointment)):
            self.stdout.write(f"  {role:20} {email}")


def _logins(appointments: list[Appointment]) -> list[tuple[str, str]]:
    """For each role the first person who holds it."""
    found: dict[str, str] = {}
    for each in appointments:
        found.setdefault(each.role, each.user.email)
    return list(found.items())
