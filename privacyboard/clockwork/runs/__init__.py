"""The retention run: every rule that the apps registered, carried out in chunks.

Each chunk is one transaction that takes rows away, and writes in the report that it did: a killed
run leaves nothing half, and the next one goes on. Several runs at once skip each other's rows.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models, transaction
from django.utils import timezone

from privacyboard.audit.collectors import Sought
from privacyboard.audit.forgetting import forgetting
from privacyboard.clockwork.choices import RunCause
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.holds import Held, held, whose
from privacyboard.clockwork.models import Hold, RetentionLine, RetentionRun
from privacyboard.clockwork.querysets import one_of
from privacyboard.clockwork.rules import Cut, Term
from privacyboard.clockwork.runs.registering import (
    Forget,
    OfPerson,
    Rule,
    UnknownRule,
    all_rules,
    counted_from,
    erasing,
    in_words,
    named,
    register,
    register_terms,
    terms_in_force,
    unneeded,
)
from privacyboard.clockwork.runs.replacing import replaced
from privacyboard.clockwork.turns import PassedBy, is_away, past_bad
from privacyboard.organisation.models import User

__all__ = [
    "CHUNK",
    "FOUND_AT_ONCE",
    "Forget",
    "Kept",
    "OfPerson",
    "Rule",
    "RunFailed",
    "UnknownRule",
    "all_rules",
    "counted_from",
    "erasing",
    "in_words",
    "kept_of",
    "register",
    "register_terms",
    "replaced",
    "run_erasure",
    "run_rules",
    "terms_in_force",
    "unneeded",
]

logger = logging.getLogger(__name__)

CHUNK = 2_000
# So many chunks are found at a time: finding costs by what is due, and is not done for each chunk.
FOUND_AT_ONCE = 10
# After so many chunks of which nothing could be done it is the rule that is wrong, or all it needs.
CHUNKS_IN_VAIN = 3
# Of what could not go so many keys stand in the report.
KEYS_TOLD = 20


class RunFailed(RuntimeError):
    """Some rules could not be carried out whole; the report (`run`) says which, the others were."""

    def __init__(self, run: RetentionRun, lines: Sequence[RetentionLine]) -> None:
        self.run = run
        super().__init__("; ".join(line.trouble for line in lines))


class RuleStopped(RuntimeError):
    """Of too many chunks in a row nothing could be done."""


def run_rules(
    *,
    by: User | None,
    at: datetime,
    names: Sequence[str] = (),
    trial: bool = False,
) -> RetentionRun:
    """Carry out the rules (or those of these names); a trial only counts what would go.

    What cannot go keeps nothing else: it is passed by, and told. Raises UnknownRule, and RunFailed
    after all of them when something could not be done. While the database is away that is raised.
    """
    rules = named(names)
    today = timezone.localdate(at)
    stopped = {} if trial else _stopped()
    run = RetentionRun.objects.create(
        cause=RunCause.TRIAL if trial else RunCause.TERM, started_at=at, by=by
    )
    terms = terms_in_force(rules, today=today)
    failed = []
    for rule in rules:
        line = _line(run, rule, terms[rule.name], today)
        try:
            if line.cut is not None:
                _Carrying(rule, line, at, trial).out(stopped.get(rule.name, 0))
        except Exception as error:
            if is_away(error):
                raise
            # A rule that stopped has said why.
            line.error = line.error or type(error).__name__
        if line.error:
            # Only the kind: the text of a database error can hold a name.
            logger.error("retention: %s", line.trouble)
            failed.append(line)
        _close(line, is_told=trial or line.gone > 0 or bool(line.error))
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])
    if failed:
        raise RunFailed(run, failed)
    return run


def _stopped() -> dict[str, int]:
    """By rule the key behind which the last run stopped: begun in front again, it would stop there
    again, and never come to what can go."""
    last = RetentionRun.objects.filter(cause=RunCause.TERM).order_by("-pk").values("pk")[:1]
    return {
        line.rule: line.stopped_after or 0 for line in RetentionLine.objects.filter(run__in=last)
    }


def _close(line: RetentionLine, *, is_told: bool) -> None:
    """Keep the line of a rule that did something; hour after hour of nothing is no report."""
    if is_told:
        line.save()
    elif line.pk:
        line.delete()


def _line(run: RetentionRun, rule: Rule, term: Term | None, today: date) -> RetentionLine:
    return RetentionLine(
        run=run,
        rule=rule.name,
        title=rule.title,
        term=in_words(rule, term),
        fate=rule.fate,
        cut=term.cut(today).day if term else None,
    )


class _Carrying:
    """One rule in one run."""

    def __init__(self, rule: Rule, line: RetentionLine, at: datetime, trial: bool) -> None:
        self._rule = rule
        self._line = line
        self._at = at
        self._trial = trial
        self._tables: Counter[str] = Counter()
        self._reason = f"bewaartermijn: {rule.title}"

    def these(self, keys: list[int], *, stay: int, reason: str) -> None:
        """Exactly these rows, on request; `stay` others are held. All of it or nothing."""
        self._tables = Counter(self._line.tables)
        with forgetting(reason=reason):
            gone = Gone(reason)
            if keys:
                self._rule.forget(gone, keys, self._at)
            self._tables += gone.counts
            self._line.found, self._line.held = self._line.gone, 0
            self._tell([*keys, *range(stay)], stay, gone=len(keys))

    def out(self, start: int) -> None:
        """Chunk by chunk, by ascending key: what is held is passed by, and not met again.

        So is what fails. Raises RuleStopped when that is everything, chunk after chunk; the next
        run begins behind those. `start`: behind which key; what lies before it comes last.
        """
        in_vain = 0
        for keys in self._chunks(start):
            passed = past_bad(keys, self._do)
            in_vain = in_vain + 1 if passed.is_all else 0
            if passed.problem:
                self._pass_by(passed)
            if in_vain == CHUNKS_IN_VAIN:
                # A text can be a secret: there the next run begins in front again.
                self._line.stopped_after = keys[-1] if isinstance(keys[-1], int) else 0
                raise RuleStopped

    def _chunks(self, start: int) -> Iterator[list[int]]:
        for after, until in ((start, 0), (0, start)) if start else ((0, 0),):
            while found := [key for key in self._find(after) if not until or key <= until]:
                yield from (found[begin : begin + CHUNK] for begin in range(0, len(found), CHUNK))
                after = found[-1]

    def _do(self, keys: Sequence[int]) -> None:
        """All of these or nothing, also of what is counted."""
        line, counted = self._line, Counter(self._tables)
        before = (line.found, line.held, line.gone, line.tables)
        try:
            if self._trial:
                self._tell(keys, len(held(self._rule.model, keys)), gone=0)
            else:
                self._take(keys)
        except BaseException:
            line.found, line.held, line.gone, line.tables = before
            self._tables = counted
            raise

    def _pass_by(self, passed: PassedBy[int]) -> None:
        """Say in the report what could not go; nothing, when it could after all, part by part."""
        line = self._line
        if not passed.number:
            return
        line.error = type(passed.problem).__name__
        line.found += passed.number
        line.failed += passed.number
        # A number is a key; a text can be a secret, such as the one of a session.
        keys = sorted(key for key in passed.bad if isinstance(key, int))
        line.failed_keys = [*line.failed_keys, *keys][:KEYS_TOLD]
        line.save()

    def _find(self, after: int) -> list[int]:
        return self._rule.keys_due(self._cut(), after=after, most=CHUNK * FOUND_AT_ONCE)

    def _cut(self) -> Cut:
        assert self._line.cut is not None  # noqa: S101 - a rule without a term is not carried out
        return Cut(self._line.cut)

    def _take(self, found: Sequence[int]) -> None:
        with forgetting(reason=self._reason):
            Hold.objects.stand_still()
            # What changed since it was found is not due any more. What another run or a person is
            # busy with is not waited for: the next run has it.
            due = (self._rule.still or self._rule.due)(self._cut())
            is_number = isinstance(self._rule.model._meta.pk, models.BigAutoField)
            due = due.filter(one_of(found)) if is_number else due.filter(pk__in=found)
            locked = due.order_by("pk").select_for_update(skip_locked=True, of=("self",))
            keys = list(locked.values_list("pk", flat=True))
            if not keys:
                return
            stay = held(self._rule.model, keys)
            free = [key for key in keys if key not in stay]
            gone = Gone(self._reason)
            if free:
                self._rule.forget(gone, free, self._at)
            self._tables += gone.counts
            self._tell(keys, len(stay), gone=len(free))

    def _tell(self, keys: Sequence[int], stay: int, *, gone: int) -> None:
        self._line.found += len(keys)
        self._line.held += stay
        self._line.gone += gone
        self._line.tables = dict(self._tables)
        self._line.save()


# --- on request of a person (AVG 17) ----------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """What is kept of a person under one rule: what may go now, and why the rest stays.

    What has a ground stays until `until`, a day by which the term of every row is over; None while
    it has not begun for one of them, or has no length. `is_over`: the term is, and another record
    needs it still.
    """

    rule: Rule
    free: tuple[int, ...]
    held: tuple[int, ...]
    reasons: tuple[Held, ...]
    grounded: int
    until: date | None
    is_over: bool = False

    @property
    def total(self) -> int:
        return len(self.free) + len(self.held) + self.grounded


def kept_of(sought: Sought, *, today: date, case: str = "") -> list[Kept]:
    """What every rule keeps of a person. `case`: of which request it is, whose own hold is none."""
    rules = [rule for rule in all_rules() if rule.of_person is not None]
    terms = terms_in_force(rules, today=today)
    found = (_kept(rule, terms[rule.name], sought, today, case) for rule in rules)
    return [each for each in found if each.total]


def _kept_now(rule: Rule, sought: Sought, today: date, case: str) -> Kept:
    return _kept(rule, terms_in_force([rule], today=today)[rule.name], sought, today, case)


def _kept(rule: Rule, term: Term | None, sought: Sought, today: date, case: str) -> Kept:
    of_person = rule.of_person
    found = of_person(sought).order_by().values_list("pk", flat=True) if of_person else ()
    keys = _not_of_others(rule.model, sorted(set(found)), sought)
    rows = rule.model._base_manager.filter(pk__in=keys)
    over = set(keys)
    if rule.ground:
        due = rule.due(term.cut(today)).filter(pk__in=keys) if term else rows.none()
        over = set(due.values_list("pk", flat=True))
    stay = {
        key: others
        for key, reasons in held(rule.model, sorted(over)).items()
        if (others := [each for each in reasons if not case or each.case != case])
    }
    grounded = [key for key in keys if key not in over]
    ends = _last_end(rule, term, rows.filter(pk__in=grounded)) if grounded else None
    is_over = ends is not None and ends < today
    return Kept(
        rule=rule,
        free=tuple(key for key in keys if key in over and key not in stay),
        held=tuple(sorted(stay)),
        reasons=tuple(dict.fromkeys(each for reasons in stay.values() for each in reasons)),
        grounded=len(grounded),
        until=None if is_over else ends,
        is_over=is_over,
    )


def _not_of_others(model: type[models.Model], keys: list[int], sought: Sought) -> list[int]:
    """Without what is certainly of somebody else who has the same address or number."""
    if not sought.others:
        return keys
    of = whose(model, keys)
    return [key for key in keys if of[key] & sought.own or not of[key] & sought.others]


def _last_end(rule: Rule, term: Term | None, rows: models.QuerySet[models.Model]) -> date | None:
    """The day on which the last of these rows has had its term."""
    if term is None or not rule.began:
        return None
    began = list(rows.values_list(rule.began, flat=True))
    if not began or None in began:
        return None
    last = max(began)
    return term.ends_on(timezone.localdate(last) if isinstance(last, datetime) else last)


@transaction.atomic
def run_erasure(
    *, by: User | None, at: datetime, sought: Sought, because: str, case: str = ""
) -> RetentionRun:
    """Forget of a person what may go, by the routines of the terms (AVG 17(1)); all or nothing.

    What a law, proof or a claim keeps, and what is held, stays (AVG 17(3)). `because`: the reason
    that the history shows; `case`: of which request it is, whose own hold is none.
    """
    Hold.objects.stand_still()
    run = RetentionRun.objects.create(cause=RunCause.REQUEST, started_at=at, by=by)
    today = timezone.localdate(at)
    went: set[tuple[str, int]] = set()
    # What others point to can go once those went: as long as something goes, look again.
    while True:
        before = len(went)
        for kept in kept_of(sought, today=today, case=case):
            free = [key for key in kept.free if (kept.rule.name, key) not in went]
            keys = _waited_for(kept.rule, free)
            # Meanwhile a case may have been opened, or something gone that these were of.
            now = _kept_now(kept.rule, sought, today, case) if free else kept
            _erase(run, now, [key for key in now.free if key in keys], at, because)
            went |= {(kept.rule.name, key) for key in free}
        if len(went) == before:
            break
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])
    return run


def _waited_for(rule: Rule, keys: list[int]) -> set[int]:
    """Those that are there once nobody else is busy with them: a person was promised an answer."""
    rows = rule.model._base_manager.filter(pk__in=keys).order_by("pk")
    return set(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


def _erase(run: RetentionRun, kept: Kept, keys: list[int], at: datetime, because: str) -> None:
    rule = kept.rule
    line, _made = RetentionLine.objects.get_or_create(
        run=run,
        rule=rule.name,
        defaults={"title": rule.title, "term": "op verzoek", "fate": rule.fate},
    )
    carrying = _Carrying(rule, line, at, trial=False)
    carrying.these(keys, stay=len(kept.held) + kept.grounded, reason=because)
