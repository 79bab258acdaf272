"""What is on a list and must stay: a hold on the person, or on everything under a rule."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from privacyboard.clockwork.holds import Held, held_people
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import School
from registers.models.catalogue import RetentionRule
from registers.models.destruction import DestructionItem


def item_holds(school: School | None, items: Sequence[DestructionItem]) -> dict[int, list[Held]]:
    """The holds on these items of one place, by their keys; no key where nothing holds."""
    people = {item.person_key for item in items if item.person_key}
    of_people = held_people(school.pk, people) if school and people else {}
    of_rules = _rule_holds(school, {item.rule_id for item in items})
    found: dict[int, list[Held]] = {}
    for item in items:
        reasons = [*of_people.get(item.person_key, ()), *of_rules.get(item.rule_id, ())]
        if reasons:
            found[item.pk] = reasons
    return found


def _rule_holds(school: School | None, rules: set[int]) -> dict[int, list[Held]]:
    """Holds on everything under a rule: at this place, or at the whole board."""
    running = Hold.objects.running().filter(
        Q(school=None) | Q(school=school),
        subject_type=RetentionRule._meta.label_lower,
        subject_id__in=[str(each) for each in rules],
    )
    found: dict[int, list[Held]] = {}
    for hold in running.select_related("owner").order_by("pk"):
        held = Held(str(hold.get_kind_display()), hold.owner.name, hold.review_on)
        found.setdefault(int(hold.subject_id), []).append(held)
    return found


def said(reasons: Sequence[Held]) -> str:
    """Why it stays, in words: each reason once, with who to ask."""
    words = [
        f"{each.reason} (vraag {each.owner})" if each.owner else each.reason for each in reasons
    ]
    return "; ".join(dict.fromkeys(words))
