"""A number of a pupil stands on the rows of a list and nowhere else: they go, the texts stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from privacyboard.audit.acts import ActRefused
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.documents.rendering import pdf_of
from privacyboard.organisation.models import User
from registers.actions.destroying import deciding, handing, listing, stepping
from registers.letters.destruction import task_address
from registers.models import (
    DestructionItem,
    DestructionLine,
    DestructionList,
    DestructionTask,
    RetentionRule,
)
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as make
from tests.factories import registers as registry
from tests.factories.forgetting import places_of

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
SAID = (
    "Schrijf het nummer van een leerling hier niet op: “NR-7001”. Deze tekst blijft staan als de "
    "lijst klaar is. Schrijf bijvoorbeeld “één leerling”. Bedoelt u een aantal of een jaar? "
    "Schrijf dat in woorden."
)
TEXT = "Dit gaat over nr-7001."


def added(*keys: str, rule: str = "pupil_file", **values: Any) -> listing.Added:
    """Of pupils whom nobody knows here any more."""
    return listing.Added(
        rule=RetentionRule.objects.get(code=rule), event_on=date(2020, 8, 1), keys=keys, **values
    )


def by_hand(cast: Cast, *keys: str) -> DestructionList:
    """A list of De Linde with these numbers, and no pupil."""
    make.kept_in("V01", (registry.retention_rule(), "results"))
    found = listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    held, _number = listing.add_items(
        found=found, added=added(*(keys or ("NR-7001",))), by=cast.director, at=NOW
    )
    return held


def out(cast: Cast, *keys: str) -> DestructionList:
    """The same, with those who destroy."""
    found = by_hand(cast, *keys)
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    handing.hand_over(found=found, chosen=["system:sis"], by=cast.director, at=NOW)
    found.refresh_from_db()
    return found


# --- what is typed is refused, and stays on the page ------------------------------------------


def refused(act: Callable[[], Any], *fields: str) -> None:
    with pytest.raises(ActRefused) as problem:
        act()
    assert problem.value.errors == dict.fromkeys(fields, SAID)


def test_no_step_takes_a_reason_with_a_number_of_the_list(cast: Cast) -> None:
    found = by_hand(cast)
    item = found.items.get()
    by_director: dict[str, Any] = {"by": cast.director, "at": NOW}
    refused(
        lambda: stepping.withdraw(
            found=found, reason=TEXT, again_on=TODAY + timedelta(days=9), **by_director
        ),
        "reason",
    )
    refused(
        lambda: deciding.keep_longer(
            item=item, ground="law", reason=TEXT, until=date(2027, 1, 4), **by_director
        ),
        "reason",
    )
    refused(
        lambda: listing.add_items(
            found=found, added=added(period="Kast van nr-7001", reason=TEXT), **by_director
        ),
        "period",
        "reason",
    )
    # Also of the numbers that are put on it with the same act.
    with pytest.raises(ActRefused, match="“NR-7002”"):
        listing.add_items(found=found, added=added("NR-7002", reason="NR-7002."), **by_director)
    stepping.check(found=found, **by_director)
    refused(lambda: stepping.send_back(found=found, reason=TEXT, by=cast.ibp, at=NOW), "reason")
    found.refresh_from_db()
    assert (found.state, found.remark, found.items.count()) == ("checked", "", 1)


def test_no_choice_between_terms_takes_it(cast: Cast) -> None:
    longer = registry.retention_rule("legal_file", name="Wettelijk", years=30, bound="minimum")
    make.kept_in("V02", (longer, "results"))
    found = by_hand(cast)
    line = DestructionLine.objects.get(verdict="conflict")
    refused(
        lambda: deciding.decide_conflict(
            line=line, destroys=False, reason=TEXT, by=cast.director, at=NOW
        ),
        "reason",
    )
    assert found.lines.get().verdict == "conflict"


def test_no_proof_takes_it(cast: Cast) -> None:
    found = out(cast)
    task = found.tasks.get()
    proof = handing.Proof(done_on=TODAY, done_by="Bea, nr-7001", result=TEXT)
    refused(
        lambda: handing.prove(task=task, proof=proof, by=cast.director, at=NOW),
        "done_by",
        "result",
    )
    refused(
        lambda: handing.add_task(
            found=found,
            kind="archive",
            name="Map NR-7001",
            due_on=TODAY,
            by=cast.director,
            at=NOW,
        ),
        "name",
    )


def test_a_number_that_left_the_list_is_refused_too(cast: Cast) -> None:
    found = by_hand(cast, "NR-7001", "NR-7002")
    make.keep(found.items.get(person_key="NR-7001"), by=cast.director)
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    assert [item.person_key for item in found.items.all()] == ["NR-7002"]
    refused(lambda: stepping.send_back(found=found, reason=TEXT, by=cast.ibp, at=NOW), "reason")


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock: here it is the moment of the tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_of("<html lang='nl'><title>x</title><p>Gewist.</p></html>"))


@pytest.mark.usefixtures("at_now")
def test_the_page_keeps_what_was_typed(cast: Cast, as_user: AsUser) -> None:
    found = out(cast)
    task = found.tasks.get()
    url = f"/register/vernietigen/{found.number}/bewijs/{task.pk}/"
    given = {"done_on": "2026-03-02", "done_by": "Bea", "result": TEXT}
    page = as_user(cast.director).post(url, given).content.decode()
    assert SAID in page
    assert f"{TEXT}</textarea>" in page
    named = {**given, "result": "Gewist.", "document": file("bewijs_NR-7001.pdf")}
    page = as_user(cast.director).post(url, named).content.decode()
    assert "In de naam van het bestand staat een nummer: “NR-7001”. Geef het bestand een" in page
    assert "Gewist.</textarea>" in page
    task.refresh_from_db()
    assert task.done_on is None
    good = {**given, "result": "Gewist.", "document": file("bewijs.pdf")}
    assert as_user(cast.director).post(url, good).status_code == 302


@pytest.mark.usefixtures("at_now")
def test_a_processor_is_told_so_too(cast: Cast, client: Client) -> None:
    task = out(cast).tasks.get()
    url = task_address(task, at=NOW).split("example", 1)[-1]
    given = {"done_on": "2026-03-02", "done_by": "Bea", "result": TEXT}
    page = client.post(url[url.index("/register") :] if "/register" in url else url, given)
    assert SAID in page.content.decode()
    assert f"{TEXT}</textarea>" in page.content.decode()


# --- what was typed before the number came on the list is struck at the end -------------------


def test_closing_leaves_no_number_in_any_column(cast: Cast) -> None:
    found = by_hand(cast, "NR-7000")
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.send_back(found=found, reason=TEXT, by=cast.ibp, at=NOW)
    period = added(period="Kast met nr-7001 en nr-7002", reason=TEXT)
    listing.add_items(found=found, added=period, by=cast.director, at=NOW)
    listing.add_items(
        found=found, added=added("NR-7001", "NR-7002", "NR-7003"), by=cast.director, at=NOW
    )
    longer = registry.retention_rule("legal_file", name="Wettelijk", years=30, bound="minimum")
    make.kept_in("V02", (longer, "results"))
    with pytest.raises(ActRefused):
        stepping.check(found=found, by=cast.director, at=NOW)
    line = found.lines.get()
    deciding.decide_conflict(line=line, destroys=True, reason="Kan.", by=cast.director, at=NOW)
    DestructionLine.objects.filter(pk=line.pk).update(reason=TEXT)
    line.refresh_from_db()
    line.record(by=cast.director, why="proef")
    hold = put_hold(
        kind=HoldKind.LAWSUIT,
        reason="Er loopt een zaak.",
        owner=cast.director,
        review_on=TODAY + timedelta(days=30),
        by=cast.director,
        at=NOW,
        school=cast.linde,
        person_key="NR-7003",
    )
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    handing.hand_over(found=found, chosen=["system:sis"], by=cast.director, at=NOW)
    task = found.tasks.get()
    make.prove(task, by=cast.director)
    DestructionTask.objects.filter(pk=task.pk).update(result=f"{TEXT} Gewist.", done_by="Nr-7001")
    task.refresh_from_db()
    task.record(by=cast.director, why="proef")

    assert len(places_of("NR-7001")) == 7
    handing.close(found=found, by=cast.director, at=NOW)
    assert (places_of("NR-7000"), places_of("NR-7001"), places_of("NR-7002")) == ([], [], [])
    # The list is closed; of what waits for its hold the number stays on its own row alone.
    held = ["clockwork_historicalhold", "clockwork_hold"]
    waiting = ["registers_destructionitem", "registers_historicaldestructionitem"]
    assert places_of("NR-7003") == sorted(held + waiting)
    task.refresh_from_db()
    line.refresh_from_db()
    stays = found.items.get()
    assert (task.result, task.done_by) == ("Dit gaat over (nummer). Gewist.", "(nummer)")
    assert line.reason == "Dit gaat over (nummer)."
    assert (stays.period, stays.reason) == (
        f"Kast met #{stays.pk} en #{stays.pk}",
        "Dit gaat over (nummer).",
    )
    remarks = found.history.exclude(remark="").values_list("remark", flat=True)
    assert set(remarks) == {"Dit gaat over (nummer)."}

    lift_hold(hold=hold, because="Vonnis.", by=cast.director, at=NOW)
    make.sweep(NOW + timedelta(days=1))
    again = DestructionItem.objects.get(person_key="NR-7003")
    assert (again.list.state, again.list.serial) == ("proposed", 2)  # type: ignore[union-attr]


def test_taking_a_list_back_strikes_what_was_typed_before(cast: Cast) -> None:
    found = by_hand(cast, "NR-7000")
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.send_back(found=found, reason=TEXT, by=cast.ibp, at=NOW)
    listing.add_items(found=found, added=added("NR-7001"), by=cast.director, at=NOW)
    stepping.withdraw(
        found=found, reason="Te vroeg.", again_on=date(2026, 4, 1), by=cast.director, at=NOW
    )
    own = ["registers_destructionitem", "registers_historicaldestructionitem"]
    assert places_of("NR-7001") == own
    found.refresh_from_db()
    assert found.remark == "Te vroeg."


# --- what is put on it by hand is a number ----------------------------------------------------


def test_a_name_is_not_put_on_a_list(cast: Cast) -> None:
    found = by_hand(cast)
    with pytest.raises(ActRefused) as problem:
        listing.add_items(found=found, added=added("Jan Jansen"), by=cast.director, at=NOW)
    assert problem.value.errors == {
        "keys": "“Jan Jansen” lijkt op een naam. Vul alleen nummers in, geen namen."
    }


def test_what_a_pupil_has_as_number_is_put_on_it_whatever_it_looks_like(cast: Cast) -> None:
    found = by_hand(cast)
    make.leaver(cast.linde, "jan jansen", date(2020, 8, 1))
    make.leaver(cast.eik, "piet pietersen", date(2020, 8, 1))
    listing.add_items(found=found, added=added("jan jansen"), by=cast.director, at=NOW)
    assert found.items.count() == 2
    with pytest.raises(ActRefused, match="lijkt op een naam"):
        listing.add_items(found=found, added=added("piet pietersen"), by=cast.director, at=NOW)
