"""Whom the forms on requests let people choose."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Q

from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import School, User
from privacyboard.organisation.querysets import running_on


def handlers_of(school: School | None, *, on: Any) -> Any:
    """Who can handle a request: the director of its school, and the IBP managers."""
    running = running_on(on, "appointments__")
    roles = Q(appointments__role=Role.IBP_MANAGER)
    if school is not None:
        roles |= Q(appointments__role=Role.DIRECTOR, appointments__school=school)
    found = User.objects.filter(running & roles, is_active=True)
    return found.order_by("first_name", "last_name", "pk").distinct()


def colleagues_of(school: School | None, *, on: Any) -> Any:
    """Who can be asked to search: people of the school and of the board, and every director.

    A child moves to another school, and a request to the board can be about any of them.
    """
    there = Q(appointments__school=None) | Q(appointments__role=Role.DIRECTOR)
    if school is not None:
        there |= Q(appointments__school=school)
    found = User.objects.filter(running_on(on, "appointments__") & there, is_active=True)
    places = StringAgg("appointments__school__name", delimiter=", ", distinct=True)
    return found.annotate(places=places).order_by("first_name", "last_name", "pk")
