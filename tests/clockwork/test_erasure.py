"""Erasing what is kept of one person, by the routines of the terms, and what stays and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from privacyboard.audit.collectors import Sought
from privacyboard.audit.forgetting import forgetting
from privacyboard.audit.models import ForgettingCount
from privacyboard.clockwork import holds, runs
from privacyboard.clockwork.choices import RunCause
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.holds import Held
from privacyboard.clockwork.models import RetentionRun
from privacyboard.clockwork.rules import Cut
from privacyboard.organisation.models import Placement, Pupil
from requests_ar.models import RequestPerson
from tests import retention_runs
from tests.conftest import NOW, TODAY, Cast
from tests.factories import people
from tests.factories.requests import subject_request
from tests.retention_runs import left_by

pytestmark = pytest.mark.usefixtures("only")

WHY = "gewist op verzoek (AVG 17)"
LEFT = date(2024, 7, 31)
DAY = timedelta(days=1)


def of_person(sought: Sought) -> models.QuerySet[Any]:
    found = Q(key__in=sought.keys, school__in=sought.schools) | Q(email__in=sought.emails)
    return Pupil.objects.filter(found)


def rule(**changed: Any) -> runs.Rule:
    return retention_runs.rule(**{"of_person": of_person, "began": "left_on", **changed})


def sought(cast: Cast, *keys: str, **values: Any) -> Sought:
    return Sought.of(cast.fg, emails=(), keys=keys, schools=[cast.linde.pk], **values)


def names() -> list[str]:
    return list(Pupil.objects.order_by("pk").values_list("first_name", flat=True))


def erase(who: Sought, *, at: datetime = NOW, case: str = "") -> RetentionRun:
    return runs.run_erasure(by=who.reader, at=at, sought=who, because=WHY, case=case)


def test_what_no_ground_keeps_goes_at_once_and_nothing_of_another(cast: Cast) -> None:
    runs.register(rule())
    people.pupil(cast.linde, "Noor", key="L-1")
    people.pupil(cast.linde, "Daan", key="L-2")
    people.pupil(cast.eik, "Vreemd", key="L-1")
    run = erase(sought(cast, "L-1", name="Daan Visser"))
    assert names() == ["Daan", "Vreemd"]
    assert (run.cause, run.by, run.started_at) == (RunCause.REQUEST, cast.fg, NOW)
    assert run.finished_at is not None
    line = run.lines.get()
    assert (line.rule, line.term, line.cut) == ("proef", "op verzoek", None)
    assert (line.found, line.gone, line.held) == (1, 1, 0)
    assert line.tables == {"organisation_pupil": 1, "organisation_historicalpupil": 1}
    assert ForgettingCount.objects.get(table_name="organisation_historicalpupil").reason == WHY


def test_a_rule_that_knows_no_person_is_left_alone(cast: Cast) -> None:
    runs.register(rule(of_person=None))
    people.pupil(cast.linde, "Noor", key="L-1")
    assert not erase(sought(cast, "L-1")).lines.exists()
    assert names() == ["Noor"]


@pytest.mark.requirement("OPO-052", "KPO-022")
def test_a_ground_keeps_it_until_the_last_day_of_its_term(cast: Cast) -> None:
    runs.register(rule(ground="De wet vraagt het te bewaren (AVG 17 lid 3 b)."))
    people.pupil(cast.linde, "Noor", key="L-1", left_on=LEFT)
    who = sought(cast, "L-1")
    (kept,) = runs.kept_of(who, today=date(2026, 7, 31))
    assert (kept.free, kept.grounded, kept.until) == ((), 1, date(2026, 7, 31))
    line = erase(who, at=datetime(2026, 7, 31, 9, tzinfo=NOW.tzinfo)).lines.get()
    assert (line.found, line.gone, line.held, names()) == (1, 0, 1, ["Noor"])
    (kept,) = runs.kept_of(who, today=date(2026, 8, 1))
    assert (len(kept.free), kept.grounded, kept.until) == (1, 0, None)
    erase(who, at=datetime(2026, 8, 1, 9, tzinfo=NOW.tzinfo))
    assert names() == []


def test_what_another_record_needs_after_its_term_is_told_as_such(cast: Cast) -> None:
    def alone(cut: Cut) -> models.QuerySet[Any]:
        return runs.unneeded(left_by(cut))

    runs.register(rule(ground="De wet.", due=alone))
    people.pupil(cast.linde, of=people.group(cast.linde), key="L-1", left_on=LEFT)
    (kept,) = runs.kept_of(sought(cast, "L-1"), today=date(2027, 1, 1))
    assert (kept.grounded, kept.until, kept.is_over) == (1, None, True)


def test_of_a_term_that_has_not_begun_no_day_is_told(cast: Cast) -> None:
    runs.register(rule(ground="De wet."))
    people.pupil(cast.linde, "Noor", key="L-1")
    (kept,) = runs.kept_of(sought(cast, "L-1"), today=TODAY)
    assert (kept.grounded, kept.until) == (1, None)


def source(cases: dict[str, str]) -> holds.Source:
    """Holds on every pupil: the reason of each case."""

    def found(model: type[models.Model], keys: Sequence[int]) -> dict[int, list[Held]]:
        told = [Held(reason, case=case) for case, reason in cases.items()]
        return dict.fromkeys(keys, told) if model is Pupil else {}

    return found


def test_what_is_held_stays_with_its_reason(cast: Cast) -> None:
    runs.register(rule())
    holds.register("proef", source({"a:1": "Een rechtszaak."}))
    people.pupil(cast.linde, "Noor", key="L-1")
    (kept,) = runs.kept_of(sought(cast, "L-1"), today=TODAY)
    assert (kept.free, len(kept.held)) == ((), 1)
    assert [each.reason for each in kept.reasons] == ["Een rechtszaak."]
    line = erase(sought(cast, "L-1")).lines.get()
    assert (line.gone, line.held, names()) == (0, 1, ["Noor"])


def test_a_request_is_not_stopped_by_its_own_hold_and_is_by_another(cast: Cast) -> None:
    runs.register(rule())
    people.pupil(cast.linde, "Noor", key="L-1")
    holds.register("proef", source({"a:1": "Dit verzoek.", "a:2": "Een klacht."}))
    (kept,) = runs.kept_of(sought(cast, "L-1"), today=TODAY, case="a:1")
    assert [each.reason for each in kept.reasons] == ["Een klacht."]
    holds.register("proef", source({"a:1": "Dit verzoek."}))
    erase(sought(cast, "L-1"), case="a:1")
    assert names() == []


def test_what_others_point_to_goes_once_those_went(cast: Cast) -> None:
    def alone(who: Sought) -> models.QuerySet[Any]:
        return runs.unneeded(of_person(who))

    runs.register(rule(of_person=alone))
    runs.register(
        rule(
            name="plaatsing",
            model=Placement,
            forget=lambda gone, keys, _at: gone.erase(Placement, keys),
            of_person=lambda who: Placement.objects.filter(pupil__in=of_person(who)),
        )
    )
    people.pupil(cast.linde, "Noor", of=people.group(cast.linde), key="L-1")
    run = erase(sought(cast, "L-1"))
    assert dict(run.lines.values_list("rule", "gone")) == {"plaatsing": 1, "proef": 1}
    assert names() == []


def test_a_rule_that_leaves_its_rows_is_carried_out_once(cast: Cast) -> None:
    times: list[int] = []
    runs.register(rule(forget=lambda _gone, keys, _at: times.extend(keys)))
    pupil = people.pupil(cast.linde, "Noor", key="L-1")
    erase(sought(cast, "L-1"))
    assert times == [pupil.pk]


def test_nothing_goes_when_one_rule_fails(cast: Cast) -> None:
    def fails(_gone: Gone, _keys: list[int], _at: datetime) -> None:
        raise OSError("stuk")

    runs.register(rule())
    runs.register(rule(name="kapot", forget=fails, model=Placement, of_person=_placements))
    people.pupil(cast.linde, "Noor", key="L-1")
    people.pupil(cast.linde, "Daan", of=people.group(cast.linde), key="L-2")
    with pytest.raises(OSError, match="stuk"):
        erase(sought(cast, "L-1"))
    assert names() == ["Noor", "Daan"]
    assert not RetentionRun.objects.exists()


def _placements(_who: Sought) -> models.QuerySet[Any]:
    return Placement.objects.all()


# --- what the machine that forgets needs for it -----------------------------------------------


def test_a_record_that_can_let_go_of_it_stays_and_does(cast: Cast) -> None:
    pupil = people.pupil(cast.linde, "Noor")
    request = subject_request(cast.linde, at=NOW)
    person = request.people.get(role="subject")
    person.pupil = pupil
    person.record(by=None, why="gekozen")
    assert list(runs.unneeded(Pupil.objects.all())) == [pupil]
    with forgetting(reason=WHY):
        Gone(WHY).erase(Pupil, [pupil.pk])
    person.refresh_from_db()
    assert (person.pupil_id, person.name) == (None, "Kim Kind")
    connection.check_constraints()


def test_the_history_of_children_that_were_taken_away_before_goes_with_their_parent(
    cast: Cast,
) -> None:
    request, other = subject_request(cast.linde, at=NOW), subject_request(cast.linde, at=NOW)
    for each in (request, other):
        each.people.get(role="requester").erase(by=None, why="toch niet")
    assert RequestPerson.history.filter(request_id=request.pk, role="requester").count() == 2
    with forgetting(reason=WHY):
        Gone(WHY).erase(RequestPerson, [request.pk], by="request")
    assert not RequestPerson.history.filter(request_id=request.pk).exists()
    assert RequestPerson.history.filter(request_id=other.pk, role="requester").count() == 2


def test_a_value_can_be_worked_out_of_the_row(cast: Cast) -> None:
    one, two = people.pupil(cast.linde, key="L-1"), people.pupil(cast.linde, key="L-2")
    with forgetting(reason=WHY):
        Gone(WHY).blank(
            Pupil, [one.pk, two.pk], first_name=Concat(Value("oud "), F("key")), last_name=""
        )
    found = Pupil.objects.order_by("key").values_list("first_name", "last_name")
    assert list(found) == [("oud L-1", ""), ("oud L-2", "")]
    assert set(Pupil.history.values_list("first_name", flat=True)) == {"oud L-1", "oud L-2"}
