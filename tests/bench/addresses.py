"""Every page of the house by its address: what is added later is measured by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from privacyboard.organisation.models import School
from privacyboard.organisation.rules import BOARD_SLUG
from registers.models import ProcessingActivity

# Files and acts; the address of health is asked by machines.
NO_PAGES = ("pdf", ".xlsx", "tekst/", "publiceren", "klaarzetten", "antwoord/", "gezond")


def read_pages() -> list[str]:
    """Lists of the back office, and every page of the other apps, with an example in its place."""
    school, activity = (
        School.objects.order_by("pk")[0],
        ProcessingActivity.objects.order_by("pk")[0],
    )
    example = {"slug": school.slug, "place": BOARD_SLUG, "pk": activity.pk, "school": school.slug}
    lists = [_admin(model, "changelist") for model in admin.site._registry]
    return sorted({*lists, *_of(get_resolver(), example)})


def _of(resolver: URLResolver, example: dict[str, Any]) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace is None:
                yield from _of(pattern, example)
        elif isinstance(pattern, URLPattern) and pattern.name and _is_page(pattern):
            asked = pattern.pattern.converters
            if set(asked) <= set(example):
                try:
                    yield reverse(pattern.name, kwargs={each: example[each] for each in asked})
                except NoReverseMatch:
                    continue


def _is_page(pattern: URLPattern) -> bool:
    return not any(part in str(pattern.pattern) for part in NO_PAGES)


def forms() -> list[tuple[str, str, int]]:
    """For each record: the page to add one, the page to change one, and its kinds of line.

    A kind of line is an inline; a list of boxes to tick is none.
    """
    found = []
    for model, page in admin.site._registry.items():
        record = _fullest(model, page.inlines)
        change = _admin(model, "change", record.pk) if record is not None else ""
        found.append((_admin(model, "add"), change, len(page.inlines)))
    return found


def _fullest(model: Any, inlines: Any) -> Any:
    """The record with the most lines of its first kind; or any."""
    records = model._default_manager.order_by("pk")
    if not inlines:
        return records.first()
    line = inlines[0].model
    key = next(each.name for each in line._meta.fields if each.related_model is model)
    lines = line._default_manager.order_by().values_list(key, flat=True)
    keys = list(lines)
    return records.filter(pk=max(set(keys), key=keys.count)).first() if keys else records.first()


def _admin(model: Any, page: str, *arguments: Any) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=arguments)
