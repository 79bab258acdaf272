"""What must stay although its term is over: holds that people put, and what apps upstairs tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

import pytest
from django.db import models

from privacyboard.audit.acts import ActRefused
from privacyboard.clockwork import actions, holds
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.holds import Held
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import School
from tests.conftest import NOW, TODAY, Cast

REQUEST = Held("open verzoek", "IBP-manager", date(2026, 4, 2))
LAWSUIT = Held("rechtszaak", "bestuur")
LATER = date(2026, 9, 1)


@pytest.fixture
def no_sources() -> Iterator[None]:
    """Empty registries; what the apps had registered is put back."""
    kept, people = dict(holds._sources), dict(holds._people)
    holds._sources.clear()
    holds._people.clear()
    yield
    holds._sources.clear()
    holds._people.clear()
    holds._sources.update(kept)
    holds._people.update(people)


def on_school(school: School, reason: Held) -> holds.Source:
    def source(model: type[models.Model], keys: Sequence[int]) -> dict[int, list[Held]]:
        return {school.pk: [reason]} if model is School and school.pk in keys else {}

    return source


def put(cast: Cast, **changed: object) -> Hold:
    given: dict[str, object] = {
        "kind": HoldKind.LAWSUIT,
        "reason": "De ouders hebben de school gedagvaard.",
        "owner": cast.director,
        "review_on": LATER,
        "school": cast.linde,
        "person_key": "1001",
        "by": cast.director,
        "at": NOW,
    }
    return actions.put_hold(**(given | changed))  # type: ignore[arg-type]


def test_without_a_source_nothing_is_held(no_sources: None, cast: Cast) -> None:
    assert holds.held(School, [cast.linde.pk, cast.eik.pk]) == {}


def test_every_source_is_asked_and_its_reasons_add_up(no_sources: None, cast: Cast) -> None:
    holds.register("requests", on_school(cast.linde, REQUEST))
    holds.register("lawsuits", on_school(cast.linde, LAWSUIT))
    found = holds.held(School, [cast.linde.pk, cast.eik.pk])
    assert found == {cast.linde.pk: [REQUEST, LAWSUIT]}


def test_a_source_that_registers_again_tells_its_reasons_once(no_sources: None, cast: Cast) -> None:
    holds.register("requests", on_school(cast.linde, REQUEST))
    holds.register("requests", on_school(cast.linde, REQUEST))
    assert holds.held(School, [cast.linde.pk]) == {cast.linde.pk: [REQUEST]}


def test_a_hold_on_a_pupil_touches_that_pupil_of_that_school(no_sources: None, cast: Cast) -> None:
    put(cast)
    told = Held("rechtszaak of claim", "Dirk Linde", LATER)
    assert holds.held_people(cast.linde.pk, ["1001", "1002"]) == {"1001": [told]}
    assert holds.held_people(cast.eik.pk, ["1001"]) == {}
    records = [(7, cast.linde.pk, "1001"), (8, cast.linde.pk, "1002"), (9, cast.eik.pk, "1001")]
    assert holds.each_held_by(records) == {7: [told]}


def test_apps_tell_of_pupils_too(no_sources: None, cast: Cast) -> None:
    def source(school_id: int | None, keys: Collection[str]) -> dict[str, list[Held]]:
        return {"1001": [REQUEST]} if school_id == cast.linde.pk and "1001" in keys else {}

    holds.register_people("requests", source)
    assert holds.held_people(cast.linde.pk, ["1001"]) == {"1001": [REQUEST]}


def test_a_hold_on_a_record_touches_it_alone_until_it_is_lifted(
    no_sources: None, cast: Cast
) -> None:
    hold = put(cast, person_key="", school=None, subject=cast.linde)
    assert set(holds.held(School, [cast.linde.pk, cast.eik.pk])) == {cast.linde.pk}
    actions.lift_hold(hold=hold, because="De zaak is klaar.", by=cast.fg, at=NOW)
    assert holds.held(School, [cast.linde.pk]) == {}
    hold.refresh_from_db()
    assert (hold.lifted_at, hold.lifted_because) == (NOW, "De zaak is klaar.")
    reasons = hold.history.order_by("history_id").values_list("history_change_reason", flat=True)
    assert list(reasons) == ["vastgehouden", "opgeheven"]


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"reason": "  "}, "reason", "Schrijf op waarom dit moet blijven."),
        (
            {"review_on": TODAY},
            "review_on",
            "Kies een dag die nog komt: dan kijkt u of de reden er nog is.",
        ),
        ({"person_key": ""}, "person_key", "Kies een leerling van een school."),
        ({"school": None}, "person_key", "Kies een leerling van een school."),
    ],
)
def test_what_no_hold_can_be(
    cast: Cast, changed: dict[str, object], field: str, sentence: str
) -> None:
    with pytest.raises(ActRefused) as refusal:
        put(cast, **changed)
    assert refusal.value.errors == {field: sentence}
    assert not Hold.objects.exists()


def test_a_hold_is_lifted_once_and_with_a_reason(cast: Cast) -> None:
    hold = put(cast)
    with pytest.raises(ActRefused, match="Schrijf op waarom dit weer weg mag"):
        actions.lift_hold(hold=hold, because="", by=cast.director, at=NOW)
    actions.lift_hold(hold=hold, because="Geschikt.", by=cast.director, at=NOW)
    with pytest.raises(ActRefused, match="Deze reden is al opgeheven"):
        actions.lift_hold(hold=hold, because="Nog eens.", by=cast.director, at=NOW)


def test_a_hold_that_stays_gets_another_day_to_look_again(cast: Cast) -> None:
    hold = put(cast)
    assert list(Hold.objects.to_review(LATER - timedelta(days=1))) == []
    assert list(Hold.objects.to_review(LATER)) == [hold]
    actions.review_hold(hold=hold, review_on=date(2027, 9, 1), by=cast.director, at=NOW)
    assert list(Hold.objects.to_review(LATER)) == []


def test_who_sees_a_hold(cast: Cast) -> None:
    hold = put(cast)
    see = {each for each in cast.everybody() if Hold.objects.visible_to(each).exists()}
    assert see == {cast.fg, cast.ibp, cast.director}
    assert list(Hold.objects.visible_to(cast.director)) == [hold]
