"""The families of the demo board, and what they were asked and said, by the acts people use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from consent.actions.answering import Said, answer
from consent.actions.policy import release_language
from consent.actions.questions import Plan, Words, make_question
from consent.actions.rounds import RoundPlan, close_round, invite_all, make_round, open_round
from consent.actions.writing import write_invitations
from consent.choices import Renewal, Way
from consent.models import Question, Round
from consent.rules.standing import decides_alone_from
from privacyboard.demo.people import CONTENT, email_of
from privacyboard.organisation.models import (
    Group,
    Guardian,
    Guardianship,
    Placement,
    Pupil,
    School,
    Teacher,
    User,
)
from privacyboard.organisation.rules import school_year_of
from privacyboard.vocabulary import FamilyLanguage
from registers.exchange import Codes, read_toml
from registers.models import ProcessingActivity

Row = Mapping[str, Any]
WHY = "ingevoerd"
# How many days ago: the questions were made, and the two rounds opened and were answered.
MADE, LAST_OPENED, LAST_SAID, OPENED, SAID, WITHDREW = 400, 385, 370, 8, 6, 2
ROUND_DAYS = 35
LANGUAGES = (
    *(FamilyLanguage.TURKISH, FamilyLanguage.ARABIC),
    *(FamilyLanguage.POLISH, FamilyLanguage.UKRAINIAN),
)


@dataclass
class Loading:
    """What the families are entered with: the day, who enters, and what was made so far."""

    at: datetime
    by: User
    codes: Codes = field(default_factory=Codes)
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    serial: int = 0

    def ago(self, days: int) -> datetime:
        """The moment so many days ago."""
        return self.at - timedelta(days=days)

    def number(self) -> int:
        """The next number of a person."""
        self.serial += 1
        return self.serial


def load_consent(*, at: datetime) -> None:
    """Enter everything; each step at the moment at which it would have been taken."""
    content = read_toml(CONTENT / "consent.toml")
    loading = Loading(at=at, by=User.objects.get(email=email_of("ibp_manager")))
    _load_questions(loading, content["question"])
    for row in content["group"]:
        _load_group(loading, row)
    families = [(row, _Family.load(loading, row)) for row in content["family"]]
    last = _hold_round(loading, LAST_OPENED, valid_days=30)
    for row, family in families:
        family.say(loading, row, "was", last, LAST_SAID)
    close_round(asked=last, by=loading.by, at=loading.ago(LAST_OPENED - ROUND_DAYS))
    current = _hold_round(loading, OPENED, valid_days=400)
    invite_all(asked=current, by=None, at=loading.ago(OPENED))
    write_invitations(by=None, at=loading.ago(OPENED))
    for row, family in families:
        family.say(loading, row, "now", current, SAID)
        family.follow(loading, row)


def _load_questions(loading: Loading, rows: list[Row]) -> None:
    made_at = loading.ago(MADE)
    for language in LANGUAGES:
        release_language(
            language=language,
            is_on=True,
            checked_by="Taalbureau De Brug (fictief)",
            checked_on=localdate(made_at),
            by=loading.by,
            at=loading.at,
        )
    for row in rows:
        plan = Plan(
            name=row["name"],
            activity=loading.codes.find(ProcessingActivity, row["activity"]),
            schools=loading.codes.find_all(School, row.get("schools", [])),
            renewal=row.get("renewal", Renewal.EXPIRES),
            published_at=row.get("published_at", ""),
            place=row["place"],
        )
        words = [Words(language=each, **row[each]) for each in FamilyLanguage.values if each in row]
        question = make_question(
            means=row["means"], plan=plan, words=words, by=loading.by, at=made_at
        )
        loading.questions.append(question)


def _load_group(loading: Loading, row: Row) -> None:
    school = loading.codes.find(School, row["school"])
    year = school_year_of(localdate(loading.at))
    group = Group(
        school=school, school_year=year, key=row["name"], name=row["name"], level=row["level"]
    )
    group.save()
    loading.groups[(row["school"], row["name"])] = group
    if "teacher" in row:
        user = User.objects.get(email=row["teacher"])
        teacher = Teacher(
            school=school,
            key=f"WL-T{loading.number()}",
            first_name=user.first_name,
            infix=user.infix,
            last_name=user.last_name,
            email=user.email,
        )
        teacher.record(by=loading.by, why=WHY)
        teacher.groups.add(group)


def _hold_round(loading: Loading, days_ago: int, *, valid_days: int) -> Round:
    opened_at = loading.ago(days_ago)
    opens_on = localdate(opened_at)
    plan = RoundPlan(
        name=f"Toestemming {opens_on.year}–{opens_on.year + 1}",
        schools=list(School.objects.order_by("pk")),
        questions=loading.questions,
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=ROUND_DAYS),
        valid_until=localdate(loading.at) + timedelta(days=valid_days),
        reminder_days=[30, 7, 1],
    )
    made = make_round(plan=plan, by=loading.by, at=opened_at)
    return open_round(asked=made, by=loading.by, at=opened_at)


@dataclass(frozen=True)
class _Family:
    """Children and guardians of one home, each with what the file says of them."""

    children: list[tuple[Row, Pupil]]
    guardians: list[tuple[Row, Guardian]]

    @classmethod
    def load(cls, loading: Loading, row: Row) -> _Family:
        language = row["guardians"][0].get("language", FamilyLanguage.DUTCH)
        children = [(each, _child(loading, row, each, language)) for each in row["children"]]
        guardians = [(each, _guardian(loading, each)) for each in row["guardians"]]
        for told, guardian in guardians:
            for _told, child in children:
                Guardianship(
                    pupil=child,
                    guardian=guardian,
                    kind=told.get("kind", "parent"),
                    has_authority=told.get("authority", True),
                ).record(by=loading.by, why=WHY)
        return cls(children, guardians)

    def say(self, loading: Loading, row: Row, when: str, asked: Round, days_ago: int) -> None:
        """What was said in a round, by whoever has a say on that day."""
        at = loading.ago(days_ago)
        for told, guardian in self.guardians:
            for _told, child in self.children:
                if when in told and not _decides(child, localdate(at)):
                    _say(loading, child, guardian, told, told[when], asked, at)
        for told, child in self.children:
            if when in told and _decides(child, localdate(at)):
                _say(loading, child, None, told, told[when], asked, at)

    def follow(self, loading: Loading, row: Row) -> None:
        """Who took something back since, and whom mail no longer reaches."""
        for told, guardian in self.guardians:
            if "unreachable" in told:
                guardian.unreachable_since = loading.ago(OPENED)
                guardian.unreachable_why = told["unreachable"]
                guardian.record(by=None, why="mail kwam terug")
            for _told, child in self.children:
                taken = [
                    each for each in loading.questions if each.code in told.get("withdraws", ())
                ]
                if taken:
                    answer(
                        pupil=child,
                        guardian=guardian,
                        said=[_of(each, yes=False) for each in taken],
                        way=Way.LINK,
                        language=guardian.language,
                        by=None,
                        at=loading.ago(WITHDREW),
                    )


def _child(loading: Loading, row: Row, told: Row, language: str) -> Pupil:
    group = loading.groups[(row["school"], told["group"])]
    today = localdate(loading.at)
    first = group.school_year - (0 if told.get("new") else 2)
    child = Pupil(
        school=group.school,
        key=f"WL-{20_000 + loading.number()}",
        first_name=told["first"],
        infix=told.get("infix", ""),
        last_name=told["last"],
        born_on=_born_on(told, today) if told["age"] else None,
        email=told.get("email", ""),
        language=language,
        arrived_on=date(first, 8, 1),
        has_curator=told.get("curator", False),
    )
    child.record(by=loading.by, why=WHY)
    Placement.objects.create(pupil=child, group=group, starts_on=date(group.school_year, 8, 1))
    return child


def _born_on(told: Row, today: date) -> date:
    """Of this age since ten days, and as many months as the file says."""
    birthday = today - timedelta(days=10 + 30 * told.get("months", 0))
    return date(birthday.year - told["age"], birthday.month, min(birthday.day, 28))


def _guardian(loading: Loading, told: Row) -> Guardian:
    guardian = Guardian(
        key=f"WL-O{loading.number()}",
        first_name=told["first"],
        infix=told.get("infix", ""),
        last_name=told["last"],
        email=told.get("email", ""),
        language=told.get("language", FamilyLanguage.DUTCH),
    )
    guardian.record(by=loading.by, why=WHY)
    return guardian


def _decides(child: Pupil, day: date) -> bool:
    alone_from = decides_alone_from(child.born_on, has_curator=child.has_curator)
    return alone_from is not None and alone_from <= day


def _say(
    loading: Loading,
    child: Pupil,
    guardian: Guardian | None,
    told: Row,
    word: str,
    asked: Round,
    at: datetime,
) -> None:
    if not child.is_enrolled_on(localdate(at)):
        return
    way = Way(told.get("way", Way.LINK))
    at_school = Question.objects.at_school(child.school).order_by("place")
    answer(
        pupil=child,
        guardian=guardian,
        said=[
            _of(each, yes=word == "ja" and each.code not in told.get("no", ()))
            for each in at_school
        ],
        way=way,
        language=guardian.language if guardian else child.language,
        in_round=asked,
        by=None if way == Way.LINK else loading.by,
        at=at,
    )


def _of(question: Question, *, yes: bool) -> Said:
    return Said(text=question.texts.select_related("question").latest("number"), yes=yes)
