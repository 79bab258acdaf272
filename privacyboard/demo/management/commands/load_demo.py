"""`manage.py load_demo`: the demo board, once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from privacyboard.demo import loading


class Command(BaseCommand):
    help = "Loads the fictional demo board; does nothing where a board stands already."

    def handle(self, *args: Any, **options: Any) -> None:
        if loading.is_loaded():
            self.stdout.write("a board stands already: nothing is loaded")
            return
        now = timezone.now()
        loading.load(at=now)
        loading.publish(at=now)
        self.stdout.write("the demo board is loaded")
