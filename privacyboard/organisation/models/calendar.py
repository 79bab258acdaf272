"""When the schools are closed: holidays, and single days off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.organisation.models.board import School
from privacyboard.organisation.models.people import Appointment
from privacyboard.organisation.models.recorded import Recorded
from privacyboard.organisation.querysets import SchoolHolidayQuerySet
from privacyboard.organisation.rules import closed_days

# Of what ended longer ago no morning letter is made up any more (see `frontdesk.rules`).
LOOK_BACK = timedelta(days=15)


class SchoolHoliday(Recorded):
    """A school, or every school of the board, is closed from a day up to and including a day."""

    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="holidays",
        verbose_name=_("school"),
        help_text=_("Leeg: alle scholen van het bestuur."),
    )
    name = models.CharField(_("naam"), max_length=60)
    first_day = models.DateField(_("eerste dag"))
    last_day = models.DateField(_("laatste dag"))
    history = HistoricalRecords(verbose_name=_("geschiedenis van vakantie"))

    objects = SchoolHolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("vakantie of vrije dag")
        verbose_name_plural = _("vakanties en vrije dagen")
        ordering = ["first_day", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="a_holiday_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="one_holiday_of_a_place_at_a_time",
                expressions=[
                    (Coalesce("school", Value(0)), RangeOperators.EQUAL),
                    (
                        Func(
                            "first_day",
                            "last_day",
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        first, last = (date_format(each, "j F Y") for each in (self.first_day, self.last_day))
        days = first if first == last else f"{first} tot en met {last}"
        return f"{self.name} ({days})"


class Closings:
    """The holidays around a day, and whose schools are closed then; each table is read once."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._rows: list[SchoolHoliday] = list(
            SchoolHoliday.objects.filter(last_day__gte=day - LOOK_BACK).order_by("first_day", "pk")
        )

    @property
    def have_begun(self) -> bool:
        """Whether any of them reaches the last weeks: if not, nobody's last morning lies in one."""
        return any(each.first_day <= self._day for each in self._rows)

    def at(self, places: Iterable[int | None]) -> frozenset[date]:
        """Days on which every school of these appointments is closed; None is the whole board.

        Who has no appointment knows the holidays of the whole board only.
        """
        schools = frozenset(places)
        if None in schools:
            schools = self._all_schools
        return closed_days(self._by_place.get(None, ()), self._by_place, schools)

    def of(self, users: Any) -> dict[int, frozenset[date]]:
        """The same for each of these people who has an appointment on the day: one query."""
        places: defaultdict[int, set[int | None]] = defaultdict(set)
        rows = Appointment.objects.running(self._day).filter(user__in=users)
        for user, school in rows.order_by("pk").values_list("user_id", "school_id"):
            places[user].add(school)
        known = {each: self.at(each) for each in {frozenset(of) for of in places.values()}}
        return {user: known[frozenset(of)] for user, of in places.items()}

    def names(self, places: Collection[int | None], *, until: date) -> list[str]:
        """What those days are called, from the day itself until (not including) another."""
        return [
            each.name
            for each in self._rows
            if each.last_day >= self._day
            and each.first_day < until
            and (each.school_id is None or each.school_id in places)
        ]

    @cached_property
    def _by_place(self) -> Mapping[int | None, list[tuple[date, date]]]:
        found: defaultdict[int | None, list[tuple[date, date]]] = defaultdict(list)
        for each in self._rows:
            found[each.school_id].append((each.first_day, each.last_day))
        return dict(found)

    @cached_property
    def _all_schools(self) -> frozenset[int | None]:
        # Only schools with days of their own add any: without these nobody need be counted.
        if not self._by_place.keys() - {None}:
            return frozenset()
        return frozenset(School.objects.order_by().values_list("pk", flat=True))
