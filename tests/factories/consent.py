"""Questions with their texts, and what was answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from consent.actions.answering import Said, answer
from consent.choices import Means, RoundState, Way
from consent.models import Answer, Question, QuestionText, Round, Wording
from privacyboard.organisation.models import Guardian, Pupil, School
from registers.models import ProcessingActivity
from tests.factories import registers as register


def activity(code: str = "T01", *, at: datetime) -> ProcessingActivity:
    """An established activity that rests on consent."""
    found = ProcessingActivity.objects.filter(code=code).first()
    if found is not None:
        return found
    made = register.activity(code)
    made.purposelines.all().delete()
    register.purpose_line(made, basis="consent")
    register.establish(made, at=at)
    made.refresh_from_db()
    return made


def question(means: str = Means.WEBSITE, *, at: datetime, **values: Any) -> Question:
    """A question in use, with its first text in Dutch and English."""
    values = {"code": str(means).replace("_", "-"), "name": Means(means).label, **values}
    schools = values.pop("schools", ())
    if means in (Means.WEBSITE, Means.SOCIAL_MEDIA):
        values.setdefault("published_at", "de website van de school")
    made = Question(means=means, activity=activity(at=at), all_schools=not schools, **values)
    made.record(by=None, why="vraag gemaakt")
    made.schools.set(schools)
    text(made, at=at)
    return made


def text(of: Question, *, at: datetime, asks_again: bool = False) -> QuestionText:
    """The next version of a question's text."""
    number = of.texts.count() + 1
    made: QuestionText = QuestionText.objects.create(
        question=of, number=number, asks_again=asks_again, made_at=at
    )
    for language, title in (("nl", "Mag dit?"), ("en", "Is this allowed?")):
        Wording.objects.create(
            text=made, language=language, title=f"{of.name}: {title}", body="Uitleg.", made_at=at
        )
    return made


def say(
    who: Guardian | None, child: Pupil, of: Question, yes: bool, *, at: datetime, **values: Any
) -> list[Answer]:
    """Somebody answers the last text of a question; without a guardian the pupil does."""
    last = of.texts.order_by("-number").first()
    assert last is not None
    values = {"way": Way.LINK, "language": "nl", "by": None, **values}
    return answer(pupil=child, guardian=who, said=[Said(text=last, yes=yes)], at=at, **values)


def round_of(*questions: Question, school: School, **values: Any) -> Round:
    """A round that runs on the tests' today."""
    values = {
        "name": "Toestemming 2026",
        "opens_on": date(2026, 2, 16),
        "closes_on": date(2026, 3, 31),
        "valid_until": date(2027, 3, 31),
        "state": RoundState.OPEN,
        **values,
    }
    made = Round(**values)
    made.record(by=None, why="ronde gemaakt")
    made.schools.set([school])
    made.questions.set(questions)
    return made
