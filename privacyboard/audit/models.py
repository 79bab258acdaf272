"""Who opened or took what, and how many history rows were ever forgotten."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacyboard.organisation.models import School


class AccessEntry(models.Model):
    """Somebody opened a dossier, downloaded a document or took an export. Append-only."""

    class Act(models.TextChoices):
        OPENED = "opened", _("geopend")
        DOWNLOADED = "downloaded", _("gedownload")
        EXPORTED = "exported", _("geëxporteerd")

    # Filled by the database: nobody can date an entry.
    at = models.DateTimeField(_("wanneer"), db_default=models.functions.Now(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("wie"),
    )
    act = models.CharField(_("wat"), max_length=12, choices=Act)
    subject_type = models.CharField(_("soort"), max_length=100)
    subject_id = models.CharField(_("nummer"), max_length=64)
    title = models.CharField(_("omschrijving"), max_length=300)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("school"),
    )

    class Meta:
        verbose_name = _("regel in het toegangslog")
        verbose_name_plural = _("toegangslog")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="access_by_subject"),
            models.Index(fields=["-at", "-id"], name="access_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.title}"


class ForgettingCount(models.Model):
    """How many rows of an append-only table the retention routine changed: written by trigger."""

    at = models.DateTimeField(_("wanneer"))
    table_name = models.CharField(_("tabel"), max_length=63)
    operation = models.CharField(_("handeling"), max_length=10)
    rows = models.PositiveIntegerField(_("aantal regels"))
    reason = models.CharField(_("reden"), max_length=200)

    class Meta:
        verbose_name = _("vergeten regels")
        verbose_name_plural = _("vergeten regels")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["-at", "-id"], name="forgetting_newest_first")]

    def __str__(self) -> str:
        return f"{self.table_name}: {self.rows}"
