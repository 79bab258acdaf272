"""Records of pupils, parents and staff for the year test, each with the day its term begins."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from consent.choices import CleanUpWhy, InvitedBecause, Means, RoundState
from consent.models import CleanUp, Dispute, Invitation, PhotoCheck, Question
from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import AlertPreference
from privacyboard.frontdesk.models import CalendarAddress
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Guardian, Pupil, Teacher, User
from tests.clockwork.year_world import moment
from tests.conftest import Cast, make_person
from tests.factories import consent, people
from tests.factories.forgetting import changed_on

_DAY = timedelta(days=1)


def _question() -> Question:
    """About the paper: nothing of it is published here, so nothing is to be taken away."""
    found: Question | None = Question.objects.filter(means=Means.PRESS).first()
    return found or consent.question(Means.PRESS, at=moment(date(2020, 8, 1)))


# --- pupils and parents -----------------------------------------------------------------------


def group(cast: Cast, day: date) -> Any:
    """Of the school year that ended on the day, with nobody in it."""
    return people.group(cast.linde, f"7 van {day.year}", year=day.year - 1)


def _left(cast: Cast, day: date, *, says: bool) -> tuple[Pupil, Guardian]:
    """Who left on the day; with an answer the rows stay for as long as that is proof."""
    child = people.pupil(cast.linde, "Weg", email=f"weg{day:%Y%m%d}{says}@leerling.example")
    parent = people.guardian(child, first_name=f"Ouder{day:%Y%m%d}{says}")
    if says:
        consent.say(parent, child, _question(), True, at=moment(day - 300 * _DAY))
    child.left_on = day
    child.record(by=None, why="vertrokken")
    return child, parent


def pupil_with_answer(cast: Cast, day: date) -> Any:
    return _left(cast, day, says=True)[0]


def parent_with_answer(cast: Cast, day: date) -> Any:
    return _left(cast, day, says=True)[1]


def parent(cast: Cast, day: date) -> Any:
    return _left(cast, day, says=False)[1]


# --- consent ----------------------------------------------------------------------------------


def picture(cast: Cast, day: date) -> Any:
    """Asked on the day."""
    check = PhotoCheck.objects.create(
        school=cast.linde, question=_question(), asked_at=moment(day), in_the_way=0
    )
    check.pupils.set([people.pupil(cast.linde, "Foto")])
    return check


def invitation(cast: Cast, day: date) -> Any:
    """Of a round that closed on the day; the letter left at its start."""
    start = day - 30 * _DAY
    asked = consent.round_of(
        _question(),
        school=cast.linde,
        opens_on=start,
        closes_on=day,
        valid_until=day + 300 * _DAY,
        state=RoundState.CLOSED,
        invited_at=moment(start),
    )
    child = people.pupil(cast.linde, "Gevraagd")
    return Invitation.objects.create(
        because=InvitedBecause.ROUND,
        round=asked,
        guardian=people.guardian(child, first_name=f"Gevraagd{day.year}"),
        school=cast.linde,
        made_at=moment(start),
        queued_at=moment(start),
    )


def dispute(cast: Cast, day: date) -> Any:
    """Settled on the day."""
    made = Dispute(
        pupil=people.pupil(cast.linde, "Verschil"),
        question=_question(),
        opened_at=moment(day - 20 * _DAY),
        settled_at=moment(day),
        note="Samen besproken.",
    )
    made.record(by=cast.director, why="besproken")
    return made


def clean_up(cast: Cast, day: date) -> Any:
    """Done on the day."""
    made = CleanUp(
        pupil=people.pupil(cast.linde, "Opgeruimd"),
        question=_question(),
        why=CleanUpWhy.WITHDRAWN,
        since=day - 9 * _DAY,
        due_on=day + 5 * _DAY,
        done_on=day,
    )
    made.record(by=cast.director, why="weggehaald")
    return made


# --- staff ------------------------------------------------------------------------------------


def teacher(cast: Cast, day: date) -> Any:
    """Whom a file named for the last time on the day."""
    made = people.teacher(cast.linde, f"juf{day.year}@school.example")
    Teacher.objects.filter(pk=made.pk).update(seen_on=day)
    changed_on(made, moment(day))
    return made


def _former(cast: Cast, day: date, name: str) -> User:
    """Whose only appointment ended on the day, and whose account was closed then."""
    start = date(2018, 8, 1)
    user = make_person(
        f"{name}{day:%Y%m%d} Weg", Role.EMPLOYEE, cast.linde, starts_on=start, ends_on=day
    )
    User.objects.filter(pk=user.pk).update(created_at=moment(start), is_active=False)
    return user


def account(cast: Cast, day: date) -> Any:
    number = User.objects.count()
    return _former(cast, day, f"Account{number}n")


def preference(cast: Cast, day: date) -> Any:
    user = _former(cast, day, "Keuze")
    made = AlertPreference(user=user, pace=Pace.WEEKLY)
    made.record(by=user, why="gekozen")
    return made


def calendar_address(cast: Cast, day: date) -> Any:
    user = _former(cast, day, "Agenda")
    return CalendarAddress.objects.create(
        user=user, token_hash=f"{user.pk:064}", made_at=moment(date(2019, 8, 1))
    )
