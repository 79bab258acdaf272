"""The steps of a list: every act in every state, four eyes, and what leaves the list on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from privacyboard.audit.acts import ActRefused
from privacyboard.clockwork.actions import put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.organisation.models import Pupil
from registers.actions.destroying import deciding, handing, linking, listing, stepping
from registers.choices.destruction import DestructionState, ItemVerdict, LineVerdict
from registers.models import DestructionItem, DestructionList, DestructionTask, RetentionRule
from registers.models.destruction_places import places_of
from registers.rules.destruction.states import (
    ACTS,
    TRANSITIONS,
    Step,
    approval_problem,
    is_allowed,
    step_problem,
)
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as make
from tests.factories import registers as registry

pytestmark = pytest.mark.django_db
S = DestructionState


def _first(found: DestructionList) -> DestructionItem:
    item: DestructionItem | None = found.items.order_by("pk").first()
    # Of a closed list nothing is left: an item that stood there says so.
    return item or DestructionItem(list=found, pk=1)


def _task(found: DestructionList) -> DestructionTask:
    return found.tasks.first() or DestructionTask(list=found)


DO: dict[str, Callable[[DestructionList, Cast], Any]] = {
    "toevoegen": lambda found, cast: listing.add_items(
        found=found,
        added=listing.Added(
            rule=RetentionRule.objects.get(code="pupil_file"),
            event_on=date(2024, 1, 9),
            keys=("7",),
        ),
        by=cast.director,
        at=NOW,
    ),
    "langer-bewaren": lambda found, cast: make.keep(_first(found), by=cast.director),
    "toch-vernietigen": lambda found, cast: deciding.destroy_after_all(
        item=_first(found), by=cast.director, at=NOW
    ),
    "beslissen": lambda found, cast: deciding.decide_conflict(
        line=found.lines.get(), destroys=True, reason="Zo.", by=cast.director, at=NOW
    ),
    "controleren": lambda found, cast: stepping.check(found=found, by=cast.director, at=NOW),
    "terugsturen": lambda found, cast: stepping.send_back(
        found=found, reason="Kijk nog eens.", by=cast.ibp, at=NOW
    ),
    "goedkeuren": lambda found, cast: stepping.approve(found=found, by=cast.ibp, at=NOW),
    "uitzetten": lambda found, cast: handing.hand_over(
        found=found,
        chosen=[place.key for place in places_of(found)],
        by=cast.director,
        at=NOW,
    ),
    "taak": lambda found, cast: handing.add_task(
        found=found, kind="archive", name="Kelder", due_on=TODAY, by=cast.director, at=NOW
    ),
    "bewijs": lambda found, cast: make.prove(_task(found), by=cast.director),
    "nieuwe-link": lambda found, cast: linking.send_link(
        task=_task(found), by=cast.director, at=NOW
    ),
    "link-intrekken": lambda found, cast: linking.withdraw_link(
        task=_task(found), by=cast.director, at=NOW
    ),
    "afsluiten": lambda found, cast: handing.close(found=found, by=cast.director, at=NOW),
    "intrekken": lambda found, cast: stepping.withdraw(
        found=found,
        reason="Verkeerd.",
        again_on=TODAY + timedelta(days=9),
        by=cast.director,
        at=NOW,
    ),
}
# What can be done in which state, said once more than the table: acts that are open and still
# refuse here, because the list of the test has no conflict, nothing kept, or open tasks.
REFUSES_HERE = {
    ("toch-vernietigen", "proposed"),
    ("beslissen", "proposed"),
    ("afsluiten", "handed"),
    ("nieuwe-link", "handed"),  # by then the first one is done
    ("link-intrekken", "handed"),
}
OPEN_IN = {
    "toevoegen": {"proposed"},
    "langer-bewaren": {"proposed"},
    "toch-vernietigen": {"proposed"},
    "beslissen": {"proposed"},
    "controleren": {"proposed"},
    "terugsturen": {"checked", "approved"},
    "goedkeuren": {"checked"},
    "uitzetten": {"approved"},
    "taak": {"handed"},
    "bewijs": {"handed"},
    "nieuwe-link": {"handed"},
    "link-intrekken": {"handed"},
    "afsluiten": {"handed"},
    "intrekken": {"proposed", "checked", "approved"},
}


@pytest.mark.parametrize("state", list(make.IN_STATE))
def test_every_act_in_every_state(cast: Cast, state: str) -> None:
    assert set(OPEN_IN) == set(ACTS) == set(DO)
    make.IN_STATE[state](cast)
    for act, do in DO.items():
        found = DestructionList.objects.get(school=cast.linde)
        opens = state in OPEN_IN[act]
        assert is_allowed(act, state=state, holds=lambda _right: True) is opens, act
        if not opens or (act, state) in REFUSES_HERE:
            with pytest.raises(ActRefused):
                do(found, cast)
            assert DestructionList.objects.get(pk=found.pk).state == state, act


def test_the_steps_from_proposal_to_certificate(cast: Cast) -> None:
    found = make.proposed(cast)
    seen = [str(found.state)]
    for act in ("controleren", "goedkeuren", "uitzetten", "bewijs", "afsluiten"):
        DO[act](found, cast)
        found = DestructionList.objects.get(pk=found.pk)
        seen.append(str(found.state))
    assert seen == ["proposed", "checked", "approved", "handed", "handed", "closed"]
    why = found.history.order_by("history_id").values_list("history_change_reason", flat=True)
    assert list(why) == ["voorgesteld", "gecontroleerd", "goedgekeurd", "uitgezet", "afgesloten"]


def test_the_words_of_a_step_that_cannot_be_taken() -> None:
    assert step_problem(Step.APPROVE, state=S.CHECKED) == ""
    assert step_problem(Step.APPROVE, state=S.PROPOSED) == (
        "Dit kan alleen bij “gecontroleerd”. De lijst is nu “voorgesteld”."
    )
    assert step_problem(Step.SEND_BACK, state=S.CHECKED) == "Schrijf op waarom u dit doet."
    assert step_problem(Step.SEND_BACK, state=S.CHECKED, reason="Zo.") == ""
    assert {step: row.target for step, row in TRANSITIONS.items()} == {
        Step.CHECK: S.CHECKED,
        Step.SEND_BACK: S.PROPOSED,
        Step.APPROVE: S.APPROVED,
        Step.HAND_OVER: S.HANDED,
        Step.CLOSE: S.CLOSED,
        Step.WITHDRAW: S.WITHDRAWN,
    }


@pytest.mark.requirement("OPO-051")
def test_four_eyes(cast: Cast) -> None:
    found = make.proposed(cast)
    stepping.check(found=found, by=cast.ibp, at=NOW)
    with pytest.raises(ActRefused, match="U heeft deze lijst zelf gecontroleerd"):
        stepping.approve(found=found, by=cast.ibp, at=NOW)
    found.refresh_from_db()
    assert (found.state, found.approved_by) == ("checked", None)
    assert approval_problem(checked_by=1, by=2) == ""


def test_who_is_second_hears_who_was_first(cast: Cast) -> None:
    found = make.checked(cast)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    with pytest.raises(ActRefused, match="Laatste wijziging: Ilse Beheer"):
        stepping.approve(found=found, by=cast.ibp, at=NOW)


def test_sent_back_begins_anew_with_the_reason(cast: Cast) -> None:
    found = make.approved(cast)
    stepping.send_back(found=found, reason="Eén leerling zit nog op school.", by=cast.ibp, at=NOW)
    found.refresh_from_db()
    assert (found.state, found.checked_by, found.approved_by, found.counts, found.remark) == (
        *("proposed", None, None, {}, "Eén leerling zit nog op school."),
    )
    stepping.check(found=found, by=cast.director, at=NOW)
    found.refresh_from_db()
    assert found.remark == ""


def test_a_withdrawn_list_comes_back_as_a_new_one(cast: Cast) -> None:
    found = make.withdrawn(cast, "1001")
    assert (found.state, found.items.count(), found.lines.get().number) == ("withdrawn", 0, 1)
    make.sweep(NOW + timedelta(days=29))
    assert DestructionList.objects.count() == 1
    make.sweep(NOW + timedelta(days=30))
    assert [str(item) for item in DestructionList.objects.get(serial=2).items.all()] == ["1001"]


# --- longer, held, returned -------------------------------------------------------------------


@pytest.mark.requirement("OPO-052")
def test_kept_longer_leaves_the_list_and_comes_back_on_its_day(cast: Cast) -> None:
    found = make.proposed(cast, "1001", "1002")
    make.keep(found.items.get(person_key="1001"), by=cast.director, until=date(2026, 9, 1))
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    found.refresh_from_db()
    assert found.counts == {"people": 1, "periods": 0, "items": 1, "held": 0, "later": 1}
    assert [str(item) for item in found.items.all()] == ["1002"]
    make.sweep(NOW)
    assert DestructionItem.objects.get(person_key="1001").list is None
    make.sweep(NOW.replace(month=9, day=1))
    item = DestructionItem.objects.get(person_key="1001")
    assert item.list is not None
    assert (item.list.serial, item.verdict, item.reason) == (2, "destroy", "Er loopt een geschil.")


@pytest.mark.requirement("OPO-052")
@pytest.mark.parametrize(
    ("ground", "reason", "until", "field"),
    [
        ("", "Zo.", date(2027, 1, 1), "ground"),
        ("handig", "Zo.", date(2027, 1, 1), "ground"),
        ("law", " ", date(2027, 1, 1), "reason"),
        ("law", "Zo.", TODAY, "until"),
        ("law", "Zo.", date(2031, 3, 8), "until"),
    ],
)
def test_longer_asks_a_ground_a_reason_and_a_day(
    cast: Cast, ground: str, reason: str, until: date, field: str
) -> None:
    item = _first(make.proposed(cast))
    with pytest.raises(ActRefused) as refusal:
        deciding.keep_longer(
            item=item, ground=ground, reason=reason, until=until, by=cast.director, at=NOW
        )
    assert list(refusal.value.errors) == [field]


def test_after_all(cast: Cast) -> None:
    item = make.keep(_first(make.proposed(cast)), by=cast.director)
    done = deciding.destroy_after_all(item=item, by=cast.director, at=NOW)
    assert (done.verdict, done.ground, done.reason) == ("destroy", "", "")


def _hold(cast: Cast, key: str) -> None:
    put_hold(
        kind=HoldKind.POLICE_REPORT,
        reason="Aangifte.",
        owner=cast.director,
        review_on=date(2026, 9, 1),
        school=cast.linde,
        person_key=key,
        by=cast.director,
        at=NOW,
    )


@pytest.mark.parametrize("before", ["controleren", "goedkeuren", "uitzetten"])
def test_a_hold_that_comes_on_the_way_stops_it(cast: Cast, before: str) -> None:
    found = make.proposed(cast, "1001", "1002")
    for act in ("controleren", "goedkeuren", "uitzetten"):
        if act == before:
            _hold(cast, "1001")
        DO[act](found, cast)
    found.refresh_from_db()
    assert [str(item) for item in found.items.all()] == ["1002"]
    assert (found.counts["held"], found.counts["items"], found.lines.get().number) == (1, 1, 1)
    assert DestructionItem.objects.get(person_key="1001").list is None
    make.sweep(NOW + timedelta(days=1))
    assert DestructionItem.objects.get(person_key="1001").list is None


def test_what_is_held_is_no_choice(cast: Cast) -> None:
    found = make.proposed(cast, "1001", "1002")
    _hold(cast, "1001")
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.send_back(found=found, reason="Zo.", by=cast.ibp, at=NOW)
    item = found.items.get(person_key="1001")
    assert item.verdict == ItemVerdict.HELD
    with pytest.raises(ActRefused, match="Dit wordt al vastgehouden"):
        make.keep(item, by=cast.director)


def test_who_came_back_after_the_check_is_not_destroyed(cast: Cast) -> None:
    found = make.checked(cast, "1001", "1002")
    pupil = Pupil.objects.get(key="1001")
    pupil.left_on = None
    pupil.record(by=None, why="terug")
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    assert [str(item) for item in found.items.all()] == ["1002"]


def test_a_term_that_became_longer_after_the_check_stops_it(cast: Cast) -> None:
    make.kept_in("V01", (make.absence_rule(), "absence"), (registry.retention_rule(), "results"))
    make.leaver(cast.linde, "1001", date(2020, 8, 1))
    make.sweep()
    found = DestructionList.objects.get()
    stepping.check(found=found, by=cast.director, at=NOW)
    rule = RetentionRule.objects.get(code="absence_enrolment")
    rule.years = 7
    rule.record(by=None, why="langer")
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    assert [item.rule.code for item in found.items.all()] == ["pupil_file"]
    assert DestructionItem.objects.get(rule=rule).not_before == date(2027, 8, 2)


def test_a_list_with_nothing_to_destroy_is_not_checked(cast: Cast) -> None:
    found = make.proposed(cast, "1001")
    make.keep(_first(found), by=cast.director)
    with pytest.raises(ActRefused, match="Er staat niets meer op deze lijst dat weg mag"):
        stepping.check(found=found, by=cast.director, at=NOW)


# --- two terms --------------------------------------------------------------------------------


@pytest.fixture
def doubled(cast: Cast) -> DestructionList:
    """The register keeps "absence" under two years at most, and under five years at least."""
    make.kept_in("V01", (registry.retention_rule(), "absence"))
    make.kept_in("V02", (make.absence_rule(), "absence"))
    return make.proposed(cast, "1001")


@pytest.mark.requirement("VOG-042", "OPO-051")
def test_two_terms_about_the_same_data_wait_for_a_person(
    cast: Cast, doubled: DestructionList
) -> None:
    line = doubled.lines.get()
    assert (line.verdict, line.against) == (
        "conflict",
        "Verzuim en in- en uitschrijving: ten minste 5 jaar na vertrek van de leerling, daarna weg",
    )
    with pytest.raises(ActRefused, match="Beslis eerst over 1 soort gegevens: er gelden twee"):
        stepping.check(found=doubled, by=cast.director, at=NOW)
    with pytest.raises(ActRefused, match="Schrijf op waarom"):
        deciding.decide_conflict(line=line, destroys=True, reason=" ", by=cast.director, at=NOW)
    deciding.decide_conflict(
        line=line, destroys=True, reason="Kopie in de map.", by=cast.director, at=NOW
    )
    checked = stepping.check(found=doubled, by=cast.director, at=NOW)
    line.refresh_from_db()
    assert (checked.state, line.verdict, line.decided_by) == ("checked", "destroy", cast.director)


def test_data_that_may_never_be_destroyed_wait_for_a_person_too(cast: Cast) -> None:
    rule = make.no_term_rule(
        "diplomas", name="Diploma's", fate="keep", condition="Er is geen selectielijst."
    )
    make.kept_in("V01", (registry.retention_rule(), "results"))
    make.kept_in("V02", (rule, "results"))
    line = make.proposed(cast).lines.get()
    assert (line.verdict, line.against) == ("conflict", "Diploma's: Er is geen selectielijst.")


def test_what_is_kept_under_the_longer_term_is_not_destroyed(
    cast: Cast, doubled: DestructionList
) -> None:
    make.kept_in("V03", (RetentionRule.objects.get(code="pupil_file"), "results"))
    make.leaver(cast.linde, "1002")
    make.sweep()
    line = doubled.lines.get(verdict=LineVerdict.CONFLICT)
    deciding.decide_conflict(line=line, destroys=False, reason="Wet.", by=cast.director, at=NOW)
    for act in ("controleren", "goedkeuren"):
        DO[act](doubled, cast)
    numbers = dict(doubled.lines.values_list("data", "number"))
    assert numbers == {"Absence": 0, "Results": 2}
    assert [place.pairs for place in places_of(doubled)] == [(("pupil_file", "results"),)]


# --- by hand ----------------------------------------------------------------------------------


def _add(found: DestructionList, cast: Cast, **values: Any) -> int:
    rule = values.pop("rule", None) or RetentionRule.objects.get(code="pupil_file")
    filled = {"event_on": date(2025, 1, 9), "keys": ("P-1", "P-2"), **values}
    added = listing.Added(rule=rule, **filled)
    return listing.add_items(found=found, added=added, by=cast.director, at=NOW)[1]


@pytest.mark.requirement("OPO-064")
def test_lines_by_hand(cast: Cast) -> None:
    found = listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    rule = registry.retention_rule(
        "not_admitted",
        name="Niet toegelaten",
        data="Aanmelding en besluit",
        trigger="not_admitted_decision",
    )
    assert _add(found, cast, rule=rule) == 2
    assert _add(found, cast, rule=rule, keys=("P-2", "P-3")) == 1
    item = found.items.get(person_key="P-1")
    assert (item.not_after, item.added_by) == (date(2027, 1, 9), cast.director)
    # The register names no data under this rule: the rule itself says which.
    assert found.lines.get().data == "Aanmelding en besluit"
    assert make.sweep() == 0


@pytest.mark.requirement("VOG-047", "OPO-037")
def test_camera_images_of_an_incident_go_when_a_person_says_that_it_is_settled(cast: Cast) -> None:
    found = listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    rule = make.no_term_rule()
    with pytest.raises(ActRefused, match="Deze gegevens hebben geen vaste termijn"):
        _add(found, cast, rule=rule, keys=(), period="Hal, week 12")
    added = _add(
        found, cast, rule=rule, keys=(), period="Hal, week 12", reason="Afgehandeld op 1 maart."
    )
    assert added == 1
    assert str(found.items.get()) == "Hal, week 12"


@pytest.mark.requirement("VOG-046", "KPO-015")
def test_addresses_for_reunions_go_when_the_consent_ended(cast: Cast) -> None:
    found = listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    rule = make.no_term_rule(
        "reunion", name="Reünies", trigger="consent_end", condition="Zolang de toestemming duurt."
    )
    with pytest.raises(ActRefused, match="Schrijf op waaruit blijkt"):
        _add(found, cast, rule=rule)
    assert _add(found, cast, rule=rule, reason="Ingetrokken per brief van 9 januari.") == 2
    make.leaver(cast.linde, "1001")
    assert make.sweep() == 0  # of who left with consent nothing is proposed


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"event_on": date(2026, 3, 3)}, "event_on", "Deze dag is nog niet geweest."),
        ({"keys": ()}, "keys", "Vul nummers in, of een periode."),
        (
            {"keys": ("123456782",)},
            "keys",
            "Hier staat een nummer dat een BSN kan zijn. Gebruik het leerlingnummer.",
        ),
    ],
)
def test_what_cannot_be_added(cast: Cast, values: dict[str, Any], field: str, words: str) -> None:
    found = make.proposed(cast)
    with pytest.raises(ActRefused) as refusal:
        _add(found, cast, **values)
    assert refusal.value.errors == {field: words}


@pytest.mark.requirement("VOG-045", "VOG-042")
def test_a_minimum_is_not_added_before_it_has_passed(cast: Cast) -> None:
    found = make.proposed(cast)
    rule = registry.retention_rule(
        "central_exam", name="Examen", years=0, months=6, bound="minimum", trigger="result"
    )
    with pytest.raises(ActRefused, match="Het mag weg vanaf 03-03-2026") as refusal:
        _add(found, cast, rule=rule, event_on=date(2025, 9, 2))
    assert list(refusal.value.errors) == ["event_on"]
    assert _add(found, cast, rule=rule, event_on=date(2025, 9, 1)) == 2


def test_what_may_never_be_destroyed_is_not_added(cast: Cast) -> None:
    rule = make.no_term_rule("diplomas", fate="keep", condition="Er is geen selectielijst.")
    with pytest.raises(ActRefused, match="Deze gegevens mogen niet worden vernietigd"):
        _add(make.proposed(cast), cast, rule=rule, reason="Toch maar.")


def test_who_is_held_is_added_as_held(cast: Cast) -> None:
    found = make.proposed(cast)
    _hold(cast, "P-1")
    assert _add(found, cast) == 2
    verdicts = dict(found.items.filter(added_by=cast.director).values_list("person_key", "verdict"))
    assert verdicts == {"P-1": "held", "P-2": "destroy"}
