"""How often the public form was sent from one address: a count, and nobody's address."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormCount(models.Model):
    """Forms of one sender in one hour. `sender` is a keyed hash that changes every day."""

    sender = models.CharField(max_length=64)
    hour = models.DateTimeField(db_index=True)
    forms = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("telling van formulieren")
        verbose_name_plural = _("tellingen van formulieren")
        constraints = [
            models.UniqueConstraint(fields=["sender", "hour"], name="one_count_per_sender_and_hour")
        ]

    def __str__(self) -> str:
        return f"{self.hour:%d-%m-%Y %H} {self.forms}"
