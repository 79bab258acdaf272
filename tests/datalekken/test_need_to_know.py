"""Who is not meant to: other schools, other roles, strangers with a link, and what they type."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from datalekken import letters
from datalekken.actions import closing, notifying, telling_letters
from datalekken.actions.deciding import advise, decide
from datalekken.actions.telling import send_telling
from datalekken.letters.receipts import STATUS
from datalekken.models import Breach, Notification, Telling
from datalekken.rules.acts import ACTS
from datalekken.views.act_table import PAGES
from datalekken.views.public import SENT
from privacyboard.audit.acts import edition_of
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.datalekken.test_acts_in_states import LETTER
from tests.datalekken.test_assessing import ANSWERS
from tests.datalekken.test_confidential import addresses_of, history_rows, opened
from tests.documents import files
from tests.factories import breaches as make
from tests.factories import tellings
from tests.together import together_or_refused

AsUser = Callable[[User], Client]

# What somebody types who tries: markup, a formula, a template, a path, letters beyond the basic.
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    '=HYPERLINK("https://kwaad.example";"klik")',
    "{{ 7|add:7 }}{% load i18n %}${7*7}",
    "'; DROP TABLE x; -- \\ %s %(naam)s {0} {naam}",
    "\U0001f469‍\U0001f467 ‮tseug‬ é\t́",
)


def full(cast: Cast, at: datetime | None = None) -> Breach:
    """A breach of De Linde with something on each part of its page."""
    at = at or timezone.now()
    made = opened(cast, at)
    sent = notifying.Delivery(kind="preliminary", sent_at=at, delay_reason="Vakantie.")
    notifying.record_notification(breach=made, delivery=sent, by=cast.ibp, at=at)
    people = [tellings.candidate("Mila Moeder"), tellings.on_paper("Vera Vader")]
    tellings.telling(made, people, at=at, by=cast.ibp, sent=True)
    tellings.telling(made, people, at=at, by=cast.ibp)
    telling_letters.make_told_letters(at=at)
    notifying.make_waiting_dossiers(at=at)
    made.refresh_from_db()
    return made


@pytest.mark.django_db
class TestRoles:
    def test_each_address_is_nothing_to_who_is_not_meant(self, cast: Cast, as_user: AsUser) -> None:
        made = full(cast)
        asked = list(addresses_of(made))
        assert len(asked) > 50
        mine = {f"/maatregel/{each.pk}/" for each in made.measures.filter(owner=cast.teacher)}
        before = history_rows()
        strangers = (cast.eik_director, cast.eik_teacher, cast.teacher, cast.care, cast.auditor)
        for user in (*strangers, cast.administrator):
            client = as_user(user)
            for path in asked:
                if user == cast.teacher and path in mine:
                    continue
                codes = {client.get(path).status_code, client.post(path, {"seen": "1"}).status_code}
                assert codes <= {404, 405}, (user.first_name, path, codes)
        visitor = Client()
        for path in asked:
            for answer in (visitor.get(path), visitor.post(path, {"reason": "x"})):
                at = answer["Location"].partition("?")[0]
                assert (answer.status_code, at) == (302, "/inloggen/"), path
        assert history_rows() == before

    def test_each_act_asks_its_own_right(self, cast: Cast, as_user: AsUser) -> None:
        made = full(cast)
        before = history_rows()
        people = (cast.director, cast.fg, cast.board_member, cast.ibp)
        for user in people:
            client = as_user(user)
            for act, page in PAGES.items():
                row = page.target(made).first() if page.target else None
                path = f"/datalekken/{made.number}/{act}/" + (f"{row.pk}/" if row else "")
                right = ACTS[act][0]
                places = [each.pk for each in made.schools.all()]
                may = any(user.standing.holds_at(right, pk) for pk in places)
                assert client.get(path).status_code == (200 if may else 404), (user, act)
                if not may:
                    assert client.post(path, {"reason": "x", "seen": "1"}).status_code == 404, act
        assert history_rows() == before
        supplements = {act for act in ACTS if cast.director.standing.holds(ACTS[act][0])}
        assert supplements == {"bestand", "maatregel", "maatregel-klaar"}

    def test_an_act_on_a_row_of_another_breach_does_not_exist(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        now = timezone.now()
        here, there = make.breach(cast.linde, at=now), full(cast)
        client, before, tried = as_user(cast.ibp), history_rows(), 0
        for act, page in PAGES.items():
            for row in page.target(there) if page.target else ():
                path = f"/datalekken/{here.number}/{act}/{row.pk}/"
                given = {"reason": "x", "name": "X", "result": "x", "seen": "1"}
                assert {client.get(path).status_code, client.post(path, given).status_code} == {404}
                tried += 1
        for each in there.tellings.all():
            for part in (f"ontvangers/{each.pk}", f"bericht/{each.pk}/voorbeeld", "melding/1"):
                path = f"/datalekken/{here.number}/{part}/"
                assert client.get(path).status_code == 404, path
        assert tried >= 10
        assert history_rows() == before


@pytest.mark.django_db
class TestLinks:
    def test_a_link_opens_one_report_and_only_by_its_own_door(
        self, cast: Cast, client: Client
    ) -> None:
        now = timezone.now()
        mine, other = make.breach(cast.linde, at=now), make.breach(cast.eik, at=now)
        status, sent = (
            link.make(str(mine.pk), at=now, state=str(mine.link_number)) for link in (STATUS, SENT)
        )
        for door, token in (("breach_status", status), ("breach_sent", sent)):
            page = client.get(reverse(door, args=[token])).content.decode()
            assert mine.number in page
            for secret in (other.number, mine.what_happened, "De Linde", "Meester Bas"):
                assert secret not in page, secret
        wrong = STATUS.make(str(other.pk), at=now, state=f"{other.link_number + 1}")
        altered = status[:-1] + ("A" if status[-1] != "A" else "B")
        for door, token in (
            ("breach_status", sent),
            ("breach_sent", status),
            ("breach_status", wrong),
            ("breach_status", altered),
            ("breach_status", status[::-1]),
            ("breach_status", STATUS.make("9" * 30, at=now, state="1")),
            ("breach_status", "x" * 3000),
            ("search_upload", status),
            ("request_status", status),
        ):
            answer = client.get(reverse(door, args=[token]))
            assert answer.status_code in {404, 410}, (door, token[:40])
            assert mine.number not in answer.content.decode()
            assert other.number not in answer.content.decode()
        late = STATUS.make(str(mine.pk), at=now - timedelta(days=400), state="1")
        assert client.get(reverse("breach_status", args=[late])).status_code == 410
        assert letters.present_status(str(mine.pk)) == "1"


def _typed(words: str) -> dict[str, Any]:
    return {
        "reporter_kind": "staff",
        "kind": "device_lost",
        "what_happened": words,
        "whose_data": words,
        "which_data": words,
        "reporter_name": words,
        "reporter_email": "bas@thuis.example",
        "reporter_phone": words[:30],
        "school": "de-linde",
        "token": "t" * 32,
    }


@pytest.mark.django_db
class TestTyped:
    @pytest.mark.parametrize("words", HOSTILE)
    def test_what_is_typed_stays_words_on_pages_in_letters_and_in_files(
        self, cast: Cast, as_user: AsUser, words: str
    ) -> None:
        sent = Client().post("/datalek-melden/", _typed(words))
        assert sent.status_code == 302, sent.context["form"].errors
        made, now, ibp = Breach.objects.get(), timezone.now(), cast.ibp
        one = f"/datalekken/{made.number}"
        client = as_user(ibp)
        described = {"title": words, "kind": "device_lost", "nature": "breach"}
        described["schools"] = [str(cast.linde.pk)]  # type: ignore[assignment]
        assert client.post(f"{one}/omschrijven/", described).status_code == 302
        made.refresh_from_db()
        make.certain(made, at=now, by=ibp, discovery_text=words)
        assessed = client.post(f"{one}/beoordelen/", {**ANSWERS, "explanation": words})
        assert assessed.status_code == 302
        chosen = make.decision(notify_reasons=words, tell_reasons=words)
        advise(
            breach=made, advice=words, advises_notifying=True, advises_telling=True, by=ibp, at=now
        )
        decide(breach=made, decision=chosen, by=ibp, at=now)
        due = timezone.localdate(now).isoformat()
        measure = {"kind": "prevent", "text": words, "owner_name": words, "due_on": due}
        assert client.post(f"{one}/maatregel/", measure).status_code == 302
        lessons = {"cause": "unknown", "root_cause": words, "lessons": words}
        assert client.post(f"{one}/lessen/", lessons).status_code == 302
        people = [
            tellings.candidate(words, email="mila@ouders.example"),
            tellings.on_paper(f"{words} 2", address=words),
        ]
        told = dict.fromkeys(LETTER, words)
        tellings.telling(made, people, at=now, by=ibp, sent=True, **told)
        sent_to_ap = notifying.Delivery(kind="complete", sent_at=now, ap_number=words[:50])
        notifying.record_notification(breach=made, delivery=sent_to_ap, by=ibp, at=now)
        assert telling_letters.make_told_letters(at=now) == 2
        assert notifying.make_waiting_dossiers(at=now) == 1
        telling = Telling.objects.get()
        pages = [
            *(f"{one}/{part}" for part in ("", "verloop/", "dossier/", "melding/1/", "lessen/")),
            *(f"{one}/ontvangers/{telling.pk}/", f"{one}/bericht/{telling.pk}/voorbeeld/"),
            *("/", "/datalekken/", "/datalekken/register/", "/datalek-melden/mijn/"),
        ]
        shown = []
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            shown.append(answer.content.decode())
        shown += list(OutboundLetter.objects.values_list("html", flat=True))
        for html in shown:
            assert not re.search(r"<script>alert|<img src=x|\b1414\b|HYPERLINK\(\"", html)
        assert any("&lt;script&gt;" in html for html in shown) or "<script>" not in words
        for path in ("/datalekken/register/pdf/", f"{one}/dossier.pdf"):
            assert client.get(path).content[:5] == b"%PDF-"
        assert json.loads(client.get(f"{one}/dossier.json").content)
        book = client.get("/datalekken/register/datalekken.xlsx").content
        cells = [cell for sheet in load_workbook(io.BytesIO(book)) for row in sheet for cell in row]
        assert "f" not in {cell.data_type for cell in cells}

    def test_nul_and_long_texts_in_every_field_are_a_clear_answer(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        made = full(cast)
        before = Breach.objects.count()
        for words in ("a\x00b", "x" * 20_000, "\ud7ff" * 10, "-1", "9" * 40):
            public = dict.fromkeys(_typed("x"), words)
            assert Client().post("/datalek-melden/", public).status_code in {200, 302}
            intake = as_user(cast.ibp).post("/datalekken/nieuw/", public)
            assert intake.status_code in {200, 302}
            for act, page in PAGES.items():
                row = page.target(made).first() if page.target else None
                if page.target and row is None:
                    continue  # an act before this one took the last row away
                path = f"/datalekken/{made.number}/{act}/" + (f"{row.pk}/" if row else "")
                who = as_user(cast.fg if act == "advies" else cast.ibp)
                asked = who.get(path)
                assert asked.status_code == 200, (act, words[:10])
                fields = asked.context["form"].fields
                given = dict.fromkeys(fields, words)
                answer = who.post(path, {**given, "seen": words})
                assert answer.status_code in {200, 302}, (act, words[:10])
        assert Breach.objects.count() == before

    @pytest.mark.parametrize("name", ["ibp", "director"])
    def test_no_question_in_an_address_breaks_a_page(
        self, cast: Cast, as_user: AsUser, name: str
    ) -> None:
        made = full(cast)
        client = as_user(getattr(cast, name))
        values = (
            *("", "0", "-1", "99999999999999999999", "1e9", "%00", "%F0%9F%92%A9", "%ED%A0%80"),
            *("' OR 1=1 --", "(((", "\\", "%25", "_", "x" * 5000, "2026-13-45", "[]", "nan"),
        )
        names = ("page", "zoek", "toon", "soort", "wat", "school", "termijn", "van", "tot", "over")
        pages = (
            *("/datalekken/", "/datalekken/register/", "/datalek-melden/", "/datalek-melden/en/"),
            *("/datalek-melden/mijn/", "/datalekken/nieuw/", "/datalekken/dienst/"),
            *(f"/datalekken/{made.number}/", f"/datalekken/{made.number}/maatregel/"),
        )
        for page in pages:
            for value in values:
                query = "&".join(f"{each}={value}" for each in names)
                answer = client.get(f"{page}?{query}")
                assert answer.status_code in {200, 404, 422}, (page, value)
        for number in ("D-2026-0001'", "%00", f"{made.number}%00", made.number.lower(), "x" * 3000):
            assert client.get(f"/datalekken/{number}/").status_code == 404, number
        big, one = "9" * 25, f"/datalekken/{made.number}"
        for page in (
            *(f"/maatregel/{big}/", f"/datalekken/dienst/{big}/einde/", f"{one}/melding/{big}/"),
            *(f"{one}/ontvangers/{big}/", f"{one}/maatregel-klaar/{big}/", f"{one}/geen-stap/"),
            *(f"{one}/bericht/{big}/voorbeeld/", f"{one}/dossier.exe", f"{one}/dossier.%00"),
        ):
            assert client.get(page).status_code in {404, 405}, page


def _today() -> str:
    return timezone.localdate().isoformat()


def _moment() -> str:
    return f"{timezone.localtime():%Y-%m-%dT%H:%M}"


@pytest.mark.django_db
class TestTwice:
    @pytest.mark.parametrize("act", ["maatregel", "bericht", "melden", "beoordelen", "bestand"])
    def test_an_impatient_finger_makes_one_row(self, cast: Cast, as_user: AsUser, act: str) -> None:
        at = timezone.now() - timedelta(hours=1)
        made = make.certain(make.breach(cast.linde, at=at), at=at, by=cast.ibp)
        forms: dict[str, dict[str, Any]] = {
            "maatregel": {
                "kind": "prevent",
                "text": "Sticks kopen",
                "owner": cast.director.pk,
                "due_on": _today(),
            },
            "bericht": LETTER,
            "melden": {"kind": "preliminary", "sent_at": _moment(), "sender": cast.ibp.pk},
            "beoordelen": ANSWERS,
            "bestand": {},
        }
        client, path = as_user(cast.ibp), f"/datalekken/{made.number}/{act}/"
        page = client.get(path)
        codes = []
        for _each in range(2):
            more = (
                {"uploads": SimpleUploadedFile("a.png", files.image("PNG"))}
                if act == "bestand"
                else {}
            )
            answer = client.post(path, {**forms[act], **more, "seen": page.context["seen"]})
            codes.append(answer.status_code)
        assert codes == [302, 200]
        words = " ".join(answer.content.decode().split())
        assert "staat er al" in words or "Iemand anders was u voor" in words
        rows = {
            "maatregel": made.measures,
            "bericht": made.tellings,
            "melden": made.notifications,
            "beoordelen": made.assessments,
            "bestand": made.files,
        }[act]
        assert rows.count() == 1

    def test_another_measure_for_another_person_is_another_measure(self, cast: Cast) -> None:
        now = timezone.now()
        made = make.breach(cast.linde, at=now)
        for owner in (cast.director, cast.teacher):
            task = closing.Task(
                kind="prevent", text="Sticks", due_on=timezone.localdate(now), owner=owner
            )
            closing.add_measure(breach=made, task=task, by=cast.ibp, at=now)
        assert made.measures.count() == 2


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_who_send_a_letter_one_does_and_each_gets_it_once(
        self, append_only_lifted: None, cast: Cast
    ) -> None:
        now = timezone.now()
        made = make.decided(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
        people = [tellings.candidate("Mila Moeder"), tellings.candidate("Vera Vader")]
        letter = tellings.telling(made, people, at=now, by=cast.ibp)
        told = together_or_refused(
            *(lambda: send_telling(telling=letter, by=cast.ibp, at=now) for _each in range(2))
        )
        assert sorted(map(bool, told)) == [False, True]
        assert max(told).startswith("Dit bericht is al verstuurd op ")
        telling_letters.make_told_letters(at=now)
        assert OutboundLetter.objects.filter(letter="datalekken/told").count() == 2

    @pytest.mark.parametrize("has_seen", [True, False])
    def test_of_two_who_record_a_notification_one_does(
        self, append_only_lifted: None, cast: Cast, has_seen: bool
    ) -> None:
        now = timezone.now()
        made = make.decided(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
        seen = edition_of(made) if has_seen else None
        sent = notifying.Delivery(kind="complete", sent_at=now, ap_number="AP-1")
        told = together_or_refused(
            *(
                lambda: notifying.record_notification(
                    breach=made, delivery=sent, seen=seen, by=cast.ibp, at=now
                )
                for _each in range(2)
            )
        )
        assert sorted(map(bool, told)) == [False, True]
        assert Notification.objects.get().number == 1
        made.refresh_from_db()
        assert made.notified_at == now
