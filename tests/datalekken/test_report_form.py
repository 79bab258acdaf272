"""The public form: on a phone, without login, once, never too often, and nothing typed is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from celery import Celery
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from datalekken.actions.reporting import TooManyReports, report_by_form
from datalekken.models import Breach, BreachFile
from privacyboard.celery import app as our_app
from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from privacyboard.publicforms.models import FormCount
from tests.conftest import Cast
from tests.documents import files as made
from tests.factories import breaches as make
from tests.mail.test_broker import soon

pytestmark = pytest.mark.django_db
# conftest's no_broker puts a stand-in in the place of this function; here the real one is tested.
_hint_for_real: Callable[[], None] = outbox._hint
FORM = "/datalek-melden/"


def answers(**changes: Any) -> dict[str, Any]:
    """A father tells of a list that lay in the corridor; he leaves no name."""
    return {
        "kind": "paper_lost",
        "what_happened": "Er lag een lijst met cijfers op de gang.",
        "school": "de-linde",
        "whose_data": "De kinderen van groep 5.",
        "people_count": "25",
        "which_data": "Namen en cijfers.",
        "reporter_kind": "parent",
        "token": "t" * 32,
        **changes,
    }


def ago(**span: float) -> str:
    """A moment in the past as a browser sends it."""
    return f"{timezone.localtime(timezone.now() - timedelta(**span)):%Y-%m-%dT%H:%M}"


def photo(name: str = "lijst.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, made.image("PNG") if content is None else content)


# --- sending


@pytest.mark.requirement("KPO-009")
def test_first_a_short_list_of_what_can_happen(client: Client, cast: Cast) -> None:
    page = client.get(FORM).content.decode()

    assert "kwijt, gewist of veranderd" in page
    assert "gezien of gekregen die dat niet mag" in page
    for kind in ("sent_by_mistake", "device_lost", "phishing", "hacking", "deleted", "unknown"):
        assert f'href="/datalek-melden/?soort={kind}"' in page
    assert page.count("?soort=") == 10
    assert "<textarea" not in page


def test_the_choice_opens_the_form_with_its_first_aid(client: Client, cast: Cast) -> None:
    page = client.get(f"{FORM}?soort=device_lost&school=de-eik").content.decode()

    assert "Vraag om het apparaat op afstand te wissen of op slot." in page
    assert '<option value="device_lost" selected>' in page
    assert '<option value="de-eik" selected>' in page
    assert "datalek@deproef.example" in page
    assert client.get(f"{FORM}?soort=onzin").content.decode().count("?soort=") == 10
    assert Breach.objects.count() == 0


@pytest.mark.requirement("VOG-056")
def test_a_father_reports_without_a_name(client: Client, cast: Cast) -> None:
    page = client.post(FORM, answers(), follow=True)

    made = Breach.objects.get()
    assert (made.reporter, made.reporter_kind, made.reporter_name) == (None, "parent", "")
    assert (made.channel, made.kind, made.state) == ("form", "paper_lost", "reported")
    assert list(made.schools.all()) == [cast.linde]
    assert made.whose_data == "De kinderen van groep 5.\nOngeveer 25 mensen."
    text = page.content.decode()
    assert made.number in text
    assert "/datalek-melden/volgen/" in text
    assert "Bewaar deze link: u gaf geen e-mailadres" in text
    assert not OutboundLetter.objects.filter(letter="datalekken/receipt").exists()
    assert "leraar, de mentor of de directeur: die meldt het dan" in text


@pytest.mark.requirement("KPO-058")
def test_the_meldpunt_the_ibp_manager_and_the_fg_hear_it_at_once(
    client: Client, cast: Cast
) -> None:
    client.post(FORM, answers(reporter_email="papa@thuis.example"))

    told = OutboundLetter.objects.filter(letter="datalekken/alert").values_list("to", flat=True)
    assert sorted(told) == ["datalek@deproef.example", cast.fg.email, cast.ibp.email]
    assert OutboundLetter.objects.get(letter="datalekken/receipt").to == "papa@thuis.example"
    for letter in OutboundLetter.objects.all():
        assert "gang" not in letter.text + letter.html


def test_the_page_after_sending_says_nothing_of_the_report(client: Client, cast: Cast) -> None:
    page = client.post(FORM, answers(reporter_name="Piet Vader"), follow=True)

    text = page.content.decode()
    for private in ("gang", "cijfers", "groep 5", "Piet", "De Linde"):
        assert private not in text
    assert "U krijgt de link ook per e-mail." not in text
    assert "no-store" in page["Cache-Control"]


def test_who_is_signed_in_is_recognised(cast: Cast, as_user: Callable[[User], Client]) -> None:
    teacher = as_user(cast.teacher)
    page = teacher.get(f"{FORM}?soort=device_lost").content.decode()

    assert 'value="Tess Leraar"' in page
    assert f'value="{cast.teacher.email}"' in page
    assert '<option value="de-linde" selected>' in page
    assert 'value="staff" ' in page

    teacher.post(FORM, answers(reporter_kind="staff", reporter_name="Tess Leraar"))
    made = Breach.objects.get()
    assert (made.reporter, made.registered_by) == (cast.teacher, cast.teacher)


@pytest.mark.requirement("OPO-050")
def test_within_a_day_is_the_target_and_later_is_accepted(client: Client, cast: Cast) -> None:
    assert "uiterlijk binnen 24 uur" in client.get(FORM).content.decode()
    page = client.get(f"{FORM}?soort=unknown").content.decode()
    assert "Meld binnen 24 uur nadat u het merkte. Is het langer geleden? Meld het toch." in page

    late = client.post(FORM, answers(first_signal_at=ago(days=40)))

    assert late.status_code == 302
    made = Breach.objects.get()
    assert made.first_signal_at is not None
    assert made.reported_at - made.first_signal_at > timedelta(days=39)


def test_only_what_happened_and_who_reports_must_be_told(client: Client, cast: Cast) -> None:
    shortest = {"what_happened": "Iets.", "reporter_kind": "pupil"}
    assert client.post(FORM, shortest).status_code == 302
    made = Breach.objects.get()
    assert (made.kind, made.occurrence, made.whose_data) == ("unknown", "unknown", "")
    assert list(made.schools.all()) == []


def test_in_english_the_form_and_the_receipt_are_english(client: Client, cast: Cast) -> None:
    start = client.get("/datalek-melden/en/")
    page = client.get("/datalek-melden/en/?soort=device_lost").content.decode()
    sent = client.post(
        "/datalek-melden/en/", answers(reporter_email="dad@home.example"), follow=True
    )

    assert b'<html lang="en"' in start.content
    assert "Report a data breach" in start.content.decode()
    assert "What happened?" in page
    assert "Verstuur" not in page
    assert Breach.objects.get().language == "en"
    assert OutboundLetter.objects.get(letter="datalekken/receipt").language == "en"
    assert "We have received your report" in sent.content.decode()
    wrong = client.post("/datalek-melden/en/", answers(occurred_from="2999-01-01T10:00"))
    assert "This moment has not come yet." in wrong.content.decode()


# --- twice, and too often


def test_sent_twice_it_is_one_report(client: Client, cast: Cast) -> None:
    first = client.post(FORM, answers(files=[photo()]))
    second = client.post(FORM, answers(files=[photo()]))
    assert [first.status_code, second.status_code] == [302, 302]
    assert Breach.objects.count() == BreachFile.objects.count() == 1
    assert FormCount.objects.get().forms == 1

    client.post(FORM, answers(what_happened="En nog een lijst."))
    assert Breach.objects.count() == 2


def taken_by_the_form(client: Client, number: int) -> bool:
    """Whether one of a thousand gets in: by the page the first, and by its act, which is quicker.

    The page asks the same act, from the same address.
    """
    words = f"Nummer {number}."
    if number < 70:
        return client.post(FORM, answers(what_happened=words)).status_code == 302
    now = timezone.now()
    given = make.reported([], at=now, reporter_email="", what_happened=words)
    try:
        report_by_form(reported=given, network="127.0.0.1", by=None, at=now)
    except TooManyReports:
        return False
    return True


def test_a_thousand_forms_from_one_address(
    client: Client, cast: Cast, as_user: Callable[[User], Client]
) -> None:
    cast.board.breach_phone = "070 123 45 67"
    cast.board.record(by=None, why="proef")
    taken = Counter(taken_by_the_form(client, each) for each in range(1000))
    last_page = client.post(FORM, answers(what_happened="Nummer 1000."))

    # The clock may pass a whole hour on the way: then the next sixty get in.
    assert taken[True] in {60, 120}
    assert taken.total() == 1000
    assert Breach.objects.count() == taken[True]
    assert last_page.status_code == 429
    last = last_page.content.decode()
    for told in (
        "Deze melding is nog niet verstuurd",
        "Vanaf uw internetverbinding is in korte tijd vaak gemeld.",
        "Wacht niet: bel of mail het meldpunt. Dat telt net zo goed.",
        "070 123 45 67",
        "datalek@deproef.example",
        "Nummer 1000.",
        "De kinderen van groep 5.",
    ):
        assert told in last
    assert 1 <= int(last_page["Retry-After"]) <= 3600

    # The school behind the same address: who is signed in does not wait.
    teacher = as_user(cast.teacher)
    assert teacher.post(FORM, answers(what_happened="Echt iets.")).status_code == 302
    elsewhere = Client().post(FORM, answers(what_happened="Thuis."), REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302


def test_nobody_can_use_up_the_address_of_somebody_with_an_account(
    client: Client, cast: Cast, as_user: Callable[[User], Client]
) -> None:
    for each in range(11):
        again = answers(what_happened=f"Nummer {each}.", reporter_email=cast.teacher.email)
        page = client.post(FORM, again)
    assert page.status_code == 429
    told = "Met dit e-mailadres is vandaag al vaak gemeld. Laat het adres weg, of meld het"
    assert told in page.content.decode()
    mine = answers(what_happened="Echt.", reporter_email=cast.teacher.email)
    assert as_user(cast.teacher).post(FORM, mine).status_code == 302


def test_what_a_program_fills_in_is_emptied_for_who_tries_again(client: Client, cast: Cast) -> None:
    page = client.post(FORM, answers(homepage="https://spam.example")).content.decode()
    assert "Verstuur het nog een keer." in page
    assert "spam.example" not in page
    assert Breach.objects.count() == 0


# --- bad input


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"what_happened": " "}, "Schrijf kort op wat er gebeurde."),
        ({"reporter_kind": ""}, "Kies wie u bent."),
        ({"reporter_kind": "burgemeester"}, "Selecteer een geldige keuze."),
        ({"kind": "alles"}, "Selecteer een geldige keuze."),
        ({"school": "de-onbekende"}, "Selecteer een geldige keuze."),
        ({"reporter_email": "geen adres"}, "Dit is geen e-mailadres."),
        ({"reporter_name": "x" * 201}, "200 tekens"),
        ({"what_happened": "nul\x00teken"}, "Null-tekens zijn niet toegestaan."),
        ({"what_happened": "Het BSN 123456782 stond erop."}, "een nummer dat een BSN kan zijn"),
        ({"people_count": "heel veel"}, "Schrijf het aantal in cijfers"),
        ({"people_count": "-5"}, "Schrijf het aantal in cijfers"),
        ({"people_count": "9" * 18}, "aantal"),
        ({"occurred_from": "gisteren"}, "Dit is geen tijd die bestaat."),
        ({"occurred_from": "2026-02-30T10:00"}, "Dit is geen tijd die bestaat."),
        ({"occurred_from": "0026-02-03T10:00"}, "Dit jaar ligt voor 1900."),
        ({"occurred_from": "2999-01-01T10:00"}, "Dit moment is nog niet geweest."),
        ({"first_signal_at": "2999-01-01T10:00"}, "Dit moment is nog niet geweest."),
        ({"occurrence": "moment"}, "Vul het moment in waarop het gebeurde."),
        (
            {"occurrence": "period", "occurred_from": "2026-01-05T10:00"},
            "Vul het begin en het einde van de periode in.",
        ),
        (
            {
                "occurrence": "period",
                "occurred_from": "2026-01-05T10:00",
                "occurred_until": "2026-01-04T10:00",
            },
            "Het einde ligt voor het begin.",
        ),
        (
            {"occurred_from": "2026-01-05T10:00", "first_signal_at": "2026-01-04T10:00"},
            "Het eerste signaal ligt voordat het gebeurde.",
        ),
        (
            {
                "occurrence": "moment",
                "occurred_from": "2026-01-05T10:00",
                "occurred_until": "2026-01-06T10:00",
            },
            "Was het een periode?",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    client: Client, cast: Cast, changes: dict[str, Any], sentence: str
) -> None:
    page = client.post(FORM, answers(**changes))

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "Namen en cijfers." in page.content.decode()
    assert Breach.objects.count() == OutboundLetter.objects.count() == 0


@pytest.mark.parametrize("typed", ["10.000", "10 000", "10000", "10,000"])
def test_ten_thousand_people_in_any_spelling(client: Client, cast: Cast, typed: str) -> None:
    client.post(FORM, answers(people_count=typed))
    assert Breach.objects.get().whose_data.endswith("Ongeveer 10.000 mensen.")


@pytest.mark.parametrize(
    ("typed", "occurrence"),
    [
        ({"occurred_from": "2026-01-05T10:00"}, "moment"),
        ({"occurrence": "unknown", "occurred_from": "2026-01-05T10:00"}, "moment"),
        ({"occurrence": "ongoing", "occurred_from": "2026-01-05T10:00"}, "ongoing"),
        ({"occurred_from": "5-1-2026 10:00", "occurred_until": "6-1-2026 10:00"}, "period"),
        ({"occurrence": "unknown"}, "unknown"),
    ],
)
def test_a_time_tells_by_itself_what_it_is(
    client: Client, cast: Cast, typed: dict[str, str], occurrence: str
) -> None:
    assert client.post(FORM, answers(**typed)).status_code == 302
    made = Breach.objects.get()
    assert made.occurrence == occurrence
    if "occurred_from" in typed:
        assert f"{timezone.localtime(made.occurred_from):%d-%m-%Y %H:%M}" == "05-01-2026 10:00"


def test_html_and_formulas_are_only_text(client: Client, cast: Cast) -> None:
    evil = "<script>alert(1)</script>=HYPERLINK(1)"
    fields = ("what_happened", "whose_data", "which_data", "reporter_name", "reporter_phone")
    typed = dict.fromkeys(fields, evil[:30])
    page = client.post(FORM, answers(**typed, reporter_kind="")).content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 5
    shown = client.post(FORM, answers(**typed), follow=True).content.decode()
    assert "script>alert" not in shown
    assert Breach.objects.get().reporter_name == evil[:30]
    for letter in OutboundLetter.objects.all():
        assert "alert(1)" not in letter.html


# --- files


def test_photos_and_files_are_kept_with_the_report(client: Client, cast: Cast) -> None:
    sent = [
        photo(),
        photo("foto.jpg", made.image("JPEG")),
        photo("brief.pdf", made.PDF),
        photo("brief.docx", made.docx()),
    ]
    client.post(FORM, answers(files=sent))
    kept = BreachFile.objects.select_related("document")
    assert [each.document.file_name for each in kept] == [
        "lijst.png",
        "foto.jpg",
        "brief.pdf",
        "brief.docx",
    ]
    assert {(each.is_from_reporter, each.document.kind) for each in kept} == {
        (True, "datalekken.file")
    }


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ([photo("virus.png", made.EXECUTABLE)], "“virus.png”: Dit soort bestand kunnen wij niet"),
        ([photo("lijst.xlsx", made.xlsx())], "“lijst.xlsx”: Dit soort bestand kunnen wij niet"),
        ([photo("foto.pdf")], "past niet bij de naam “foto.pdf”"),
        ([photo("leeg.png", b"")], "“leeg.png”: Dit bestand is leeg."),
        ([photo(f"{each}.png") for each in range(6)], "Kies ten hoogste 5 bestanden."),
    ],
)
def test_a_file_that_cannot_be_kept_says_why_and_the_words_stay(
    client: Client, cast: Cast, sent: list[SimpleUploadedFile], sentence: str
) -> None:
    for each in sent:
        each.seek(0)
    page = client.post(FORM, answers(files=sent)).content.decode()
    assert sentence in page
    assert "Er lag een lijst met cijfers op de gang." in page
    assert "Kies uw bestanden opnieuw" in page
    assert Breach.objects.count() == 0


class Film:
    """A film of so many bytes, made while it is read: no test holds it in memory."""

    name = "IMG_0001.mov"

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, most: int = -1) -> bytes:
        count = self.left if most < 0 else min(most, self.left)
        self.left -= count
        return bytes(count)


def test_a_film_of_two_hundred_megabytes_is_read_past(client: Client, cast: Cast) -> None:
    page = client.post(FORM, answers(files=[Film(200 * 1024 * 1024), photo()]))

    assert page.status_code == 200
    text = page.content.decode()
    assert "“IMG_0001.mov” is te groot: een bestand mag 25 MB zijn." in text
    assert "Er lag een lijst met cijfers op de gang." in text
    assert "Kies uw bestanden opnieuw" in text
    assert Breach.objects.count() == 0


# --- when a part of us is away


@pytest.fixture
def no_broker_anywhere(no_broker: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The real hint, to an address where nobody listens."""
    monkeypatch.setattr("privacyboard.mail.outbox._hint", _hint_for_real)
    app = Celery("elsewhere", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url="redis://127.0.0.1:1/0")
    app.set_current()
    yield
    our_app.set_current()


