"""A breach in the fields of the EDPB's template: its number, and a letter, a text or a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from datalekken.choices import (
    Aspect,
    Cause,
    DataKind,
    Discovery,
    IncidentKind,
    NotificationKind,
    Occurrence,
    PeopleKind,
    Restoring,
    Risk,
    TellGround,
    Unintelligible,
)
from datalekken.content import FIELDS, TEMPLATE
from datalekken.rules.notification import codes
from datalekken.rules.notification.facts import BreachFacts, Notice, Party, plain
from datalekken.rules.notification.fields import Missing, Values, missing_in, shown
from privacyboard.deadlines import AMSTERDAM, local_day


def edpb_record(facts: BreachFacts, notice: Notice) -> dict[str, Any]:
    """Every visible field that has an answer, by its number; lists where more letters can hold.

    "To be determined" stands in incomplete notifications only; a follow-up is incomplete as long
    as something is missing.
    """
    values = _values(facts, notice, is_incomplete=is_incomplete(facts, notice))
    return {str(number): values[number] for number in shown(values)}


def edpb_document(facts: BreachFacts, notice: Notice) -> dict[str, Any]:
    """The record as a file: under the name of the template, with what a complete one still asks."""
    return {
        "template": TEMPLATE,
        "status": "draft",
        "reference": facts.number,
        "kind": notice.kind.value,
        "sent_at": moment(notice.sent_at),
        "fields": edpb_record(facts, notice),
        "missing_for_complete": [each.number for each in missing_fields(facts, notice)],
    }


def missing_fields(facts: BreachFacts, notice: Notice) -> tuple[Missing, ...]:
    """The mandatory fields without an answer, as a complete notification would ask them."""
    complete = _as_complete(notice)
    return missing_in(_values(facts, complete, is_incomplete=False))


def _as_complete(notice: Notice) -> Notice:
    if notice.kind == NotificationKind.PRELIMINARY:
        return replace(notice, kind=NotificationKind.COMPLETE)
    return notice


def is_incomplete(facts: BreachFacts, notice: Notice) -> bool:
    """Whether more is to follow; a follow-up is so as long as something is missing."""
    if notice.kind == NotificationKind.FOLLOW_UP:
        return bool(missing_fields(facts, notice))
    return notice.kind in {NotificationKind.PRELIMINARY, NotificationKind.WITHDRAWAL}


def moment(at: datetime | None) -> str | None:
    """A moment as ISO 8601, on the clock of the Netherlands with its offset."""
    return at.astimezone(AMSTERDAM).isoformat(timespec="seconds") if at else None


def day(at: datetime | date | None) -> str | None:
    """A day as ISO 8601."""
    on = local_day(at) if isinstance(at, datetime) else at
    return on.isoformat() if on else None


def _values(facts: BreachFacts, notice: Notice, *, is_incomplete: bool) -> Values:
    found = {
        **_about(facts, notice, is_incomplete),
        **_organisation(facts),
        **_people_to_ask(facts, notice),
        **_times(facts, notice),
        **_nature(facts),
        **_whose(facts),
        **_which(facts),
        **_consequences(facts),
        **_risk_and_measures(facts),
        **_telling(facts),
        **_others(facts),
    }
    return {number: _settled(number, found.get(number), is_incomplete) for number in FIELDS}


def _settled(number: int, value: Any, is_incomplete: bool) -> Any:
    """The answer, with "to be determined" only where and when the template has it."""
    later = codes.TO_BE_DETERMINED.get(number)
    if later is None:
        return value or (value if value is False or value == 0 else None)
    if isinstance(value, list):
        known = [each for each in value if each != later]
        return known or ([later] if is_incomplete else None)
    if number in (44, 57) and value == "d" and is_incomplete:
        return later
    known_one = None if value == later else value
    return known_one or (later if is_incomplete else None)


def _about(facts: BreachFacts, notice: Notice, is_incomplete: bool) -> Values:
    new, sort = codes.NOTICE[notice.kind]
    if notice.kind == NotificationKind.FOLLOW_UP and is_incomplete:
        sort = "b"
    return {
        3: new,
        4: sort,
        5: plain(notice.withdrawal_reason),
        6: plain(notice.earlier_number),
        7: plain(facts.number),
    }


def _organisation(facts: BreachFacts) -> Values:
    return {
        10: "b" if facts.kvk else None,
        11: plain(facts.kvk),
        12: plain(facts.board.name),
        13: plain(facts.board.reach),
        14: "b" if facts.is_public_authority else "a",
        15: "d",
        16: plain(f"Schoolbestuur ({facts.legal_form})" if facts.legal_form else "Schoolbestuur"),
        17: "Onderwijs",
    }


def _people_to_ask(facts: BreachFacts, notice: Notice) -> Values:
    sender, contact, other = notice.sender, facts.contact, facts.supplier
    has_fg = bool(facts.fg.name)
    return {
        21: plain(sender.name),
        22: plain(sender.reach),
        23: {"fg": "a", "board": "b"}.get(notice.sender_is, "c"),
        24: plain(sender.function),
        29: "Yes" if has_fg else "No",
        30: plain(facts.fg.name),
        31: plain(facts.fg.reach),
        33: _who_knows_more(facts, sender),
        34: plain(contact.name),
        35: plain(contact.function),
        36: plain(contact.reach),
        38: "a" if other else "b",
        39: "Processor" if other else None,
        40: plain(other.name) if other else None,
        41: plain(other.reach) if other else None,
    }


def _who_knows_more(facts: BreachFacts, sender: Party) -> str:
    if facts.contact.name == facts.fg.name:
        return "a"
    return "b" if facts.contact.name == sender.name else "c"


def _times(facts: BreachFacts, notice: Notice) -> Values:
    times = facts.times
    is_moment = times.occurrence == Occurrence.MOMENT
    from_processor = facts.discovery == Discovery.PROCESSOR and times.processor_noticed_at
    return {
        44: codes.OCCURRENCE[Occurrence(times.occurrence)],
        45: facts.is_estimated,
        46: moment(times.occurred_from),
        47: moment(times.occurred_until or (times.occurred_from if is_moment else None)),
        48: moment(facts.known_at),
        49: plain(notice.delay_reason),
        50: codes.DISCOVERY[Discovery(facts.discovery)] if facts.discovery else None,
        51: plain(facts.discovery_text),
        52: day(from_processor or times.first_signal_at or times.reported_at),
        53: facts.text("53"),
    }


def _nature(facts: BreachFacts) -> Values:
    found: dict[int, Any] = {
        60: codes.INCIDENT[IncidentKind(facts.kind)],
        61: codes.CAUSE[Cause(facts.cause)] if facts.cause else None,
        62: plain(facts.what_happened),
        63: facts.text("63") or plain(facts.product),
    }
    assessed = facts.assessed
    if assessed is None:
        return found
    left = codes.EXFILTRATION[assessed.exfiltration]
    restoring = Restoring(assessed.restoring)
    return found | {
        55: sorted(codes.ASPECT[Aspect(each)] for each in assessed.aspects),
        # Of what left and who has it: the heavier.
        56: min(left, codes.RECIPIENT[assessed.recipient]),
        57: codes.UNINTELLIGIBLE[Unintelligible(assessed.unintelligible)],
        58: codes.INTEGRITY[restoring],
        59: codes.AVAILABILITY[restoring],
    }


def _whose(facts: BreachFacts) -> Values:
    letters = {codes.PEOPLE[PeopleKind(each)] for each in facts.people_kinds}
    if facts.assessed and facts.assessed.has_children:
        letters.add(codes.MINORS)
    if facts.assessed and facts.assessed.has_vulnerable:
        letters.add(codes.PEOPLE[PeopleKind.VULNERABLE])
    assumed = "b" if facts.people is not None else None
    return {
        65: sorted(letters),
        66: facts.text("66") or plain(facts.whose_data),
        67: next(iter(facts.chosen("67")), assumed),
        68: facts.people,
    }


def _which(facts: BreachFacts) -> Values:
    kinds = sorted(facts.assessed.data) if facts.assessed else []
    named = ", ".join(str(DataKind(each).label) for each in kinds)
    return {
        70: sorted({codes.DATA[DataKind(each)] for each in kinds}),
        71: facts.text("71") or plain(facts.which_data) or named,
        72: next(iter(facts.chosen("72")), None),
        73: facts.count("73"),
        75: _letters(facts, 75),
        76: facts.text("76"),
    }


def _consequences(facts: BreachFacts) -> Values:
    many = {number: _letters(facts, number) for number in (79, 81, 83, 85)}
    texts = {number: facts.text(str(number)) for number in (80, 82, 84, 86)}
    severity = next(iter(facts.chosen("severity")), "unknown")
    return {**many, **texts, 87: codes.SEVERITY[severity]}


def _risk_and_measures(facts: BreachFacts) -> Values:
    reasons = "\n".join(plain(each) for each in (*facts.risk_reasons, facts.risk_text))
    return {
        89: codes.RISK[Risk(facts.risk)] if facts.risk else codes.RISK_UNKNOWN,
        90: reasons.strip(),
        92: facts.measures_to(prevent=False),
        94: _letters(facts, 94),
        # The draft gives this description the format of a date, which it cannot be.
        95: facts.text("95") or facts.measures_to(prevent=True),
    }


def _telling(facts: BreachFacts) -> Values:
    told, decided = facts.told, facts.decided
    is_placed = decided.public_notice_on is not None
    return {
        97: _whether_told(facts),
        98: day(told.at),
        99: facts.text("99"),
        100: codes.GROUND[TellGround(decided.tell_ground)] if decided.tell_ground else None,
        101: plain(decided.tell_reasons),
        102: "b" if told.waiting else "a",
        103: facts.text("103"),
        104: "b" if is_placed and not told.people else "a",
        106: plain(told.text),
    }


def _whether_told(facts: BreachFacts) -> str:
    if facts.told.at is not None:
        return "a"
    if facts.decided.tells is None:
        return codes.TO_BE_DETERMINED[97]
    if facts.decided.tells:
        return "b" if facts.text("99") else "b1"
    return "e" if facts.decided.tell_ground else "d"


def _others(facts: BreachFacts) -> Values:
    chosen = {number: next(iter(facts.chosen(str(number))), None) for number in (109, 110, 113)}
    texts = {number: facts.text(str(number)) for number in (111, 114, 115, 116, 118, 126)}
    return {**chosen, **texts, 117: facts.count("117"), 125: _letters(facts, 125)}


def _letters(facts: BreachFacts, number: int) -> list[str]:
    return _known(facts.chosen(str(number)), FIELDS[number].options)


def _known(letters: Iterable[str], options: Mapping[str, str]) -> list[str]:
    return [each for each in options if each in set(letters)]
