"""What the pages of breaches ask of the database: twelve queries at most, fifteen for a form.

Every page that shows something, in every state of a breach, for everybody who may see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from datalekken.actions.closing import Task, add_measure
from datalekken.actions.deciding import advise, assess_breach, decide
from datalekken.actions.guarding import make_confidential, name_person
from datalekken.actions.investigating import add_files, link_supplier
from datalekken.models import Breach, Notification
from datalekken.views.act_table import PAGES
from privacyboard.organisation.models import User
from registers.models import Processor
from tests.conftest import Cast
from tests.factories import breaches as make
from tests.factories import registers as register

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db

MOST, MOST_OF_FORM = 12, 15
STAGES = ("reported", "in progress", "decided", "closed", "confidential")
READERS = ("director", "eik_director", "ibp", "fg", "board_member", "auditor", "teacher", "care")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def _breach(cast: Cast, stage: str, *, rows: int = 2) -> Breach:
    """A breach at two schools, with rows of every kind that it has by then."""
    made = make.breach(cast.linde, cast.eik, at=timezone.now() - timedelta(hours=3))
    if stage != "reported":
        _investigate(made, cast, rows)
    if stage in ("decided", "closed"):
        _decide(made, cast, rows)
    if stage == "closed":
        made.refresh_from_db()
        made.state, made.closed_at = "closed", timezone.now()
        made.record(by=cast.ibp, why="proef")
    if stage == "confidential":
        make_confidential(breach=made, reason="proef", by=cast.ibp, at=timezone.now())
        for person in (cast.director, cast.board_member, cast.teacher)[:rows]:
            name_person(breach=made, user=person, by=cast.ibp, at=timezone.now())
    made.refresh_from_db()
    return made


def _supplier() -> Processor:
    return Processor.objects.first() or register.processor()


def _investigate(made: Breach, cast: Cast, rows: int) -> None:
    at, by = timezone.now(), cast.ibp
    make.certain(made, at=at - timedelta(hours=2), by=by)
    agreement = register.agreement(_supplier(), reference=made.number, breach_notice_hours=24)
    link_supplier(
        breach=made,
        processor=agreement.processor,
        agreement=agreement,
        product=None,
        by=by,
        at=at,
    )
    for number in range(rows):
        upload = SimpleUploadedFile(f"{number}.pdf", PDF + b"%%%d" % number)
        add_files(breach=made, uploads=[upload], note="Uit de kast.", by=by, at=at)
        text, due_on = f"Opletten {number}.", timezone.localdate(at)
        task = Task(kind="prevent", text=text, due_on=due_on, owner=by)
        add_measure(breach=made, task=task, by=by, at=at)
        assess_breach(breach=made, facts=make.facts(), by=by, at=at)


def _decide(made: Breach, cast: Cast, rows: int) -> None:
    at = timezone.now()
    advise(
        breach=made,
        advice="Melden.",
        advises_notifying=True,
        advises_telling=True,
        by=cast.fg,
        at=at,
    )
    decide(breach=made, decision=make.decision(), by=cast.ibp, at=at)
    for number in range(rows):
        Notification.objects.create(
            breach=made,
            number=number + 1,
            kind="preliminary",
            sent_at=at,
            sender=cast.ibp,
            content={},
            sha256="0" * 64,
            recorded_at=at,
        )


def _pages(made: Breach) -> Iterator[str]:
    """Every page about this breach: its own, each act, each act on one of its rows; and lists."""
    for name in ("breach", "breach_history"):
        yield reverse(name, args=[made.number])
    for act, page in PAGES.items():
        if page.target is None:
            yield reverse("breach_act", args=[made.number, act])
            continue
        for row in page.target(made)[:2]:
            yield reverse("breach_act_on", args=[made.number, act, row.pk])
    shown = ("", "?toon=all", "?toon=late", "?zoek=d", "?school=de-eik", "?soort=phishing")
    yield from (f"/datalekken/{each}" for each in shown)


def _most(page: str) -> int:
    """A page with a form of its own may ask what can be chosen."""
    is_act = page.count("/") > 3 and not page.endswith("/verloop/")
    return MOST_OF_FORM if is_act else MOST


def _queries(client: Client, page: str) -> int:
    """How many queries a page asks; none where it does not open."""
    with CaptureQueriesContext(connection) as asked:
        opened = client.get(page).status_code == 200
    return len(asked) if opened else 0


def _queries_again(client: Client, page: str) -> int:
    """The same, when what is remembered between pages was asked before."""
    return _queries(client, page) and _queries(client, page)


@pytest.mark.parametrize("stage", STAGES)
def test_no_page_of_a_breach_asks_more_than_it_may(cast: Cast, as_user: AsUser, stage: str) -> None:
    made = _breach(cast, stage)
    make.breach(cast.eik, at=timezone.now())
    opened = {}
    for person in READERS:
        client = as_user(getattr(cast, person))
        found = {page: _queries(client, page) for page in _pages(made)}
        opened[person] = sum(count > 0 for count in found.values())
        # Who comes first asks for what is remembered from then on.
        first = [page for page, count in found.items() if count > _most(page)]
        again = {page: _queries(client, page) for page in first}
        too_many = {page: count for page, count in again.items() if count > _most(page)}
        assert too_many == {}, person
    # Who sees nothing of it proves nothing.
    assert opened["ibp"] > 15
    assert opened["fg"] > 7
    assert opened["director"] > 7
    assert opened["auditor"] == opened["care"] == 0


@pytest.mark.parametrize("person", ["ibp", "fg", "board_member", "director"])
def test_list_and_file_cost_the_same_with_one_row_and_with_three(
    cast: Cast, as_user: AsUser, person: str
) -> None:
    client = as_user(getattr(cast, person))
    found = []
    for rows in (1, 3):
        made = _breach(cast, "decided", rows=rows)
        if rows == 3:
            make.breach(cast.linde, at=timezone.now())
            # Rows that could leak, and are not read.
            make.breach(cast.eik, at=timezone.now())
            make.breach(cast.linde, at=timezone.now(), is_confidential=True)
        page = reverse("breach", args=[made.number])
        pages = ("/datalekken/?toon=all", page)
        found.append(tuple(_queries_again(client, each) for each in pages))
    assert found[0] == found[1]
    assert (
        found[0]
        == {
            "ibp": (8, 8),
            "fg": (8, 8),
            "board_member": (8, 8),
            "director": (8, 8),
        }[person]
    )
