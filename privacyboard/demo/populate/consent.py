"""What families were asked in a round of each year, and what followed from their answers."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from io import StringIO
from itertools import cycle, islice

from django.db import connection
from django.db.models import Model
from django.utils.timezone import localdate

from consent.choices import NO, YES, AnswerKind, CleanUpWhy, InvitedBecause, Means, Renewal
from consent.choices import RoundState as State
from consent.models import (
    Answer,
    CleanUp,
    ConsentPolicy,
    Dispute,
    Invitation,
    Question,
    QuestionText,
    Round,
    Wording,
)
from privacyboard.demo.populate.answers import COLUMNS, ROUND_DAYS, Asked, Families, Voter, answers
from privacyboard.demo.populate.making import Making
from privacyboard.demo.populate.people import make_people
from privacyboard.organisation.models import Guardianship, Pupil, School
from registers.choices import ActivityStatus, LegalBasis
from registers.models import ProcessingActivity, PurposeLine

YEARS = 5
# The current round has been open for so long; each earlier one began so many weeks before the next.
OPEN_DAYS, WEEKS = 14, 52
ASKED = (
    (Means.WEBSITE, Renewal.EXPIRES, "de website van de school"),
    (Means.SCHOOL_GUIDE, Renewal.EXPIRES, "de schoolgids"),
    (Means.SOCIAL_MEDIA, Renewal.EXPIRES, "de sociale media van de school"),
    (Means.NEWSLETTER, Renewal.EXPIRES, "de nieuwsbrief"),
    (Means.PARENT_PORTAL, Renewal.REMINDS, "het ouderportaal"),
    (Means.CLASS_PHOTO, Renewal.EXPIRES, ""),
    (Means.LESSON_RECORDING, Renewal.EXPIRES, ""),
    (Means.REUNION, Renewal.ON_CHANGE, ""),
    (Means.EXTERNAL_HELPER, Renewal.EXPIRES, ""),
    (Means.TRANSFER, Renewal.ON_CHANGE, ""),
)
CLEAN_UP_DAYS = 14
ROWS_AT_ONCE = 20_000


def make_consent(making: Making, count: int) -> None:
    """Pupils and guardians, and five years of rounds: some forty answers for each pupil."""
    make_people(making, count)
    pupils: list[Pupil] = making.made(Pupil)
    activities = _resting_on_consent(making)
    if not pupils or not activities:
        return
    ConsentPolicy().record(by=making.by, why="verzonnen")
    _make_questions(making, activities)
    _make_rounds(making)
    families = Families(pupils, _parents(making), _texts_of(making))
    rounds = [
        Asked(each.pk, each.opens_on, each.valid_until, each.state == State.OPEN)
        for each in making.made(Round)
    ]
    rows = (row for asked in rounds for row in answers(making, families, asked))
    _copy(Answer, COLUMNS, rows)
    _follow(making, families)
    _invite(making, families, rounds[-1])


def _copy(model: type[Model], columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Stream rows into a table: of the largest ones no list is kept in memory."""
    waiting = iter(rows)
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor:
        while some := list(islice(waiting, ROWS_AT_ONCE)):
            lines = StringIO()
            csv.writer(lines).writerows(some)
            lines.seek(0)
            cursor.copy_expert(statement, lines)


def _resting_on_consent(making: Making) -> list[ProcessingActivity]:
    """Established activities of all schools that rest on consent."""
    found = {
        line.activity.pk: line.activity
        for line in making.made(PurposeLine)
        if line.basis == LegalBasis.CONSENT
        and line.activity.status == ActivityStatus.ESTABLISHED
        and line.activity.all_schools
    }
    return list(found.values())


def _opens_on(making: Making, ago: int) -> date:
    return making.today - timedelta(days=OPEN_DAYS, weeks=WEEKS * ago)


def _make_questions(making: Making, activities: list[ProcessingActivity]) -> None:
    """Each question has two texts; of every fifth the second one asks everybody again."""
    asked = zip(ASKED, cycle(activities), strict=False)
    questions = [
        Question(
            code=str(means.value).replace("_", "-"),
            means=means,
            name=str(means.label).capitalize(),
            activity=activity,
            renewal=renewal,
            published_at=published_at,
            place=10 * number,
        )
        for number, ((means, renewal, published_at), activity) in enumerate(asked, 1)
    ]
    making.keep(Question, questions)
    moments = {
        number: making.at - timedelta(days=OPEN_DAYS + 30, weeks=WEEKS * ago)
        for number, ago in ((1, YEARS), (2, 0))
    }
    texts = [
        QuestionText(
            question=question,
            number=number,
            asks_again=number == 2 and place % 5 == 4,
            why="De tekst is korter (fictief)." if number == 2 else "",
            made_at=made_at,
            made_by=making.by,
        )
        for place, question in enumerate(questions)
        for number, made_at in moments.items()
    ]
    making.keep(QuestionText, texts)
    making.keep(Wording, [each for text in texts for each in _wordings(text)])


