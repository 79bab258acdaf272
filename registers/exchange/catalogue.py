"""The preloaded lists of the register, read from the files beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction

from privacyboard.organisation.models import User
from registers.exchange.plain import keep, read_toml
from registers.models import (
    BasisLetter,
    CatalogueEntry,
    DataCategory,
    DataSubjectGroup,
    DisclosureGround,
    ExternalParty,
    InternalRole,
    Measure,
    Purpose,
    RetentionRule,
)

CATALOGUE = Path(__file__).parent.parent / "catalogue"

# File, the name of its tables, the model. Each file is one list.
_LISTS: tuple[tuple[str, str, type[CatalogueEntry]], ...] = (
    ("purposes", "purpose", Purpose),
    ("data_subject_groups", "data_subject_group", DataSubjectGroup),
    ("data_categories", "data_category", DataCategory),
    ("internal_roles", "internal_role", InternalRole),
    ("measures", "measure", Measure),
    ("retention_rules", "retention_rule", RetentionRule),
    ("external_parties", "external_party", ExternalParty),
    ("disclosure_grounds", "disclosure_ground", DisclosureGround),
)


@transaction.atomic
def load_catalogue(*, by: User | None, folder: Path = CATALOGUE) -> int:
    """Add the entries of the preloaded lists that are not there yet; returns how many.

    What the board changed stays as it is: an entry that exists is never written over.
    """
    added = 0
    for file, table, model in _LISTS:
        present = set(model._default_manager.values_list("code", flat=True))
        for row in read_toml(folder / f"{file}.toml")[table]:
            entry = _entry(model, row)
            if entry.code not in present:
                keep(entry, row=f"{file} {entry.code}", by=by, why="vooraf geladen")
                added += 1
    return added + _load_basis_letters(folder, by)


def _entry(model: type[CatalogueEntry], row: dict[str, Any]) -> CatalogueEntry:
    values = dict(row)
    if model is Purpose:
        values["code"] = f"doel-{values['letter']}"
    if model in {RetentionRule, DisclosureGround}:
        values["is_confirmed"] = values.pop("confirmed")
    return model(**values)


def _load_basis_letters(folder: Path, by: User | None) -> int:
    present = set(BasisLetter.objects.values_list("basis", flat=True))
    rows = [
        row
        for row in read_toml(folder / "legal_bases.toml")["legal_basis"]
        if row["basis"] not in present
    ]
    for row in rows:
        letter = BasisLetter(
            basis=row["basis"], board_letter=row["board_letter"], source=row["source"]
        )
        keep(letter, row=f"legal_bases {row['basis']}", by=by, why="vooraf geladen")
    return len(rows)
