"""An open breach file holds what is kept of the people whom it tells."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.models import Answer
from datalekken.models import ApNumber, Breach, Notification, NotificationPaper
from privacyboard.clockwork import holds
from privacyboard.clockwork.actions import put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.holds import Held
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Guardian, Pupil
from tests.conftest import NOW, Cast
from tests.factories import consent as asked
from tests.factories import forgetting, people
from tests.factories.breaches import breach, decided
from tests.factories.tellings import candidate, telling

pytestmark = pytest.mark.requirement("OPO-052")

TOLD = Held("Datalek D-2026-0001 loopt nog.", "Ilse Beheer")


@pytest.fixture
def family(cast: Cast) -> tuple[Pupil, Guardian, Pupil]:
    """A pupil with a parent, and a pupil whom it does not touch."""
    pupil, other = people.pupil(cast.linde, "Noor", key="L-1"), people.pupil(cast.linde, "Daan")
    return pupil, people.guardian(pupil, email="sanne@ouders.example"), other


def telling_of(cast: Cast) -> Breach:
    made = decided(breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    who = candidate("Sanne Visser", about="Noor Visser", email="Sanne@ouders.example")
    telling(made, [who], at=NOW, by=cast.ibp)
    return made


def test_it_holds_whom_it_tells_and_about_whom(
    cast: Cast, family: tuple[Pupil, Guardian, Pupil]
) -> None:
    pupil, parent, other = family
    asked.say(parent, pupil, asked.question(at=NOW), True, at=NOW)
    telling_of(cast)
    assert holds.held(Pupil, [pupil.pk, other.pk]) == {pupil.pk: [TOLD]}
    assert holds.held(Guardian, [parent.pk]) == {parent.pk: [TOLD]}
    assert holds.held_people(cast.linde.pk, ["L-1", other.key]) == {"L-1": [TOLD]}
    assert holds.held_people(cast.eik.pk, ["L-1"]) == {}
    (found,) = Answer.objects.all()
    assert TOLD in holds.held(Answer, [found.pk])[found.pk]


def test_the_name_of_the_child_is_enough(cast: Cast, family: tuple[Pupil, Guardian, Pupil]) -> None:
    pupil = family[0]
    made = decided(breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    telling(made, [candidate("Oma Visser", about="noor visser")], at=NOW, by=cast.ibp)
    assert holds.held(Pupil, [pupil.pk]) == {pupil.pk: [TOLD]}


def test_a_closed_file_holds_nothing(cast: Cast, family: tuple[Pupil, Guardian, Pupil]) -> None:
    made = telling_of(cast)
    made.state = "closed"
    made.record(by=None, why="afgesloten")
    assert holds.held(Pupil, [family[0].pk]) == {}
    assert holds.held_people(cast.linde.pk, ["L-1"]) == {}


def test_a_confidential_file_is_not_named(
    cast: Cast, family: tuple[Pupil, Guardian, Pupil]
) -> None:
    made = telling_of(cast)
    made.is_confidential = True
    made.record(by=None, why="vertrouwelijk")
    hidden = Held("Er loopt nog een datalek. Vraag de FG ernaar.", "FG")
    assert holds.held(Pupil, [family[0].pk]) == {family[0].pk: [hidden]}


def notified(
    cast: Cast, *, is_open: bool = False
) -> tuple[Notification, NotificationPaper, ApNumber]:
    """What a file that told the AP leaves behind: the notification, its PDF and its number."""
    state = {"state": "decided", "closed_at": None} if is_open else {}
    made = forgetting.full_breach(cast, "Zwaluwman", at=NOW, **state)
    number = ApNumber.objects.get(notification__breach=made)
    return number.notification, number.notification.paper, number


def test_it_holds_the_paper_and_the_number_of_what_the_ap_was_told(cast: Cast) -> None:
    _sent, paper, number = notified(cast, is_open=True)
    _sent, past_paper, past_number = notified(cast)
    papers, numbers = [paper.pk, past_paper.pk], [number.pk, past_number.pk]
    assert holds.held(NotificationPaper, papers) == {paper.pk: [TOLD]}
    assert holds.held(ApNumber, numbers) == {number.pk: [TOLD]}
    documents = [paper.document_id, past_paper.document_id]
    assert holds.held(StoredDocument, documents) == {paper.document_id: [TOLD]}


def test_what_is_put_on_a_notification_holds_its_paper_and_its_number(cast: Cast) -> None:
    sent, paper, number = notified(cast)
    put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De ouders hebben de school gedagvaard.",
        owner=cast.fg,
        review_on=date(2026, 9, 1),
        subject=sent,
        by=cast.fg,
        at=NOW,
    )
    told = [Held("rechtszaak of claim", "Fenna Graaf", date(2026, 9, 1))]
    assert holds.held(NotificationPaper, [paper.pk]) == {paper.pk: told}
    assert holds.held(ApNumber, [number.pk]) == {number.pk: told}


def test_three_papers_cost_what_one_does(cast: Cast) -> None:
    made = [notified(cast, is_open=True)[1].pk for _each in range(3)]

    def cost(keys: list[int]) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(holds.held(NotificationPaper, keys)) == len(keys)
        return len(asked)

    assert cost(made[:1]) == cost(made)
