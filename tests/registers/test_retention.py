"""What the register forgets by itself: on its day, no day sooner, and not what a hold stops."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from privacyboard.clockwork import holds, sweeps
from privacyboard.clockwork.holds import Hold
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import User
from registers import actions, retention
from registers.choices import ImportKind, ImportState
from registers.models import ImportRun, Processor
from tests.conftest import NOW, Cast

AsUser = Callable[[User], Client]
DAY = timedelta(days=1)


def content(code: str, name: str) -> bytes:
    row = {"code": code, "name": name}
    whole = {"format": "privacyboard-register", "version": 1, "tables": {"processors": [row]}}
    return json.dumps(whole).encode()


def hand_in(cast: Cast, code: str = "jansen", name: str = "Bureau Jansen") -> ImportRun:
    return actions.hand_in_import(
        content=content(code, name),
        file_name="export Jan Jansen.json",
        kind=ImportKind.REGISTER,
        by=cast.ibp,
        at=NOW,
    )


def forget(days: float) -> int:
    return sweeps.run(name="register_retention", at=NOW + days * DAY)


def files() -> int:
    storage: Any = StoredDocument._meta.get_field("file").storage
    return sum(each.is_file() for each in Path(storage.location).rglob("*"))


def test_a_file_goes_a_month_after_it_was_applied(cast: Cast) -> None:
    run = hand_in(cast)
    actions.apply_import(run=run, by=cast.ibp, at=NOW + 10 * DAY)
    size, sha256 = run.document.size, run.document.sha256
    assert forget(39.9) == 0
    assert files() == 1
    assert forget(40) == 1
    assert forget(41) == 0
    assert files() == 0
    run = ImportRun.objects.select_related("document").get()
    assert (run.state, run.applied_by, run.emptied_at) == (
        ImportState.APPLIED,
        cast.ibp,
        NOW + 40 * DAY,
    )
    assert (run.counts["new"], run.fates["tables"][0]["new"]) == (1, 1)
    assert (run.document.size, run.document.sha256) == (size, sha256)
    assert (run.document.title, run.document.file_name) == ("bestand.json", "bestand.json")
    assert "ansen" not in json.dumps([run.fates, run.counts, run.error])
    assert Processor.objects.get().name == "Bureau Jansen"  # the register itself keeps its own term


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Bureau Jansen", ImportState.CHECKED, ImportState.LAPSED),
        ("", ImportState.REFUSED, ImportState.REFUSED),
    ],
)
def test_a_file_that_was_left_or_refused_goes_a_month_after_it_was_handed_in(
    cast: Cast, name: str, before: str, after: str
) -> None:
    run = hand_in(cast, name=name)
    assert run.state == before
    assert (forget(29.9), forget(30)) == (0, 1)
    run.refresh_from_db()
    assert (run.state, run.fates["problems"], run.fates["rows"], files()) == (after, [], [], 0)
    with pytest.raises(actions.ImportRefused):
        actions.ask_to_apply(run=run, by=cast.ibp, at=NOW + 31 * DAY)


@pytest.mark.parametrize("state", [ImportState.LOOKING, ImportState.APPLYING])
def test_what_the_worker_is_busy_with_stays(cast: Cast, state: str) -> None:
    hand_in(cast)
    ImportRun.objects.update(state=state)
    assert forget(400) == 0
    assert files() == 1


def test_the_page_says_that_the_file_is_gone(cast: Cast, as_user: AsUser) -> None:
    run = hand_in(cast)
    client = as_user(cast.ibp)
    download = reverse("document", args=[run.document_id])
    assert client.get(download).status_code == 200
    forget(30)
    assert client.get(download).status_code == 404
    page = client.get(reverse("import_run", args=[run.pk])).text
    assert "Het bestand en wat er in de regels stond, zijn op 1 april 2026 verwijderd." in page
    assert "Toepassen" not in page
    assert "Jansen" not in page
    assert "niet toegepast, bestand verwijderd" in page
    told = client.post(reverse("import_apply", args=[run.pk]), follow=True).text
    assert "Dit bestand is verwijderd. Lees het opnieuw in." in told


def test_people_are_told_beforehand(cast: Cast, as_user: AsUser) -> None:
    page = as_user(cast.ibp).get(reverse("imports")).text
    assert (
        "Het bestand zelf bewaren wij 30 dagen. Daarna blijven alleen de aantallen staan." in page
    )


@pytest.fixture
def held() -> Iterator[set[int]]:
    """Files that an app upstairs holds."""
    keys: set[int] = set()

    def source(records: Sequence[models.Model]) -> dict[int, list[Hold]]:
        found = {each.pk for each in records if isinstance(each, ImportRun)} & keys
        return {key: [Hold("Een klacht over dit bestand.", "FG")] for key in found}

    holds.register("proef", source)
    yield keys
    del holds._sources["proef"]


def test_a_hold_stops_it_until_it_is_lifted(cast: Cast, held: set[int]) -> None:
    stays, goes = hand_in(cast, "a"), hand_in(cast, "b")
    held.add(stays.pk)
    assert forget(30) == 1
    goes.refresh_from_db()
    stays.refresh_from_db()
    assert (goes.emptied_at is None, stays.emptied_at is None) == (False, True)
    held.clear()
    assert forget(31) == 1
    assert files() == 0


def test_more_than_one_batch_goes_in_one_run(
    cast: Cast, held: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_BATCH", 2)
    runs = [hand_in(cast, f"c{each}") for each in range(5)]
    held.update({runs[0].pk, runs[1].pk})
    assert (forget(30), forget(30)) == (3, 0)


def test_a_file_that_is_gone_from_the_disk_already_is_no_trouble(cast: Cast) -> None:
    run = hand_in(cast)
    run.document.file.storage.delete(str(run.document.file.name))
    assert forget(30) == 1


# --- every field with personal data is named --------------------------------------------------

# Lists of the board, and texts about processing and suppliers: they name no person.
ABOUT_NOBODY = {
    *("basisletter", "datacategory", "datasubjectgroup", "disclosureground", "externalparty"),
    *("internalrole", "measure", "product", "purpose", "retentionrule", "system"),
    *("accessline", "agreementcoverage", "dataline", "purposeline", "recipientline"),
    *("transferline", "activitytext", "productdocument", "schoolproduct", "subprocessor"),
    *("cookie", "website", "publicfield", "falleninstrument"),
}
FIELDS_ABOUT_NOBODY = {
    "accessreview": {"matrix", "sha256"},
    "activityversion": {"sha256"},
    "agreement": {"reference", "certificates", "backup", "security", "deviations"},
    "compatibilitytest": {"link", "context", "nature", "consequences", "safeguards"},
    "importrun": {"counts"},
    "parentnotice": {"way"},
    "processingactivity": {
        *("code", "name", "sort_name", "description", "place", "minimisation", "proportionality"),
        *("subsidiarity", "dpia_reason", "dpia_reference", "on_behalf_of", "processing_kinds"),
        *("exception_reason", "automation_logic", "automation_significance"),
        *("human_intervention", "source"),
    },
    "processor": {
        *("code", "name", "name_en", "sort_name", "source", "service", "kvk", "country", "website"),
    },
    "publishedstatement": {"material_change", "sha256"},
    "registerfile": {"error"},
    "renderedpart": {"sha256"},
    "sharingagreement": {"reference", "purpose", "exchange", "essence"},
}
_CAN_HOLD = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


def _may_hold_people(field: Any) -> bool:
    if isinstance(field, models.ForeignKey):
        return field.related_model in {User, StoredDocument}
    return isinstance(field, (*_CAN_HOLD, models.FileField)) and not field.choices


def test_every_field_that_can_hold_a_person_is_named_or_says_nothing_of_anybody() -> None:
    found = set()
    for model in apps.get_app_config("registers").get_models():
        name = str(model._meta.model_name)
        if name.startswith("historical") or name in ABOUT_NOBODY:
            continue
        fields = {each.name for each in model._meta.local_fields if _may_hold_people(each)}
        found |= {f"{name}.{each}" for each in fields - FIELDS_ABOUT_NOBODY.get(name, set())}
    assert found == set(retention.PERSONAL)


def test_no_list_of_the_board_points_to_a_person() -> None:
    people = [
        field
        for name in ABOUT_NOBODY
        for field in apps.get_model("registers", name)._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model in {User, StoredDocument}
    ]
    assert people == []
