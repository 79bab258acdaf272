"""What activities say now: read whole in one query, however many they are."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, QuerySet, Value, When
from django.db.models.functions import Coalesce, JSONObject

from registers.content import ActivityContent, from_json
from registers.models.activities import ProcessingActivity
from registers.models.catalogue import DataCategory, Measure, RetentionRule
from registers.models.lines import AccessLine, DataLine, PurposeLine, RecipientLine, TransferLine
from registers.models.processors import Product, System
from registers.models.publicity import ActivityText

_SCALARS = (
    "code",
    "name",
    "description",
    "process_group",
    "owner",
    "all_schools",
    "acts_as",
    "on_behalf_of",
    "on_behalf_contact",
    "processing_kinds",
    "medium",
    "place",
    "minimisation",
    "proportionality",
    "subsidiarity",
    "dpia_needed",
    "dpia_reason",
    "dpia_reference",
    "automation",
    "automation_logic",
    "automation_significance",
    "human_intervention",
    "source",
)
_DAYS = ("dpia_adopted_on", "next_review_on")
_DATA = (
    "source",
    "source_explanation",
    "identifiability",
    "obligation",
    "consequence",
    "special_ground",
    "criminal_ground",
    "national_number_ground",
    "necessity",
)
_TERM = ("years", "months", "weeks", "days", "bound", "trigger")
_RETENTION = (
    "code",
    "name",
    "name_en",
    "fate",
    "legal_ground",
    "condition",
    "condition_en",
    *_TERM,
)


def read_content(activity: ProcessingActivity) -> ActivityContent:
    """What the activity says now: its own fields as they are held, its lines as they are stored."""
    rows = _lines().filter(pk=activity.pk).values_list("lines", flat=True)
    return _content(activity, rows[0])


def read_contents(
    activities: QuerySet[Any] | Iterable[ProcessingActivity],
) -> dict[int, ActivityContent]:
    """What each activity says now, by its key and in the given order; always one query."""
    if isinstance(activities, QuerySet):
        return {each.pk: content for each, content in with_contents(activities)}
    held = list(activities)
    rows = dict(_lines().filter(pk__in=[each.pk for each in held]).values_list("pk", "lines"))
    return {each.pk: _content(each, rows[each.pk]) for each in held}


def with_contents(activities: QuerySet[Any]) -> list[tuple[ProcessingActivity, ActivityContent]]:
    """Each activity with what it says now, in the given order; one query for both."""
    found = activities.annotate(lines=_all_lines())
    return [(each, _content(each, each.lines)) for each in found]


def _content(activity: ProcessingActivity, lines: dict[str, Any]) -> ActivityContent:
    plain = {name: getattr(activity, name) for name in _SCALARS}
    plain |= {name: _iso(getattr(activity, name)) for name in _DAYS}
    data = [{**line, "retention": _retention(line["retention"])} for line in lines["data"]]
    transfers = [{**line, "review_on": _iso(line["review_on"])} for line in lines["transfers"]]
    return from_json({**plain, **lines, "data": data, "transfers": transfers})


def _iso(day: object) -> str:
    return str(day) if day else ""


def _retention(raw: dict[str, Any] | None) -> dict[str, Any] | None:
    """A term in words and in months; weeks and days count as the part of a month that they fill."""
    if raw is None:
        return None
    rule = RetentionRule(**raw)
    return {
        "code": rule.code,
        "name": rule.name,
        "term": rule.term,
        "term_en": rule.term_en,
        "fate": rule.fate,
        "legal_ground": rule.legal_ground,
        "condition": rule.condition,
        "bound": rule.bound,
        # Only whole terms are compared.
        "months": 12 * rule.years + rule.months + (7 * rule.weeks + rule.days) // 30,
    }


# The names of the JSON are those of registers.content; orders are those of the models.


def _fields(*names: str, of: str = "") -> JSONObject:
    return JSONObject(**{name: f"{of}{name}" for name in names})


def _named(of: str = "") -> JSONObject:
    return _fields("code", "name", "name_en", of=of)


def _either(first: str, second: str) -> Case:
    """The one of two parties that a line names; null for neither."""
    return Case(
        When(**{f"{first}__isnull": False, "then": _named(f"{first}__")}),
        When(**{f"{second}__isnull": False, "then": _named(f"{second}__")}),
    )


def _array(records: QuerySet[Any], shape: JSONObject) -> ArraySubquery:
    return ArraySubquery(records.values(json=shape))


def _of(model: type[Any], shape: JSONObject) -> ArraySubquery:
    return _array(model._default_manager.filter(activity=OuterRef("pk")), shape)


def _chosen(model: type[Any], shape: JSONObject) -> ArraySubquery:
    return _array(model._default_manager.filter(activities=OuterRef("pk")), shape)


def _schools() -> ArraySubquery:
    chosen = ProcessingActivity.schools.through.objects.filter(processingactivity=OuterRef("pk"))
    shape = JSONObject(code="school__slug", name="school__name", name_en=Value(""))
    return _array(chosen.order_by("school__sort_name", "school__pk"), shape)


def _purpose() -> JSONObject:
    texts = ("explanation", "basis", "statute", "interest", "balancing", "child_interest")
    return JSONObject(
        letter="purpose__letter",
        name="purpose__name",
        name_en="purpose__name_en",
        **{each: each for each in texts},
    )


def _data() -> JSONObject:
    term = _fields(*_RETENTION, of="retention_rule__")
    return JSONObject(
        group=_named("group__"),
        category=_named("category__"),
        kind="category__kind",
        retention=Case(When(retention_rule__isnull=False, then=term)),
        **{each: each for each in _DATA},
    )


def _access() -> JSONObject:
    return JSONObject(
        role=_named("role__"),
        category=Case(When(category__isnull=False, then=_named("category__"))),
        level="level",
    )


def _recipient() -> JSONObject:
    return JSONObject(
        party=_either("processor", "party"),
        service=Coalesce("processor__service", Value("")),
        data=_array(DataCategory.objects.filter(recipient_lines=OuterRef("pk")), _named()),
        **{each: each for each in ("kind", "basis", "statute", "purpose")},
    )


def _transfer() -> JSONObject:
    said = ("country", "instrument", "document", "review_on")
    return JSONObject(party=_either("processor", "party"), **{each: each for each in said})


@functools.cache
def _all_lines() -> JSONObject:
    """Made once, when the models are loaded."""
    return JSONObject(
        schools=_schools(),
        systems=_chosen(System, _named()),
        products=_chosen(Product, _named()),
        measures=_chosen(Measure, _fields("code", "name", "kind")),
        purposes=_of(PurposeLine, _purpose()),
        data=_of(DataLine, _data()),
        access=_of(AccessLine, _access()),
        recipients=_of(RecipientLine, _recipient()),
        transfers=_of(TransferLine, _transfer()),
        texts=_of(ActivityText, _fields("audience", "language", "name", "text")),
    )


def _lines() -> QuerySet[Any]:
    return ProcessingActivity.objects.order_by().annotate(lines=_all_lines())
