"""The legal acts on an activity: what is recorded, what is refused, what stays frozen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from registers import actions
from registers.content import digest, to_json
from registers.models import (
    LINE_MODELS,
    ActivityVersion,
    ProcessingActivity,
    PurposeLine,
    read_content,
)
from tests.conftest import Cast
from tests.factories import registers as make

LATER = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
REASON = "Het doel verandert."


def _proposed(cast: Cast, now: datetime) -> ProcessingActivity:
    activity = make.activity()
    return actions.propose(activity=activity, by=cast.ibp, at=now)


def _established(cast: Cast, now: datetime) -> ProcessingActivity:
    activity = _proposed(cast, now)
    actions.establish(activity=activity, by=cast.board_member, at=now)
    activity.refresh_from_db()
    return activity


def _expired(cast: Cast, now: datetime) -> ProcessingActivity:
    activity = _established(cast, now)
    return actions.expire(activity=activity, reason="Gestopt.", by=cast.board_member, at=now)


def _concept(cast: Cast, now: datetime) -> ProcessingActivity:
    return make.activity()


STATES = {
    "concept": _concept,
    "in_review": _proposed,
    "established": _established,
    "expired": _expired,
}


def test_a_proposal_records_who_and_when(cast: Cast, now: datetime) -> None:
    activity = _proposed(cast, now)
    activity.refresh_from_db()
    assert (activity.status, activity.proposed_by, activity.proposed_at) == (
        "in_review",
        cast.ibp,
        now,
    )
    assert make.history_of(activity)[-1] == ("Ilse Beheer", "voorgesteld")


def test_a_proposal_goes_back_with_its_reason(cast: Cast, now: datetime) -> None:
    activity = _proposed(cast, now)
    actions.send_back(activity=activity, reason="Te ruim.", by=cast.board_member, at=now)
    activity.refresh_from_db()
    assert activity.status == "concept"
    assert make.history_of(activity)[-1] == ("Bram Bestuur", "teruggestuurd: Te ruim.")


def test_establishing_freezes_the_content_with_its_hash_and_its_people(
    cast: Cast, now: datetime
) -> None:
    activity = _proposed(cast, now)
    actions.remark(activity=activity, text=" Let op de termijn. ", by=cast.fg, at=now)
    version = actions.establish(activity=activity, by=cast.board_member, at=LATER)
    version.refresh_from_db()
    activity.refresh_from_db()
    assert activity.status == "established"
    assert make.history_of(activity)[-1] == ("Bram Bestuur", "vastgesteld")
    assert (version.number, version.ended_at, version.established_at) == (1, None, LATER)
    assert (version.proposed_by, version.established_by) == (cast.ibp, cast.board_member)
    assert version.fg_remark == "Let op de termijn."
    assert version.read() == read_content(activity)
    assert version.sha256 == digest(version.content) == digest(to_json(version.read()))


def test_the_version_stays_as_it_was_when_everything_changes_afterwards(
    cast: Cast, now: datetime
) -> None:
    activity = _established(cast, now)
    [version] = activity.versions.all()
    before = version.read()
    actions.revise(activity=activity, reason=REASON, by=cast.ibp, at=now)
    activity.refresh_from_db()
    activity.name = "Iets anders"
    activity.record(by=cast.ibp, why="bijgewerkt")
    activity.purposelines.get().erase(by=cast.ibp, why="bijgewerkt")
    renamed = make.category()
    renamed.name = "Persoonsgegevens"
    renamed.record(by=cast.ibp, why="bijgewerkt")
    version.refresh_from_db()
    assert version.read() == before
    assert version.sha256 == digest(version.content)
    assert before.name == "Verwerking V01"
    assert [each.letter for each in before.purposes] == ["a"]
    assert before.data[0].category.name == "Naam"


@pytest.mark.requirement("VOG-002", "VOG-003", "VOG-004", "KPO-018", "KPO-022")
@pytest.mark.parametrize("status", ["concept", "in_review"])
def test_what_is_incomplete_is_not_proposed_nor_established_and_every_gap_is_named(
    cast: Cast, now: datetime, status: str
) -> None:
    activity = make.bare_activity(
        minimisation="", proportionality="", subsidiarity="", dpia_needed="", dpia_reason=""
    )
    make.data_line(activity, retention_rule=None)
    activity.status = status
    activity.record(by=None, why="proef")
    act = actions.propose if status == "concept" else actions.establish
    with pytest.raises(actions.NotComplete) as refusal:
        act(activity=activity, by=cast.board_member, at=now)
    assert [(gap.article, gap.sentence) for gap in refusal.value.gaps] == [
        ("AVG 5 lid 1 b", "Kies ten minste één doel met zijn grondslag."),
        ("AVG 5 lid 1 c", "Schrijf op waarom het niet lichter kan."),
        ("AVG 5 lid 1 c", "Schrijf op waarom het in verhouding is."),
        ("AVG 5 lid 1 c", "Schrijf op waarom het niet met minder kan."),
        ("AVG 5 lid 1 e", "Kies een bewaartermijn voor Naam van Leerlingen."),
        ("AVG 35", "Beantwoord of een DPIA nodig is."),
    ]
    assert str(refusal.value).startswith(
        "Kies ten minste één doel met zijn grondslag. (AVG 5 lid 1 b) Schrijf op"
    )
    activity.refresh_from_db()
    assert activity.status == status
    assert make.history_of(activity)[-1] == ("systeem", "proef")
    assert not ActivityVersion.objects.exists()


def test_a_needed_dpia_that_is_not_adopted_stops_establishing(cast: Cast, now: datetime) -> None:
    activity = make.activity(dpia_needed="yes")
    activity.status = "in_review"
    activity.record(by=None, why="proef")
    with pytest.raises(actions.NotComplete, match="nog niet vastgesteld"):
        actions.establish(activity=activity, by=cast.board_member, at=now)
    activity.refresh_from_db()
    activity.dpia_reference, activity.dpia_adopted_on = "DPIA netwerk", now.date()
    activity.record(by=cast.ibp, why="DPIA")
    actions.establish(activity=activity, by=cast.board_member, at=now)
    assert activity.versions.get().read().dpia_adopted_on == "2026-03-02"


def test_while_a_next_version_is_written_the_last_one_stays_in_force(
    cast: Cast, now: datetime
) -> None:
    activity = _established(cast, now)
    actions.revise(activity=activity, reason=REASON, by=cast.ibp, at=LATER)
    activity.refresh_from_db()
    assert activity.status == "concept"
    assert make.history_of(activity)[-1] == ("Ilse Beheer", f"herzien: {REASON}")
    assert activity.versions.in_force().get().number == 1


def test_establishing_again_ends_the_former_version(cast: Cast, now: datetime) -> None:
    activity = _established(cast, now)
    actions.revise(activity=activity, reason=REASON, by=cast.ibp, at=LATER)
    make.establish(activity, at=LATER, by=cast.ibp)
    assert list(activity.versions.values_list("number", "ended_at")) == [(2, None), (1, LATER)]


def test_expiry_ends_the_version_and_the_next_one_counts_on(cast: Cast, now: datetime) -> None:
    activity = _established(cast, now)
    actions.expire(activity=activity, reason="Gestopt.", by=cast.board_member, at=LATER)
    activity.refresh_from_db()
    assert activity.status == "expired"
    assert make.history_of(activity)[-1] == ("Bram Bestuur", "vervallen: Gestopt.")
    assert list(activity.versions.values_list("number", "ended_at")) == [(1, LATER)]
    actions.reopen(activity=activity, reason="Toch weer.", by=cast.ibp, at=LATER)
    activity.refresh_from_db()
    assert activity.status == "concept"
    assert make.history_of(activity)[-1] == ("Ilse Beheer", "heropend: Toch weer.")
    version = make.establish(activity, at=LATER + timedelta(days=1))
    assert (version.number, version.ended_at) == (2, None)
    assert activity.versions.get(number=1).ended_at == LATER


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        (lambda a, c, n: actions.propose(activity=a, by=c.ibp, at=n), "concept"),
        (lambda a, c, n: actions.send_back(activity=a, reason="R", by=c.ibp, at=n), "in_review"),
        (lambda a, c, n: actions.establish(activity=a, by=c.ibp, at=n), "in_review"),
        (lambda a, c, n: actions.revise(activity=a, reason="R", by=c.ibp, at=n), "established"),
        (lambda a, c, n: actions.expire(activity=a, reason="R", by=c.ibp, at=n), "established"),
        (lambda a, c, n: actions.reopen(activity=a, reason="R", by=c.ibp, at=n), "expired"),
    ],
    ids=["propose", "send_back", "establish", "revise", "expire", "reopen"],
)
def test_every_act_is_refused_from_every_other_status(
    cast: Cast,
    now: datetime,
    act: Callable[[ProcessingActivity, Cast, datetime], object],
    allowed: str,
) -> None:
    for number, (status, arrange) in enumerate(STATES.items()):
        activity = arrange(cast, now)
        activity.code = f"W{number}"
        activity.record(by=None, why="ander nummer")
        history = make.history_of(activity)
        if status == allowed:
            act(activity, cast, now)
            continue
        with pytest.raises(actions.StepRefused, match="Dit kan alleen bij de status"):
            act(activity, cast, now)
        activity.refresh_from_db()
        assert activity.status == status
        assert make.history_of(activity) == history


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (actions.send_back, "in_review"),
        (actions.revise, "established"),
        (actions.expire, "established"),
        (actions.reopen, "expired"),
        (actions.destroy_concept, "concept"),
    ],
)
def test_an_act_that_asks_a_reason_is_refused_without(
    cast: Cast, now: datetime, act: Callable[..., object], status: str
) -> None:
    activity = STATES[status](cast, now)
    with pytest.raises(actions.StepRefused, match=r"^Schrijf op waarom u dit doet\.$"):
        act(activity=activity, reason="  ", by=cast.ibp, at=now)
    activity.refresh_from_db()
    assert activity.status == status


@pytest.mark.requirement("OPO-002")
@pytest.mark.parametrize("status", STATES)
def test_the_fg_remarks_in_every_status(cast: Cast, now: datetime, status: str) -> None:
    activity = STATES[status](cast, now)
    actions.remark(activity=activity, text="Waarom zo lang?", by=cast.fg, at=LATER)
    activity.refresh_from_db()
    assert (activity.fg_remark, activity.fg_remark_by, activity.fg_remark_at) == (
        "Waarom zo lang?",
        cast.fg,
        LATER,
    )
    assert activity.status == status
    assert make.history_of(activity)[-1] == ("Fenna Graaf", "opmerking van de FG")


def test_a_concept_is_destroyed_and_its_history_stays(cast: Cast, now: datetime) -> None:
    activity = make.activity()
    key = activity.pk
    actions.destroy_concept(activity=activity, reason="Dubbel.", by=cast.ibp, at=now)
    assert not ProcessingActivity.objects.exists()
    gone = ProcessingActivity.history.get(id=key, history_type="-")
    assert (gone.history_user, gone.history_change_reason) == (cast.ibp, "vernietigd: Dubbel.")
    for model in LINE_MODELS:
        assert not model.objects.exists()
    line = PurposeLine.history.get(activity_id=key, history_type="-")
    assert (line.history_user, line.history_change_reason) == (cast.ibp, "vernietigd: Dubbel.")


@pytest.mark.parametrize("status", ["in_review", "established", "expired"])
def test_what_was_decided_on_is_not_destroyed(cast: Cast, now: datetime, status: str) -> None:
    activity = STATES[status](cast, now)
    with pytest.raises(actions.NotEditable, match="Laat een vastgestelde verwerking vervallen"):
        actions.destroy_concept(activity=activity, reason="Weg.", by=cast.ibp, at=now)
    assert ProcessingActivity.objects.get().status == status


def test_a_concept_that_was_established_once_is_not_destroyed(cast: Cast, now: datetime) -> None:
    activity = _established(cast, now)
    actions.revise(activity=activity, reason=REASON, by=cast.ibp, at=now)
    with pytest.raises(actions.NotEditable):
        actions.destroy_concept(activity=activity, reason="Weg.", by=cast.ibp, at=now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("append_only_lifted")
def test_two_people_who_establish_at_once_make_one_version(cast: Cast, now: datetime) -> None:
    activity = _proposed(cast, now)
    together = threading.Barrier(2, timeout=30)
    outcomes: list[object] = []

    def press(by: object) -> None:
        try:
            together.wait()
            outcomes.append(actions.establish(activity=activity, by=by, at=now).number)  # type: ignore[arg-type]
        except actions.StepRefused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    people = [threading.Thread(target=press, args=[by]) for by in (cast.ibp, cast.board_member)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(outcomes, key=str) == [
        1,
        "Dit kan alleen bij de status “ter beoordeling”. De status is nu “vastgesteld”.",
    ]
    assert ActivityVersion.objects.count() == 1


@pytest.mark.requirement("KPO-017")
def test_data_are_used_for_compatible_purposes_only_and_no_more_than_needed(
    cast: Cast, now: datetime
) -> None:
    activity = _established(cast, now)
    actions.revise(activity=activity, reason=REASON, by=cast.ibp, at=LATER)
    make.purpose_line(activity, purpose=make.purpose("e"), basis="consent", statute="")
    actions.propose(activity=activity, by=cast.ibp, at=LATER)
    with pytest.raises(actions.NotComplete, match="leg de verenigbaarheidstoets vast"):
        actions.establish(activity=activity, by=cast.board_member, at=LATER)
    actions.send_back(activity=activity, reason=REASON, by=cast.ibp, at=LATER)
    activity.refresh_from_db()
    activity.minimisation = ""
    activity.record(by=cast.ibp, why="proef")
    with pytest.raises(actions.NotComplete, match="waarom het niet met minder kan"):
        actions.propose(activity=activity, by=cast.ibp, at=LATER)
    assert activity.versions.in_force().get().number == 1
