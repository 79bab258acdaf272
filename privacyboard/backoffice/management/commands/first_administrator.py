"""`manage.py first_administrator`: the account with which a new installation begins."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from privacyboard.backoffice import letters
from privacyboard.organisation.actions import appoint
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, User


class Command(BaseCommand):
    help = "Makes the first technisch beheerder; prints the link to choose a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("first_name")
        parser.add_argument("last_name")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        if Appointment.objects.running(today).filter(role=Role.ADMINISTRATOR).exists():
            raise CommandError("There is a technisch beheerder already: ask that person.")
        user = User.objects.create_user(
            options["email"], first_name=options["first_name"], last_name=options["last_name"]
        )
        appoint(user=user, role=Role.ADMINISTRATOR, starts_on=today, by=None, at=timezone.now())
        self.stdout.write(letters.password_address(user))
