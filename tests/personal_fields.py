"""Which fields of an app can hold a person: held against what its `retention.py` names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.apps import apps
from django.db import models

from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Guardian, Pupil, Teacher, User

_CAN_HOLD = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
_PEOPLE = {User, Pupil, Guardian, Teacher, StoredDocument}


def fields_that_can_hold_people(
    app: str,
    about_nobody: Collection[str] = (),
    fields_about_nobody: Mapping[str, set[str]] | None = None,
) -> set[str]:
    """Each as "model.field", in lower case; without models and fields that name no person.

    A field can hold a person when people type in it, when it is a file, or when it points to one.
    History repeats its model, and is not asked apart.
    """
    found = set()
    for model in apps.get_app_config(app).get_models():
        name = str(model._meta.model_name)
        if name.startswith("historical") or name in about_nobody:
            continue
        fields = {each.name for each in model._meta.local_fields if _may_hold_people(each)}
        found |= {
            f"{name}.{each}" for each in fields - (fields_about_nobody or {}).get(name, set())
        }
    return found


def _may_hold_people(field: Any) -> bool:
    if isinstance(field, models.ForeignKey | models.OneToOneField):
        return field.related_model in _PEOPLE
    can_hold = (*_CAN_HOLD, models.FileField, models.GenericIPAddressField)
    return isinstance(field, can_hold) and not field.choices
