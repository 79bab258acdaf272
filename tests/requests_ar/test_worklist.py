"""What waits for whom: own requests, what nobody handles, what is late, and nothing of others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from privacyboard.clockwork.worklist import items_of
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from privacyboard.vocabulary import WorkItem
from registers.models import ExternalParty
from requests_ar import worklist
from requests_ar.actions.writing import note_posted
from requests_ar.models import RecipientTask, RequestLetter, Restriction, SearchTask
from tests.conftest import TODAY, Cast
from tests.factories import complaints as make_complaints
from tests.factories import registers as make_registers
from tests.factories import requests as make

AsUser = Callable[[User], Client]
LAST = date(2026, 4, 2)
AFTER = LAST + timedelta(days=1)


def items_for(user: User, on: date) -> list[WorkItem]:
    return items_of([worklist], user, datetime.combine(on, time(9), tzinfo=UTC))


def told(user: User, on: date = TODAY) -> list[tuple[str, str, str]]:
    user.__dict__.pop("_standing", None)
    return [(item.sentence, item.act_label, item.tone) for item in items_for(user, on)]


def everybody(cast: Cast, on: date = TODAY) -> dict[str, list[str]]:
    lists = {user.first_name: [each[0] for each in told(user, on)] for user in cast.everybody()}
    return {name: items for name, items in lists.items() if items}


@pytest.mark.django_db
def test_a_new_request_waits_for_the_director_of_the_school(cast: Cast, now: datetime) -> None:
    made = make.subject_request(cast.linde, at=now, confirmed=False)
    assert told(cast.director) == [("Nieuw: verzoek V-2026-0001.", "Oppakken", "attention")]
    assert everybody(cast) == {"Dirk": ["Nieuw: verzoek V-2026-0001."]}
    item = items_for(cast.director, TODAY)[0]
    assert (item.due, item.url) == (LAST, f"/verzoeken/{made.number}/")


@pytest.mark.django_db
def test_one_of_the_board_or_a_confidential_one_waits_for_the_ibp_manager(
    cast: Cast, now: datetime
) -> None:
    make.subject_request(None, at=now)
    make.subject_request(cast.linde, at=now, is_confidential=True)
    assert everybody(cast) == {
        "Ilse": ["Nieuw: verzoek V-2026-0001.", "Nieuw: verzoek V-2026-0002."]
    }


@pytest.mark.django_db
def test_what_is_handled_is_the_handlers_alone_until_it_is_late(cast: Cast, now: datetime) -> None:
    make.subject_request(cast.linde, at=now, state="in_progress", handler=cast.ibp)
    assert everybody(cast) == {"Ilse": ["Verzoek V-2026-0001 is in behandeling."]}
    assert told(cast.ibp)[0][2] == "calm"
    assert told(cast.ibp, LAST - timedelta(days=7))[0][2] == "attention"
    late = "Verzoek V-2026-0001 is te laat. Antwoord zo snel mogelijk."
    assert everybody(cast, AFTER) == {"Fenna": [late], "Ilse": [late], "Dirk": [late]}
    assert told(cast.fg, AFTER)[0][2] == "late"


@pytest.mark.django_db
def test_what_has_its_answer_waits_for_nobody(cast: Cast, now: datetime) -> None:
    for state, day in (("closed", TODAY), ("withdrawn", None)):
        make.subject_request(cast.linde, at=now, state=state, answered_on=day)
    make.subject_request(
        cast.linde, at=now, state="answered", answered_on=AFTER - timedelta(days=13)
    )
    assert everybody(cast, AFTER) == {}


@pytest.mark.django_db
def test_a_decision_is_to_be_sent(cast: Cast, now: datetime) -> None:
    make.subject_request(cast.linde, at=now, state="decided", handler=cast.director)
    assert told(cast.director) == [
        ("Verstuur het antwoord op V-2026-0001.", "Versturen", "attention")
    ]


@pytest.mark.django_db
def test_a_search_is_told_to_who_searches_and_to_no_other(cast: Cast, now: datetime) -> None:
    request = make.subject_request(
        cast.linde, at=now, state="in_progress", handler=cast.director, is_confidential=True
    )
    task = SearchTask(
        request=request,
        what="De mails.",
        assignee=cast.teacher,
        due_on=date(2026, 3, 9),
        asked_at=now,
    )
    task.record(by=None, why="proef")
    words = "Zoek gegevens voor verzoek V-2026-0001."
    assert everybody(cast) == {"Tess": [words]}
    assert told(cast.teacher, date(2026, 3, 10)) == [(words, "Zoeken", "late")]
    assert items_for(cast.teacher, TODAY)[0].url == f"/zoektaak/{task.pk}/"
    task.done_at = now
    task.record(by=None, why="proef")
    assert everybody(cast) == {}


@pytest.mark.django_db
@pytest.mark.requirement("KPO-039")
def test_recipients_wait_to_be_told_after_the_answer(cast: Cast, now: datetime) -> None:
    request = make.subject_request(
        cast.linde, at=now, state="answered", answered_on=TODAY, kinds=["erasure"]
    )
    party: ExternalParty = make_registers.party()
    task = RecipientTask(request=request, party=party)
    task.record(by=None, why="proef")
    words = "Verzoek V-2026-0001: vertel de ontvangers wat er veranderd is."
    assert everybody(cast)["Dirk"] == [words]
    task.told_on = TODAY
    task.record(by=None, why="proef")
    assert everybody(cast) == {}


@pytest.mark.django_db
@pytest.mark.requirement("OPO-052")
def test_a_restriction_that_was_granted_is_to_be_recorded_before_closing(
    cast: Cast, now: datetime
) -> None:
    """Closing is refused until then, also after a day was noted on which it was done."""
    request = make.subject_request(
        cast.linde, at=now, state="answered", answered_on=TODAY, kinds=["restriction"]
    )
    part = request.parts.get()
    part.verdict, part.carried_out_on = "granted", TODAY
    part.record(by=None, why="proef")
    words = "Verzoek V-2026-0001 is beantwoord op 2 maart 2026"
    to_do = [(f"{words}. Doe wat nog moet, en sluit het.", "Verder", "attention")]
    later = TODAY + timedelta(days=14)
    assert told(cast.director) == to_do
    assert told(cast.director, later) == to_do
    mark = Restriction(request=request, ground="accuracy", what="Cijfers", starts_on=TODAY)
    mark.record(by=None, why="proef")
    assert told(cast.director) == []
    assert told(cast.director, later) == [
        (f"{words} en nog niet gesloten. Sluit het.", "Sluiten", "attention")
    ]


@pytest.mark.django_db
def test_a_letter_that_did_not_arrive_is_told(cast: Cast, now: datetime) -> None:
    make.subject_request(cast.linde, at=now, state="in_progress", handler=cast.director)
    letter = RequestLetter.objects.get()
    words = "Een brief over verzoek V-2026-0001 kwam niet aan. Stuur hem per post."
    assert words not in everybody(cast)["Dirk"]
    mail = letter.mail or OutboundLetter.objects.latest("pk")
    letter.mail = mail
    letter.save()
    mail.state = OutboundLetter.State.FAILED
    mail.save()
    assert words in everybody(cast)["Dirk"]
    note_posted(letter=letter, posted_on=TODAY, by=cast.director, at=now)
    assert words not in everybody(cast)["Dirk"]


@pytest.mark.django_db
def test_a_complaint_waits_where_it_lies(cast: Cast, now: datetime) -> None:
    made = make_complaints.complaint(cast.linde, at=now)
    assert everybody(cast) == {"Dirk": ["Klacht K-2026-0001 ligt bij: directeur."]}
    step = made.steps.get()
    step.ended_on = TODAY
    step.record(by=None, why="proef")
    between = ["Klacht K-2026-0001 wacht op een volgende stap of een uitkomst."]
    assert everybody(cast) == {"Dirk": between, "Ilse": between}
    make_complaints.complaint(
        cast.linde, at=now, first_body="board", first_reason="Over de directeur."
    )
    assert everybody(cast)["Ilse"][1:] == ["Klacht K-2026-0002 ligt bij: bevoegd gezag."]
    assert everybody(cast)["Dirk"] == between


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_it_is_one_query_for_every_role(
    cast: Cast, now: datetime, django_assert_num_queries: Any, number: int
) -> None:
    for _each in range(number):
        make.subject_request(cast.linde, at=now)
        make_complaints.complaint(cast.linde, at=now)
    for user in cast.everybody():
        assert user.standing.on is not None  # read once per page
        with django_assert_num_queries(1):
            items_for(user, TODAY)


@pytest.mark.django_db
def test_home_shows_it(cast: Cast, as_user: AsUser, now: datetime) -> None:
    make.subject_request(cast.linde, at=now)
    assert "V-2026-0001" in as_user(cast.director).get("/").content.decode()
    home = as_user(cast.eik_director).get("/").content.decode()
    assert "V-2026-0001" not in home
