"""The families of the tests, beside the standing cast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from consent.choices import Means
from consent.models import Question
from privacyboard.organisation.models import Group, Guardian, Pupil
from tests.conftest import Cast
from tests.consent.classroom import Classroom, a_classroom
from tests.factories import consent, people
from tests.factories.pictures import kept


@dataclass(frozen=True)
class Families:
    """Group 7a of De Linde with Noor and her brother Daan, both with two parents; Mila is sixteen.

    The teacher of the cast stands before 7a. Group 5 of De Eik has Saar, a stranger to De Linde.
    """

    group: Group
    noor: Pupil
    daan: Pupil
    mother: Guardian
    father: Guardian
    mila: Pupil
    mila_mother: Guardian
    eik_group: Group
    saar: Pupil
    saar_mother: Guardian
    website: Question
    class_photo: Question


@pytest.fixture
@kept
def families(cast: Cast, now: datetime) -> Families:
    group = people.group(cast.linde, "7a", level="7")
    people.teacher(cast.linde, cast.teacher.email, group)
    noor = people.pupil(cast.linde, "Noor", of=group, key="1001")
    daan = people.pupil(cast.linde, "Daan", of=group, key="1002", born_on=date(2014, 2, 28))
    mila = people.pupil(
        cast.linde,
        "Mila",
        of=group,
        key="1003",
        last_name="Bakker",
        born_on=date(2010, 1, 15),
        email="mila@leerling.example",
    )
    eik_group = people.group(cast.eik, "5", level="5")
    saar = people.pupil(cast.eik, "Saar", of=eik_group, key="2001", last_name="Jansen")
    return Families(
        group=group,
        noor=noor,
        daan=daan,
        mother=people.guardian(noor, daan, first_name="Sanne"),
        father=people.guardian(noor, daan, first_name="Bram", email="bram@vader.example"),
        mila=mila,
        mila_mother=people.guardian(mila, first_name="Olga", last_name="Bakker"),
        eik_group=eik_group,
        saar=saar,
        saar_mother=people.guardian(saar, first_name="Eva", last_name="Jansen"),
        website=consent.question(Means.WEBSITE, at=now),
        class_photo=consent.question(Means.CLASS_PHOTO, at=now),
    )


@pytest.fixture
@kept
def room(cast: Cast) -> Classroom:
    return a_classroom(cast)
