"""The people who work for the board, and what they are appointed to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.organisation import rules
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models.board import School
from privacyboard.organisation.models.recorded import Recorded
from privacyboard.organisation.querysets import AppointmentQuerySet, UserQuerySet


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts; the e-mail address is the name to sign in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an account; without a password it can only be opened by an invitation."""
        user: User = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find the account whatever the capitals that were typed."""
        user: User = self.get(email=(username or "").strip().lower())
        return user


class User(Recorded, AbstractBaseUser, PermissionsMixin):
    """One person's account. What the person may do follows from running appointments only."""

    email = models.EmailField(
        _("e-mailadres"),
        unique=True,
        error_messages={"unique": _("Er is al een account met dit e-mailadres.")},
    )
    first_name = models.CharField(_("voornaam"), max_length=100)
    infix = models.CharField(_("tussenvoegsel"), max_length=30, blank=True)
    last_name = models.CharField(_("achternaam"), max_length=100)
    sort_name = models.CharField(max_length=240, editable=False)
    is_active = models.BooleanField(
        _("mag inloggen"), default=True, help_text=_("Zet uit om het account direct te sluiten.")
    )
    created_at = models.DateTimeField(_("aangemaakt"), default=timezone.now, editable=False)
    history = HistoricalRecords(
        verbose_name=_("geschiedenis van account"), excluded_fields=["password", "last_login"]
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["sort_name", "id"]
        indexes = [models.Index(fields=["sort_name", "id"], name="accounts_by_name")]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The address in lower case: also where forms ask whether it is taken."""
        super().clean()
        self.email = self.email.strip().lower()

    def validate_constraints(self, exclude: Iterable[str] | None = None) -> None:
        """Whether an address is taken is told once, at its field: by the column's uniqueness."""
        super().validate_constraints(exclude={*(exclude or ()), "email"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        self.sort_name = rules.person_key(self.first_name, self.infix, self.last_name)
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        """First name, infix and last name."""
        return " ".join(part for part in (self.first_name, self.infix, self.last_name) if part)

    def get_short_name(self) -> str:
        """How the application greets this person."""
        return self.first_name

    @property
    def is_staff(self) -> bool:
        """Whether the browser admin opens: for every right that is exercised there."""
        return self.is_active and self.standing.has_rights

    @property
    def standing(self) -> rules.Standing:
        """What this person may do today; read once per user object, so once per request."""
        if "_standing" not in self.__dict__:
            self.__dict__["_standing"] = self.standing_on(timezone.localdate())
        standing: rules.Standing = self.__dict__["_standing"]
        return standing

    def standing_on(self, day: Any) -> rules.Standing:
        """What this person may do on a day, from the appointments that run on it: one query."""
        if not self.is_active or self.pk is None:
            return rules.Standing(on=day)
        everywhere: set[str] = set()
        at_school: dict[int, frozenset[str]] = {}
        roles = []
        for role, school_id, board_rights, school_rights in Appointment.objects.rights_of(
            self.pk, day
        ):
            roles.append((role, school_id))
            if school_id is None:
                everywhere.update(board_rights)
            else:
                held = at_school.get(school_id, frozenset())
                at_school[school_id] = held | frozenset(school_rights)
        return rules.Standing(
            on=day, everywhere=frozenset(everywhere), at_school=at_school, roles=tuple(roles)
        )

    # PermissionsMixin lets a superuser pass before any backend is asked; here nobody passes so.
    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether a running appointment gives the right: anywhere, or at the given school."""
        right = perm.rpartition(".")[2]
        if isinstance(obj, School):
            return self.standing.holds_at(right, obj.pk)
        return self.standing.holds(right)

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        """Whether all the rights are held."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the admin opens at all; each page asks for its own right."""
        return self.is_staff


class Appointment(Recorded):
    """Somebody holds a role, board-wide or at a school, from a day up to and including a day."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="appointments", verbose_name=_("account")
    )
    role = models.CharField(_("rol"), max_length=20, choices=Role)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("school"),
        help_text=_("Leeg: voor het hele bestuur."),
    )
    group = models.ForeignKey(
        Group,
        on_delete=models.PROTECT,
        related_name="appointments",
        editable=False,
        verbose_name=_("groep met rechten"),
    )
    starts_on = models.DateField(_("vanaf"))
    ends_on = models.DateField(
        _("tot en met"), null=True, blank=True, help_text=_("Leeg: zonder einddatum.")
    )
    is_external = models.BooleanField(_("van buiten de organisatie"), default=False)
    basis = models.CharField(
        _("waarom iemand van buiten toegang heeft"), max_length=300, blank=True
    )
    history = HistoricalRecords(verbose_name=_("geschiedenis van aanstelling"))

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("aanstelling")
        verbose_name_plural = _("aanstellingen")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="appointment_ends_after_it_starts",
                violation_error_message=_("De einddatum ligt voor de begindatum."),
            ),
            ExclusionConstraint(
                name="one_appointment_per_role_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce("school", Value(0)), RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Deze rol heeft deze persoon in die periode al."),
            ),
        ]

    def __str__(self) -> str:
        place = self.school.name if self.school else _("hele bestuur")
        return f"{self.get_role_display()}, {place}"

    def clean(self) -> None:
        """Refuse a role at the wrong level, and a period or basis that is not in order."""
        if scope := rules.scope_problem(self.role, at_school=self.school_id is not None):
            raise ValidationError({"school": scope})
        if self.starts_on is None:
            return
        problem = rules.period_problem(
            self.role,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            is_external=self.is_external,
            basis=self.basis,
        )
        if problem:
            place = "basis" if "Schrijf" in problem else "ends_on"
            raise ValidationError({place: problem})
