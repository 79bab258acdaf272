"""Families: pupils with their groups of five school years, guardians, and teachers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from privacyboard.demo.populate.making import Making
from privacyboard.demo.populate.words import FIRST_NAMES, INFIXES, LAST_NAMES
from privacyboard.organisation.choices import GuardianKind, Role, Sector, Unreachable
from privacyboard.organisation.models import (
    Appointment,
    Group,
    Guardian,
    Guardianship,
    Placement,
    Pupil,
    School,
    Teacher,
)
from privacyboard.organisation.rules import group_key, person_key, school_year_of, sort_key
from privacyboard.vocabulary import FamilyLanguage

YEARS = 5
PER_GROUP = 25
# Eighteen families have twenty pupils and thirty-five guardians between them.
FAMILIES, WITH_TWO_PUPILS, WITH_ONE_GUARDIAN = 18, (5, 11), 7
GRADES = {Sector.PRIMARY: range(1, 9), Sector.SECONDARY: range(11, 17)}
# Of so many pupils one finished school last summer.
ONE_LEFT_IN = 12
LANGUAGES = (
    *(FamilyLanguage.DUTCH,) * 17,
    *(FamilyLanguage.ENGLISH, FamilyLanguage.TURKISH, FamilyLanguage.ARABIC),
    *(FamilyLanguage.POLISH, FamilyLanguage.UKRAINIAN),
)


@dataclass(frozen=True)
class Enrolment:
    """A pupil, and what places it: the first year in the first grade, and the last year."""

    pupil: Pupil
    began: int
    last: int
    letter: str

    def grade(self, year: int) -> int:
        """The grade in a school year."""
        return GRADES[_sector(self.pupil.school)].start + year - self.began


def make_people(making: Making, count: int) -> None:
    """Pupils with everything around them. A few left, are sixteen, or have no birth date."""
    schools: list[School] = making.made(School)
    if not schools or not count:
        return
    enrolments: list[Enrolment] = []
    guardians: list[Guardian] = []
    ties: list[Guardianship] = []
    places: defaultdict[int, int] = defaultdict(int)
    number = 0
    while len(enrolments) < count:
        school = schools[number % len(schools)]
        own = [
            _pupil(making, school, places, len(enrolments) + more)
            for more in range(min(_pupils_of(number), count - len(enrolments)))
        ]
        parents = _parents(making, own[0].pupil, number, len(guardians))
        ties += [
            _tie(one, each.pupil, number=number, place=place)
            for each in own
            for place, one in enumerate(parents)
        ]
        enrolments += own
        guardians += parents
        number += 1
    making.keep(Pupil, [each.pupil for each in enrolments])
    making.keep(Guardian, guardians)
    making.keep(Guardianship, ties)
    _place(making, enrolments)
    _make_teachers(making)


def _pupils_of(number: int) -> int:
    return 2 if number % FAMILIES in WITH_TWO_PUPILS else 1


def _sector(school: School) -> Sector:
    return Sector.SECONDARY if school.sector == Sector.SECONDARY else Sector.PRIMARY


def _pupil(making: Making, school: School, places: defaultdict[int, int], number: int) -> Enrolment:
    """The next pupil of a school: its grades fill evenly, and so do the classes of a grade."""
    dice = making.random
    grades = GRADES[_sector(school)]
    place = places[school.pk]
    places[school.pk] += 1
    in_grade, grade = divmod(place, len(grades))
    year = school_year_of(making.today)
    has_left = number % ONE_LEFT_IN == ONE_LEFT_IN - 1
    last = year - 1 if has_left else year
    began = last - (len(grades) - 1 if has_left else grade)
    came = began if dice.randrange(25) else dice.randint(began, last)
    age = 4 if grades.start == 1 else 12
    born_on = date(began - age - 1, 10, 1) + timedelta(days=dice.randrange(364))
    first, last_name = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    pupil = Pupil(
        school=school,
        key=f"L{number + 1:06}",
        first_name=first,
        infix=dice.choice(INFIXES),
        last_name=last_name,
        born_on=None if number % 100 == 60 else born_on,
        email=f"{sort_key(first)}.{number + 1}@leerling.example" if _may_mail(grades, dice) else "",
        arrived_on=date(came, 8, 1),
        left_on=date(year, 8, 1) if has_left else None,
    )
    pupil.sort_name = person_key(pupil.first_name, pupil.infix, pupil.last_name)
    letter = "abcdefghijklmnopqrstuvwxyz"[in_grade // PER_GROUP % 26]
    return Enrolment(pupil, began=began, last=last, letter=letter)


def _may_mail(grades: range, dice: Random) -> bool:
    return grades.start > 1 and dice.random() < 0.6


def _parents(making: Making, pupil: Pupil, number: int, made: int) -> list[Guardian]:
    """Who stands for the pupils of a family; some share an address, some have none that works."""
    dice = making.random
    language = dice.choice(LANGUAGES)
    pupil.language = language
    found: list[Guardian] = []
    for place in range(1 if number % FAMILIES == WITH_ONE_GUARDIAN else 2):
        first, serial = dice.choice(FIRST_NAMES), made + place + 1
        address = f"{sort_key(first)}.{serial}@gezin.example"
        if place and number % 10 == 0:
            address = found[0].email
        guardian = Guardian(
            key=f"O{serial:06}",
            first_name=first,
            infix=pupil.infix,
            last_name=pupil.last_name,
            email="" if serial % 25 == 0 else address,
            language=language,
        )
        guardian.sort_name = person_key(guardian.first_name, guardian.infix, guardian.last_name)
        if guardian.email and serial % 50 == 7:
            guardian.unreachable_since = making.at - timedelta(days=dice.randint(1, 90))
            guardian.unreachable_why = dice.choice(Unreachable.values)
        found.append(guardian)
    return found


def _tie(guardian: Guardian, pupil: Pupil, *, number: int, place: int) -> Guardianship:
    """Most have authority; now and then only one of two, or an institution beside a foster home."""
    kind, has_authority = GuardianKind.PARENT, True
    if number % 30 == 9 and place:
        has_authority = False
    if number % 150 == 19:
        kind = GuardianKind.FOSTER if place else GuardianKind.INSTITUTION
        has_authority = not place
    return Guardianship(pupil=pupil, guardian=guardian, kind=kind, has_authority=has_authority)


def _place(making: Making, enrolments: list[Enrolment]) -> None:
    """Put each pupil in a class of every school year, of the last five."""
    now = school_year_of(making.today)
    wanted = [
        (each, year)
        for each in enrolments
        for year in range(now - YEARS + 1, each.last + 1)
        if each.pupil.arrived_on and each.pupil.arrived_on.year <= year
    ]
    groups: dict[tuple[int, int, str], Group] = {}
    for each, year in wanted:
        name = _class_name(each, year)
        key = (each.pupil.school_id, year, name)
        if key not in groups:
            groups[key] = Group(
                school=each.pupil.school,
                school_year=year,
                key=name,
                name=name,
                sort_name=group_key(name),
                level=str(each.grade(year)),
            )
    making.keep(Group, groups.values())
    making.keep(
        Placement,
        (
            Placement(
                pupil=each.pupil,
                group=groups[(each.pupil.school_id, year, _class_name(each, year))],
                starts_on=date(year, 8, 1),
                ends_on=None if year == now else date(year + 1, 7, 31),
            )
            for each, year in wanted
        ),
    )


def _class_name(each: Enrolment, year: int) -> str:
    return f"{each.grade(year) % 10}{each.letter}"


def _make_teachers(making: Making) -> None:
    """Whoever works at a school stands before some of its groups of this year."""
    groups: defaultdict[int, list[Group]] = defaultdict(list)
    for group in making.made(Group):
        if group.school_year == school_year_of(making.today):
            groups[group.school_id].append(group)
    staff: defaultdict[int, list[Appointment]] = defaultdict(list)
    for appointment in making.made(Appointment):
        if appointment.role == Role.EMPLOYEE and appointment.school_id:
            staff[appointment.school_id].append(appointment)
    teachers = making.keep(Teacher, _teachers(staff))
    pairs = []
    for teacher in teachers:
        place = int(teacher.key[1:])
        own = groups[teacher.school_id]
        # Where there are more teachers than groups, two share one.
        pairs += [(teacher, each) for each in own[place :: len(staff[teacher.school_id])]]
        if own and place >= len(own):
            pairs.append((teacher, own[place % len(own)]))
    through = Teacher.groups.through
    through._default_manager.bulk_create(
        [through(teacher_id=teacher.pk, group_id=group.pk) for teacher, group in pairs],
        batch_size=500,
    )


def _teachers(staff: dict[int, list[Appointment]]) -> Iterator[Teacher]:
    for appointments in staff.values():
        for place, each in enumerate(appointments):
            user = each.user
            yield Teacher(
                school=each.school,
                key=f"T{place:05}",
                first_name=user.first_name,
                infix=user.infix,
                last_name=user.last_name,
                sort_name=person_key(user.first_name, user.infix, user.last_name),
                email=user.email,
            )
