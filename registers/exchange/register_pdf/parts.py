"""What the whole register says, activity by activity: the same for its PDF and for its page.

A gap never keeps an activity out. What is established speaks from its version in force; a concept
and what has expired speak from what they say now, and carry a mark.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.utils import timezone

from privacyboard.organisation.models import Board
from registers.choices import ActivityStatus, AgreementModel, ProcessGroup, RecipientKind
from registers.content import ActivityContent
from registers.models import (
    ActivityVersion,
    Agreement,
    ProcessingActivity,
    Processor,
    Product,
    SchoolDeviation,
    read_contents,
    read_situation,
)
from registers.rules.agreements import agreement_state
from registers.rules.completeness import Gap
from registers.rules.countries import country_name
from registers.rules.situation import Situation, all_gaps
from registers.rules.wording import Section, sections

CONCEPTS = "Concepten: nog niet vastgesteld"
EXPIRED = "Vervallen verwerkingen"
_GROUPS = [str(group.value) for group in ProcessGroup]
_CHAPTERS = [*(str(group.label) for group in ProcessGroup), CONCEPTS, EXPIRED]


@dataclass(frozen=True)
class AgreementFacts:
    reference: str
    model: str
    state: str
    signed_on: date | None
    starts_on: date
    ends_on: date | None
    schools: str


@dataclass(frozen=True)
class SupplierFacts:
    """A processor with all its agreements; none is said in words."""

    name: str
    service: str
    country: str
    products: str
    agreements: tuple[AgreementFacts, ...]


@dataclass(frozen=True)
class DeviationFacts:
    school: str
    field: str
    text: str
    reason: str


@dataclass(frozen=True)
class ActivityFacts:
    """One activity with everything that belongs to it, as it is printed."""

    pk: int
    code: str
    name: str
    chapter: str
    mark: str
    version: str
    remark: str
    sections: tuple[Section, ...]
    gaps: tuple[Gap, ...]
    suppliers: tuple[SupplierFacts, ...]
    deviations: tuple[DeviationFacts, ...]


def in_order(activities: QuerySet[Any]) -> QuerySet[Any]:
    """Every one of these activities, by chapter and code, with `chapter` as its number."""
    in_force = ActivityVersion.objects.in_force().filter(activity=OuterRef("pk"))
    places = [
        When(is_in_force=True, process_group=group, then=Value(number))
        for number, group in enumerate(_GROUPS)
    ]
    expired = When(status=ActivityStatus.EXPIRED, then=Value(_CHAPTERS.index(EXPIRED)))
    return (
        ProcessingActivity.objects.filter(pk__in=activities.order_by().values("pk"))
        .annotate(is_in_force=Exists(in_force))
        .annotate(
            chapter=Case(
                *places,
                expired,
                default=Value(_CHAPTERS.index(CONCEPTS)),
                output_field=IntegerField(),
            )
        )
        .order_by("chapter", "code")
    )


def _agreements(of: QuerySet[Any]) -> ArraySubquery:
    """Of a processor, as JSON: the latest first."""
    schools = Agreement.schools.through.objects.filter(agreement=OuterRef("pk"))
    names = schools.order_by("school__sort_name").values("school__name")
    chosen = Agreement.objects.filter(
        pk__in=of.order_by().values("pk"), processor=OuterRef("pk")
    ).order_by("-starts_on", "pk")
    said = ("reference", "model", "signed_on", "starts_on", "ends_on", "all_schools")
    return ArraySubquery(
        chosen.values(
            json=JSONObject(schools=ArraySubquery(names), **{each: each for each in said})
        )
    )


def _products() -> ArraySubquery:
    made = Product.objects.filter(processor=OuterRef("pk")).order_by("sort_name")
    return ArraySubquery(made.values(json=JSONObject(code="code", name="name")))


class Suppliers:
    """Processors with their agreements on a day, in one query; by their products too.

    All of them, or with `named_by` only those whom these contents name.
    """

    def __init__(
        self,
        agreements: QuerySet[Any],
        on: date,
        *,
        named_by: Iterable[ActivityContent] | None = None,
    ) -> None:
        chosen = Processor.objects.all() if named_by is None else _named_by(named_by)
        found = chosen.order_by("sort_name", "pk").annotate(
            made=_products(), agreed=_agreements(agreements)
        )
        self._all: list[SupplierFacts] = []
        # The code of a processor, and of each of its products, leads to its place in the list.
        self._processors: dict[str, int] = {}
        self._makers: dict[str, int] = {}
        for place, each in enumerate(found):
            self._all.append(_supplier(each, on))
            self._processors[each.code] = place
            self._makers |= {product["code"]: place for product in each.made}

    def all(self) -> tuple[SupplierFacts, ...]:
        """Everybody who was read, by name."""
        return tuple(self._all)

    def of(self, content: ActivityContent) -> tuple[SupplierFacts, ...]:
        """Whom an activity names as processor, or whose product it uses."""
        processors, products = _names(content)
        places = {self._processors[code] for code in processors & self._processors.keys()}
        places |= {self._makers[code] for code in products & self._makers.keys()}
        return tuple(self._all[place] for place in sorted(places))


def _names(content: ActivityContent) -> tuple[set[str], set[str]]:
    """The codes of the processors and of the products that an activity names."""
    processors = {
        recipient.party.code
        for recipient in content.recipients
        if recipient.kind == RecipientKind.PROCESSOR
    }
    return processors, {product.code for product in content.products}


def _named_by(contents: Iterable[ActivityContent]) -> QuerySet[Any]:
    codes: tuple[set[str], set[str]] = (set(), set())
    for content in contents:
        for known, more in zip(codes, _names(content), strict=True):
            known |= more
    makers = Product.objects.filter(code__in=codes[1]).order_by().values("processor")
    return Processor.objects.filter(Q(code__in=codes[0]) | Q(pk__in=makers))


def _supplier(each: Any, on: date) -> SupplierFacts:
    return SupplierFacts(
        name=each.name,
        service=each.service,
        country=country_name(each.country),
        products=", ".join(product["name"] for product in each.made),
        agreements=tuple(_agreement(plain, on) for plain in each.agreed),
    )


def _agreement(plain: dict[str, Any], on: date) -> AgreementFacts:
    signed_on, ends_on = _day(plain["signed_on"]), _day(plain["ends_on"])
    starts_on = date.fromisoformat(plain["starts_on"])
    state = agreement_state(signed_on=signed_on, starts_on=starts_on, ends_on=ends_on, on=on)
    return AgreementFacts(
        reference=plain["reference"],
        model=str(AgreementModel(plain["model"]).label),
        state=str(state.label),
        signed_on=signed_on,
        starts_on=starts_on,
        ends_on=ends_on,
        schools="alle scholen" if plain["all_schools"] else ", ".join(plain["schools"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Said:
    """An activity (from `in_order`), its version in force if any, and what it says."""

    activity: Any
    version: ActivityVersion | None
    content: ActivityContent


def read_said(activities: Sequence[Any]) -> list[Said]:
    """What these activities say, in their order: two queries, more where one has no version."""
    in_force = ActivityVersion.objects.in_force().filter(activity__in=activities)
    versions = {
        each.activity_id: each for each in in_force.select_related("established_by", "proposed_by")
    }
    others = [each for each in activities if each.pk not in versions]
    now = read_contents(others) if others else {}
    found = []
    for each in activities:
        version = versions.get(each.pk)
        found.append(Said(each, version, version.read() if version else now[each.pk]))
    return found


def read_parts(
    said: Sequence[Said],
    *,
    suppliers: Suppliers,
    deviations: QuerySet[Any],
    board: Board | None,
) -> Iterator[ActivityFacts]:
    """All that belongs to these activities, in their order, in a fixed number of queries."""
    of_these = deviations.filter(activity__in=[each.activity for each in said])
    local = _deviations(of_these)
    situation = read_situation(board)
    for each in said:
        yield _activity(each, suppliers, local[each.activity.pk], situation)


def _deviations(found: Iterable[Any]) -> defaultdict[int, tuple[DeviationFacts, ...]]:
    per_activity: defaultdict[int, tuple[DeviationFacts, ...]] = defaultdict(tuple)
    for each in found:
        facts = DeviationFacts(each.school.name, each.get_field_display(), each.text, each.reason)
        per_activity[each.activity_id] += (facts,)
    return per_activity


def in_force_deviations(found: QuerySet[Any]) -> QuerySet[Any]:
    """Deviations that hold now, with their school, in the order in which they are printed."""
    named: QuerySet[Any] = found.in_force().select_related("school")  # type: ignore[attr-defined]
    return named.order_by("activity", "school__sort_name", "field")


def all_deviations() -> QuerySet[Any]:
    """Those of every school."""
    return in_force_deviations(SchoolDeviation.objects.all())


def _activity(
    said: Said,
    suppliers: Suppliers,
    deviations: tuple[DeviationFacts, ...],
    situation: Situation,
) -> ActivityFacts:
    each, version, content = said.activity, said.version, said.content
    return ActivityFacts(
        pk=each.pk,
        code=each.code,
        name=content.name,
        chapter=_CHAPTERS[each.chapter],
        mark=_mark(each, version),
        version=_version(version),
        remark=version.fg_remark if version else "",
        sections=tuple(found for found in sections(content) if found.rows),
        gaps=tuple(all_gaps(content, situation)),
        suppliers=suppliers.of(content),
        deviations=deviations,
    )


def _mark(activity: Any, version: ActivityVersion | None) -> str:
    """How it stands, in one word or a few."""
    if version is None:
        return str(ActivityStatus(activity.status).label)
    if activity.status == ActivityStatus.ESTABLISHED:
        return "vastgesteld"
    return "vastgesteld; aan een volgende versie wordt gewerkt"


def _version(version: ActivityVersion | None) -> str:
    if version is None:
        return ""
    day = timezone.localdate(version.established_at)
    by = f" door {version.established_by}" if version.established_by else ""
    return f"versie {version.number}, vastgesteld op {day.day}-{day.month}-{day.year}{by}"
