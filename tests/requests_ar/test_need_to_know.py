"""Who is not meant to: other schools, other roles, strangers with a link, and what they type."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.actions import appoint
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User
from requests_ar.actions import answering, asking, deciding, handling, searching
from requests_ar.actions.answering import Sent
from requests_ar.actions.writing import make_waiting_letters
from requests_ar.letters.delivery import ANSWER, answer_state
from requests_ar.letters.links import STATUS, status_state
from requests_ar.letters.tasks import UPLOAD
from requests_ar.models import Complaint, Delivery, SearchTask, SubjectRequest
from requests_ar.rules.decisions import Decided
from requests_ar.views.act_table import PAGES
from tests.conftest import Cast
from tests.factories import complaints as make_complaints
from tests.factories import registers as make_registers
from tests.factories import requests as make
from tests.requests_ar.test_confidential import addresses_of, history_rows

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db

# What somebody types who tries: markup, a formula, a template, a path, letters beyond the basic.
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    '=HYPERLINK("https://kwaad.example";"klik")',
    "{{ 7|add:7 }}{% load i18n %}${7*7}",
    "'; DROP TABLE x; -- \\ %s %(naam)s {0} {naam}",
    "\U0001f469‍\U0001f467 ‮tseug‬ é\t́",
)


def full(cast: Cast, **values: Any) -> SubjectRequest:
    """A request with something on each part of its page."""
    at, by = timezone.now(), cast.director
    case = make.subject_request(
        values.pop("school", cast.linde),
        **{"at": at, "authority": "yes", "state": "in_progress", "handler": by, **values},
    )
    asking.ask_requester(request=case, kind="clarification", reason="Welk jaar?", by=by, at=at)
    asked = searching.Asked(what="De map.", due_on=timezone.localdate(at), assignee=cast.teacher)
    searching.ask_search(request=case, asked=asked, by=by, at=at)
    upload = ContentFile(b"naam\nKim\n", name="map.csv")
    searching.add_files(request=case, uploads=[upload], for_answer=True, by=by, at=at)
    make_complaints.complaint(case.school, at=at, request=case, received_on=timezone.localdate(at))
    make_waiting_letters(at=at)
    return case


def answered(cast: Cast, **values: Any) -> tuple[SubjectRequest, Delivery, str]:
    """The same, sent: with its delivery and the code that was told."""
    at, by = timezone.now(), cast.director
    case = full(cast, **values)
    activity = make_registers.established("V02", at=at, name="Leerlingdossier")
    handling.choose_activities(request=case, activities=[activity], by=by, at=at)
    for part in case.parts.all():
        decided = Decided(kind=part.kind, verdict="granted")
        deciding.judge_part(part=part, decided=decided, by=by, at=at)
    asking.record_check(
        request=case,
        about="identity",
        method="known",
        is_established=True,
        checked_on=timezone.localdate(at),
        by=by,
        at=at,
    )
    deciding.decide(request=case, deviates=False, deviation_reason="", by=by, at=at)
    sent = Sent(way="link", on=timezone.localdate(at))
    delivery = answering.send_answer(request=case, sent=sent, by=by, at=at)
    code = answering.tell_code(delivery=delivery, way="desk", reason="", by=by, at=at)
    make_waiting_letters(at=at)
    delivery.refresh_from_db()
    return case, delivery, code


class TestRoles:
    def test_each_address_of_a_case_is_nothing_to_who_is_not_meant(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        case = full(cast)
        # Who has the task reads the task, and nothing else.
        mine = {f"/zoektaak/{task.pk}/" for task in case.tasks.all()}
        asked = list(addresses_of(case))
        assert len(asked) > 40
        before = history_rows()
        strangers = (
            *(cast.eik_director, cast.teacher, cast.care),
            *(cast.auditor, cast.board_member, cast.administrator),
        )
        for user in strangers:
            client = as_user(user)
            for path in asked:
                if user == cast.teacher and path in mine:
                    assert client.get(path).status_code == 200
                    continue
                codes = {client.get(path).status_code, client.post(path, {"seen": "1"}).status_code}
                assert codes <= {404, 405}, (user.first_name, path, codes)
        assert history_rows() == before

    def test_who_is_not_signed_in_is_asked_to_and_nothing_happens(
        self, cast: Cast, client: Client
    ) -> None:
        case = full(cast)
        before = history_rows()
        for path in addresses_of(case):
            for answer in (client.get(path), client.post(path, {"reason": "x"})):
                assert (answer.status_code, answer["Location"].partition("?")[0]) == (
                    302,
                    "/inloggen/",
                ), path
        assert history_rows() == before

    def test_each_act_asks_its_own_right(self, cast: Cast, as_user: AsUser) -> None:
        case = full(cast)
        one = f"/verzoeken/{case.number}/"
        rows = {act: page.target(case).first() for act, page in PAGES.items() if page.target}
        opened = {}
        for user in (cast.director, cast.fg, cast.ibp):
            client = as_user(user)
            opened[user.first_name] = {
                act
                for act in PAGES
                if act not in rows and client.get(f"{one}{act}/").status_code == 200
            }
        board_wide = {"vertrouwelijk", "noemen"}
        assert opened["Fenna"] == {"advies", *board_wide}
        assert opened["Dirk"] == opened["Ilse"] - board_wide
        assert "advies" not in opened["Dirk"]
        assert {"oppakken", "verlengen", "besluiten", "versturen"} <= opened["Dirk"]

    def test_an_act_on_a_row_of_another_case_does_not_exist(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        here, there = full(cast), full(cast)
        elsewhere = full(cast, school=cast.eik)
        client, before = as_user(cast.director), history_rows()
        tried = 0
        for act, page in PAGES.items():
            for case in (there, elsewhere):
                for row in page.target(case) if page.target else ():
                    path = f"/verzoeken/{here.number}/{act}/{row.pk}/"
                    given = {"reason": "x", "verdict": "granted", "name": "X", "seen": "1"}
                    codes = {client.get(path).status_code, client.post(path, given).status_code}
                    assert codes == {404}, path
                    tried += 1
        assert tried >= 12
        assert history_rows() == before

    def test_a_role_that_ended_opens_nothing_the_next_day(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        case = full(cast)
        today = timezone.localdate()
        other = User.objects.create_user("oud@deproef.example", "x" * 20, first_name="Oda")
        appoint(
            user=other,
            role=Role.DIRECTOR,
            school=cast.linde,
            starts_on=date(2020, 1, 1),
            ends_on=today,
            by=None,
            at=timezone.now(),
        )
        page = f"/verzoeken/{case.number}/"
        assert as_user(other).get(page).status_code == 200
        appointment = other.appointments.get()
        appointment.ends_on = today - timedelta(days=1)
        appointment.record(by=None, why="proef")
        answer = as_user(other).get(page)
        assert (answer.status_code, case.number in answer.content.decode()) == (302, False)


class TestLinks:
    def test_a_task_is_its_searchers_alone_until_it_is_done(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        case = full(cast)
        task = case.tasks.get()
        page = f"/zoektaak/{task.pk}/"
        assert as_user(cast.eik_teacher).get(page).status_code == 404
        assert as_user(cast.director).post(page, {"found": "x"}).status_code == 404
        as_user(cast.teacher).post(page, {"found": "Niets."})
        assert as_user(cast.teacher).get(page).status_code == 404
        task.refresh_from_db()
        assert task.found == "Niets."

    def test_an_upload_link_opens_one_task(self, cast: Cast, client: Client) -> None:
        at = timezone.now()
        case = full(cast)
        tasks = []
        for name in ("sam", "sanne"):
            asked = searching.Asked(
                what=f"Voor {name}.",
                due_on=timezone.localdate(at),
                contact_name=name,
                contact_email=f"{name}@leverancier.example",
            )
            tasks.append(searching.ask_search(request=case, asked=asked, by=cast.ibp, at=at))
        sam, sanne = tasks
        token = UPLOAD.make(str(sam.pk), at=at, state=str(sam.link_number))
        page = client.get(reverse("search_upload", args=[token])).content.decode()
        assert "Voor sam." in page
        assert "Voor sanne." not in page
        for altered in (
            UPLOAD.make(str(sanne.pk), at=at, state=f"{sanne.link_number + 1}"),
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            token[::-1],
            STATUS.make(str(sanne.pk), at=at, state=str(sanne.link_number)),
            UPLOAD.make("x", at=at, state="1"),
            UPLOAD.make("9" * 30, at=at, state="1"),
        ):
            url = reverse("search_upload", args=[altered])
            assert client.get(url).status_code == 410
            assert client.post(url, {"found": "Ik was het."}).status_code == 410
        assert not SearchTask.objects.filter(found__contains="Ik was het").exists()

    def test_a_status_link_opens_its_own_letters_and_nothing_by_another_name(
        self, cast: Cast, client: Client
    ) -> None:
        at = timezone.now()
        case, other = full(cast), full(cast, subject_name="Olaf Ander")
        token = STATUS.make(str(case.pk), at=at, state=status_state(case))
        own, foreign = case.letters.first(), other.letters.first()
        assert own is not None
        assert foreign is not None
        letter = "request_status_letter"
        assert client.get(reverse(letter, args=[token, own.pk])).status_code == 200
        assert client.get(reverse(letter, args=[token, foreign.pk])).status_code == 404
        # The same signature under another door, and another case under the same signature.
        for door in ("search_upload", "answer_by_link", "answer_opened"):
            assert client.get(reverse(door, args=[token])).status_code == 410
        stolen = STATUS.make(str(other.pk), at=at, state="van een ander")
        answer = client.get(reverse("request_status", args=[stolen]))
        assert answer.status_code in {404, 410}
        assert "Olaf" not in answer.content.decode()

    def test_a_code_is_guessed_five_times_and_not_from_another_browser_either(
        self, cast: Cast
    ) -> None:
        _case, delivery, code = answered(cast)
        at = timezone.now()
        link = ANSWER.make(str(delivery.pk), at=at, state=answer_state(str(delivery.pk)) or "")
        door = reverse("answer_by_link", args=[link])
        wrong = "00000000" if code != "00000000" else "11111111"
        answers = [Client().post(door, {"code": wrong}) for _each in range(5)]
        assert [each.status_code for each in answers] == [200, 200, 200, 200, 410]
        right = Client().post(door, {"code": code})
        assert right.status_code == 410
        assert "map.csv" not in right.content.decode()

    def test_what_one_code_opened_gives_no_file_of_another_answer(self, cast: Cast) -> None:
        at = timezone.now()
        case, delivery, code = answered(cast)
        other = full(cast)
        link = ANSWER.make(str(delivery.pk), at=at, state=answer_state(str(delivery.pk)) or "")
        mother = Client()
        opened = mother.post(reverse("answer_by_link", args=[link]), {"code": code})
        proof = re.search(r"/antwoord/open/(.+)/$", opened["Location"])
        assert proof is not None
        own, foreign = case.files.get(), other.files.get()
        fetch = "answer_download"
        mine = mother.post(reverse(fetch, args=[proof.group(1), own.document_id]))
        assert mine.status_code == 200
        theirs = mother.post(reverse(fetch, args=[proof.group(1), foreign.document_id]))
        assert theirs.status_code == 404
        # A file of the same dossier that does not belong to the answer stays inside.
        own.is_for_answer = False
        own.record(by=None, why="proef")
        again = mother.post(reverse(fetch, args=[proof.group(1), own.document_id]))
        assert again.status_code == 404


def typed(words: str) -> dict[str, Any]:
    """The public form with the same words in every field that takes them."""
    return {
        "relation": "authorised",
        "name": words,
        "email": "mila@thuis.example",
        "phone": words[:20],
        "subject_name": words,
        "born_on": "2016-05-04",
        "group": "pupils",
        "school": "de-linde",
        "kinds": ["access", "portability"],
        "text": words,
        "send_to": words,
        "wants": "post",
        "address": words,
        "token": "t" * 32,
    }


class TestTyped:
    @pytest.mark.parametrize("words", HOSTILE)
    def test_what_is_typed_stays_words_on_pages_in_letters_and_in_files(
        self, cast: Cast, as_user: AsUser, words: str
    ) -> None:
        make.received(cast.linde, received_on=timezone.localdate())
        sent = Client().post("/verzoek/", typed(words))
        assert sent.status_code == 302, sent.context["form"].errors
        case = SubjectRequest.objects.get()
        at, by = timezone.now(), cast.director
        handling.take_up(request=case, handler=by, by=by, at=at)
        asking.ask_requester(request=case, kind="clarification", reason=words, by=by, at=at)
        extension = {"reason": "complexity", "text": words}
        asking.extend_term(request=case, **extension, by=by, at=at)
        asked = searching.Asked(
            what=words, due_on=timezone.localdate(at), contact_name=words, contact_email="s@x.nl"
        )
        searching.ask_search(request=case, asked=asked, by=by, at=at)
        make_complaints.complaint(
            cast.linde, at=at, name=words, text=words, received_on=timezone.localdate(at)
        )
        assert make_waiting_letters(at=at) >= 3
        client = as_user(cast.ibp)
        pages = [
            *(f"/verzoeken/{case.number}/{part}" for part in ("", "verloop/", "bij-ons/")),
            *("/", "/verzoeken/", "/verzoeken/register/", "/klachten/"),
            *(f"/klachten/{number}/" for number in _complaints()),
            *(f"/klachten/{number}/geschiedenis/" for number in _complaints()),
        ]
        shown = [client.get(page).content.decode() for page in pages]
        shown += [letter.html for letter in case.letters.all()]
        shown += list(OutboundLetter.objects.values_list("html", flat=True))
        for html in shown:
            assert not re.search(r"<script>alert|<img src=x|\b1414\b|HYPERLINK\(\"", html)
        assert any("&lt;script&gt;" in html for html in shown) or "<script>" not in words
        for number in _complaints():
            assert client.get(f"/klachten/{number}/brief/pdf/").content[:5] == b"%PDF-"
        assert client.get("/verzoeken/register/pdf/").content[:5] == b"%PDF-"

    def test_no_cell_of_the_register_runs_whatever_the_handler_is_called(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        cast.director.first_name = "=1+1"
        cast.director.last_name = "@SUM(A1)"
        cast.director.record(by=None, why="proef")
        full(cast)
        content = as_user(cast.ibp).get("/verzoeken/register/verzoeken.xlsx").content
        cells = [
            cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet for cell in row
        ]
        assert "f" not in {cell.data_type for cell in cells}
        assert "'=1+1 @SUM(A1)" in {cell.value for cell in cells}

    @pytest.mark.parametrize("name", ["ibp", "director"])
    def test_no_question_in_an_address_breaks_a_page(
        self, cast: Cast, as_user: AsUser, name: str
    ) -> None:
        case = full(cast)
        client = as_user(getattr(cast, name))
        values = (
            *("", "0", "-1", "99999999999999999999", "1e9", "%00", "%F0%9F%92%A9", "%ED%A0%80"),
            *("' OR 1=1 --", "(((", "\\", "%25", "_", "x" * 5000, "2026-13-45", "[]", "nan"),
        )
        names = ("page", "zoek", "toon", "soort", "school", "stand", "van", "tot", "verzoek", "o")
        pages = (
            *("/verzoeken/", "/verzoeken/register/", "/klachten/", "/klachten/nieuw/"),
            *("/verzoeken/nieuw/", f"/verzoeken/{case.number}/", "/"),
        )
        for page in pages:
            for value in values:
                query = "&".join(f"{each}={value}" for each in names)
                answer = client.get(f"{page}?{query}")
                assert answer.status_code in {200, 404, 422}, (page, value)
        for number in (
            "V-2026-0001'",
            "%00",
            f"{case.number}%00",
            case.number.lower(),
            "x" * 3000,
            "..%2f..",
            "%F0%9F%92%A9",
            "register ",
        ):
            for page in (f"/verzoeken/{number}/", f"/klachten/{number}/"):
                assert client.get(page).status_code == 404, page
        big = "9" * 25
        for page in (
            f"/zoektaak/{big}/",
            f"/document/{big}/",
            f"/verzoeken/{case.number}/onderdeel/{big}/",
            f"/klachten/{_complaints()[0]}/stap/{big}/",
        ):
            assert client.get(page).status_code in {404, 405}, page


def _complaints() -> list[str]:
    return list(Complaint.objects.values_list("number", flat=True))
