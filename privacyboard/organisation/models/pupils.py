"""Pupils, the groups they are in, and their teachers."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.organisation import rules
from privacyboard.organisation.models.board import School
from privacyboard.organisation.models.recorded import Recorded
from privacyboard.organisation.querysets import GroupQuerySet, PupilQuerySet, TeacherQuerySet
from privacyboard.vocabulary import FamilyLanguage


class Person(Recorded):
    """A name of four parts, and the column by which it sorts."""

    first_name = models.CharField(_("roepnaam"), max_length=100, blank=True)
    infix = models.CharField(_("tussenvoegsel"), max_length=30, blank=True)
    last_name = models.CharField(_("achternaam"), max_length=100, blank=True)
    sort_name = models.CharField(max_length=240, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First name, infix and last name."""
        return " ".join(part for part in (self.first_name, self.infix, self.last_name) if part)

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_name = rules.person_key(self.first_name, self.infix, self.last_name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Pupil(Person):
    """A pupil of one school. No BSN, no address: what consent and requests ask, and no more."""

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="pupils", verbose_name=_("school")
    )
    # The key of the school's own pupil system: it keeps a pupil the same across years.
    key = models.CharField(_("leerlingnummer"), max_length=256)
    eck_id = models.CharField(_("ECK iD"), max_length=200, blank=True)
    born_on = models.DateField(_("geboortedatum"), null=True, blank=True)
    email = models.EmailField(_("e-mailadres van de leerling"), blank=True)
    language = models.CharField(
        _("taal"), max_length=2, choices=FamilyLanguage, default=FamilyLanguage.DUTCH
    )
    arrived_on = models.DateField(_("op school sinds"), null=True, blank=True)
    left_on = models.DateField(
        _("van school vanaf"),
        null=True,
        blank=True,
        help_text=_("De eerste dag zonder deze school."),
    )
    has_curator = models.BooleanField(
        _("onder curatele of mentorschap"),
        default=False,
        help_text=_("Dan beslist ook vanaf 16 jaar de vertegenwoordiger."),
    )
    # Part of the link by which a pupil answers; raised to revoke it.
    link_number = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords(verbose_name=_("geschiedenis van leerling"))

    objects = PupilQuerySet.as_manager()

    class Meta:
        verbose_name = _("leerling")
        verbose_name_plural = _("leerlingen")
        ordering = ["sort_name", "id"]
        indexes = [
            models.Index(fields=["school", "sort_name", "id"], name="pupils_of_a_school"),
            models.Index(fields=["sort_name", "id"], name="pupils_by_name"),
            models.Index(
                fields=["born_on"], name="pupils_by_birthday", condition=Q(left_on__isnull=True)
            ),
            models.Index(
                fields=["left_on"], name="pupils_who_left", condition=Q(left_on__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["school", "key"], name="one_pupil_per_key"),
            models.UniqueConstraint(
                fields=["school", "eck_id"], condition=~Q(eck_id=""), name="one_pupil_per_eck_id"
            ),
            models.CheckConstraint(
                condition=~Q(first_name="", last_name=""), name="a_pupil_has_a_name"
            ),
        ]

    def is_enrolled_on(self, day: date) -> bool:
        """Whether the pupil is at the school on this day."""
        return (self.arrived_on is None or self.arrived_on <= day) and (
            self.left_on is None or day < self.left_on
        )


class Group(models.Model):
    """A class, or a group across classes, of one school year (named by its first year)."""

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="groups", verbose_name=_("school")
    )
    school_year = models.PositiveSmallIntegerField(_("schooljaar"))
    key = models.CharField(_("sleutel"), max_length=256)
    name = models.CharField(_("naam"), max_length=100)
    sort_name = models.CharField(max_length=120, editable=False)
    level = models.CharField(_("leerjaar"), max_length=3, blank=True)
    is_combined = models.BooleanField(_("samengestelde groep"), default=False)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("groep")
        verbose_name_plural = _("groepen")
        ordering = ["-school_year", "sort_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year", "key"], name="one_group_per_key_and_year"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_name = rules.group_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Placement(models.Model):
    """A pupil is in a group, from a day up to and including a day."""

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="placements")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="placements")
    starts_on = models.DateField(_("vanaf"))
    ends_on = models.DateField(_("tot en met"), null=True, blank=True)

    class Meta:
        verbose_name = _("plaatsing")
        verbose_name_plural = _("plaatsingen")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "pupil"],
                condition=Q(ends_on__isnull=True),
                name="one_running_placement",
            )
        ]
        indexes = [models.Index(fields=["pupil", "starts_on"], name="placements_of_a_pupil")]

    def __str__(self) -> str:
        return f"{self.pupil} {self.group}"


class Teacher(Person):
    """Somebody before a group, as the school's own system knows them.

    Who signs in with this address sees these groups; without an address nobody does.
    """

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="teachers", verbose_name=_("school")
    )
    key = models.CharField(_("sleutel"), max_length=256)
    email = models.EmailField(_("e-mailadres"), blank=True)
    groups = models.ManyToManyField(
        Group, blank=True, related_name="teachers", verbose_name=_("groepen")
    )
    # The last day on which a file named them, and whether the newest full file that names teachers
    # does: signs that somebody works here, also before no group.
    seen_on = models.DateField(null=True, editable=False)
    is_listed = models.BooleanField(default=False, editable=False)
    history = HistoricalRecords(
        verbose_name=_("geschiedenis van leerkracht"), excluded_fields=["seen_on", "is_listed"]
    )

    objects = TeacherQuerySet.as_manager()

    class Meta:
        verbose_name = _("leerkracht")
        verbose_name_plural = _("leerkrachten")
        ordering = ["sort_name", "id"]
        indexes = [models.Index(fields=["email"], name="teachers_by_address")]
        constraints = [
            models.UniqueConstraint(fields=["school", "key"], name="one_teacher_per_key"),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)