def _wordings(text: QuestionText) -> Iterator[Wording]:
    question = text.question
    for language, title, body in (
        ("nl", f"Mag dit: {question.name.lower()}?", "U mag altijd nee zeggen (fictief)."),
        ("en", f"Is this allowed: {question.code}?", "You can always say no (fictional)."),
    ):
        yield Wording(text=text, language=language, title=title, body=body, made_at=text.made_at)


def _texts_of(making: Making) -> list[tuple[Question, list[QuestionText]]]:
    texts = making.made(QuestionText)
    return [
        (question, [each for each in texts if each.question_id == question.pk])
        for question in making.made(Question)
    ]


def _make_rounds(making: Making) -> None:
    """A round of every year for all schools, oldest first; the last one runs."""
    rounds = [
        Round(
            name=f"Toestemming {opens_on.year} (fictief)",
            opens_on=opens_on,
            closes_on=opens_on + timedelta(days=ROUND_DAYS),
            # A month after the next round has closed.
            valid_until=_opens_on(making, ago - 1) + timedelta(days=ROUND_DAYS + 30),
            state=State.CLOSED if ago else State.OPEN,
            invited_at=making.at - timedelta(days=OPEN_DAYS, weeks=WEEKS * ago),
        )
        for ago in reversed(range(YEARS))
        for opens_on in (_opens_on(making, ago),)
    ]
    making.keep(Round, rounds)
    keys = [each.pk for each in rounds]
    making.choose(Round, "schools", dict.fromkeys(keys, making.made(School)))
    making.choose(Round, "questions", dict.fromkeys(keys, making.made(Question)))


def _parents(making: Making) -> dict[int, list[Voter]]:
    found: defaultdict[int, list[Voter]] = defaultdict(list)
    for tie in making.made(Guardianship):
        if tie.has_authority:
            found[tie.pupil_id].append(Voter(tie.guardian_id, tie.guardian.language))
    return dict(found)


def _follow(making: Making, families: Families) -> None:
    """What the last answers left behind: differences between parents, and what to take away."""
    questions = {each.pk: each for each in making.made(Question)}
    pupils = {each.pk: each for each in families.pupils if each.left_on is None}
    kinds: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    tasks: dict[tuple[int, int], CleanUp] = {}
    for (pupil, question, guardian), vote in families.said.items():
        if pupil not in pupils:
            continue
        if guardian is not None:
            kinds[(pupil, question)].add(vote.kind)
        if vote.kind == AnswerKind.WITHDRAWN and questions[question].published_at:
            since = localdate(vote.at)
            due_on = since + timedelta(days=CLEAN_UP_DAYS)
            is_done = due_on < making.today - timedelta(days=CLEAN_UP_DAYS)
            tasks[(pupil, question)] = CleanUp(
                pupil=pupils[pupil],
                question=questions[question],
                why=CleanUpWhy.WITHDRAWN,
                since=since,
                due_on=due_on,
                done_on=due_on if is_done else None,
                done_by=making.by if is_done else None,
                note="Weggehaald (fictief)." if is_done else "",
            )
    making.keep(CleanUp, tasks.values())
    making.keep(
        Dispute,
        [
            Dispute(pupil=pupils[pupil], question=questions[question], opened_at=making.at)
            for (pupil, question), found in kinds.items()
            if found & set(YES) and found & set(NO)
        ],
    )


def _invite(making: Making, families: Families, asked: Asked) -> None:
    """Everybody was written to for the round that runs."""
    schools: dict[int, int] = {}
    for pupil in families.pupils:
        if pupil.is_enrolled_on(asked.opens_on):
            for voter in families.parents.get(pupil.pk, ()):
                schools.setdefault(voter.guardian or 0, pupil.school_id)
    sent_at = making.at - timedelta(days=OPEN_DAYS)
    columns = ("because", "round_id", "guardian_id", "school_id", "made_at", "queued_at")
    _copy(
        Invitation,
        columns,
        (
            (InvitedBecause.ROUND, asked.key, guardian, school, sent_at, sent_at)
            for guardian, school in schools.items()
        ),
    )
