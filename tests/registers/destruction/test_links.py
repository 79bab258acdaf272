"""The link of a processor: sent anew, withdrawn, and what an old one says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from privacyboard.audit.acts import ActRefused
from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from registers.actions.destroying import handing, linking, stepping
from registers.forms.destruction_proof import LinkProofForm
from registers.models import DestructionList, DestructionTask, Processor
from registers.views.destruction import by_link
from tests.conftest import NOW, Cast
from tests.factories import destruction as make

AsUser = Callable[[User], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
PROVEN = {"done_on": "2026-03-02", "done_by": "Bas", "result": "Gewist."}


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock: here it is the moment of the tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def task(cast: Cast) -> DestructionTask:
    """Topicus was asked by mail."""
    make.kept_in("V02", (make.absence_rule(), "absence"), systems=(), processor=True)
    topicus = Processor.objects.get(code="topicus")
    topicus.contact_email = "privacy@topicus.example"
    topicus.record(by=None, why="adres")
    make.leaver(cast.linde, "1002", make.LEFT_LONG_AGO)
    make.sweep()
    found = DestructionList.objects.get()
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    handing.hand_over(found=found, chosen=["processor:topicus"], by=cast.director, at=NOW)
    return DestructionTask.objects.get()


def links() -> list[str]:
    """The path in each letter, oldest first."""
    texts = OutboundLetter.objects.order_by("pk").values_list("text", flat=True)
    return [re.findall(r"(/vernietigen/opdracht/\S+/)", text)[0] for text in texts]


def words(client: Client, path: str) -> tuple[int, str]:
    answer = client.get(path)
    return answer.status_code, " ".join(answer.content.decode().split())


def url(task: DestructionTask, act: str) -> str:
    return f"/register/vernietigen/{task.list.number}/{act}/{task.pk}/"


def test_a_new_link_takes_the_place_of_the_old_one(
    cast: Cast, task: DestructionTask, client: Client
) -> None:
    outbox.deliver_due(NOW)
    linking.send_link(task=task, by=cast.director, at=NOW)
    old, new = links()
    assert client.get(new).status_code == 200
    status, page = words(client, old)
    assert status == 410
    assert "Deze link geldt niet meer. Er is een nieuwe gestuurd" in page
    assert client.post(old, PROVEN).status_code == 410
    assert client.post(f"{old}lijst/").status_code == 410
    task.refresh_from_db()
    assert (task.done_on, task.link_number, task.asked_at) == (None, 2, NOW)
    assert task.history.latest("history_id").history_change_reason == "nieuwe link gestuurd"


def test_a_withdrawn_link_opens_nothing(cast: Cast, task: DestructionTask, client: Client) -> None:
    outbox.deliver_due(NOW)
    linking.withdraw_link(task=task, by=cast.director, at=NOW)
    (old,) = links()
    status, page = words(client, old)
    assert status == 410
    assert "Deze link geldt niet meer. De school heeft hem ingetrokken." in page
    assert client.post(old, PROVEN).status_code == 410
    task.refresh_from_db()
    assert (task.done_on, task.link_number, task.asked_at) == (None, 2, None)
    with pytest.raises(ActRefused, match="Er is geen link die nu werkt"):
        linking.withdraw_link(task=task, by=cast.director, at=NOW)
    linking.send_link(task=task, by=cast.director, at=NOW)
    assert client.get(links()[-1]).status_code == 200
    assert client.get(old).status_code == 410


@pytest.mark.parametrize(("owner", "name"), [(by_link, "task_state"), (LinkProofForm, "is_valid")])
def test_a_link_that_is_withdrawn_while_it_answers_proves_nothing(
    cast: Cast,
    task: DestructionTask,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    owner: object,
    name: str,
) -> None:
    outbox.deliver_due(NOW)
    (link,) = links()
    step = getattr(owner, name)

    def then_withdrawn(*given: Any) -> Any:
        """The answer under way looked at its link; only then the school takes it back."""
        found = step(*given)
        linking.withdraw_link(task=task, by=cast.director, at=NOW)
        monkeypatch.setattr(owner, name, step)
        return found

    monkeypatch.setattr(owner, name, then_withdrawn)
    page = client.post(link, PROVEN)
    assert page.status_code == 410
    assert "De school heeft hem ingetrokken." in page.content.decode()
    task.refresh_from_db()
    assert (task.done_on, task.link_number) == (None, 2)


def test_what_still_waits_in_the_outbox_is_called_back(cast: Cast, task: DestructionTask) -> None:
    linking.withdraw_link(task=task, by=cast.director, at=NOW)
    assert links() == []


def test_the_link_of_a_task_that_is_done_thanks(task: DestructionTask, client: Client) -> None:
    (link,) = links()
    assert client.post(link, PROVEN).status_code == 200
    assert "Deze opdracht is klaar. U hoeft niets meer te doen." in words(client, link)[1]


def test_nothing_is_sent_without_an_address_or_for_what_is_done(
    cast: Cast, task: DestructionTask
) -> None:
    topicus = Processor.objects.get(code="topicus")
    topicus.contact_email = ""
    topicus.record(by=None, why="adres weg")
    with pytest.raises(ActRefused, match="Van Topicus is geen e-mailadres bekend"):
        linking.send_link(task=task, by=cast.director, at=NOW)
    kept = DestructionTask.objects.get()
    assert kept.link_number == 1
    make.prove(kept, by=cast.director)
    for act in (linking.send_link, linking.withdraw_link):
        with pytest.raises(ActRefused, match="Dit is al vernietigd"):
            act(task=kept, by=cast.director, at=NOW)


def test_a_place_without_mail_has_no_link(cast: Cast) -> None:
    system = make.handed(cast).tasks.get()
    with pytest.raises(ActRefused, match="Van Sis is geen e-mailadres bekend"):
        linking.send_link(task=system, by=cast.director, at=NOW)


def test_the_buttons_stand_with_the_task_for_who_checks(
    cast: Cast, as_user: AsUser, task: DestructionTask
) -> None:
    page = f"/register/vernietigen/{task.list.number}/"
    acts = ("nieuwe-link", "link-intrekken")
    for person, may in ((cast.director, True), (cast.ibp, True), (cast.fg, False)):
        client = as_user(person)
        shown = client.get(page).content.decode()
        assert [url(task, act) in shown for act in acts] == [may, may]
        for act in acts:
            assert client.get(url(task, act)).status_code == (200 if may else 404)
    assert as_user(cast.eik_director).post(url(task, acts[0])).status_code == 404
    client = as_user(cast.director)
    asked = client.get(url(task, "nieuwe-link")).content.decode()
    assert "privacy@topicus.example" in asked
    assert client.post(url(task, "nieuwe-link")).status_code == 302
    assert client.post(url(task, "link-intrekken")).status_code == 302
    shown = " ".join(client.get(page).content.decode().split())
    assert "De link is ingetrokken." in shown
    assert "Een nieuwe link sturen" in shown
    assert url(task, "link-intrekken") not in shown
    told = client.get(f"{page}verloop/").content.decode()
    assert "nieuwe link gestuurd" in told
    assert "link ingetrokken" in told
