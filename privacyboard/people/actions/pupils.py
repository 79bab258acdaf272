"""One pupil: entered by hand, put right, put in a group, leaving and coming back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from privacyboard.audit.acts import day_problem, refuse_second, refused
from privacyboard.organisation.models import Group, Guardian, Placement, Pupil, School, User
from privacyboard.organisation.rules import next_link_number
from privacyboard.people.rules.facts import PupilFacts

OLDEST = 120  # years
WHY_LEFT = "van school"


def _hold(pupil: Pupil, seen: int | None) -> Pupil:
    held = Pupil.objects.select_for_update(of=("self",)).select_related("school").get(pk=pupil.pk)
    refuse_second(held, seen=seen)
    return held


def _check(facts: PupilFacts, *, at: datetime, left_on: date | None = None) -> None:
    if not (facts.first_name or facts.last_name):
        raise refused(_("Vul een roepnaam of een achternaam in."), "first_name")
    if facts.born_on is not None:
        if problem := day_problem(facts.born_on, at=at):
            raise refused(problem, "born_on")
        if facts.born_on.year < timezone.localdate(at).year - OLDEST:
            raise refused(_("Dit kan geen geboortedatum van een leerling zijn."), "born_on")
    if left_on is not None and facts.arrived_on is not None and left_on <= facts.arrived_on:
        raise refused(
            _("Deze dag ligt na het vertrek van %(day)s.")
            % {"day": formats.date_format(left_on, "j F Y")},
            "arrived_on",
        )


def _save(pupil: Pupil, facts: PupilFacts, *, by: User | None, why: str) -> None:
    """Raises ActRefused at "key" where the school has another pupil with this number."""
    for name, value in vars(facts).items():
        setattr(pupil, name, value)
    taken = Pupil.objects.filter(school=pupil.school_id, key=pupil.key).exclude(pk=pupil.pk)
    sentence = _("Dit nummer heeft al een andere leerling van deze school. Kies een ander nummer.")
    if other := taken.first():
        sentence = _("Dit nummer heeft %(name)s al. Kies een ander nummer.") % {"name": other.name}
        raise refused(sentence, "key")
    try:
        with transaction.atomic():
            pupil.record(by=by, why=why)
    except IntegrityError as problem:  # somebody took the number this moment
        raise refused(sentence, "key") from problem


@transaction.atomic
def add_pupil(*, school: School, facts: PupilFacts, by: User | None, at: datetime) -> Pupil:
    """Enter a pupil whom no file brought. Raises ActRefused per field."""
    _check(facts, at=at)
    pupil = Pupil(school=school)
    _save(pupil, facts, by=by, why=_("met de hand ingevoerd"))
    return pupil


@transaction.atomic
def change_pupil(
    *, pupil: Pupil, facts: PupilFacts, by: User | None, at: datetime, seen: int | None = None
) -> Pupil:
    """Put right what is known of a pupil. Raises ActRefused per field."""
    held = _hold(pupil, seen)
    _check(facts, at=at, left_on=held.left_on)
    _save(held, facts, by=by, why=_("gegevens gewijzigd"))
    return held


@transaction.atomic
def mark_left(*, pupils: Iterable[Pupil], on: date, by: User | None, at: datetime) -> list[Pupil]:
    """These pupils leave: `on` is the first day without this school. Their places in groups end.

    Raises ActRefused where the day lies before somebody arrived, or more than a year ahead.
    """
    if on > timezone.localdate(at) + timedelta(days=366):
        raise refused(_("Deze dag ligt meer dan een jaar vooruit. Kies een eerdere."), "on")
    keys = [each.pk for each in pupils]
    found = list(Pupil.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    for pupil in found:
        if pupil.arrived_on is not None and on <= pupil.arrived_on:
            raise refused(
                _("%(name)s kwam op %(day)s op school. Kies een latere dag.")
                % {"name": pupil.name, "day": formats.date_format(pupil.arrived_on, "j F Y")},
                "on",
            )
    for pupil in found:
        if pupil.left_on != on:
            pupil.left_on = on
            pupil.record(by=by, why=WHY_LEFT)
    running = Placement.objects.filter(pupil__in=keys)
    running.filter(starts_on__gte=on).delete()
    running.exclude(ends_on__lt=on).update(ends_on=on - timedelta(days=1))
    return found


@transaction.atomic
def leave_school(
    *, pupil: Pupil, on: date, by: User | None, at: datetime, seen: int | None = None
) -> Pupil:
    """The pupil leaves: `on` is the first day without this school. Raises ActRefused at "on"."""
    held = _hold(pupil, seen)
    if on.year < timezone.localdate(at).year - 20:
        raise refused(_("Deze dag ligt te lang geleden."), "on")
    return mark_left(pupils=[held], on=on, by=by, at=at)[0]


@transaction.atomic
def take_back(*, pupil: Pupil, by: User | None, at: datetime, seen: int | None = None) -> Pupil:
    """The pupil did not leave, or is back. The class is chosen anew: it can be another one."""
    held = _hold(pupil, seen)
    if held.left_on is None:
        raise refused(_("Deze leerling staat niet als vertrokken in de lijst."))
    held.left_on = None
    held.record(by=by, why=_("niet van school, of weer terug"))
    return held


@transaction.atomic
def put_in_group(
    *,
    pupil: Pupil,
    group: Group,
    starts_on: date,
    by: User | None,
    at: datetime,
    seen: int | None = None,
) -> Placement:
    """From `starts_on` the pupil is in this group. Another class ends the day before.

    A group across classes stands beside a class and ends nothing. Raises ActRefused.
    """
    held = _hold(pupil, seen)
    if group.school_id != held.school_id:
        raise refused(_("Deze groep is van een andere school. Kies een groep."), "group")
    first, last = date(group.school_year, 8, 1), date(group.school_year + 1, 7, 31)
    if not first <= starts_on <= last:
        raise refused(
            _(
                "Deze dag valt niet in het schooljaar van de groep. "
                "Kies een dag van %(a)s tot en met %(b)s."
            )
            % {"a": f"{first:%d-%m-%Y}", "b": f"{last:%d-%m-%Y}"},
            "starts_on",
        )
    if held.left_on is not None and held.left_on <= starts_on:
        raise refused(_("Op deze dag is de leerling al van school."), "starts_on")
    running = Placement.objects.select_for_update(of=("self",)).filter(
        pupil=held, ends_on__isnull=True
    )
    if running.filter(group=group).exists():
        raise refused(_("De leerling zit al in groep %(name)s.") % {"name": group.name}, "group")
    if not group.is_combined:
        others = running.filter(group__is_combined=False)
        others.filter(starts_on__gte=starts_on).delete()
        others.update(ends_on=starts_on - timedelta(days=1))
    placement: Placement = Placement.objects.create(pupil=held, group=group, starts_on=starts_on)
    # The places themselves keep no history: the pupil's own tells who did it.
    held.record(
        by=by,
        why=_("in groep %(name)s vanaf %(day)s")
        % {"name": group.name, "day": formats.date_format(starts_on, "j F Y")},
    )
    return placement


@transaction.atomic
def revoke_link(
    *, holder: Pupil | Guardian, by: User | None, at: datetime, seen: int | None = None
) -> Pupil | Guardian:
    """Links that were sent to this person work no more; the next letter brings a new one."""
    held = type(holder).objects.select_for_update(of=("self",)).get(pk=holder.pk)
    refuse_second(held, seen=seen)
    held.link_number = next_link_number(held.link_number)
    held.record(by=by, why=_("link ingetrokken"))
    return held
