"""What may be used of each pupil of a school, for its website or pupil system: keys, no names."""

from __future__ import annotations

from datetime import date
from typing import Any

from consent.choices import CARE
from consent.models import Question
from consent.models.holding import rulings_on
from consent.rules.standing import Ruling
from privacyboard.organisation.models import Pupil, School


def school_json(school: School, *, on: date) -> dict[str, Any]:
    """Every pupil of the school, by the key of its own system. Five queries, whatever the size.

    What is asked about care is not in it: no website needs that.
    """
    asked = Question.objects.askable().at_school(school).exclude(means__in=CARE)
    questions = list(asked.order_by("place", "id"))
    pupils = list(Pupil.objects.filter(school=school).enrolled_on(on).order_by("sort_name", "id"))
    rulings = rulings_on(pupils, questions, on=on)
    return {
        "school": school.slug,
        "on": on.isoformat(),
        "questions": {each.code: each.name for each in questions},
        "pupils": [
            {
                "key": pupil.key,
                "holds": {each.code: _said(rulings[pupil.pk][each.pk]) for each in questions},
            }
            for pupil in pupils
        ],
    }


def _said(ruling: Ruling) -> dict[str, Any]:
    until = ruling.until.isoformat() if ruling.until else None
    return {"yes": ruling.is_yes, "until": until}
