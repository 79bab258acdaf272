"""The people of the pages: group 7a of De Linde, and a family that also has a child at De Eik."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.utils import timezone

from privacyboard.organisation.models import Group, Guardian, Pupil, Teacher
from privacyboard.organisation.rules import school_year_of
from tests.conftest import Cast
from tests.factories import people
from tests.factories.pictures import kept


@dataclass(frozen=True)
class Village:
    """Noor and Saar are sisters, at De Linde and at De Eik; Bram is the father of Noor alone.

    The teacher of the cast stands before 7a, and not before 8b, where Mila is.
    """

    group: Group
    other_group: Group
    noor: Pupil
    mila: Pupil
    saar: Pupil
    mother: Guardian
    father: Guardian
    stranger: Guardian
    teacher: Teacher


def this_year() -> int:
    return school_year_of(timezone.localdate())


@pytest.fixture
@kept
def village(cast: Cast) -> Village:
    year = this_year()
    group = people.group(cast.linde, "7a", year=year, level="7")
    other = people.group(cast.linde, "8b", year=year, level="8")
    eik = people.group(cast.eik, "5", year=year)
    noor = people.pupil(cast.linde, "Noor", of=group, key="1001")
    mila = people.pupil(
        cast.linde, "Mila", of=other, key="1002", last_name="Bakker", born_on=date(2014, 2, 28)
    )
    saar = people.pupil(cast.eik, "Saar", of=eik, key="2001")
    lone = people.pupil(cast.eik, "Lot", of=eik, key="2002", last_name="Jansen")
    return Village(
        group=group,
        other_group=other,
        noor=noor,
        mila=mila,
        saar=saar,
        mother=people.guardian(noor, saar, first_name="Sanne"),
        father=people.guardian(
            noor, first_name="Bram", email="bram@vader.example", has_authority=False
        ),
        stranger=people.guardian(lone, first_name="Eva", last_name="Jansen"),
        teacher=people.teacher(cast.linde, cast.teacher.email, group),
    )
