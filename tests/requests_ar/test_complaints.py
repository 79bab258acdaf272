"""Complaints by the board's own scheme: filed, laid further, concluded; and who sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from privacyboard.audit.acts import ActRefused
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from requests_ar.actions import complaints as acts
from requests_ar.letters.links import STATUS, status_state
from requests_ar.models import Complaint
from tests.conftest import TODAY, Cast
from tests.factories import complaints as make
from tests.factories import registers as register
from tests.factories import requests as make_requests

AsUser = Callable[[User], Client]
LIST = "/klachten/"


def doors_on(client: Client, address: str) -> list[str]:
    """Where a page leads with a complaint."""
    return re.findall(r'href="(/klacht/[^"]*)"', client.get(address).text)


def steps_of(complaint: Complaint) -> list[tuple[str, date, date | None, str]]:
    return list(complaint.steps.values_list("body", "began_on", "ended_on", "result"))


def end(complaint: Complaint, *, at: datetime, result: str = "Excuses gemaakt.") -> None:
    step = complaint.steps.get(ended_on=None)
    acts.end_step(step=step, ended_on=TODAY, result=result, by=None, at=at)


def refusal(call: Callable[..., object], **values: Any) -> dict[str, str]:
    with pytest.raises(ActRefused) as caught:
        call(**values)
    return caught.value.errors


@pytest.mark.django_db
class TestActs:
    @pytest.mark.requirement("INN-022", "VOG-063")
    def test_a_complaint_lies_with_the_director_first(self, cast: Cast, now: datetime) -> None:
        made = make.complaint(cast.linde, at=now, by=cast.director)
        assert (made.number, made.outcome) == ("K-2026-0001", "open")
        assert steps_of(made) == [("director", TODAY, None, "")]
        assert make.complaint(cast.eik, at=now).number == "K-2026-0002"

    @pytest.mark.requirement("OPO-075", "KPO-060")
    def test_the_complainant_hears_the_number_and_every_door_and_no_content(
        self, cast: Cast, now: datetime
    ) -> None:
        made = make.complaint(cast.linde, at=now)
        letter = OutboundLetter.objects.get(letter="requests_ar/complaint_received")
        assert (letter.to, letter.school) == ("vic@thuis.example", cast.linde)
        assert letter.subject == "Wij hebben uw klacht ontvangen (K-2026-0001)"
        for door in (
            "De directeur: de-linde@deproef.example",
            "Het bestuur, Stichting De Proef: bestuur@deproef.example",
            "De klachtencommissie",
            "Fenna Graaf: fg@deproef.example",
            "De Autoriteit Persoonsgegevens (AP)",
            "De rechter",
        ):
            assert door in letter.text
        assert made.text not in letter.text + letter.html
        assert made.name not in letter.text + letter.html

    def test_without_an_address_no_mail(self, cast: Cast, now: datetime) -> None:
        make.complaint(cast.linde, at=now, email="")
        assert not OutboundLetter.objects.exists()

    @pytest.mark.parametrize(
        ("values", "errors"),
        [
            (
                {"received_on": TODAY + timedelta(days=1)},
                {"received_on": "Deze dag is nog niet geweest."},
            ),
            (
                {"first_body": "board"},
                {
                    "first_reason": "Volgens de regeling is de volgende stap: directeur. "
                    "Schrijf op waarom die stap wordt overgeslagen."
                },
            ),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(
        self, cast: Cast, now: datetime, values: dict[str, Any], errors: dict[str, str]
    ) -> None:
        call = refusal(acts.file_complaint, filed=make.filed(cast.linde, **values), by=None, at=now)
        assert call == errors
        assert not Complaint.objects.exists()

    @pytest.mark.requirement("KPO-061", "INN-022")
    def test_it_goes_its_way_with_dates_and_ends_with_an_outcome(
        self, cast: Cast, now: datetime
    ) -> None:
        made = make.complaint(cast.linde, at=now)
        taken: dict[str, Any] = {"began_on": TODAY, "reason": "", "by": cast.director, "at": now}
        acts.take_to(complaint=made, body="ap", **taken)
        assert refusal(acts.take_to, complaint=made, body="board", **taken) == {
            "body": "Rond eerst af wat nog loopt bij: directeur."
        }
        acts.end_step(
            step=made.steps.get(body="director"), ended_on=TODAY, result="Nee.", by=None, at=now
        )
        acts.take_to(complaint=made, body="board", **taken)
        acts.end_step(
            step=made.steps.get(body="board"), ended_on=TODAY, result="Toch wel.", by=None, at=now
        )
        done = acts.conclude(
            complaint=made,
            outcome="upheld",
            outcome_text="De vraag had een antwoord moeten krijgen.",
            closed_on=TODAY,
            by=cast.ibp,
            at=now,
        )
        assert (done.outcome, done.closed_on) == ("upheld", TODAY)
        assert steps_of(made) == [
            ("director", TODAY, TODAY, "Nee."),
            ("ap", TODAY, None, ""),
            ("board", TODAY, TODAY, "Toch wel."),
        ]
        assert done.history.first().history_user == cast.ibp

    def test_two_at_once_the_second_is_told(self, cast: Cast, now: datetime) -> None:
        made = make.complaint(cast.linde, at=now)
        step = made.steps.get()
        acts.end_step(step=step, ended_on=TODAY, result="Klaar.", by=None, at=now)
        again = {"ended_on": TODAY, "result": "Ook klaar.", "by": None, "at": now}
        assert refusal(acts.end_step, step=step, **again) == {
            "": "Deze stap is al afgerond op 02-03-2026."
        }
        ending: dict[str, Any] = {"outcome": "settled", "outcome_text": "", "closed_on": TODAY}
        acts.conclude(complaint=made, **ending, by=None, at=now)
        assert refusal(acts.conclude, complaint=made, **ending, by=None, at=now) == {
            "": "Deze klacht is al afgesloten: opgelost in overleg."
        }

    def test_a_withdrawn_complaint_ends_what_ran_and_a_next_step_opens_it_again(
        self, cast: Cast, now: datetime
    ) -> None:
        made = make.complaint(cast.linde, at=now)
        acts.conclude(
            complaint=made,
            outcome="withdrawn",
            outcome_text="",
            closed_on=TODAY,
            by=None,
            at=now,
        )
        assert steps_of(made) == [("director", TODAY, TODAY, "ingetrokken")]
        acts.take_to(complaint=made, body="board", began_on=TODAY, reason="", by=None, at=now)
        made.refresh_from_db()
        assert (made.outcome, made.closed_on) == ("open", None)

    def test_a_complaint_to_the_authority_leaves_a_closed_one_closed(
        self, cast: Cast, now: datetime
    ) -> None:
        made = make.complaint(cast.linde, at=now)
        end(made, at=now)
        given: dict[str, Any] = {
            "outcome": "dismissed",
            "outcome_text": "Alles klopte.",
            "closed_on": TODAY,
        }
        acts.conclude(complaint=made, **given, by=None, at=now)
        acts.take_to(complaint=made, body="ap", began_on=TODAY, reason="", by=None, at=now)
        made.refresh_from_db()
        assert made.outcome == "dismissed"


@pytest.mark.django_db
class TestWhoSees:
    def test_the_list_is_of_ones_own_school(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        make.complaint(cast.linde, at=now)
        make.complaint(cast.eik, at=now)
        seen = {}
        for user in cast.everybody():
            answer = as_user(user).get(LIST)
            words = answer.content.decode()
            seen[user.first_name] = (
                answer.status_code,
                [number for number in ("K-2026-0001", "K-2026-0002") if number in words],
            )
        none: tuple[int, list[str]] = (404, [])
        both = ["K-2026-0001", "K-2026-0002"]
        assert seen == {
            "Fenna": (200, both),
            "Ilse": (200, both),
            "Bram": none,
            "Dirk": (200, ["K-2026-0001"]),
            "Carla": none,
            "Tess": none,
            "Aad": none,
            "Tom": none,
            "Edo": (200, ["K-2026-0002"]),
            "Eva": none,
        }

    def test_a_confidential_one_is_nothing_to_the_director_whom_it_concerns(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        made = make.complaint(cast.linde, at=now, is_confidential=True)
        assert OutboundLetter.objects.get().school is None
        client = as_user(cast.director)
        assert made.number not in client.get(LIST).content.decode()
        for end_ in ("", "brief/pdf/", "geschiedenis/"):
            assert client.get(f"{LIST}{made.number}/{end_}").status_code == 404
        for end_ in ("verder/", "einde/", "zicht/", "persoon/", f"stap/{made.steps.get().pk}/"):
            assert client.post(f"{LIST}{made.number}/{end_}").status_code == 404
        assert as_user(cast.fg).get(f"{LIST}{made.number}/").status_code == 200

    def test_who_is_named_sees_it_and_no_longer_after(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        made = make.complaint(cast.linde, at=now, is_confidential=True)
        page = f"{LIST}{made.number}/"
        as_user(cast.ibp).post(f"{page}persoon/", {"email": "tess@deproef.example"})
        answer = as_user(cast.teacher).get(page)
        assert answer.status_code == 200
        assert "Iemand aanwijzen" not in answer.content.decode()
        assert "De klacht afsluiten" not in answer.content.decode()
        assert made.number in as_user(cast.teacher).get(LIST).content.decode()
        off = {"email": "tess@deproef.example", "weg": "1"}
        as_user(cast.ibp).post(f"{page}persoon/", off)
        assert as_user(cast.teacher).get(page).status_code == 404

    def test_one_about_a_confidential_request_hides_with_it(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        request = make_requests.subject_request(cast.linde, at=now)
        made = make.complaint(cast.linde, at=now, request=request)
        page = f"{LIST}{made.number}/"
        assert request.number in as_user(cast.director).get(page).content.decode()
        request.is_confidential = True
        request.record(by=None, why="proef")
        assert as_user(cast.director).get(page).status_code == 404
        later = make.complaint(cast.linde, at=now, request=request)
        assert later.is_confidential
        assert refusal(
            acts.guard_complaint,
            complaint=later,
            is_confidential=False,
            reason="Mag open.",
            by=None,
            at=now,
        ) == {"": "Het verzoek waarover de klacht gaat is vertrouwelijk. Dan is de klacht dat ook."}

    def test_the_request_names_the_complaints_about_it_that_its_reader_may_read(
        self, cast: Cast, as_user: AsUser, now: datetime, django_assert_num_queries: Any
    ) -> None:
        request = make_requests.subject_request(cast.linde, at=now)
        make_requests.subject_request(cast.linde, at=now)
        page = f"/verzoeken/{request.number}/"
        client = as_user(cast.director)
        client.get(page)
        with CaptureQueriesContext(connection) as without:
            client.get(page)
        made = make.complaint(cast.linde, at=now, request=request)
        closed = make.complaint(cast.linde, at=now, request=request, is_confidential=True)
        make.complaint(cast.linde, at=now)
        with django_assert_num_queries(len(without)):
            words = client.get(page).content.decode()
        assert f'<a href="/klachten/{made.number}/">{made.number}</a>, 2 maart 2026' in words
        assert re.findall(r"K-2026-\d+", words.replace(made.number, "")) == []
        assert closed.number in as_user(cast.fg).get(page).content.decode()

    @pytest.mark.parametrize("number", [1, 3])
    @pytest.mark.parametrize(("name", "queries"), [("ibp", 7), ("fg", 7), ("director", 7)])
    def test_the_list_asks_the_same_whatever_its_length(
        self,
        cast: Cast,
        as_user: AsUser,
        now: datetime,
        django_assert_num_queries: Any,
        name: str,
        queries: int,
        number: int,
    ) -> None:
        for _each in range(number):
            make.complaint(cast.linde, at=now)
            make.complaint(cast.eik, at=now)
        client = as_user(getattr(cast, name))
        client.get(LIST)
        with django_assert_num_queries(queries):
            assert client.get(LIST).status_code == 200

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_page_asks_the_same_whatever_its_steps(
        self,
        cast: Cast,
        as_user: AsUser,
        now: datetime,
        django_assert_num_queries: Any,
        number: int,
    ) -> None:
        request = make_requests.subject_request(cast.linde, at=now)
        made = make.complaint(cast.linde, at=now, request=request, is_confidential=True)
        for body in ("fg", "ap", "court")[:number]:
            acts.take_to(complaint=made, body=body, began_on=TODAY, reason="", by=None, at=now)
        client = as_user(cast.ibp)
        client.get(f"{LIST}{made.number}/")
        with django_assert_num_queries(10):
            assert client.get(f"{LIST}{made.number}/").status_code == 200


@pytest.mark.django_db
class TestPages:
    def filed(self, cast: Cast, **changes: str) -> dict[str, str]:
        return {
            "received_on": "2026-03-02",
            "channel": "phone",
            "school": str(cast.linde.pk),
            "request_number": "",
            "name": "Vic Vader",
            "email": "",
            "text": "Niemand belt terug.",
            "first_body": "director",
            "first_reason": "",
            **changes,
        }

    def test_a_director_files_one_about_a_request(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        request = make_requests.subject_request(cast.linde, at=now)
        client = as_user(cast.director)
        first = client.get(f"{LIST}nieuw/?verzoek={request.number}").content.decode()
        assert f'value="{request.number}"' in first
        values = self.filed(cast, request_number=request.number.lower())
        answer = client.post(f"{LIST}nieuw/", values, follow=True)
        assert "Klacht K-" in answer.content.decode()
        made = Complaint.objects.get()
        assert (made.request, made.school, made.channel) == (request, cast.linde, "phone")

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"received_on": "2199-01-01"}, "Deze dag is nog niet geweest."),
            ({"received_on": "morgen"}, "Vul een datum in, zoals 2-3-2026."),
            ({"received_on": "0026-03-02"}, "Dit jaar ligt voor 1900."),
            ({"request_number": "V-2026-9999"}, "Dit nummer kennen wij niet."),
            ({"email": "vic"}, "Dit is geen e-mailadres."),
            ({"text": ""}, "Schrijf op wat de klacht is."),
            ({"first_body": "board"}, "Schrijf op waarom die stap wordt overgeslagen."),
            ({"first_body": "mayor"}, "mayor"),
            ({"name": "x" * 300}, "200"),
            ({"text": "Mijn nummer is 111222333."}, "een BSN kan zijn"),
        ],
    )
    def test_bad_input_gets_a_clear_answer_and_nothing_typed_is_lost(
        self, cast: Cast, as_user: AsUser, changes: dict[str, str], told: str
    ) -> None:
        answer = as_user(cast.director).post(f"{LIST}nieuw/", self.filed(cast, **changes))
        words = answer.content.decode()
        assert answer.status_code == 200
        assert told in words
        assert changes.get("text", "Niemand belt terug.") in words
        assert not Complaint.objects.exists()

    def test_a_request_of_another_school_does_not_exist(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        request = make_requests.subject_request(cast.eik, at=now)
        values = self.filed(cast, request_number=request.number)
        answer = as_user(cast.director).post(f"{LIST}nieuw/", values)
        assert "Dit nummer kennen wij niet. Kijk het na." in answer.content.decode()
        elsewhere = self.filed(cast, school=str(cast.eik.pk))
        as_user(cast.director).post(f"{LIST}nieuw/", elsewhere)
        assert not Complaint.objects.exists()

    def test_the_fg_reads_and_changes_nothing(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        made = make.complaint(cast.linde, at=now)
        client = as_user(cast.fg)
        assert client.get(f"{LIST}nieuw/").status_code == 404
        for end_ in ("verder/", "einde/", f"stap/{made.steps.get().pk}/"):
            assert client.post(f"{LIST}{made.number}/{end_}").status_code == 404

    def test_each_step_by_its_own_form(self, cast: Cast, as_user: AsUser, now: datetime) -> None:
        made = make.complaint(cast.linde, at=now)
        page, client = f"{LIST}{made.number}/", as_user(cast.director)
        step = made.steps.get()
        wrong = client.post(
            f"{page}stap/{step.pk}/",
            {f"step{step.pk}-ended_on": "2026-03-02", f"step{step.pk}-result": ""},
        )
        assert wrong.status_code == 422
        assert "Schrijf op wat er is gezegd of besloten." in wrong.content.decode()
        client.post(
            f"{page}stap/{step.pk}/",
            {f"step{step.pk}-ended_on": "2026-03-02", f"step{step.pk}-result": "Gesproken."},
        )
        client.post(
            f"{page}verder/",
            {"verder-body": "board", "verder-began_on": "2026-03-02", "verder-reason": ""},
        )
        lost = client.post(
            f"{page}einde/",
            {
                "einde-outcome": "upheld",
                "einde-outcome_text": "Wij hadden moeten antwoorden.",
                "einde-closed_on": "2026-03-02",
            },
        )
        assert lost.status_code == 422
        assert "Rond eerst af wat nog loopt bij: bevoegd gezag." in lost.content.decode()
        assert "Wij hadden moeten antwoorden." in lost.content.decode()
        client.post(
            f"{page}einde/",
            {
                "einde-outcome": "settled",
                "einde-outcome_text": "",
                "einde-closed_on": "2026-03-02",
            },
        )
        made.refresh_from_db()
        assert made.outcome == "settled"
        assert [body for body, *_rest in steps_of(made)] == ["director", "board"]

    def test_the_letter_says_the_outcome_and_the_doors(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        made = make.complaint(cast.linde, at=now)
        end(made, at=now)
        acts.conclude(
            complaint=made,
            outcome="partly",
            outcome_text="Uw vraag was te laat beantwoord.",
            closed_on=TODAY,
            by=None,
            at=now,
        )
        answer = as_user(cast.director).get(f"{LIST}{made.number}/brief/pdf/")
        assert answer["Content-Disposition"] == 'attachment; filename="klacht-K-2026-0001.pdf"'
        text = " ".join(_text(answer.content).split())
        for words in (
            "Beste Vic Vader,",
            "Deels gegrond",
            "Uw vraag was te laat beantwoord.",
            "De klachtencommissie",
            "De Autoriteit Persoonsgegevens (AP)",
            "De rechter",
        ):
            assert words in text

    @pytest.mark.requirement("KPO-060", "VOG-063", "OPO-075")
    def test_everyone_reads_the_doors_without_login(self, cast: Cast, client: Client) -> None:
        words = client.get("/klacht/de-linde/").content.decode()
        for door in ("de-linde@deproef.example", "bestuur@deproef.example", "fg@deproef.example"):
            assert door in words
        assert "Praat eerst met de directeur." in words
        assert client.get("/klacht/").status_code == 200
        assert client.get("/klacht/nergens/").status_code == 404

    @pytest.mark.requirement("KPO-060")
    @pytest.mark.parametrize(
        ("page", "times"),
        # The section about complaints leads there, and the foot of the page.
        [("privacyverklaring", 2), ("cookies", 1), ("openbaar-register", 1), ("klacht", 1)],
    )
    def test_the_pages_of_a_school_lead_to_the_doors_of_that_school(
        self, cast: Cast, client: Client, now: datetime, page: str, times: int
    ) -> None:
        register.published(now)
        register.published(now, school=cast.linde)
        assert doors_on(client, f"/{page}/de-linde/") == ["/klacht/de-linde/"] * times
        assert doors_on(client, f"/{page}/") == ["/klacht/"] * times

    def test_a_school_without_a_statement_leads_there_too(self, cast: Cast, client: Client) -> None:
        assert doors_on(client, "/privacyverklaring/de-eik/") == ["/klacht/de-eik/"]

    def test_who_follows_a_request_finds_the_doors_of_the_school(
        self, cast: Cast, client: Client, now: datetime
    ) -> None:
        for school, door in ((cast.linde, "/klacht/de-linde/"), (None, "/klacht/")):
            asked = make_requests.subject_request(school, at=timezone.now())
            token = STATUS.make(str(asked.pk), at=timezone.now(), state=status_state(asked))
            address = reverse("request_status", args=[token])
            client.post(address)
            assert doors_on(client, address) == [door, door]

    def test_a_stranger_is_asked_to_sign_in(self, cast: Cast, client: Client) -> None:
        assert client.get(LIST).status_code == 302


def _text(pdf: bytes) -> str:
    import io

    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
