"""Reading what the rules on agreements compare: the register beside what was agreed.

Everything is read as far as one person may read it, in a handful of queries for any number of
processors. What the register says is what its established activities say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from registers.choices import ProductDocumentKind
from registers.models.activities import ProcessingActivity
from registers.models.agreements import (
    Agreement,
    AgreementCoverage,
    ProductDocument,
    SchoolProduct,
    SubProcessor,
)
from registers.models.lines import PurposeLine, RecipientLine
from registers.models.processors import Processor
from registers.rules import agreement_flags as rules
from registers.rules.agreement_flags import NOTICE_DAYS, Flag

Found = dict[int, list[Flag]]
Names = dict[tuple[str, int], set[str]]


def flags(*, user: User, on: date) -> list[Flag]:
    """Everything around agreements that needs somebody, the gravest first."""
    found = flags_of(Processor.objects.visible_to(user), user=user, on=on)
    return rules.worst_first(flag for each in found.values() for flag in each)


def flags_of(processors: Iterable[Processor], *, user: User, on: date) -> Found:
    """What needs somebody per processor (by key), the gravest first; silent ones are left out."""
    names = {each.pk: each.name for each in processors}
    found: defaultdict[int, list[Flag]] = defaultdict(list)
    for read in (_without_agreement, _uses, _subprocessors, _endings, _outside):
        for key, flag in read(names, user, on):
            found[key].append(flag)
    return {key: rules.worst_first(each) for key, each in found.items()}


Keyed = list[tuple[int, Flag]]


def _valid(names: dict[int, str], user: User, on: date) -> Any:
    return Agreement.objects.visible_to(user).valid_on(on).filter(processor__in=names)


def _established(user: User) -> Any:
    return ProcessingActivity.objects.visible_to(user).established()


def _without_agreement(names: dict[int, str], user: User, on: date) -> Keyed:
    """Processors that an activity names, by itself or by a product, and that signed nothing."""
    valid = _valid(names, user, on).filter(processor=OuterRef("pk"))
    activities = ProcessingActivity.objects.visible_to(user)
    lines = RecipientLine.objects.filter(processor=OuterRef("pk"), activity__in=activities)
    naming = activities.filter(products__processor=OuterRef("pk"))
    missing = Processor.objects.filter(Exists(lines) | Exists(naming), ~Exists(valid), pk__in=names)
    return [
        (key, rules.processor_without_agreement(about=names[key]))
        for key in missing.values_list("pk", flat=True)
    ]


def _uses(names: dict[int, str], user: User, on: date) -> Keyed:
    """Schools that use a product which no valid agreement covers at that school."""
    schools = dict(School.objects.where(user, Right.VIEW_REGISTER).values_list("pk", "name"))
    used = _used_places(names, schools, user, on)
    covered = _covered_places({key for key, _name, _processor in used}, schools, on)
    found = []
    for (key, name, processor), places in sorted(used.items()):
        bare = [schools[school] for school in places - covered.get(key, set())]
        flag = rules.use_without_agreement(product=name, schools=bare)
        if flag is not None:
            found.append((processor, flag))
    return found


# A product by key, with its name and its processor.
Used = dict[tuple[int, str, int], set[int]]


def _used_places(names: dict[int, str], schools: dict[int, str], user: User, on: date) -> Used:
    """Per product the schools that use it: as written down for it, else by activity."""
    running = SchoolProduct.objects.filter(
        Q(until__isnull=True) | Q(until__gte=on),
        since__lte=on,
        school__in=schools,
        product__processor__in=names,
    ).annotate(everywhere=Value(False), written=Value(True))
    naming = _established(user).filter(products__processor__in=names)
    naming = naming.annotate(written=Value(False))
    rows = (
        running.order_by()
        .values_list(
            "product", "product__name", "product__processor", "everywhere", "school", "written"
        )
        .union(
            naming.order_by().values_list(
                *("products", "products__name", "products__processor"),
                *("all_schools", "schools", "written"),
            )
        )
    )
    used: defaultdict[tuple[int, str, int], set[int]] = defaultdict(set)
    found = list(rows)
    told = {row[0] for row in found if row[-1]}
    for product, name, processor, everywhere, school, written in found:
        if product in told and not written:
            continue
        used[product, name, processor] |= set(schools) if everywhere else {school} & set(schools)
    return used


def _covered_places(products: set[int], schools: dict[int, str], on: date) -> dict[int, set[int]]:
    """Per product the schools where it is covered."""
    valid = AgreementCoverage.objects.valid_on(on).filter(product__in=products, school__in=schools)
    rows = valid.values("product").order_by().annotate(covered=ArrayAgg("school"))
    return {row["product"]: set(row["covered"]) for row in rows}


def _subprocessors(names: dict[int, str], user: User, on: date) -> Keyed:
    """Sub-processors of agreements that have not ended, signed or about to be."""
    running = Agreement.objects.visible_to(user).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), processor__in=names
    )
    lines = SubProcessor.objects.filter(agreement__in=running, instrument="")
    found = []
    for name, country, reference, processor in lines.values_list(
        "name", "country", "agreement__reference", "agreement__processor"
    ):
        flag = rules.subprocessor_flag(about=reference, name=name, country=country, instrument="")
        if flag is not None:
            found.append((processor, flag))
    return found


def _endings(names: dict[int, str], user: User, on: date) -> Keyed:
    """Valid agreements that end soon, unless what they cover is covered on the next day too."""
    # Adjacent and later: it begins on the day after the last one.
    successor = AgreementCoverage.objects.filter(
        product=OuterRef("product"),
        school=OuterRef("school"),
        period__adjacent_to=OuterRef("period"),
        period__fully_gt=OuterRef("period"),
    )
    covered = AgreementCoverage.objects.filter(agreement=OuterRef("pk"))
    ending = (
        _valid(names, user, on)
        .filter(ends_on__lte=date.fromordinal(on.toordinal() + max(NOTICE_DAYS)))
        .filter(Exists(covered.exclude(Exists(successor))) | ~Exists(covered))
    )
    found = []
    for processor, reference, ends_on in ending.values_list("processor", "reference", "ends_on"):
        flag = rules.ending_flag(about=reference, ends_on=ends_on, on=on)
        if flag is not None:
            found.append((processor, flag))
    return found


def _sheets(names: dict[int, str]) -> QuerySet[Any]:
    """The newest privacybijsluiter of each product."""
    newest = (
        ProductDocument.objects.filter(
            product=OuterRef("product"), kind=ProductDocumentKind.PRIVACY_SHEET
        )
        .order_by("-dated_on", "-pk")
        .values("pk")[:1]
    )
    return ProductDocument.objects.filter(product__processor__in=names, pk=newest)


def _words(records: QuerySet[Any], said: str, processor: str, name: str) -> QuerySet[Any]:
    """What some records say of each processor: (what is said, processor, name)."""
    named = records.filter(**{f"{name}__isnull": False}).order_by()
    return named.annotate(said=Value(said)).values_list("said", processor, name)


def _said(names: dict[int, str], user: User, on: date) -> Names:
    """Per (what is said, processor) the names: one query for register and agreements together."""
    activities = _established(user)
    valid, sheets = _valid(names, user, on), _sheets(names)
    lines = RecipientLine.objects.filter(activity__in=activities, processor__in=names)
    purposes = PurposeLine.objects.filter(
        activity__in=activities, activity__recipientlines__processor__in=names
    )
    rows = _words(valid, "valid", "processor", "reference").union(
        _words(lines, "data used", "processor", "data__name"),
        _words(valid, "data", "processor", "data__name"),
        _words(sheets, "data", "product__processor", "data__name"),
        _words(purposes, "purposes used", "activity__recipientlines__processor", "purpose__name"),
        _words(valid, "purposes", "processor", "purposes__name"),
        _words(sheets, "purposes", "product__processor", "purposes__name"),
    )
    found: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for said, processor, name in rows:
        found[said, processor].add(name)
    return found


def _outside(names: dict[int, str], user: User, on: date) -> Keyed:
    """Data and purposes beside the valid agreements; who has none is flagged for that."""
    said = _said(names, user, on)
    compared = (("data", rules.data_outside), ("purposes", rules.purposes_outside))
    return [
        (key, flag)
        for key, about in names.items()
        if ("valid", key) in said
        for what, compare in compared
        for flag in compare(
            about=about,
            in_register=said.get((f"{what} used", key), ()),
            in_agreement=said.get((what, key), ()),
        )
    ]
