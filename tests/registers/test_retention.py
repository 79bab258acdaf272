"""What the register forgets by itself: on its day, no day sooner, and not what a hold stops."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import reverse

from privacyboard.clockwork import holds, runs
from privacyboard.clockwork.actions import put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.holds import Held
from privacyboard.clockwork.rules import Term
from privacyboard.deadlines import AMSTERDAM
from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import User
from registers import actions, retention
from registers.choices import ImportKind, ImportState
from registers.models import (
    ConfidentialityNote,
    Disclosure,
    ImportRun,
    Processor,
    RegisterFile,
    RenderedPart,
    RetentionRule,
)
from tests.conftest import NOW, Cast
from tests.factories import disclosures, people
from tests.factories import registers as make
from tests.factories.forgetting import changed_on, committed
from tests.personal_fields import fields_that_can_hold_people
from tests.retention_runs import gone, run

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
    with committed():
        return gone(NOW + days * DAY, "register_imports")


def files() -> int:
    storage: Any = StoredDocument._meta.get_field("file").storage
    return sum(each.is_file() for each in Path(storage.location).rglob("*"))


def test_a_file_goes_a_month_after_it_was_applied(cast: Cast) -> None:
    run = hand_in(cast)
    actions.apply_import(run=run, by=cast.ibp, at=NOW + 10 * DAY)
    size, sha256 = run.document.size, run.document.sha256
    assert forget(40) == 0
    assert files() == 1
    assert forget(41) == 1
    assert forget(42) == 0
    assert files() == 0
    run = ImportRun.objects.select_related("document").get()
    assert (run.state, run.applied_by, run.emptied_at) == (
        ImportState.APPLIED,
        cast.ibp,
        NOW + 41 * DAY,
    )
    assert (run.counts["new"], run.fates["tables"][0]["new"]) == (1, 1)
    assert (run.document.size, run.document.sha256) == (size, sha256)
    assert (run.document.title, run.document.file_name) == ("bestand.json", "bestand.json")
    assert "ansen" not in json.dumps([run.fates, run.counts, run.error])
    assert Processor.objects.get().name == "Bureau Jansen"  # the register itself keeps its own term


def test_a_file_whose_row_does_not_come_through_stays(cast: Cast) -> None:
    hand_in(cast)
    with committed(), transaction.atomic():
        runs.run_rules(by=None, at=NOW + 41 * DAY, names=["register_imports"])
        assert ImportRun.objects.get().emptied_at is not None
        transaction.set_rollback(True)
    kept = ImportRun.objects.select_related("document").get()
    assert kept.emptied_at is None
    assert kept.document.file.read() == content("jansen", "Bureau Jansen")


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
    assert (forget(30), forget(31)) == (0, 1)
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
    forget(31)
    assert client.get(download).status_code == 404
    page = client.get(reverse("import_run", args=[run.pk])).text
    assert "Het bestand en wat er in de regels stond, zijn op 2 april 2026 verwijderd." in page
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

    def source(model: type[models.Model], asked: Sequence[int]) -> dict[int, list[Held]]:
        found = set(asked) & keys if model is ImportRun else set()
        return {key: [Held("Een klacht over dit bestand.", "FG")] for key in found}

    holds.register("proef", source)
    yield keys
    del holds._sources["proef"]


def test_a_hold_stops_it_until_it_is_lifted(cast: Cast, held: set[int]) -> None:
    stays, goes = hand_in(cast, "a"), hand_in(cast, "b")
    held.add(stays.pk)
    assert forget(31) == 1
    goes.refresh_from_db()
    stays.refresh_from_db()
    assert (goes.emptied_at is None, stays.emptied_at is None) == (False, True)
    held.clear()
    assert forget(32) == 1
    assert files() == 0


def test_more_than_one_batch_goes_in_one_run(
    cast: Cast, held: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 2)
    handed = [hand_in(cast, f"c{each}") for each in range(5)]
    held.update({handed[0].pk, handed[1].pk})
    assert (forget(31), forget(31)) == (3, 0)


def test_a_file_that_is_gone_from_the_disk_already_is_no_trouble(cast: Cast) -> None:
    run = hand_in(cast)
    run.document.file.storage.delete(str(run.document.file.name))
    assert forget(31) == 1


# --- exports, disclosures, agreements about one pupil -----------------------------------------


def test_an_export_goes_with_its_file_after_a_week(cast: Cast) -> None:
    made = RegisterFile.objects.create(asked_at=NOW, asked_by=cast.ibp)
    made.document = storage.store(
        content=b"%PDF-1.7",
        title="Register",
        file_name="register.pdf",
        media_type="application/pdf",
        kind="register.file",
        by=cast.ibp,
        at=NOW,
    )
    made.save()
    assert run(date(2026, 3, 9), "register_exports") == 0
    assert files() == 1
    assert run(date(2026, 3, 10), "register_exports") == 1
    assert (RegisterFile.objects.count(), StoredDocument.objects.count(), files()) == (0, 0, 0)


def test_a_printed_part_goes_a_month_after_it_was_used(db: None) -> None:
    RenderedPart.objects.create(sha256="0" * 64, pdf=b"%PDF", pages=1, used_at=NOW)
    assert (run(date(2026, 4, 1), "register_parts"), run(date(2026, 4, 2), "register_parts")) == (
        0,
        1,
    )


def test_a_disclosure_goes_after_five_years_with_its_data_and_its_history(cast: Cast) -> None:
    disclosures.disclosure(cast.linde, at=NOW, by=cast.director)
    assert run(date(2031, 3, 2), "disclosures") == 0
    assert run(date(2031, 3, 3), "disclosures") == 1
    history = Disclosure.history.model
    assert (Disclosure.objects.count(), history.objects.count()) == (0, 0)
    assert Disclosure.data.through._base_manager.count() == 0
    assert "L-1001" not in str(list(history.objects.values()))


def test_an_agreement_about_a_pupil_goes_with_the_file_of_the_pupil(cast: Cast) -> None:
    child = people.pupil(cast.linde, key="L-1001", left_on=date(2026, 7, 18), language="tr")
    note = disclosures.note(cast.linde, pupil_key="L-1001")
    same_number_elsewhere = disclosures.note(cast.eik, pupil_key="L-1001")
    ended = disclosures.note(cast.linde, pupil_key="L-2002", ended_on=date(2026, 7, 18))
    assert run(date(2028, 7, 18), "confidentiality_notes") == 0
    assert run(date(2028, 7, 19), "confidentiality_notes") == 2
    assert list(ConfidentialityNote.objects.all()) == [same_number_elsewhere]
    assert not ConfidentialityNote.history.filter(id__in=[note.pk, ended.pk]).exists()
    assert child.key == "L-1001"


def test_it_goes_also_when_the_pupil_goes_first(cast: Cast) -> None:
    people.pupil(cast.linde, key="L-1001", left_on=date(2026, 7, 18))
    disclosures.note(cast.linde, pupil_key="L-1001")
    assert run(date(2028, 7, 19), "pupils") == 1
    assert (ConfidentialityNote.objects.count(), ConfidentialityNote.history.count()) == (0, 0)


def test_the_board_sets_the_term(cast: Cast) -> None:
    make.retention_rule("pupil_file", years=3)
    people.pupil(cast.linde, left_on=date(2026, 7, 18))
    assert run(date(2029, 7, 18), "pupils") == 0
    assert run(date(2029, 7, 19), "pupils") == 1


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=AMSTERDAM)


def terms_of_notes(day: date) -> Term | None:
    rules = [rule for rule in runs.all_rules() if rule.name == "confidentiality_notes"]
    return runs.terms_in_force(rules, today=day)["confidentiality_notes"]


def test_a_term_that_was_made_shorter_counts_after_thirty_days(cast: Cast) -> None:
    """Whoever keeps the list of terms destroys nothing here alone; longer counts at once."""

    def change(day: date, **values: Any) -> None:
        rule = RetentionRule.objects.get(code="pupil_file")
        for name, value in values.items():
            setattr(rule, name, value)
        rule.record(by=cast.ibp, why="gewijzigd")
        changed_on(rule, noon(day))

    make.retention_rule("pupil_file", years=5)
    change(date(2030, 1, 1), years=5)
    change(date(2030, 3, 1), years=1)
    change(date(2030, 3, 5), years=0, days=1)
    assert terms_of_notes(date(2030, 3, 30)) == Term(years=5)
    assert terms_of_notes(date(2030, 3, 31)) == Term(years=1)
    assert terms_of_notes(date(2030, 4, 4)) == Term(days=1)
    change(date(2030, 5, 1), years=7, days=0)
    assert terms_of_notes(date(2030, 5, 1)) == Term(years=7)
    change(date(2030, 6, 1), bound="none")
    assert terms_of_notes(date(2030, 6, 1)) is None
    change(date(2030, 6, 2), bound="maximum", years=2)
    assert terms_of_notes(date(2030, 7, 1)) is None
    assert terms_of_notes(date(2030, 7, 2)) == Term(years=2)


def test_a_term_that_is_renamed_or_taken_off_the_list_counts_for_thirty_days(cast: Cast) -> None:
    rule = make.retention_rule("pupil_file", years=5)
    changed_on(rule, noon(date(2030, 1, 1)))
    rule.code = "renamed"
    rule.record(by=cast.ibp, why="gewijzigd")
    changed_on(rule, noon(date(2030, 3, 1)))
    assert terms_of_notes(date(2030, 3, 20)) == Term(years=5)
    changed_on(make.retention_rule("pupil_file", years=1), noon(date(2030, 3, 2)))
    assert terms_of_notes(date(2030, 3, 31)) == Term(years=5)
    assert terms_of_notes(date(2030, 4, 1)) == Term(years=1)


def test_a_hold_on_the_pupil_holds_what_names_the_number(cast: Cast) -> None:
    disclosures.disclosure(cast.linde, at=NOW, by=cast.director)
    put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De zaak loopt.",
        owner=cast.ibp,
        review_on=NOW.date() + 90 * DAY,
        school=cast.linde,
        person_key="L-1001",
        by=cast.ibp,
        at=NOW,
    )
    assert run(date(2031, 3, 3), "disclosures") == 0


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
    "destructionitem": {"seal"},
    "destructionline": {"rule_name", "term", "legal_ground", "data", "against"},
    "destructionlist": {"number", "counts"},
    "destructiontask": {"name", "pairs"},
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


def test_every_field_that_can_hold_a_person_is_named_or_says_nothing_of_anybody() -> None:
    found = fields_that_can_hold_people("registers", ABOUT_NOBODY, FIELDS_ABOUT_NOBODY)
    assert found == set(retention.PERSONAL)


def test_no_list_of_the_board_points_to_a_person() -> None:
    people = [
        field
        for name in ABOUT_NOBODY
        for field in apps.get_model("registers", name)._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model in {User, StoredDocument}
    ]
    assert people == []
