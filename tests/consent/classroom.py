"""A class on the day that the tests run, with its teacher, and strangers in another school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from consent.choices import Means
from consent.models import Question
from privacyboard.organisation.models import Group, Guardian, Pupil, School
from privacyboard.organisation.rules import school_year_of
from tests.conftest import Cast
from tests.consent.home import years_ago
from tests.factories import consent, people
from tests.factories.consent import say


@dataclass(frozen=True)
class Classroom:
    """7a of De Linde, with the teacher of the cast: Noor may on the website, Daan may not (his
    father refused), Mila's parents are silent. 7b is a colleague's; 5 and Saar are of De Eik.
    """

    at: datetime
    group: Group
    noor: Pupil
    daan: Pupil
    mila: Pupil
    mother: Guardian
    father: Guardian
    other_group: Group
    finn: Pupil
    eik_group: Group
    saar: Pupil
    website: Question
    portal: Question
    medical: Question

    @property
    def today(self) -> date:
        return timezone.localdate()


def a_group(school: School, name: str) -> Group:
    return people.group(school, name, year=school_year_of(timezone.localdate()))


def a_pupil(group: Group, first_name: str, **values: object) -> Pupil:
    values = {"born_on": years_ago(9), **values}
    return people.pupil(group.school, first_name, of=group, **values)


def a_classroom(cast: Cast) -> Classroom:
    """Everything was answered three weeks ago."""
    at = timezone.now() - timedelta(days=20)
    group, other = a_group(cast.linde, "7a"), a_group(cast.linde, "7b")
    eik_group = a_group(cast.eik, "5")
    people.teacher(cast.linde, cast.teacher.email, group)
    people.teacher(cast.linde, "collega@delinde.example", other)
    noor, daan = a_pupil(group, "Noor"), a_pupil(group, "Daan")
    mila = a_pupil(group, "Mila", last_name="Bakker", born_on=None)
    mother = people.guardian(noor, daan, first_name="Sanne")
    father = people.guardian(noor, daan, first_name="Bram", email="bram@vader.example")
    people.guardian(mila, first_name="Olga", last_name="Bakker")
    made = Classroom(
        at=at,
        group=group,
        noor=noor,
        daan=daan,
        mila=mila,
        mother=mother,
        father=father,
        other_group=other,
        finn=a_pupil(other, "Finn"),
        eik_group=eik_group,
        saar=a_pupil(eik_group, "Saar"),
        website=consent.question(Means.WEBSITE, at=at, place=1),
        portal=consent.question(Means.PARENT_PORTAL, at=at, place=2),
        medical=consent.question(Means.MEDICAL, at=at, place=3),
    )
    for child in (noor, daan):
        for question in (made.website, made.portal):
            say(mother, child, question, True, at=at)
    say(father, daan, made.website, False, at=at)
    say(mother, noor, made.medical, True, at=at)
    return made
