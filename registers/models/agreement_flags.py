"""Reading what the rules on agreements compare: the register beside what was agreed.

Everything is read as far as one person may read it, in a handful of queries for any number of
processors. What the register says is what its established activities say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast

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
from registers.models.processors import Processor, Product
from registers.rules import agreement_flags as rules
from registers.rules.agreement_flags import NOTICE_DAYS, Flag

Found = dict[int, list[Flag]]


# Keys of processors, or a query that gives them.
Which = Sequence[int] | QuerySet[Any, Any]


def flags(*, user: User, on: date) -> list[Flag]:
    """Everything around agreements that needs somebody, the gravest first."""
    found, _names = named_flags(user=user, on=on)
    return rules.worst_first(flag for each in found.values() for flag in each)


def flags_of(processors: Iterable[Processor], *, user: User, on: date) -> Found:
    """What needs somebody per processor (by key), the gravest first; silent ones are left out."""
    return _flags([each.pk for each in processors], user, on)[0]


def named_flags(*, user: User, on: date) -> tuple[Found, dict[int, str]]:
    """The same for all that this person reads, with their names: two queries."""
    return _flags(Processor.objects.visible_to(user).order_by().values("pk"), user, on)


def _flags(which: Which, user: User, on: date) -> tuple[Found, dict[int, str]]:
    said = _said(which, user, on)
    by_name = sorted(said.pop("processor", ()), key=lambda row: row.name)
    names = {row.processor: row.name for row in by_name}
    found: defaultdict[int, list[Flag]] = defaultdict(list)
    of_agreements = _of_agreements(which, names, user, on)
    for key, flag in (*of_agreements, *_uses(said), *_outside(names, said)):
        found[key].append(flag)
    return {key: rules.worst_first(each) for key, each in found.items()}, names


Keyed = list[tuple[int, Flag]]


def _valid(which: Which, user: User, on: date) -> Any:
    return Agreement.objects.visible_to(user).valid_on(on).filter(processor__in=which)


def _established(user: User) -> Any:
    return ProcessingActivity.objects.visible_to(user).established()


def _of_agreements(which: Which, names: dict[int, str], user: User, on: date) -> Keyed:
    """What is wrong with agreements by themselves, or with having none: one query."""
    rows = _without_agreement(which, user, on).union(
        _subprocessors(which, user, on), _endings(which, user, on)
    )
    told = ((row[1], _flag(row, names, on)) for row in sorted(rows, key=str))
    return [(processor, flag) for processor, flag in told if flag is not None]


def _flag(row: tuple[Any, ...], names: dict[int, str], on: date) -> Flag | None:
    kind, processor, reference, name, country, ends_on = row
    if kind == "subprocessor":
        return rules.subprocessor_flag(about=reference, name=name, country=country, instrument="")
    if kind == "ending":
        return rules.ending_flag(about=reference, ends_on=ends_on, on=on)
    if reference is None:
        return rules.processor_without_agreement(about=names[processor])
    return rules.no_product_flag(about=reference)


# In a union a bare null would be a text.
_NO_DAY = Cast(Value(None), DateField())


def _without_agreement(which: Which, user: User, on: date) -> QuerySet[Any, Any]:
    """Processors that signed nothing, and those that signed for none of their products.

    The first only where an activity names them, by itself or by a product.
    """
    valid = _valid(which, user, on).filter(processor=OuterRef("pk"))
    activities = ProcessingActivity.objects.visible_to(user)
    lines = RecipientLine.objects.filter(processor=OuterRef("pk"), activity__in=activities)
    naming = activities.filter(products__processor=OuterRef("pk"))
    missing = (Q(Exists(lines)) | Q(Exists(naming))) & ~Q(Exists(valid))
    empty = valid.filter(products__isnull=True).order_by("pk").values("reference")[:1]
    makes = Exists(Product.objects.filter(processor=OuterRef("pk")))
    return (
        Processor.objects.filter(pk__in=which)
        .order_by()
        .annotate(empty=Subquery(empty))
        .filter(missing | Q(makes, empty__isnull=False))
        .values_list(Value("without"), "pk", "empty", Value(""), Value(""), _NO_DAY)
    )


def _uses(said: Said) -> Keyed:
    """Schools that use a product which no valid agreement covers at that school."""
    schools = {row.school: row.name for row in said["school"]}
    covered: defaultdict[int | None, set[int | None]] = defaultdict(set)
    for row in said["covered"]:
        covered[row.product].add(row.school)
    told = {row.product for row in said["written"]}
    used: defaultdict[tuple[int, str, int], set[int | None]] = defaultdict(set)
    # What is written down about the use of a product counts above what activities say.
    for row in (*said["written"], *(each for each in said["used"] if each.product not in told)):
        places = set(schools) if row.school is None else {row.school} & set(schools)
        used[row.product or 0, row.name, row.processor] |= places
    found = []
    for (key, name, processor), places in sorted(used.items(), key=lambda each: each[0]):
        bare = [schools[school] for school in places - covered[key]]
        flag = rules.use_without_agreement(product=name, schools=bare)
        if flag is not None:
            found.append((processor, flag))
    return found


def _subprocessors(which: Which, user: User, on: date) -> QuerySet[Any, Any]:
    """Sub-processors of agreements that have not ended, signed or about to be."""
    running = Agreement.objects.visible_to(user).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), processor__in=which
    )
    lines = SubProcessor.objects.filter(agreement__in=running, instrument="").order_by()
    return lines.values_list(
        Value("subprocessor"),
        "agreement__processor",
        "agreement__reference",
        "name",
        "country",
        _NO_DAY,
    )


def _endings(which: Which, user: User, on: date) -> QuerySet[Any, Any]:
    """Valid agreements that end soon, unless what they cover is covered on the next day too."""
    # Adjacent and later: it begins on the day after the last one.
    successor = AgreementCoverage.objects.filter(
        product=OuterRef("product"),
        school=OuterRef("school"),
        period__adjacent_to=OuterRef("period"),
        period__fully_gt=OuterRef("period"),
    )
    covered = AgreementCoverage.objects.filter(agreement=OuterRef("pk"))
    ending: QuerySet[Any, Any] = (
        _valid(which, user, on)
        .order_by()
        .filter(ends_on__lte=date.fromordinal(on.toordinal() + max(NOTICE_DAYS)))
        .filter(Exists(covered.exclude(Exists(successor))) | ~Exists(covered))
        .values_list(Value("ending"), "processor", "reference", Value(""), Value(""), "ends_on")
    )
    return ending


def _sheets(which: Which) -> QuerySet[Any]:
    """The newest privacybijsluiter of each product."""
    newest = (
        ProductDocument.objects.filter(
            product=OuterRef("product"), kind=ProductDocumentKind.PRIVACY_SHEET
        )
        .order_by("-dated_on", "-pk")
        .values("pk")[:1]
    )
    return ProductDocument.objects.filter(product__processor__in=which, pk=newest)


class Row(NamedTuple):
    """One thing that register or agreements say of a processor or product, and where."""

    said: str
    processor: int
    name: str
    product: int | None = None
    school: int | None = None


Said = defaultdict[str, list[Row]]
_NO_KEY = Cast(Value(None), BigIntegerField())


def _words(records: QuerySet[Any], said: str, processor: str, name: str) -> QuerySet[Any, Any]:
    """What some records say of each processor."""
    named = records.filter(**{f"{name}__isnull": False}).order_by()
    return named.values_list(Value(said), processor, name, _NO_KEY, _NO_KEY)


def _said(which: Which, user: User, on: date) -> Said:
    """Who they are, what is used, agreed and covered: one query for register and agreements."""
    activities = _established(user)
    valid, sheets = _valid(which, user, on), _sheets(which)
    lines = RecipientLine.objects.filter(activity__in=activities, processor__in=which)
    purposes = PurposeLine.objects.filter(
        activity__in=activities, activity__recipientlines__processor__in=which
    )
    processors = Processor.objects.filter(pk__in=which)
    rows = _words(valid, "valid", "processor", "reference").union(
        _words(processors, "processor", "pk", "name"),
        _words(lines, "data used", "processor", "data__name"),
        _words(valid, "data", "processor", "data__name"),
        _words(sheets, "data", "product__processor", "data__name"),
        _words(purposes, "purposes used", "activity__recipientlines__processor", "purpose__name"),
        _words(valid, "purposes", "processor", "purposes__name"),
        _words(sheets, "purposes", "product__processor", "purposes__name"),
        *_places(which, user, on),
    )
    found: Said = defaultdict(list)
    for row in rows:
        found[row[0]].append(Row(*row))
    return found


def _places(which: Which, user: User, on: date) -> Iterator[QuerySet[Any, Any]]:
    """The schools of this person, where products are used there, and where they are covered.

    A use without a school is a use at all of them.
    """
    schools = School.objects.where(user, Right.VIEW_REGISTER).order_by()
    no_processor = Value(0, output_field=BigIntegerField())
    yield schools.values_list(Value("school"), no_processor, "name", _NO_KEY, "pk")
    running = SchoolProduct.objects.filter(
        Q(until__isnull=True) | Q(until__gte=on),
        since__lte=on,
        school__in=schools.values("pk"),
        product__processor__in=which,
    )
    used = ("product__processor", "product__name", "product", "school")
    yield running.order_by().values_list(Value("written"), *used)
    naming = _established(user).filter(products__processor__in=which).order_by()
    place = Case(When(all_schools=False, then=F("schools")), default=_NO_KEY)
    at_some = naming.filter(Q(all_schools=True) | Q(schools__isnull=False))
    yield at_some.values_list(
        Value("used"), "products__processor", "products__name", "products", place
    )
    valid = AgreementCoverage.objects.valid_on(on).filter(
        product__processor__in=which, school__in=schools.values("pk")
    )
    yield valid.order_by().values_list(
        Value("covered"), no_processor, Value(""), "product", "school"
    )


def _outside(names: dict[int, str], said: Said) -> Keyed:
    """Data and purposes beside the valid agreements; who has none is flagged for that."""
    named: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for rows in said.values():
        for row in rows:
            named[row.said, row.processor].add(row.name)
    compared = (("data", rules.data_outside), ("purposes", rules.purposes_outside))
    return [
        (key, flag)
        for key, about in names.items()
        if ("valid", key) in named
        for what, compare in compared
        for flag in compare(
            about=about,
            in_register=named.get((f"{what} used", key), ()),
            in_agreement=named.get((what, key), ()),
        )
    ]
