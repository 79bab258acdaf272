"""What was worked out from the register, kept until anything that it rests on changes.

One query tells where every table stands. What is kept carries that stamp, and the scope of who may
read it: what one person sees is never shown to somebody who reads other schools. Rights themselves
are not kept: they are asked anew for every page.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from typing import Any, TypeVar

from django.apps import apps
from django.core.cache import cache as kept_values
from django.db import connection
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Board, School, User
from registers.models.files import ImportRun

Made = TypeVar("Made")

_AT_MOST_SECONDS = 3600
# Rows of these are written every day, and no page that is kept rests on them.
_NOTHING_RESTS_ON = frozenset(
    {"confidentialitynote", "disclosure", "importrun", "parentnotice", "registerfile"}
    | {"renderedpart", "versionanswer"}
)
# Two people who save at the same moment can get their numbers in one order and be seen in the
# other: the last number alone would miss the slower one.
_LAST = 10


class Remembered:
    """The memory for one page: `on` is the day that it is about, `user` who reads; none: anybody.

    Where the register stands is asked once. Make a new one for every request.
    """

    def __init__(self, *, on: date, user: User | None = None) -> None:
        self._scope = f"{on} {_scope_of(user) if user else 'public'}"

    @cached_property
    def stamp(self) -> str:
        """Where every table stands now, in one query."""
        return _stamp()

    def recall(self, what: str, make: Callable[[], Made]) -> Made:
        """What was made before for this scope, or what `make` gives now.

        `what` names it with all that it depends on besides day, scope and language.
        """
        # In words of the language that is spoken now.
        scope = f"{self._scope} {get_language()}"
        said = f"{connection.settings_dict['NAME']} {scope} {what}"
        name = f"register-{sha256(said.encode()).hexdigest()}"
        # Asked before anything is read: what is kept can be newer than its stamp, never older.
        stamp = self.stamp
        kept: tuple[str, Made] | None = kept_values.get(name)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        made = make()
        kept_values.set(name, (stamp, made), _AT_MOST_SECONDS)
        return made

    def page(self, what: str, make: Callable[[], str]) -> SafeString:
        """The same for a rendered part of a page, kept small: a register is a long text."""
        packed = self.recall(what, lambda: zlib.compress(make().encode(), 1))
        return mark_safe(zlib.decompress(packed).decode())  # noqa: S308 (a template made it)


def _scope_of(user: User) -> str:
    standing = user.standing
    if Right.VIEW_REGISTER in standing.everywhere:
        return "everywhere"
    schools = (key for key, held in standing.at_school.items() if Right.VIEW_REGISTER in held)
    return f"schools {sorted(schools)}"


def _stamp() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_where_everything_stands())
        return sha256(repr(cursor.fetchone()).encode()).hexdigest()


@cache
def _where_everything_stands() -> str:
    """One row with, per table, its last numbers: of its history where it has one."""
    quote = connection.ops.quote_name
    found = []
    models: tuple[Any, ...] = (Board, School, *apps.get_app_config("registers").get_models())
    for model in models:
        name = model._meta.model_name or ""
        if name.startswith("historical") or name in _NOTHING_RESTS_ON:
            continue
        history = getattr(model, "history", None)
        rows = (history.model if history else model)._meta
        key, table = quote(rows.pk.column), quote(rows.db_table)
        last = f"SELECT {key} FROM {table} ORDER BY {key} DESC LIMIT {_LAST}"  # noqa: S608 (names of models)
        found.append(f"ARRAY({last})")
    # An import writes thousands of rows and is seen long after it took their numbers: by then the
    # last ten can be somebody else's. That it was applied is seen at the same moment as its rows.
    runs = quote(ImportRun._meta.db_table)
    found.append(f"(SELECT count(*) FROM {runs} WHERE state = 'applied')")  # noqa: S608 (as above)
    return f"SELECT {', '.join(found)}"
