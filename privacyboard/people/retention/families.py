"""What becomes of pupils who left, their parents and their groups."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Abs

from privacyboard.audit.collectors import Sought
from privacyboard.clockwork import runs
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.rules import Cut
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Group, Guardian, Guardianship, Placement, Pupil
from privacyboard.organisation.rules import school_year_of

# Another number than any that a link was ever made with, and one by which they are found.
_PUT_AWAY = -(Abs("link_number") + 1)


def due_details(cut: Cut) -> QuerySet[Pupil]:
    found: QuerySet[Pupil] = Pupil.objects.filter(_has_details(), left_on__lte=cut.day)
    return found


def _has_details() -> Q:
    placed = Placement.objects.filter(pupil=OuterRef("pk"))
    return ~Q(email="") | ~Q(eck_id="") | ~Q(language="nl") | Q(Exists(placed))


def forget_details(gone: Gone, keys: list[int], at: datetime) -> None:
    """What stays tells whose answers these are, and who decided: name, number, birth date."""
    gone.erase(Placement, keys, by="pupil", traced=False)
    gone.blank(Pupil, keys, email="", eck_id="", language="nl")


def due_pupils(cut: Cut) -> QuerySet[Model]:
    left = Pupil.objects.filter(left_on__lte=cut.day)
    return runs.unneeded(left, "organisation.Placement", "organisation.Guardianship")


def forget_pupils(gone: Gone, keys: list[int], at: datetime) -> None:
    parents = list(Guardianship.objects.filter(pupil__in=keys).values_list("guardian", flat=True))
    # What other apps know by the number of a pupil, they look up while the row is there.
    gone.forget_traces(Pupil, keys)
    gone.erase(Placement, keys, by="pupil", traced=False)
    gone.erase(Guardianship, keys, by="pupil")
    gone.erase(Pupil, keys)
    # Who stands for nobody any more is found again by this number.
    tied = Guardianship.objects.filter(guardian=OuterRef("pk"))
    alone = Guardian.objects.filter(~Exists(tied), pk__in=parents, link_number__gt=0)
    alone.update(link_number=_PUT_AWAY)


def _without_pupil(cut: Cut) -> Any:
    """Guardians all of whose pupils left on the day or sooner, or whose ties ended then.

    Found from the pupils and the ties that ended, not from all guardians. Who has no tie left was
    given a link number below zero when the last one went.
    """
    left = Guardianship.objects.filter(pupil__left_on__lte=cut.day).values("guardian")
    ended = Guardianship.objects.filter(ends_on__lte=cut.day).values("guardian")
    untied = Guardian.objects.filter(link_number__lt=0).values("pk")
    here = Guardianship.objects.filter(
        Q(pupil__left_on__isnull=True) | Q(pupil__left_on__gt=cut.day),
        Q(ends_on__isnull=True) | Q(ends_on__gt=cut.day),
        guardian=OuterRef("pk"),
    )
    return Guardian.objects.filter(~Exists(here), pk__in=left.union(ended, untied))


def due_contacts(cut: Cut) -> QuerySet[Guardian]:
    found: QuerySet[Guardian] = _without_pupil(cut).filter(_has_contacts())
    return found


def _has_contacts() -> Q:
    return Q(link_number__gt=0) | ~Q(email="") | ~Q(key="") | ~Q(other_emails=[])


def forget_contacts(gone: Gone, keys: list[int], at: datetime) -> None:
    """What stays is a name, of who answered. No link that was sent opens ever again."""
    gone.blank(
        Guardian,
        keys,
        email="",
        other_emails=[],
        key="",
        language="nl",
        link_number=_PUT_AWAY,
        unreachable_since=None,
        unreachable_why="",
    )


def due_guardians(cut: Cut) -> QuerySet[Model]:
    away = _without_pupil(cut).filter(link_number__lt=0)
    return runs.unneeded(away, "organisation.Guardianship")


def forget_guardians(gone: Gone, keys: list[int], at: datetime) -> None:
    gone.erase(Guardianship, keys, by="guardian")
    gone.erase(Guardian, keys)


def due_groups(cut: Cut) -> QuerySet[Model]:
    """Of a school year that ended on the day or sooner, with nobody in it any more."""
    running = school_year_of(cut.day + timedelta(days=1))
    past = Group.objects.filter(school_year__lt=running)
    return runs.unneeded(past, "organisation.Teacher_groups")


# --- one person, who asks to be forgotten -----------------------------------------------------


def pupils_of(sought: Sought) -> QuerySet[Pupil]:
    """The person as a pupil: by address, or by number at the schools that are named."""
    found: QuerySet[Pupil] = Pupil.objects.at(sought.reader, Right.VIEW_PEOPLE).known_by(
        emails=sought.emails, keys=sought.keys, schools=sought.schools
    )
    return found


def details_of(sought: Sought) -> QuerySet[Pupil]:
    """The same person, as far as there are details to forget."""
    return pupils_of(sought).filter(_has_details())


def contacts_of(sought: Sought) -> QuerySet[Guardian]:
    """The person as a parent, as far as there is contact data to forget."""
    return guardians_of(sought).filter(_has_contacts())


def guardians_of(sought: Sought) -> QuerySet[Guardian]:
    """The person as a parent, by address."""
    seen = Guardian.objects.visible_to(sought.reader)
    found: QuerySet[Guardian] = seen.at_addresses(sought.emails)
    return found
