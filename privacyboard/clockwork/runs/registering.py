"""What is forgotten: the rules that the apps registered, and their terms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import connection, models
from django.db.models.expressions import Combinable
from django.db.models.lookups import GreaterThan

from privacyboard.audit.collectors import Sought
from privacyboard.clockwork.choices import Fate
from privacyboard.clockwork.erasing import Gone, loose_pointers_to, pointers_to
from privacyboard.clockwork.querysets import Given, OfDay
from privacyboard.clockwork.rules import Cut, Term

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

    `due` depends on the cut and on nothing else: its SQL is made once.
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

    def keys_due(self, cut: Cut, *, after: Any, most: int) -> list[Any]:
        """The keys of what is due, by ascending key: the first so many after this one."""
        key: Any = self.model._meta.pk
        sql, values = self._asked.words(cut.day, key.get_db_prep_value(after, connection))
        if not sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} LIMIT %s", [*values, most])
            return [found for (found,) in cursor.fetchall()]

    @cached_property
    def _asked(self) -> OfDay:
        key: Any = self.model._meta.pk
        behind = GreaterThan(models.F("pk"), Given(key))
        return OfDay(lambda day: self.due(Cut(day)).filter(behind).order_by("pk").values_list("pk"))


class UnknownRule(KeyError):
    """No rule of that name is registered."""


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


def counted_from(model: type[models.Model], column: str) -> Due:
    """The `due` of a rule whose term counts from one column of its rows, a day or a moment."""
    is_moment = isinstance(model._meta.get_field(column), models.DateTimeField)

    def due(cut: Cut) -> models.QuerySet[models.Model]:
        began = {f"{column}__lt": cut.before} if is_moment else {f"{column}__lte": cut.day}
        return model._default_manager.filter(**began)

    return due


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


def named(names: Sequence[str]) -> list[Rule]:
    """Those of these names, or all. Raises UnknownRule."""
    for name in names:
        if name not in _rules:
            raise UnknownRule(name)
    return [rule for rule in all_rules() if not names or rule.name in names]


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
