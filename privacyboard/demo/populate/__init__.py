"""A large fictional board. A later part of the house adds its own `Part` to PARTS."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from random import Random

from django.apps import apps
from django.db import connection, transaction

from privacyboard.demo.populate import (
    accounts,
    activities,
    breaches,
    consent,
    daily,
    destruction,
    requests,
    schools,
    suppliers,
)
from privacyboard.demo.populate.making import Making, Part
from privacyboard.organisation.models import Board, School, User
from registers.exchange import load_catalogue
from registers.models import ProcessingActivity, Processor

# In this order: who comes later builds on what was made before.
PARTS = (
    Part("schools", 60, "schools of the board", schools.make_schools),
    Part("users", 2500, "people with an account and a role", accounts.make_users),
    Part("suppliers", 300, "suppliers with products and agreements", suppliers.make_suppliers),
    Part("activities", 500, "processing activities", activities.make_activities),
    Part("disclosures", 1000, "single disclosures to outside parties", daily.make_disclosures),
    Part("requests", 500, "requests of data subjects, with complaints", requests.make_requests),
    Part("breaches", 500, "data breaches, most of them closed", breaches.make_breaches),
    Part("pupils", 600, "pupils with guardians and five years of answers", consent.make_consent),
    Part("letters", 1000, "letters that were sent", daily.make_letters),
    Part("entries", 5000, "lines of the access log", daily.make_entries),
    Part("lists", 120, "destruction lists, half of them closed", destruction.make_lists),
)


class NotEmpty(ValueError):
    """Something was entered already: a fictional board is never mixed with a real one."""


@transaction.atomic
def populate(counts: Mapping[str, int], *, seed: int, at: datetime) -> Making:
    """Make a large board as of a moment; a part that `counts` leaves out gets its default.

    The same seed, moment and counts make the same board. Raises NotEmpty.
    """
    for model in (Board, School, User, Processor, ProcessingActivity):
        if model.objects.exists():
            raise NotEmpty(
                f"this database holds data already ({model._meta.label}): "
                "populate fills an empty one only"
            )
    load_catalogue(by=None)
    # Dice for a fictional board guard no secret.
    making = Making(at=at, random=Random(seed))  # noqa: S311
    for part in PARTS:
        part.fill(making, counts.get(part.option, part.default))
    _analyze()
    return making


def _analyze() -> None:
    """Plans for a board of this size, at once.

    Of the tables of the house only: those that all databases of a server share are locked by it,
    and whoever fills another one would wait for the end of this transaction.
    """
    tables = {each._meta.db_table for each in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables & {*names}))}")


__all__ = ["PARTS", "Making", "NotEmpty", "Part", "populate"]
