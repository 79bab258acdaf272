"""The retention run: every rule that the apps registered, carried out in chunks.

Each chunk is one transaction that takes rows away, and writes in the report that it did: a killed
run leaves nothing half, and the next one goes on. Several runs at once skip each other's rows.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models, transaction
from django.db.models.expressions import Combinable
from django.utils import timezone

from privacyboard.audit.collectors import Sought
from privacyboard.audit.forgetting import forgetting
from privacyboard.clockwork.choices import Fate, RunCause
from privacyboard.clockwork.erasing import Gone, loose_pointers_to, pointers_to
from privacyboard.clockwork.holds import Held, held
from privacyboard.clockwork.models import RetentionLine, RetentionRun
from privacyboard.clockwork.querysets import one_of
from privacyboard.clockwork.rules import Cut, Term
from privacyboard.organisation.models import User

logger = logging.getLogger(__name__)

CHUNK = 2_000
# So many chunks are found at a time: finding costs by what is due, and is not done for each chunk.
FOUND_AT_ONCE = 10

Due = Callable[[Cut], models.QuerySet[models.Model]]
Forget = Callable[[Gone, list[int], datetime], None]
OfPerson = Callable[[Sought], models.QuerySet[models.Model]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What an app keeps of people, how long, and how it is forgotten.

    `term_of` is the code under which the board's own list of terms has it; `default` counts where
    the list does not have it, and where there is no code. `starts` says in words from when it
    counts. `due` gives the rows whose term began on or before the cut and that are not forgotten
    yet; `forget` forgets the rows with these keys, which are locked (`erasing`: they simply go).
    `still` gives the same rows as `due` and is asked of the keys of a chunk only: for a rule that
    finds by indexes what costs less to tell row by row.

    `of_person` gives the rows of one person, not forgotten yet: by address or key, and a key only
    at the schools of `Sought.schools`; never by name alone, which is no proof. `ground` says why
    they may not be erased on request before their term (a law, proof, a claim: AVG 17(3)); empty:
    they may. `began` is the column, or what is worked out of columns, from which the term counts.
    """

    name: str
    title: str
    model: type[models.Model]
    default: Term
    term_of: str = ""
    starts: str
    fate: Fate = Fate.DESTROY
    due: Due
    forget: Forget
    still: Due | None = None
    of_person: OfPerson | None = None
    ground: str = ""
    began: str | Combinable = ""


class UnknownRule(KeyError):
    """No rule of that name is registered."""


class RunFailed(RuntimeError):
    """Some rules could not be carried out; the report says which, the others were."""


Terms = Callable[[Collection[str], date], Mapping[str, Term | None]]
_rules: dict[str, Rule] = {}
_terms: list[Terms] = []


def register(*rules: Rule) -> None:
    """Add rules; one of the same name is replaced. They run in the order of registering."""
    _rules.update({rule.name: rule for rule in rules})


def erasing(model: type[models.Model], *, traced: bool = True) -> Forget:
    """The `forget` of a rule whose rows simply go, as `Gone.erase` takes them."""

    def forget(gone: Gone, keys: list[int], at: datetime) -> None:
        gone.erase(model, keys, traced=traced)

    return forget


def register_terms(terms: Terms) -> None:
    """Say where the board's own terms of a day are: by code, None for one without a length."""
    _terms[:] = [terms]


def all_rules() -> list[Rule]:
    """Every rule, in the order in which they run."""
    return list(_rules.values())


def terms_in_force(rules: Collection[Rule], *, today: date) -> dict[str, Term | None]:
    """The term of each rule by its name: the board's own, else the rule's; None: no length."""
    codes = {rule.term_of for rule in rules if rule.term_of}
    own = _terms[0](codes, today) if _terms and codes else {}
    return {rule.name: own.get(rule.term_of, rule.default) for rule in rules}


def in_words(rule: Rule, term: Term | None) -> str:
    """In Dutch: "5 jaar na het sluiten van de zaak"."""
    return f"{term.in_words} na {rule.starts}" if term else "geen vaste termijn"


