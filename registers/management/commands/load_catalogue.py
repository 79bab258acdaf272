"""`manage.py load_catalogue`: the preloaded lists of the register."""

from typing import Any

from django.core.management.base import BaseCommand

from registers import exchange


class Command(BaseCommand):
    help = "Adds the preloaded purposes, categories, terms and parties that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        added = exchange.load_catalogue(by=None)
        self.stdout.write(f"{added} entries added")
