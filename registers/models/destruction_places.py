"""Where what is on a list is kept, as the register says now."""

from __future__ import annotations

from registers.choices.destruction import LineVerdict, TaskKind
from registers.models.agreements import SchoolProduct
from registers.models.destruction import DestructionLine, DestructionList
from registers.models.processors import System
from registers.models.versions import ActivityVersion
from registers.rules.destruction.sources import Pair, Place, places


def pair_of(line: DestructionLine) -> Pair:
    """The rule and the kind of data of a line, by code; the latter empty where there is none."""
    return line.rule.code, line.category.code if line.category else ""


def places_of(found: DestructionList) -> tuple[Place, ...]:
    """Every place that the established activities name for what goes.

    A product that is used at other schools only is not asked to destroy.
    """
    lines = found.lines.filter(verdict=LineVerdict.DESTROY, number__gt=0)
    contents = [
        version.read() for version in ActivityVersion.objects.in_force().order_by("activity__code")
    ]
    behind = System.objects.filter(product__isnull=False).values_list(
        "code", "product__processor__code"
    )
    elsewhere = _elsewhere(found)
    named = places(
        contents,
        slug=found.school.slug if found.school else None,
        pairs=[pair_of(line) for line in lines.select_related("rule", "category")],
        behind=dict(behind),
    )
    return tuple(each for each in named if each.key not in elsewhere)


def _elsewhere(found: DestructionList) -> set[str]:
    """The places of systems whose product is in use at some schools, and not at this one."""
    used = SchoolProduct.objects.values("product")
    here = SchoolProduct.objects.filter(school=found.school).values("product")
    codes = System.objects.filter(product__in=used).exclude(product__in=here)
    return {f"{TaskKind.SYSTEM.value}:{code}" for code in codes.values_list("code", flat=True)}
