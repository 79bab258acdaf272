"""What the page of a family shows, and what its form sent: plain data for the template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, QueryDict

from consent.actions.family import Choice, FamilyForm, FamilyRefused, Why
from consent.models.family import Asked, Child, Family, Frame
from consent.rules.answering import last_day_of, left_as_it_is, period_end
from consent.rules.family import Own, OwnState, own_answer
from privacyboard.vocabulary import RIGHT_TO_LEFT, FamilyLanguage

_ANSWER = re.compile(r"a-(\d{1,15})-(\d{1,15})")
_SEEN = re.compile(r"t-(\d{1,15})")
_BORN = re.compile(r"b-(\d{1,15})")


@dataclass(frozen=True)
class QuestionLine:
    """One question about one child, with this person's own answer."""

    key: str
    title: str
    body: str
    language: str
    direction: str
    own: Own
    # The last day of a yes that is given now, if it has one.
    until: date | None
    is_new: bool
    is_changed: bool
    chosen: str

    @property
    def says_until(self) -> bool:
        """Whether the own answer says already how long a yes of now would hold."""
        return self.own.state == OwnState.YES and self.until == self.own.until is not None


@dataclass(frozen=True)
class ChildPart:
    """A child by first name and groups, with its questions."""

    key: int
    first_name: str
    groups: str
    lines: Sequence[QuestionLine]
    asks_birth: bool
    born: str
    is_open: bool

    @property
    def waiting(self) -> int:
        """How many questions have no answer that stands."""
        return sum(not stands(line.own) for line in self.lines)

    @property
    def unanswered(self) -> list[QuestionLine]:
        """The questions to which nothing can be left as it is."""
        gone = (OwnState.NONE, OwnState.REPLACED)
        return [line for line in self.lines if line.own.state in gone]


def stands(own: Own) -> bool:
    """Whether an answer still says what this person wants."""
    return own.state in (OwnState.YES, OwnState.NO)


def chosen_language(request: HttpRequest, preferred: str, frame: Frame) -> str:
    """The language that was asked for, or the person's own; Dutch where that is not on."""
    for language in (request.GET.get("taal", ""), preferred):
        if language in frame.languages:
            return language
    return FamilyLanguage.DUTCH.value


def tongues(language: str, frame: Frame) -> dict[str, Any]:
    """The page in every language that is on, each under its own name."""
    choices = [
        {
            "code": each.value,
            "name": each.label,
            "is_current": each.value == language,
            "direction": direction_of(each.value),
        }
        for each in FamilyLanguage
        if each.value in frame.languages
    ]
    return {"language": language, "tongues": choices, "board_name": frame.board_name}


def direction_of(language: str) -> str:
    """How the language is written."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def sent_form(data: QueryDict, language: str) -> tuple[FamilyForm, bool]:
    """What the form sent, and whether every birth date in it can be read.

    What is no field of ours is passed over; a form of another page says nothing.
    """
    choices, seen, born, readable = [], {}, {}, True
    for name in data:
        value = str(data[name]).strip()
        if (found := _ANSWER.fullmatch(name)) and value in ("yes", "no"):
            pupil, question = map(int, found.groups())
            choices.append(Choice(pupil=pupil, question=question, yes=value == "yes"))
        elif (found := _SEEN.fullmatch(name)) and re.fullmatch(r"[0-9]{1,5}", value):
            seen[int(found[1])] = int(value)
        elif (found := _BORN.fullmatch(name)) and value:
            day = _day(value)
            readable = readable and day is not None
            if day is not None:
                born[int(found[1])] = day
    form = FamilyForm(
        choices=choices,
        seen=seen,
        keeps=data.get("act") == "keep",
        born=born,
        language=language,
    )
    return form, readable


def _day(text: str) -> date | None:
    for pattern in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def page_context(
    family: Family,
    frame: Frame,
    language: str,
    *,
    data: Mapping[str, Any] | None = None,
    refusal: FamilyRefused | None = None,
) -> dict[str, Any]:
    """Everything on the page. `data`: what was chosen in a form that was not kept."""
    sent = data or {}
    changed = refusal.questions if refusal else frozenset()
    knows = any(
        family.own(child, each.question.pk)
        for child in family.children
        for each in family.questions_for(child)
    )
    parts: list[ChildPart] = []
    for child in family.children:
        lines = [
            _line(family, frame, child, each, sent=sent, changed=changed, knows=knows)
            for each in family.questions_for(child)
        ]
        if lines:
            parts.append(_part(child, lines, sent, is_first=not parts, refused=refusal is not None))
    untils = {line.until for part in parts for line in part.lines}
    return {
        **tongues(language, frame),
        "is_pupil": family.guardian is None,
        "parts": parts,
        "is_one": len(parts) == 1,
        "seen": [(each.question.pk, each.text.number) for each in family.asked],
        "keeps": knows and _can_keep(family),
        "left_open": [part for part in parts if part.unanswered],
        "open_count": sum(len(part.unanswered) for part in parts),
        "same_until": untils.pop() if len(untils) == 1 and None not in untils else None,
        "has_older": family.has_older,
        "has_without_authority": family.has_without_authority,
        "refusal": refusal.why.value if refusal else "",
        "born_is_wrong": refusal is not None and refusal.why == Why.BORN,
    }


def _can_keep(family: Family) -> bool:
    """Whether there is anything to leave as it is."""
    return any(
        left_as_it_is(family.own(child, each.question.pk), rests_on=each.rests_on) is not None
        for child in family.children
        for each in family.questions_for(child)
    )


def _part(
    child: Child,
    lines: Sequence[QuestionLine],
    sent: Mapping[str, Any],
    *,
    is_first: bool,
    refused: bool,
) -> ChildPart:
    pupil = child.pupil
    return ChildPart(
        key=pupil.pk,
        first_name=pupil.first_name or pupil.name,
        groups=", ".join(child.groups),
        lines=lines,
        asks_birth=pupil.born_on is None,
        born=str(sent.get(f"b-{pupil.pk}", "")),
        is_open=is_first or refused,
    )


def _line(
    family: Family,
    frame: Frame,
    child: Child,
    asked: Asked,
    *,
    sent: Mapping[str, Any],
    changed: frozenset[int],
    knows: bool,
) -> QuestionLine:
    question = asked.question
    key = f"{child.pupil.pk}-{question.pk}"
    vote = family.own(child, question.pk)
    running = asked.rounds.get(child.pupil.school_id)
    policy = frame.policy
    ends_on = (
        running.until
        if running
        else period_end(policy.period_ends_month, policy.period_ends_day, on=family.day)
    )
    is_changed = question.pk in changed
    chosen = str(sent.get(f"a-{key}", ""))
    return QuestionLine(
        key=key,
        title=asked.title,
        body=asked.body,
        language=asked.language,
        direction=direction_of(asked.language),
        own=own_answer(vote, rests_on=asked.rests_on, number=asked.text.number, on=family.day),
        until=last_day_of(question.renewal, ends_on=ends_on),
        is_new=vote is None and knows,
        is_changed=is_changed,
        # Who chose before the text changed reads it first.
        chosen=chosen if chosen in ("yes", "no") and not is_changed else "",
    )
