"""What the pages of requests and complaints ask of the database: twelve queries at most.

Every page that shows something, in every state of a request, for everybody who may see it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from requests_ar.actions import afterwards, answering, asking, deciding, handling, searching
from requests_ar.actions.answering import Sent
from requests_ar.actions.receiving import receive_request
from requests_ar.models import SubjectRequest
from requests_ar.rules.decisions import Decided
from requests_ar.views.act_table import PAGES
from tests.conftest import Cast
from tests.factories import complaints as complain
from tests.factories import registers as make
from tests.factories import requests as ask

AsUser = Callable[[User], Client]

MOST = 12
STAGES = ("received", "in progress", "decided", "answered", "closed")
READERS = ("director", "ibp", "fg", "board_member", "auditor", "teacher", "care")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def _case(cast: Cast, stage: str) -> SubjectRequest:
    """A request with rows of every kind that it has by then."""
    case = ask.subject_request(
        cast.linde, at=timezone.now(), authority="yes", kinds=("access", "erasure")
    )
    for number, step in enumerate((_begin, _decide, _answer, _close)):
        if STAGES.index(stage) > number:
            step(case, cast)
            case.refresh_from_db()
    return case


def _begin(case: SubjectRequest, cast: Cast) -> None:
    now, today, by = timezone.now(), timezone.localdate(), cast.director
    handling.take_up(request=case, handler=by, by=by, at=now)
    activities = [make.established(f"V0{number}", at=now) for number in (1, 2, 3)]
    handling.choose_activities(request=case, activities=activities, by=by, at=now)
    for kind in ("identity", "clarification"):
        asking.ask_requester(request=case, kind=kind, reason="Wie bent u?", by=by, at=now)
    asking.record_check(
        request=case,
        about="identity",
        method="known",
        is_established=True,
        checked_on=today,
        by=by,
        at=now,
    )
    for assignee in (cast.teacher, cast.care):
        asked = searching.Asked(what="Het dossier", due_on=today, assignee=assignee)
        searching.ask_search(request=case, asked=asked, by=by, at=now)
    outside = searching.Asked(
        what="De toetsen",
        due_on=today,
        contact_name="Piet Pakket",
        contact_email="piet@pakket.example",
    )
    searching.ask_search(request=case, asked=outside, by=by, at=now)
    for name in ("dossier.pdf", "toetsen.pdf"):
        upload = SimpleUploadedFile(name, PDF, content_type="application/pdf")
        searching.add_files(
            request=case, uploads=[upload], note="Uit de kast.", for_answer=True, by=by, at=now
        )


def _decide(case: SubjectRequest, cast: Cast) -> None:
    now, by = timezone.now(), cast.director
    for part in case.parts.all():
        grounds = {"not_needed"} if part.kind == "erasure" else set()
        decided = Decided(kind=part.kind, verdict="granted", erasure_grounds=frozenset(grounds))
        deciding.judge_part(part=part, decided=decided, by=by, at=now)
    deciding.decide(request=case, deviates=False, deviation_reason="", by=by, at=now)


def _answer(case: SubjectRequest, cast: Cast) -> None:
    now, today, by = timezone.now(), timezone.localdate(), cast.director
    sent = Sent(way="link", on=today, why_no_copy="")
    answering.send_answer(request=case, sent=sent, by=by, at=now)
    afterwards.restrict(
        request=case, ground="accuracy", what="Het dossier", starts_on=today, by=by, at=now
    )


def _close(case: SubjectRequest, cast: Cast) -> None:
    now, today, by = timezone.now(), timezone.localdate(), cast.director
    for part in case.parts.all():
        if part.waits_for_doing:
            afterwards.carry_out(part=part, done_on=today, what="Gewist.", by=by, at=now)
    for task in case.recipients.all():
        afterwards.settle_recipient(task=task, told_on=today, why_not="", by=by, at=now)
    afterwards.close_request(request=case, by=by, at=now)


def _pages(case: SubjectRequest) -> Iterator[str]:
    """Every page about this request: its own, each act, each act on one of its rows."""
    for name in ("request_case", "request_held", "request_history", "request_preview"):
        yield reverse(name, args=[case.number])
    for act, page in PAGES.items():
        if page.target is None:
            yield reverse("request_act", args=[case.number, act])
            continue
        for row in page.target(case)[:2]:
            yield reverse("request_act_on", args=[case.number, act, row.pk])
    yield from ("/verzoeken/", "/verzoeken/?toon=all", "/verzoeken/nieuw/", "/verzoeken/register/")
    for task in case.tasks.all():
        yield reverse("search_task", args=[task.pk])


def _too_many(client: Client, pages: Iterator[str]) -> tuple[int, list[tuple[str, int]]]:
    """How many pages opened, and which of them asked too much."""
    opened, found = 0, []
    for page in pages:
        asked = _queries(client, page)
        opened += asked > 0
        # Who comes first asks for what is remembered from then on.
        if asked > MOST and (again := _queries(client, page)) > MOST:
            found.append((page, again))
    return opened, found


def _queries(client: Client, page: str) -> int:
    """How many queries a page asks; none where it does not open."""
    with CaptureQueriesContext(connection) as asked:
        opened = client.get(page).status_code == 200
    return len(asked) if opened else 0


@pytest.mark.parametrize("stage", STAGES)
def test_no_page_of_a_request_asks_more_than_it_may(
    cast: Cast, as_user: AsUser, stage: str
) -> None:
    case = _case(cast, stage)
    opened = {}
    for person in READERS:
        opened[person], too_many = _too_many(as_user(getattr(cast, person)), _pages(case))
        assert too_many == [], person
    # Who sees nothing of it proves nothing.
    assert opened["director"] > 20
    assert opened["ibp"] > 20
    assert opened["fg"] > 4


def _links(case: SubjectRequest) -> Iterator[str]:
    """Where people without an account are led by their letters."""
    for letter in OutboundLetter.objects.order_by("pk"):
        yield from re.findall(r"/(?:verzoek/volgen|aanleveren|antwoord)/\S+", letter.text)


@pytest.mark.parametrize("stage", STAGES)
def test_no_page_behind_a_link_asks_more_than_it_may(
    cast: Cast, client: Client, stage: str
) -> None:
    opened, too_many = _too_many(client, _links(_case(cast, stage)))
    assert too_many == []
    assert opened >= 1


def test_no_public_page_asks_more_than_it_may(cast: Cast, client: Client) -> None:
    pages = ["/verzoek/", "/verzoek/en/", "/verzoek/verzonden/", "/klacht/", "/klacht/de-linde/"]
    assert _too_many(client, iter(pages)) == (5, [])


def _complaint_pages(number: str) -> Iterator[str]:
    yield from ("/klachten/", "/klachten/?toon=open", "/klachten/nieuw/")
    for name in ("complaint", "complaint_history", "complaint_take", "complaint_conclude"):
        yield reverse(name, args=[number])
    for name in ("complaint_guard", "complaint_name"):
        yield reverse(name, args=[number])


@pytest.mark.parametrize("person", ["director", "ibp", "fg", "auditor"])
def test_no_page_of_a_complaint_asks_more_than_it_may(
    cast: Cast, as_user: AsUser, person: str
) -> None:
    complaint = complain.complaint(cast.linde, at=timezone.now())
    opened, too_many = _too_many(as_user(getattr(cast, person)), _complaint_pages(complaint.number))
    assert too_many == []
    assert opened >= {"director": 5, "ibp": 5, "fg": 2, "auditor": 0}[person]


def test_the_history_says_an_amount_to_the_cent(cast: Cast, as_user: AsUser) -> None:
    case = _case(cast, "in progress")
    asking.announce_fee(
        request=case,
        ground="excessive",
        amount=Decimal("12.50"),
        reasons="De vierde keer dit jaar.",
        by=cast.director,
        at=timezone.now(),
    )
    page = as_user(cast.director).get(f"/verzoeken/{case.number}/verloop/").content.decode()
    assert "12.50" in page


@pytest.mark.parametrize("kinds", [("access",), ("access", "erasure", "restriction")])
def test_receiving_costs_the_same_for_one_kind_and_for_three(
    cast: Cast, kinds: tuple[str, ...]
) -> None:
    now = timezone.now()
    given = ask.received(cast.linde, received_on=timezone.localdate(now), kinds=kinds)
    with CaptureQueriesContext(connection) as asked:
        receive_request(received=given, by=None, at=now)
    assert len(asked) == 26
