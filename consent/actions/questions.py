"""What is asked: a question is made, changed, reworded, switched on and off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from consent.models import Question, QuestionText, Wording
from consent.models.basis import rests_on_consent
from privacyboard.audit.acts import refuse_second, refused
from privacyboard.organisation.models import School, User
from privacyboard.vocabulary import FamilyLanguage
from registers.models import ProcessingActivity

_NO_BASIS = (
    "Deze verwerking rust niet op toestemming: in de versie die nu geldt staat toestemming niet "
    "als grondslag. Kies een andere verwerking, of pas eerst het register aan."
)


@dataclass(frozen=True, kw_only=True)
class Words:
    """A text in one language."""

    language: str
    title: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a question is, beside its text. Without schools it is asked at all of them."""

    name: str
    activity: ProcessingActivity
    schools: Sequence[School]
    renewal: str
    published_at: str
    place: int


@transaction.atomic
def make_question(
    *, means: str, plan: Plan, words: Sequence[Words], by: User | None, at: datetime
) -> Question:
    """Make a question with its first text; it is asked from now on. Raises ActRefused."""
    _refuse_without_basis(plan.activity)
    question = Question(means=means, code=_free_code(plan.name or means))
    _apply(question, plan, by=by, why="vraag gemaakt")
    _write(question, words, number=1, asks_again=False, why="", by=by, at=at)
    return question


@transaction.atomic
def change_question(
    *, question: Question, plan: Plan, seen: int | None, by: User | None, at: datetime
) -> Question:
    """Change what a question is; its text changes by `new_text` only. Raises ActRefused."""
    held = _held(question)
    refuse_second(held, seen=seen)
    if plan.activity.pk != held.activity_id:
        _refuse_without_basis(plan.activity)
    _apply(held, plan, by=by, why="vraag gewijzigd")
    return held


def _apply(question: Question, plan: Plan, *, by: User | None, why: str) -> None:
    question.name, question.activity = plan.name, plan.activity
    question.renewal, question.published_at = plan.renewal, plan.published_at
    question.place, question.all_schools = plan.place, not plan.schools
    question.record(by=by, why=why)
    if {each.pk for each in plan.schools} != set(question.schools.values_list("pk", flat=True)):
        # Its history keeps the schools too: who, and why, stand there as well.
        question._history_user, question._change_reason = by, f"{why}: scholen"
        question.schools.set(plan.schools)


@transaction.atomic
def new_text(
    *,
    question: Question,
    words: Sequence[Words],
    asks_again: bool,
    why: str,
    seen_number: int | None,
    by: User | None,
    at: datetime,
) -> QuestionText:
    """The next version of the text. With `asks_again` a yes to an older one no longer holds.

    `seen_number`: the last version that was on the screen. Raises ActRefused.
    """
    held = _held(question)
    last = held.texts.aggregate(last=Max("number"))["last"] or 0
    if seen_number is not None and seen_number != last:
        raise refused(
            f"Iemand anders maakte intussen versie {last}. Lees die eerst. Uw tekst staat "
            "hieronder nog; bewaart u nog een keer, dan wordt hij de versie daarna."
        )
    if last and not why.strip():
        raise refused("Schrijf op wat er verandert: ouders en de FG lezen dat.", "why")
    return _write(
        held, words, number=last + 1, asks_again=asks_again, why=why.strip(), by=by, at=at
    )


@transaction.atomic
def add_wording(*, text: QuestionText, words: Words, by: User | None, at: datetime) -> Wording:
    """A translation of a version that stands. What stands is never altered. Raises ActRefused."""
    held = QuestionText.objects.select_for_update(of=("self",)).get(pk=text.pk)
    _refuse_half([words])
    if held.wordings.filter(language=words.language).exists():
        raise refused(
            "Deze versie heeft al een tekst in deze taal. Wilt u hem veranderen, maak dan een "
            "nieuwe versie.",
            "language",
        )
    made: Wording = Wording.objects.create(
        text=held, language=words.language, title=words.title, body=words.body, made_at=at
    )
    return made


@transaction.atomic
def switch_question(
    *, question: Question, is_active: bool, by: User | None, at: datetime
) -> Question:
    """Ask it from now on, or no longer; what was answered stays. Raises ActRefused."""
    held = _held(question)
    if held.is_active == is_active:
        raise refused("Deze vraag staat al aan." if is_active else "Deze vraag staat al uit.")
    if is_active:
        _refuse_without_basis(held.activity)
    held.is_active = is_active
    held.record(by=by, why="in gebruik genomen" if is_active else "niet meer in gebruik")
    return held


def _held(question: Question) -> Question:
    held: Question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    return held


def _refuse_without_basis(activity: ProcessingActivity) -> None:
    if not rests_on_consent(activity):
        raise refused(_NO_BASIS, "activity")


def _refuse_half(words: Sequence[Words]) -> None:
    """A text is a question and its explanation, in Dutch always."""
    for each in words:
        if not (each.title.strip() and each.body.strip()):
            language = FamilyLanguage(each.language).label
            raise refused(f"{language}: vul de vraag en de uitleg allebei in.")


def _write(
    question: Question,
    words: Sequence[Words],
    *,
    number: int,
    asks_again: bool,
    why: str,
    by: User | None,
    at: datetime,
) -> QuestionText:
    _refuse_half(words)
    if FamilyLanguage.DUTCH not in {each.language for each in words}:
        raise refused("De tekst in het Nederlands is nodig.", "title_nl")
    text: QuestionText = QuestionText.objects.create(
        question=question, number=number, asks_again=asks_again, why=why, made_at=at, made_by=by
    )
    Wording.objects.bulk_create(
        Wording(
            text=text,
            language=each.language,
            title=each.title.strip(),
            body=each.body.strip(),
            made_at=at,
        )
        for each in words
    )
    return text


def _free_code(name: str) -> str:
    """A code that no question has: the name, with a number where it was taken."""
    start = slugify(name)[:34].strip("-") or "vraag"
    taken = set(Question.objects.filter(code__startswith=start).values_list("code", flat=True))
    numbered = (f"{start}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (start, *numbered) if code not in taken)