def test_without_a_broker_the_report_and_its_mails_stand(
    client: Client,
    cast: Cast,
    no_broker_anywhere: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(FORM, answers())
    assert page.status_code == 302
    assert soon(lambda: "no broker for the hint" in caplog.text)
    assert Breach.objects.count() == 1
    assert OutboundLetter.objects.filter(state="queued").count() == 3


# A process of its own whose database is a port on which nobody listens: nothing is pretended.
_AWAY = """
import json, sys
import django
django.setup()
from django.test import Client
typed = json.loads(sys.stdin.read())
client = Client(raise_request_exception=False)
client.cookies["sessionid"] = typed.pop("session", "")
ask = getattr(client, typed.pop("method"))
page = ask(typed.pop("path"), typed or None)
print(json.dumps([page.status_code, dict(page.headers), page.content.decode()]))
"""


def asked_without_a_database(
    settings: Settings, *, method: str = "post", **typed: Any
) -> tuple[int, dict[str, str], str]:

    away = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "privacyboard.settings",
        "DEBUG": "true",
        "SECRET_KEY": str(settings.SECRET_KEY),
        "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/nowhere",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "ALLOWED_HOSTS": "testserver",
    }
    done = subprocess.run(
        [sys.executable, "-c", _AWAY],
        input=json.dumps({"method": method, **typed}),
        env=away,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    status, headers, page = json.loads(done.stdout)
    return status, headers, page


@pytest.mark.parametrize("session", ["", "s" * 32])
def test_without_a_database_the_reporter_is_told_and_keeps_the_text(
    client: Client, cast: Cast, settings: Settings, session: str
) -> None:
    """Also who is signed in: there it is the session that fails, before any page is asked."""
    cast.board.breach_phone = "070 123 45 67"
    cast.board.record(by=None, why="proef")
    shown = client.get(f"{FORM}?soort=paper_lost")
    kept = shown.context["kept"]

    status, headers, page = asked_without_a_database(
        settings, path=FORM, session=session, kept=kept, **answers()
    )

    assert status == 503
    assert headers["Retry-After"] == "60"
    for told in (
        "Bij ons ging iets mis",
        "Wij weten niet of uw melding is aangekomen.",
        "Kwam zij toch al aan, dan telt zij één keer.",
        "070 123 45 67",
        "datalek@deproef.example",
        "Er lag een lijst met cijfers op de gang.",
        "De kinderen van groep 5.",
        '<option value="de-linde" selected>De Linde</option>',
        'value="25"',
        "Stichting De Proef",
        f'value="{kept}"',
        f'value="{"t" * 32}"',
        # What to do at once is that of what happened.
        "Zoek het meteen, en bel de plaats waar het kan liggen.",
    ):
        assert told in page
    assert "Retry-After" in headers

    # What that page holds is the same report: sent again, and again, it is one file.
    assert client.post(FORM, answers(kept=kept)).status_code == 302
    assert client.post(FORM, answers()).status_code == 302
    assert Breach.objects.count() == 1


def test_what_another_wrote_in_the_place_of_our_number_is_not_shown(
    cast: Cast, settings: Settings
) -> None:
    status, _headers, page = asked_without_a_database(
        settings, path="/datalek-melden/en/", kept="0900 bel mij: é", **answers()
    )
    assert status == 503
    assert "bel mij" not in page.replace('name="kept" value="0900 bel mij', "")
    assert "Something went wrong on our side" in page
    assert '<option value="de-linde" selected>de-linde</option>' in page


# --- budgets


def test_the_form_asks_the_same_queries_for_anybody(
    client: Client, cast: Cast, django_assert_num_queries: Callable[[int], Any]
) -> None:
    client.get(FORM)
    with django_assert_num_queries(1):  # the board
        client.get(FORM)
    with django_assert_num_queries(2):  # and the schools
        client.get(f"{FORM}?soort=unknown")


def test_sending_is_cheap(
    client: Client, cast: Cast, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_max_num_queries(30):
        client.post(FORM, answers(reporter_email="papa@thuis.example"))


def test_a_moment_in_the_hour_that_does_not_exist_is_no_error_of_ours(
    client: Client, cast: Cast
) -> None:
    page = client.post(FORM, answers(occurred_from="2026-03-29T02:30"))
    assert page.status_code == 200
    assert Breach.objects.count() == 0


def test_the_length_of_the_form_is_bounded(client: Client, cast: Cast) -> None:
    big = client.get(FORM, CONTENT_LENGTH=str(200 * 1024 * 1024))
    assert big.status_code == 200
    assert client.get(FORM, CONTENT_LENGTH=str(513 * 1024 * 1024)).status_code == 413
    assert client.get("/verzoek/", CONTENT_LENGTH=str(200 * 1024 * 1024)).status_code == 413


def test_reported_at_is_the_moment_of_sending(client: Client, cast: Cast) -> None:
    before: datetime = timezone.now()
    client.post(FORM, answers())
    made = Breach.objects.get()
    assert before <= made.reported_at == made.registered_at <= timezone.now()
