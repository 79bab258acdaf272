"""A breach in the order of the AP's form: each question with the answer that can be typed over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from datalekken.choices import (
    SPECIAL,
    Aspect,
    Cause,
    DataKind,
    Discovery,
    IncidentKind,
    NotificationKind,
    Occurrence,
    Risk,
    TellGround,
    Unintelligible,
)
from datalekken.content import QUESTIONS, SECTIONS
from datalekken.rules.notification import codes
from datalekken.rules.notification.edpb import is_incomplete
from datalekken.rules.notification.facts import UNKNOWN, BreachFacts, Notice, plain
from privacyboard.deadlines import AMSTERDAM

NOT_APPLICABLE: Final = "niet van toepassing"
_MONTHS: Final = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


@dataclass(frozen=True)
class ApLine:
    """A question with its answer; `is_known` is False where the answer is still to be found."""

    key: str
    question: str
    answer: str
    is_known: bool

    @property
    def can_be_copied(self) -> bool:
        """Whether there is something to type over."""
        return self.is_known and self.answer != NOT_APPLICABLE


@dataclass(frozen=True)
class ApPart:
    """A section of the form with its lines."""

    number: int
    title: str
    lines: tuple[ApLine, ...]


def ap_sections(facts: BreachFacts, notice: Notice) -> tuple[ApPart, ...]:
    """Sections 0 to 9; what nobody filled in yet is "nog niet bekend"."""
    answers = {
        **_about(facts, notice),
        **_who(facts, notice),
        **_timeline(facts, notice),
        **_what(facts),
        **_data_and_people(facts),
        **_before(facts),
        **_consequences(facts),
        **_afterwards(facts),
        "remarks": facts.text("remarks") or NOT_APPLICABLE,
        "attachments": _options(facts, "125", facts.text("126")) or NOT_APPLICABLE,
    }
    return tuple(
        ApPart(
            section.number,
            section.title,
            tuple(_line(each.key, each.text, answers[each.key]) for each in section.questions),
        )
        for section in SECTIONS
    )


def _line(key: str, question: str, answer: str) -> ApLine:
    found = plain(answer)
    return ApLine(key, question, found or UNKNOWN, bool(found))


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(AMSTERDAM)
    return f"{_day(local)}, {local:%H:%M} uur"


def _day(on: date | None) -> str:
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}" if on else ""


def _list(labels: Iterable[object]) -> str:
    return "\n".join(f"- {each}" for each in labels)


def _options(facts: BreachFacts, key: str, more: str = "") -> str:
    """The ticked options in words, and what was written beside them."""
    words = QUESTIONS[key].options
    found = _list(words[each] for each in facts.chosen(key) if each in words)
    return "\n".join(filter(None, (found, more)))


def _about(facts: BreachFacts, notice: Notice) -> dict[str, str]:
    kinds = {
        NotificationKind.FOLLOW_UP: "aanvulling op een eerdere melding",
        NotificationKind.WITHDRAWAL: "intrekking van een eerdere melding",
    }
    is_withdrawn = notice.kind == NotificationKind.WITHDRAWAL
    more = is_incomplete(facts, notice)
    complete = "nee, er volgt nog informatie (voorlopig)" if more else "ja, volledig"
    return {
        "law": "Algemene verordening gegevensbescherming (AVG), artikel 33",
        "kind": kinds.get(notice.kind, "nieuwe melding"),
        "earlier_number": NOT_APPLICABLE if notice.is_new else notice.earlier_number,
        "withdrawal_reason": notice.withdrawal_reason if is_withdrawn else NOT_APPLICABLE,
        "is_complete": NOT_APPLICABLE if is_withdrawn else complete,
    }


def _who(facts: BreachFacts, notice: Notice) -> dict[str, str]:
    sender, other = notice.sender, facts.supplier
    fg, contact = facts.fg, facts.contact
    return {
        "organisation": facts.board.name,
        "address": facts.board.address,
        "kvk": facts.kvk,
        "sector": "Onderwijs",
        "reporter": sender.name,
        "reporter_function": sender.function,
        "reporter_contact": sender.reach,
        "fg": "\n".join(filter(None, (fg.name, fg.reach))),
        "fg_number": facts.fg_number,
        "contact": "\n".join(filter(None, (contact.name, contact.function, contact.reach))),
        "other_party": (
            "ja: " + "\n".join(filter(None, (other.name, other.reach))) if other else "nee"
        ),
        "other_party_role": "verwerker" if other else NOT_APPLICABLE,
        "own_number": facts.number,
    }


def _timeline(facts: BreachFacts, notice: Notice) -> dict[str, str]:
    times = facts.times
    only_supplier = "" if facts.supplier else NOT_APPLICABLE
    discovery = str(Discovery(facts.discovery).label) if facts.discovery else ""
    is_ongoing = {Occurrence.ONGOING: "ja", Occurrence.UNKNOWN: ""}.get(
        Occurrence(times.occurrence), "nee"
    )
    return {
        "occurrence": _occurred(facts),
        "goes_on": is_ongoing,
        "estimated": "ja" if facts.is_estimated else "nee",
        "first_signal": _moment(times.first_signal_at),
        "known": _moment(facts.known_at),
        "discovery": "\n".join(filter(None, (discovery, facts.discovery_text))),
        "processor_discovered": _moment(times.processor_discovered_at) or only_supplier,
        "processor_told": _moment(times.processor_noticed_at) or only_supplier,
        "delay_reason": notice.delay_reason or ("" if _is_late(facts, notice) else NOT_APPLICABLE),
        "timeline_remarks": facts.text("53") or NOT_APPLICABLE,
    }


def _is_late(facts: BreachFacts, notice: Notice) -> bool:
    """A first notification after the term: the AP asks why (AVG 33(1))."""
    return notice.is_new and facts.notify_by is not None and notice.sent_at > facts.notify_by


def _occurred(facts: BreachFacts) -> str:
    times = facts.times
    begin, end = _moment(times.occurred_from), _moment(times.occurred_until)
    if times.occurrence == Occurrence.PERIOD:
        return f"van {begin} tot {end}"
    if times.occurrence == Occurrence.ONGOING:
        return f"vanaf {begin}" if begin else ""
    return begin if times.occurrence == Occurrence.MOMENT else ""


def _what(facts: BreachFacts) -> dict[str, str]:
    cause = "" if facts.cause in ("", Cause.UNKNOWN) else str(Cause(facts.cause).label)
    kind = IncidentKind(facts.kind)
    aspects = sorted(facts.assessed.aspects) if facts.assessed else []
    return {
        "summary": facts.what_happened,
        "aspects": _list(Aspect(each).label for each in aspects),
        "incident": codes.AP_INCIDENT[kind],
        "incident_kind": "" if kind == IncidentKind.UNKNOWN else str(kind.label),
        "cause": "\n".join(filter(None, (cause, facts.root_cause))),
        "systems": facts.text("63") or facts.product,
        "schools": _list(plain(each) for each in facts.schools) or "het bestuur",
    }


def _data_and_people(facts: BreachFacts) -> dict[str, str]:
    kinds = [each for each in DataKind if facts.assessed and each in facts.assessed.data]
    special = {*SPECIAL, DataKind.CRIMINAL}
    known = [each for each in kinds if each != DataKind.UNKNOWN]
    heavy = _list(each.label for each in known if each in special)
    number = "" if facts.people is None else str(facts.people)
    records = facts.count("73")
    return {
        "data": _list(each.label for each in known if each not in special),
        "special_data": heavy or (NOT_APPLICABLE if known and known == kinds else ""),
        "data_text": facts.text("71") or facts.which_data,
        "records": _counted(facts, "72", records),
        "groups": _list(each.label for each in facts.people_kinds),
        "groups_text": facts.text("66") or facts.whose_data,
        "people_min": facts.text("people_min") or number,
        "people_max": facts.text("people_max") or number,
    }


def _counted(facts: BreachFacts, key: str, number: int | None) -> str:
    how = next(iter(facts.chosen(key)), "")
    if how == "c":
        return "niet vast te stellen"
    if number is None:
        return ""
    return f"ongeveer {number}" if how == "b" else str(number)


def _before(facts: BreachFacts) -> dict[str, str]:
    assessed = facts.assessed
    known = assessed is not None and assessed.unintelligible != Unintelligible.UNKNOWN
    how = facts.text("unintelligible_how")
    is_readable = assessed is not None and assessed.unintelligible == Unintelligible.NO
    return {
        "unintelligible": str(assessed.unintelligible.label) if assessed and known else "",
        "unintelligible_how": how or (NOT_APPLICABLE if is_readable else ""),
        "measures_before": _options(facts, "75", facts.text("76")),
    }


def _consequences(facts: BreachFacts) -> dict[str, str]:
    aspects = facts.assessed.aspects if facts.assessed else frozenset(Aspect)
    asked = {Aspect.CONFIDENTIALITY: 79, Aspect.INTEGRITY: 81, Aspect.AVAILABILITY: 83}
    found = {
        each.value: (
            _options(facts, str(number), facts.text(str(number + 1)))
            if each in aspects
            else NOT_APPLICABLE
        )
        for each, number in asked.items()
    }
    severity = next(iter(facts.chosen("severity")), "unknown")
    risk = str(Risk(facts.risk).label) if facts.risk else ""
    words = (risk, *(f"- {plain(each)}" for each in facts.risk_reasons), facts.risk_text)
    return found | {
        "damage": _options(facts, "85", facts.text("86")),
        "severity": "" if severity == "unknown" else QUESTIONS["severity"].options[severity],
        "risk": "\n".join(filter(None, words)),
    }


def _afterwards(facts: BreachFacts) -> dict[str, str]:
    decided, told = facts.decided, facts.told
    is_told = told.at is not None
    only_told = "" if is_told else NOT_APPLICABLE
    placed = "\n".join(
        filter(
            None,
            (decided.public_notice, decided.public_notice_where, _day(decided.public_notice_on)),
        )
    )
    prevent = "\n".join(filter(None, (facts.text("95"), facts.measures_to(prevent=True))))
    abroad = (facts.text(key) for key in ("114", "115", "116", "117", "118"))
    return {
        "told": _told(facts),
        "told_when": _told_when(facts),
        "told_how": _told_how(facts) if is_told else only_told,
        "told_text": told.text if is_told else only_told,
        "told_not_all": facts.text("103") if told.waiting and is_told else NOT_APPLICABLE,
        "not_told_why": _not_told(facts),
        "public_notice": placed or NOT_APPLICABLE,
        "measures_after": facts.measures_to(prevent=False),
        "measures_prevent": _options(facts, "94", prevent),
        "cross_border": _yes_no(facts, "113", "\n".join(filter(None, abroad))),
        "police": _yes_no(facts, "109", facts.text("111")),
        "other_authorities": _yes_no(facts, "110", facts.text("111")),
    }


def _yes_no(facts: BreachFacts, key: str, more: str) -> str:
    letter = next(iter(facts.chosen(key)), "")
    found = {"a": "ja", "b": "nee"}.get(letter, "")
    return "\n".join(filter(None, (found, more if letter == "a" else "")))


def _told(facts: BreachFacts) -> str:
    if facts.told.at is not None:
        return "ja"
    if facts.decided.tells is None:
        return ""
    return "nog niet, maar dat gaat gebeuren" if facts.decided.tells else "nee"


def _told_when(facts: BreachFacts) -> str:
    told = facts.told
    if told.at is not None:
        waiting = f"; {told.waiting} brieven moeten nog weg" if told.waiting else ""
        return f"{_moment(told.at)}; {told.people} mensen{waiting}"
    planned = facts.text("99")
    if facts.decided.tells:
        return f"gepland op {_day(date.fromisoformat(planned))}" if planned else ""
    return "" if facts.decided.tells is None else NOT_APPLICABLE


def _told_how(facts: BreachFacts) -> str:
    ways = ((facts.told.by_email, "per e-mail"), (facts.told.on_paper, "op papier"))
    return ", ".join(f"{way}: {number}" for number, way in ways if number)


def _not_told(facts: BreachFacts) -> str:
    decided = facts.decided
    if decided.tells is None:
        return ""
    if decided.tells or facts.told.at is not None:
        return NOT_APPLICABLE
    ground = (
        f"AVG, artikel 34 lid 3: {TellGround(decided.tell_ground).label}"
        if decided.tell_ground
        else "Geen hoog risico voor de mensen (AVG, artikel 34 lid 1)."
    )
    return "\n".join(filter(None, (ground, decided.tell_reasons)))
