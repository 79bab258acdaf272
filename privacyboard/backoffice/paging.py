"""Lists that cost the same on every page: numbers for the first pages, "verder" after those.

Beyond the numbered pages a page is asked by the row that it follows (or precedes) in the order of
the list: the database goes there by index, and a row that is added meanwhile moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path, quote
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import ForeignKey, Model, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

NUMBERED_PAGES = 10
AFTER, BEFORE = "na", "voor"
# The largest key that the database holds: an address can ask for anything.
_LARGEST_KEY = 2**63 - 1


class CappedPaginator(Paginator):
    """Counts no further than the numbered pages reach: there is more, or there is not."""

    @property
    def most(self) -> int:
        """How many rows the numbered pages hold together."""
        return NUMBERED_PAGES * self.per_page

    @cached_property
    def count(self) -> int:
        """The number of rows; one above `most` stands for any larger number."""
        rows: Any = self.object_list
        return int(rows.order_by()[: self.most + 1].count())

    @property
    def has_more(self) -> bool:
        """Whether there are rows beyond the numbered pages."""
        return self.count > self.most

    @cached_property
    def num_pages(self) -> int:
        return min(-(-self.count // self.per_page) or 1, NUMBERED_PAGES)


@dataclass(frozen=True)
class Key:
    """One column that a list is ordered by. In PostgreSQL an empty value is the largest."""

    path: str
    descending: bool
    nullable: bool

    def equals(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def follows(self, value: Any) -> Q | None:
        """Rows that come after this value in the order of the key; nothing where none can."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if self.descending else None
        if self.descending:
            return Q(**{f"{self.path}__lt": value})
        larger = Q(**{f"{self.path}__gt": value})
        return larger | Q(**{f"{self.path}__isnull": True}) if self.nullable else larger

    def turned(self) -> Key:
        """The same key, the other way round."""
        return Key(self.path, not self.descending, self.nullable)

    @property
    def ordering(self) -> str:
        return f"-{self.path}" if self.descending else self.path


def keys_of(model: type[Model], ordering: Iterable[Any]) -> list[Key]:
    """The columns behind an order. What a list of ours is sorted by is always named by a text."""
    return list(_keys(model, ordering, prefix="", turned=False))


def _keys(
    model: type[Model], ordering: Iterable[Any], *, prefix: str, turned: bool
) -> Iterator[Key]:
    for part in ordering:
        name = str(part).removeprefix("-")
        descending = str(part).startswith("-") != turned
        path = f"{prefix}{name}"
        if name == "pk":
            yield Key(path, descending, nullable=bool(prefix))
            continue
        fields: list[Any] = get_fields_from_path(model, name)
        last = fields[-1]
        if isinstance(last, ForeignKey) and not name.endswith(last.attname):
            # The name of another record: its own order counts.
            other: Any = last.related_model
            yield from _keys(
                other, other._meta.ordering or ["pk"], prefix=f"{path}__", turned=descending
            )
        else:
            yield Key(path, descending, bool(prefix) or any(each.null for each in fields))


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> Q:
    """Rows that come after the row with these values."""
    found = Q(pk__in=[])
    same = Q()
    for key, value in zip(keys, values, strict=True):
        after = key.follows(value)
        if after is not None:
            found |= same & after
        same &= key.equals(value)
    return found


class PagedChangeList(ChangeList):
    """Django's list, with a page after (or before) any row beside the numbered pages."""

    after: str | None
    before: str | None
    is_beyond = False
    previous_url = ""
    next_url = ""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.after, self.before = request.GET.get(AFTER), request.GET.get(BEFORE)
        super().__init__(request, *args, **kwargs)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        """The rows; where the page begins is no filter, and no other link takes it along."""
        for name in (AFTER, BEFORE):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        return super().get_queryset(request, exclude_parameters)

    def get_results(self, request: HttpRequest) -> None:
        """One page of rows, and the ways to the pages around it."""
        if self.after is None and self.before is None:
            super().get_results(request)
            paginator: Any = self.paginator
            if paginator.has_more and self.page_num == paginator.num_pages:
                self.result_list = list(self.result_list)
                self.next_url = self._link(AFTER, self.result_list[-1])
            return
        self._turn_to(request)

    def _turn_to(self, request: HttpRequest) -> None:
        back = self.after is None
        rows, has_more = self._rows(str(self.before if back else self.after), back=back)
        if rows and (has_more or not back):
            self.previous_url = self._link(BEFORE, rows[0])
        if rows and (has_more or back):
            self.next_url = self._link(AFTER, rows[-1])
        self.is_beyond = True
        self.result_list = rows
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        self.result_count = NUMBERED_PAGES * self.list_per_page + 1
        self.full_result_count = None
        self.show_full_result_count = self.multi_page = self.can_show_all = False
        self.show_admin_actions = True

    def _rows(self, edge: str, *, back: bool) -> tuple[list[Any], bool]:
        """The rows next to one row, in the order of the list, and whether there are more."""
        is_key = edge.isascii() and edge.isdigit() and len(edge) < 20
        if not (is_key and int(edge) <= _LARGEST_KEY):
            raise IncorrectLookupParameters
        keys = keys_of(self.model, self.queryset.query.order_by)
        if back:
            keys = [key.turned() for key in keys]
        # Read through what this person may see: a foreign row tells nothing by its place.
        paths = [key.path for key in keys]
        values = self.root_queryset.filter(pk=edge).order_by().values_list(*paths).first()
        if values is None:
            raise IncorrectLookupParameters
        order = [key.ordering for key in keys]
        found = list(
            self.queryset.filter(beyond(keys, values)).order_by(*order)[: self.list_per_page + 1]
        )
        rows = found[: self.list_per_page]
        return rows[::-1] if back else rows, len(found) > self.list_per_page

    def url_for_result(self, result: Any) -> str:
        """The page of a row. The address is resolved once: Django does it for every cell."""
        start, _pk, end = self._page_of_a_row.rpartition("0/change/")
        return f"{start}{quote(result.pk)}/change/{end}"

    @cached_property
    def _page_of_a_row(self) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[0], current_app=self.model_admin.admin_site.name)

    def _link(self, name: str, row: Any) -> str:
        return self.get_query_string({name: row.pk})

    @property
    def first_url(self) -> str:
        """The first page of the same list."""
        return self.get_query_string()

    @property
    def count_in_words(self) -> str:
        """How many rows there are, as far as they were counted."""
        most = NUMBERED_PAGES * self.list_per_page
        if self.result_count > most:
            return _("meer dan %(number)s") % {"number": most}
        return str(self.result_count)