def run_rules(
    *,
    by: User | None,
    at: datetime,
    names: Sequence[str] = (),
    trial: bool = False,
) -> RetentionRun:
    """Carry out the rules (or those of these names); a trial only counts what would go.

    Raises UnknownRule, and RunFailed after all of them when one or more could not be done.
    """
    rules = _named(names)
    today = timezone.localdate(at)
    run = RetentionRun.objects.create(
        cause=RunCause.TRIAL if trial else RunCause.TERM, started_at=at, by=by
    )
    terms = terms_in_force(rules, today=today)
    failed = []
    for rule in rules:
        line = _line(run, rule, terms[rule.name], today)
        try:
            if line.cut is not None:
                _Carrying(rule, line, at, trial).out()
        except Exception as error:  # noqa: BLE001 - whatever it is: told, and the others go on
            line.error = type(error).__name__
            # Only the kind: the text of a database error can hold a name.
            logger.error("retention rule %s: %s", rule.name, line.error)
            failed.append(rule.name)
        _close(line, is_told=trial or line.gone > 0 or rule.name in failed)
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])
    if failed:
        raise RunFailed(", ".join(failed))
    return run


def _close(line: RetentionLine, *, is_told: bool) -> None:
    """Keep the line of a rule that did something; hour after hour of nothing is no report."""
    if is_told:
        line.save()
    elif line.pk:
        line.delete()


def _named(names: Sequence[str]) -> list[Rule]:
    for name in names:
        if name not in _rules:
            raise UnknownRule(name)
    return [rule for rule in all_rules() if not names or rule.name in names]


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

    def out(self) -> None:
        """Chunk by chunk, by ascending key: what is held is passed by, and not met again."""
        last = 0
        while found := self._find(last):
            for start in range(0, len(found), CHUNK):
                keys = found[start : start + CHUNK]
                if self._trial:
                    self._tell(keys, len(held(self._rule.model, keys)), gone=0)
                else:
                    self._take(keys)
            last = found[-1]

    def _find(self, after: int) -> list[int]:
        due = self._rule.due(self._cut()).filter(pk__gt=after).order_by("pk")
        return list(due.values_list("pk", flat=True)[: CHUNK * FOUND_AT_ONCE])

    def _cut(self) -> Cut:
        assert self._line.cut is not None  # noqa: S101 - a rule without a term is not carried out
        return Cut(self._line.cut)

    def _take(self, found: list[int]) -> None:
        with forgetting(reason=self._reason):
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

    def _tell(self, keys: list[int], stay: int, *, gone: int) -> None:
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


def _kept(rule: Rule, term: Term | None, sought: Sought, today: date, case: str) -> Kept:
    of_person = rule.of_person
    found = of_person(sought).order_by().values_list("pk", flat=True) if of_person else ()
    keys = sorted(set(found))
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
    run = RetentionRun.objects.create(cause=RunCause.REQUEST, started_at=at, by=by)
    today = timezone.localdate(at)
    went: set[tuple[str, int]] = set()
    # What others point to can go once those went: as long as something goes, look again.
    while True:
        before = len(went)
        for kept in kept_of(sought, today=today, case=case):
            free = [key for key in kept.free if (kept.rule.name, key) not in went]
            _erase(run, kept, free, at, because)
            went |= {(kept.rule.name, key) for key in free}
        if len(went) == before:
            break
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])
    return run


def _erase(run: RetentionRun, kept: Kept, free: list[int], at: datetime, because: str) -> None:
    rule = kept.rule
    line, _made = RetentionLine.objects.get_or_create(
        run=run,
        rule=rule.name,
        defaults={"title": rule.title, "term": "op verzoek", "fate": rule.fate},
    )
    # Whoever is busy with one of these rows is waited for: a person was promised an answer.
    rows = rule.model._base_manager.filter(pk__in=free).order_by("pk")
    keys = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    carrying = _Carrying(rule, line, at, trial=False)
    carrying.these(keys, stay=len(kept.held) + kept.grounded, reason=because)


def unneeded(rows: models.QuerySet[models.Model], *own: str) -> models.QuerySet[models.Model]:
    """Of these rows, those to which no record points any more.

    `own` names the models ("organisation.Placement") whose rows belong to the row and go with it;
    what lets go of the row by itself (SET_NULL) does not need it.
    It asks every table that points here, also those of apps upstairs that this one does not know.
    """
    loose = loose_pointers_to(rows.model)
    for pointer in pointers_to(rows.model):
        if pointer.model._meta.label not in own and pointer not in loose:
            pointing = pointer.model._default_manager.filter(
                **{pointer.name: models.OuterRef("pk")}
            )
            rows = rows.filter(~models.Exists(pointing))
    return rows
