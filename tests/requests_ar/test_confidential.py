"""A confidential case does not exist for the director whom it concerns: page by page.

The director walks every address of the house before and after the case is there (`tests.walk`).
Whatever differs (a word, a number, a count, one row more) would tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from privacyboard.audit.acts import ActRefused
from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork.worklist import items_of
from privacyboard.documents.models import StoredDocument
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from registers.models import ProcessingActivity
from requests_ar import worklist
from requests_ar.actions import (
    afterwards,
    asking,
    complaints,
    deciding,
    guarding,
    handling,
    searching,
)
from requests_ar.actions.reminding import remind_of_terms
from requests_ar.actions.writing import make_waiting_letters
from requests_ar.models import Complaint, SearchTask, SubjectRequest
from requests_ar.views.act_table import PAGES
from requests_ar.views.cases import SHOWN
from tests.conftest import Cast
from tests.factories import complaints as make_complaints
from tests.factories import registers as make_registers
from tests.factories import requests as make
from tests.walk import calendar_of, walk

AsUser = Callable[[User], Client]
# A word that stands nowhere else; in every field of the case that a person fills in.
MARK = "Zwaluwnest"
MAIL = "zwaluwnest@thuis.example"
YEAR = f"{timezone.localdate().year}"
ORDINARY, OTHER = f"V-{YEAR}-0001", f"K-{YEAR}-0001"

QUERIES = (
    *(f"?toon={each}" for each in SHOWN),
    *(f"?toon=all&zoek={each}" for each in (MARK, "zwaluw", f"V-{YEAR}", "0003", "Kim")),
    *("?stand=open", "?stand=overdue", "?stand=late", "?stand=in_time", "?stand=withdrawn"),
    *("?school=de-linde", "?school=bestuur", "?soort=access", "?soort=erasure", "?q=Zwaluwnest"),
    *("?page=1", "?page=2", "?page=last", f"?verzoek=V-{YEAR}-0003", "?o=1", "?all="),
)


def ordinary(cast: Cast, at: datetime) -> None:
    """What the director may see: a request and a complaint, with a task, a letter and a file."""
    case = make.subject_request(cast.linde, at=at, authority="yes", key="L-1001")
    assert case.number == ORDINARY
    asked = searching.Asked(what="Kijk in de map.", due_on=_day(at), assignee=cast.teacher)
    searching.ask_search(request=case, asked=asked, by=cast.director, at=at)
    complaint = make_complaints.complaint(
        cast.linde, at=at, request=case, received_on=timezone.localdate(at)
    )
    assert complaint.number == OTHER
    make.subject_request(cast.eik, at=at)
    make_waiting_letters(at=at)


def _day(at: datetime) -> Any:
    return timezone.localdate(at) + timedelta(days=5)


def secret(cast: Cast, at: datetime, **values: Any) -> SubjectRequest:
    """A case with everything in it, about which the director knew, and that was closed then.

    The same child and the same mother as in the ordinary request: a pointer to a likely duplicate,
    a search by key or by address could find it.
    """
    case = make.subject_request(
        cast.linde,
        at=at,
        kinds=("access", "erasure"),
        authority="yes",
        name=f"Mila {MARK}",
        email=MAIL,
        text=f"{MARK}: wat schrijft de directeur over ons?",
        key="L-1001",
        state="in_progress",
        handler=cast.director,
        received_on=timezone.localdate(at) - timedelta(days=60),
        **values,
    )
    by, today = cast.ibp, timezone.localdate(at)
    asking.ask_requester(request=case, kind="clarification", reason=f"{MARK}?", by=by, at=at)
    about = ProcessingActivity.objects.all()
    if about.exists():
        handling.choose_activities(request=case, activities=about, by=by, at=at)
    for assignee in (cast.director, cast.teacher):
        asked = searching.Asked(what=f"Zoek {MARK}.", due_on=today, assignee=assignee)
        searching.ask_search(request=case, asked=asked, by=by, at=at)
    upload = ContentFile(f"naam\n{MARK}\n".encode(), name=f"{MARK}.csv")
    searching.add_files(request=case, uploads=[upload], note=MARK, by=by, at=at)
    part = case.parts.get(kind="erasure")
    part.text = MARK
    part.record(by=by, why=MARK)
    deciding.advise(request=case, advice=f"{MARK}: doe het.", by=cast.fg, at=at)
    afterwards.restrict(request=case, ground="accuracy", what=MARK, starts_on=today, by=by, at=at)
    make_complaints.complaint(
        cast.linde, at=at, request=case, name=MARK, email=MAIL, text=MARK, received_on=today
    )
    make_waiting_letters(at=at)
    guarding.make_confidential(request=case, reason=f"{MARK}: over de directeur", by=by, at=at)
    closed = make_complaints.complaint(
        cast.linde, at=at, is_confidential=True, name=MARK, email=MAIL, text=MARK
    )
    step = closed.steps.get()
    complaints.end_step(step=step, ended_on=today, result=MARK, by=by, at=at)
    make_waiting_letters(at=at)
    return case


@pytest.fixture
def clock() -> datetime:
    """The pages read the real clock."""
    return timezone.now().replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.mark.django_db
class TestWalk:
    def test_every_page_and_every_file_says_the_same_with_and_without_the_case(
        self, cast: Cast, as_user: AsUser, clock: datetime
    ) -> None:
        ordinary(cast, clock)
        activity = make_registers.established("V02", at=clock, name="Leerlingdossier")
        client = as_user(cast.director)
        feed = calendar_of(client)
        walked: dict[str, Any] = {
            "own": [ORDINARY, OTHER],
            "pks": [str(cast.linde.pk), str(activity.pk)],
            "lists": ("verzoeken/", "verzoeken/register/", "klachten/"),
            "queries": QUERIES,
        }
        before = walk(client, **walked, feed=feed)
        assert ORDINARY in before[feed]
        secret(cast, clock)
        after = walk(client, **walked, feed=feed)
        assert len(before) > 200
        different = [path for path in before if before[path] != after[path]]
        assert different == []
        told = [path for path in after if MARK.lower() in str(after[path]).lower()]
        # Only the word that was typed into a search box stands there again.
        assert {path for path in told if "zoek=" not in path and "q=" not in path} == set()


def addresses_of(case: SubjectRequest) -> Iterator[str]:
    """Every address that a case has, each of its rows and each of its acts included."""
    one = f"/verzoeken/{case.number}/"
    yield from (f"{one}{part}" for part in ("", "verloop/", "voorbeeld/", "bij-ons/"))
    for act, page in PAGES.items():
        if page.target is None:
            yield f"{one}{act}/"
        else:
            yield from (f"{one}{act}/{row.pk}/" for row in page.target(case))
    yield from (f"/zoektaak/{task.pk}/" for task in case.tasks.all())
    kept = StoredDocument.objects.filter(title__contains=case.number)
    yield from (f"/document/{document.pk}/" for document in kept)
    for complaint in case.complaints.all():
        at = f"/klachten/{complaint.number}/"
        ends = ("", "geschiedenis/", "brief/pdf/", "verder/", "einde/", "zicht/", "persoon/")
        yield from (f"{at}{each}" for each in ends)
        yield from (f"{at}stap/{step.pk}/" for step in complaint.steps.all())


@pytest.mark.django_db
class TestDirectAddresses:
    def test_no_address_of_it_exists_and_no_act_on_it(
        self, cast: Cast, as_user: AsUser, clock: datetime
    ) -> None:
        case = secret(cast, clock)
        asked = list(addresses_of(case))
        assert len(asked) > 40
        rows_before = history_rows()
        for user in (cast.director, cast.eik_director, cast.care, cast.auditor, cast.board_member):
            client = as_user(user)
            for path in asked:
                for answer in (client.get(path), client.post(path, {"reason": "x", "seen": "1"})):
                    # A page that takes forms only says so for every number alike.
                    assert answer.status_code in {404, 405}, (user.first_name, path)
        assert history_rows() == rows_before

    def test_a_form_that_takes_the_number_says_what_it_says_of_a_number_that_is_not_there(
        self, cast: Cast, as_user: AsUser, clock: datetime
    ) -> None:
        case = secret(cast, clock)
        client, told = as_user(cast.director), []
        for number in (case.number, f"V-{YEAR}-0999"):
            filed = {"request_number": number, "received_on": clock.date(), "name": "Vic"}
            page = client.post("/klachten/nieuw/", filed).content.decode()
            assert "Dit nummer kennen wij niet. Kijk het na." in page
            told.append(re.sub(r'token" value="[^"]+"', "", page.replace(number, "")))
        assert told[0] == told[1]

    def test_who_types_the_same_request_again_is_not_pointed_to_it(
        self, cast: Cast, as_user: AsUser, clock: datetime
    ) -> None:
        case = secret(cast, clock)
        for reader, is_told in ((cast.director, False), (cast.ibp, True)):
            alike = SubjectRequest.objects.visible_to(reader).alike(
                name="kim  kind", born_on=None, kinds=["access"]
            )
            assert [each.number for each in alike] == ([case.number] if is_told else [])


def history_rows() -> int:
    """How much was ever written about requests and complaints."""
    models: Any = apps.get_app_config("requests_ar").get_models()
    return sum(model.objects.count() for model in models if hasattr(model, "instance_type"))


@pytest.mark.django_db
class TestMail:
    def test_nothing_about_it_goes_to_the_director_any_more(
        self, cast: Cast, clock: datetime
    ) -> None:
        case = secret(cast, clock)
        waits = OutboundLetter.objects.filter(state=OutboundLetter.State.QUEUED)
        assert not waits.filter(to=cast.director.email).exists()
        asked = OutboundLetter.objects.get(
            letter="requests_ar/search_asked", to=cast.director.email
        )
        assert (asked.state, asked.last_error) == (
            "failed",
            "Niet verstuurd: deze persoon mag het verzoek niet meer openen.",
        )
        seen = set(OutboundLetter.objects.values_list("pk", flat=True))
        assert remind_of_terms(by=None, at=clock) == 2
        new = OutboundLetter.objects.exclude(pk__in=seen)
        assert set(new.values_list("to", flat=True)) == {cast.ibp.email, cast.fg.email}
        assert set(OutboundLetter.objects.values_list("school", flat=True)) == {None}
        assert case.number in waits.filter(to=cast.ibp.email)[0].text

    def test_no_row_that_is_kept_says_the_school(
        self, cast: Cast, as_user: AsUser, clock: datetime
    ) -> None:
        case = secret(cast, clock)
        assert set(StoredDocument.objects.values_list("school", flat=True)) == {None}
        client = as_user(cast.fg)
        client.get(f"/verzoeken/{case.number}/")
        client.get(f"/klachten/{case.complaints.get().number}/")
        assert {(each.act, each.school) for each in AccessEntry.objects.all()} == {("opened", None)}


@pytest.mark.django_db
class TestTasks:
    def test_who_is_shut_out_searches_no_more_and_who_never_read_it_goes_on(
        self, cast: Cast, clock: datetime
    ) -> None:
        case = secret(cast, clock)
        open_tasks = SearchTask.objects.open().filter(request=case)
        assert [task.assignee for task in open_tasks] == [cast.teacher]
        items = items_of([worklist], cast.director, clock)
        words = [item.sentence for item in items]
        assert [each for each in words if case.number in each] == []

    def test_who_is_shut_out_is_not_asked_again(self, cast: Cast, clock: datetime) -> None:
        case = secret(cast, clock)
        asked = searching.Asked(
            what="Uw mails.", due_on=timezone.localdate(clock), assignee=cast.director
        )
        with pytest.raises(ActRefused) as caught:
            searching.ask_search(request=case, asked=asked, by=cast.ibp, at=clock)
        assert caught.value.errors == {
            "assignee": "Deze persoon mag dit vertrouwelijke verzoek niet zien. Kies een ander, "
            "of geef eerst toegang."
        }


@pytest.mark.django_db
class TestNamed:
    def test_who_is_named_sees_it_and_from_the_moment_of_unnaming_nothing(
        self, cast: Cast, as_user: AsUser, clock: datetime
    ) -> None:
        case = secret(cast, clock)
        page, today = f"/verzoeken/{case.number}/", timezone.localdate(clock)
        client = as_user(cast.director)
        assert case.number not in client.get("/verzoeken/").content.decode()
        guarding.name_person(request=case, user=cast.director, by=cast.fg, at=clock)
        assert MARK in client.get(page).content.decode()
        assert case.number in client.get("/verzoeken/").content.decode()
        assert client.get("/verzoeken/register/").context["figures"].all.total == 1
        handling.take_up(request=case, handler=cast.director, by=cast.ibp, at=clock)
        asked = searching.Asked(what="Uw mails.", due_on=today, assignee=cast.director)
        task = searching.ask_search(request=case, asked=asked, by=cast.ibp, at=clock)
        guarding.unname_person(request=case, user=cast.director, by=cast.fg, at=clock)
        case.refresh_from_db()
        task.refresh_from_db()
        assert (case.handler, task.dropped_at) == (None, clock)
        for path in addresses_of(case):
            assert client.get(path).status_code in {404, 405}, path
        assert client.get("/verzoeken/register/").context["figures"].all.total == 0
        assert case.number not in client.get("/").content.decode()

    def test_a_name_on_a_complaint_needs_the_request_that_it_is_about(
        self, cast: Cast, as_user: AsUser, clock: datetime
    ) -> None:
        case = secret(cast, clock)
        about = case.complaints.get()
        given: dict[str, Any] = {"user": cast.director, "by": cast.fg, "at": clock}
        with pytest.raises(ActRefused, match="Geef deze persoon eerst toegang"):
            complaints.name_on_complaint(complaint=about, **given)
        guarding.name_person(request=case, **given)
        complaints.name_on_complaint(complaint=about, **given)
        assert as_user(cast.director).get(f"/klachten/{about.number}/").status_code == 200
        guarding.unname_person(request=case, **given)
        assert as_user(cast.director).get(f"/klachten/{about.number}/").status_code == 404

    def test_a_complaint_that_stood_open_closes_with_its_request(
        self, cast: Cast, clock: datetime
    ) -> None:
        case = secret(cast, clock)
        about = Complaint.objects.get(request=case)
        assert about.is_confidential
        assert about.history.first().history_change_reason == "het verzoek werd vertrouwelijk"
        assert not Complaint.objects.visible_to(cast.director).exists()
