"""A family on the day that the tests run: pages read the clock themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from consent.choices import Means
from consent.letters.links import family_link
from consent.models import Question
from privacyboard.organisation.models import Group, Guardian, Pupil
from privacyboard.organisation.rules import school_year_of
from tests.conftest import Cast
from tests.factories import consent, people

EIGHT = (
    Means.WEBSITE,
    Means.SCHOOL_GUIDE,
    Means.SOCIAL_MEDIA,
    Means.NEWSLETTER,
    Means.PARENT_PORTAL,
    Means.CLASS_PHOTO,
    Means.PRESS,
    Means.REUNION,
)


@dataclass(frozen=True)
class Home:
    """Noor (9), with a mother and a father who both have authority; Mila (16) answers alone."""

    at: datetime
    group: Group
    noor: Pupil
    mother: Guardian
    father: Guardian
    mila: Pupil
    questions: list[Question]

    def page(self, who: Guardian | Pupil, *, at: datetime | None = None) -> str:
        """The path of somebody's page."""
        return path_of(family_link(who, at or timezone.now()))


def path_of(address: str) -> str:
    """An address without its host."""
    return "/" + address.split("/", 3)[3]


def years_ago(years: int) -> date:
    """The birth date of who turned that age a month ago."""
    day = timezone.localdate() - timedelta(days=30)
    return date(day.year - years, day.month, min(day.day, 28))


def a_home(cast: Cast, *means: str, children: int = 1) -> Home:
    """The family with questions about these means; `children`: how many the parents have."""
    at = timezone.now() - timedelta(days=20)
    year = school_year_of(timezone.localdate())
    group = people.group(cast.linde, "7a", year=year, level="7")
    born_on = years_ago(9)
    ours = [
        people.pupil(cast.linde, name, of=group, key=f"10{n}", born_on=born_on)
        for n, name in enumerate(("Noor", "Daan", "Saar")[:children])
    ]
    mila = people.pupil(
        cast.linde,
        "Mila",
        of=group,
        key="1103",
        born_on=years_ago(16),
        email="mila@leerling.example",
    )
    return Home(
        at=at,
        group=group,
        noor=ours[0],
        mother=people.guardian(*ours, first_name="Sanne"),
        father=people.guardian(*ours, first_name="Bram", email="bram@vader.example"),
        mila=mila,
        questions=[consent.question(each, at=at) for each in means or (Means.WEBSITE,)],
    )


def form_of(
    home: Home, *said: tuple[Pupil, Question, bool], act: str = "save", **more: str
) -> dict[str, str]:
    """What the browser sends: these answers, and the versions that the page showed."""
    seen = {f"t-{each.pk}": str(each.texts.count()) for each in home.questions}
    answers = {
        f"a-{child.pk}-{question.pk}": "yes" if yes else "no" for child, question, yes in said
    }
    return {"act": act, **seen, **answers, **more}
