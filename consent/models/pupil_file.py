"""All that is known of one pupil's consent: every event, every text, and what holds on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import JSONObject

from consent.choices import AnswerKind, Way
from consent.models.answers import Answer
from consent.models.holding import rulings_on
from consent.models.questions import Question, Wording
from consent.rules.explaining import explain
from consent.rules.standing import Ruling
from privacyboard.organisation.models import Guardianship, Pupil
from privacyboard.vocabulary import FamilyLanguage


@dataclass(frozen=True)
class Held:
    """What holds for one question on the chosen day."""

    question: Question
    ruling: Ruling
    sentence: str


@dataclass(frozen=True)
class Happened:
    """One event, with the words that were read."""

    answer: Answer
    who: str
    wording: Wording | None

    @property
    def what(self) -> str:
        return str(AnswerKind(self.answer.kind).label)

    @property
    def way(self) -> str:
        return str(Way(self.answer.way).label)

    @property
    def language(self) -> str:
        return str(FamilyLanguage(self.answer.language).label)


@dataclass(frozen=True)
class PupilFile:
    """One pupil, on one day; the events are all there are, newest first."""

    pupil: Pupil
    on: date
    held: tuple[Held, ...]
    events: tuple[Happened, ...]
    ties: tuple[Guardianship, ...]
    wordings: tuple[Wording, ...]


def read_pupil_file(pupil: Pupil, *, on: date) -> PupilFile:
    """Read it all: seven queries, whatever the number of events."""
    answers = (
        Answer.objects.filter(pupil=pupil)
        .select_related("question", "guardian", "text__question", "entered_by", "round")
        .annotate(read=Subquery(_words_read()))
        .order_by("-at", "-id")
    )
    events = tuple(Happened(each, _who(each, pupil), _wording(each)) for each in answers)
    asked = Q(is_active=True) & (Q(all_schools=True) | Q(schools=pupil.school_id))
    answered = Q(pk__in={each.answer.question_id for each in events})
    questions = list(Question.objects.filter(asked | answered).distinct())
    rulings = rulings_on([pupil], questions, on=on)[pupil.pk]
    ties = Guardianship.objects.filter(pupil=pupil).select_related("guardian")
    wordings = {each.wording.pk: each.wording for each in events if each.wording}
    return PupilFile(
        pupil=pupil,
        on=on,
        held=tuple(Held(each, rulings[each.pk], explain(rulings[each.pk])) for each in questions),
        events=events,
        ties=tuple(ties.order_by("guardian__sort_name", "id")),
        wordings=tuple(sorted(wordings.values(), key=_place)),
    )


def _words_read() -> Any:
    """What was read: in the language of the answer; where that was not there yet, in Dutch.

    A translation that was added later was not what somebody read.
    """
    own = Q(language=OuterRef("language"), made_at__lte=OuterRef("entered_at"))
    found = Wording.objects.filter(own | Q(language=FamilyLanguage.DUTCH), text=OuterRef("text"))
    in_dutch = Case(When(language=FamilyLanguage.DUTCH, then=Value(1)), default=Value(0))
    return found.order_by(in_dutch, "id").values(
        words=JSONObject(
            pk="pk", language="language", title="title", body="body", made_at="made_at"
        )
    )[:1]


def _place(wording: Wording) -> tuple[int, int, int, int]:
    text = wording.text
    return text.question.place, text.question_id, text.number, wording.pk


def _who(answer: Answer, pupil: Pupil) -> str:
    return str(answer.guardian or pupil)


def _wording(answer: Any) -> Wording | None:
    if answer.read is None:
        return None
    made_at = datetime.fromisoformat(answer.read["made_at"])
    return Wording(**{**answer.read, "text": answer.text, "made_at": made_at})
