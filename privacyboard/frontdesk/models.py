"""What the front desk keeps of a person: the address at which a calendar reads along."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacyboard.links import digest
from privacyboard.organisation.models import User


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    def owner_of(self, token: str) -> User | None:
        """Whose calendar a token opens; nobody's when it was revoked or the person left."""
        found = self.filter(token_hash=digest(token)).select_related("user").first()
        return found.user if found and found.user.standing.may_sign_in else None

    def made_at(self, user: User) -> datetime | None:
        """When this person made the address that works now."""
        return self.filter(user=user).values_list("made_at", flat=True).first()


class CalendarAddress(models.Model):
    """One person's secret address; of its token only the hash is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("gemaakt op"))

    objects = CalendarAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("adres van een agenda")
        verbose_name_plural = _("adressen van agenda’s")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user} {self.made_at:%d-%m-%Y}"
