"""Each edition at its own address: for pupils, for staff, in English."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from privacyboard.organisation.models import User
from registers import actions, letters
from registers.choices import Audience
from registers.models import ProcessingActivity
from registers.rules.readability import readability
from registers.rules.statement import EDITIONS, PARENTS, Edition
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.test_views import read

PUPILS, STAFF, ENGLISH = EDITIONS[1:]
LATER = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
SignIn = Callable[[User], Client]


def in_english(code: str = "V01") -> ProcessingActivity:
    """A concept of which everything has an English name."""
    made = make.activity(code)
    make.text(
        made,
        audience=Audience.PARENTS,
        language="en",
        name="Pupil file",
        text="We keep a file on each pupil.",
    )
    for entry, name in (
        (make.purpose(), "Teaching"),
        (make.group(), "Pupils"),
        (make.category(), "Name"),
        (make.role(), "Teacher"),
    ):
        entry.name_en = name
        entry.record(by=None, why="proef")
    return made


@pytest.mark.requirement("OPO-059")
@pytest.mark.parametrize(
    ("edition", "place", "address"),
    [
        (PARENTS, "", "/privacyverklaring/"),
        (PUPILS, "", "/privacyverklaring/leerlingen/"),
        (STAFF, "", "/privacyverklaring/medewerkers/"),
        (ENGLISH, "", "/privacyverklaring/en/"),
        (PARENTS, "linde", "/privacyverklaring/de-linde/"),
        (PUPILS, "linde", "/privacyverklaring/de-linde/leerlingen/"),
        (STAFF, "linde", "/privacyverklaring/de-linde/medewerkers/"),
        (ENGLISH, "linde", "/privacyverklaring/de-linde/en/"),
    ],
)
def test_each_edition_stands_at_its_own_address_that_stays(
    cast: Cast, now: datetime, client: Client, edition: Edition, place: str, address: str
) -> None:
    activity = make.activity("V01")
    make.data_line(activity, group=make.group("staff", "Medewerkers"))
    make.establish(activity, at=now)
    school = cast.linde if place else None
    assert letters.statement_path(school, edition) == address
    assert client.get(address).status_code == 404
    make.published(now, school=school, edition=edition)
    for other in EDITIONS:
        expected = 200 if other == edition else 404
        assert client.get(letters.statement_path(school, other)).status_code == expected
    pdf = client.get(f"{address}pdf/")
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")


def test_one_edition_leads_to_the_others_that_are_published(
    cast: Cast, now: datetime, client: Client
) -> None:
    make.established(at=now)
    make.published(now)
    assert "Voor wie is deze verklaring" not in client.get("/privacyverklaring/").content.decode()
    make.published(now, edition=PUPILS)
    make.published(now, edition=ENGLISH)
    page = client.get("/privacyverklaring/leerlingen/").content.decode()
    nav = page[page.index('<nav class="sections"') :]
    assert re.findall(r'<a href="([^"]*)"([^>]*)>([^<]*)</a>', nav[: nav.index("</nav>")]) == [
        ("/privacyverklaring/", ' lang="nl" hreflang="nl"', "Voor ouders"),
        (
            "/privacyverklaring/leerlingen/",
            ' aria-current="page" lang="nl" hreflang="nl"',
            "Voor leerlingen",
        ),
        ("/privacyverklaring/en/", ' lang="en" hreflang="en"', "English"),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_costs_the_same_for_one_and_for_three_schools(
    cast: Cast,
    now: datetime,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    make.established(at=now)
    make.published(now, edition=PUPILS)
    if number == 3:
        make.published(now, school=cast.linde, edition=PUPILS)
        make.published(now, school=cast.eik, edition=PUPILS)
        make.published(now)
    # A pupil's page without a full statement looks once more for the board's.
    with django_assert_num_queries(4 if number == 3 else 5):
        page = client.get("/privacyverklaring/leerlingen/").content.decode()
    assert page.count("/leerlingen/") >= number


@pytest.mark.requirement("VOG-001")
def test_pupils_read_short_words_whom_to_ask_and_what_they_may(
    cast: Cast, now: datetime, client: Client
) -> None:
    activity = make.activity()
    make.text(activity, name="Hoe het met je gaat", text="Wij kijken hoe het met je gaat.")
    make.establish(activity, at=now)
    make.published(now, school=cast.linde)
    make.published(now, school=cast.linde, edition=PUPILS)
    page = client.get("/privacyverklaring/de-linde/leerlingen/").content.decode()
    assert read(page, "gegevens").endswith("Hoe het met je gaat Wij kijken hoe het met je gaat.")
    assert "de-linde@deproef.example" in read(page, "vragen")
    assert "Fenna Graaf" in read(page, "vragen")
    assert "Ben je 16 jaar of ouder? Dan vraag en kies je zelf." in read(page, "rechten")
    assert "Autoriteit Persoonsgegevens" in read(page, "klacht")
    assert 'href="/privacyverklaring/de-linde/">Lees de hele privacyverklaring</a>' in page
    assert "AVG" not in read(page[page.index("<main") : page.index("</main>")])


@pytest.mark.requirement("VOG-001")
def test_the_fixed_words_for_pupils_are_easy(cast: Cast, now: datetime, client: Client) -> None:
    activity = make.activity()
    make.text(activity)
    make.establish(activity, at=now)
    make.published(now, edition=PUPILS)
    page = client.get("/privacyverklaring/leerlingen/").content.decode()
    for section in ("vragen", "rechten"):
        words = re.sub(r"\S+@\S+", "", read(page, section))
        measured = readability(words)
        assert measured is not None
        assert measured.level == "makkelijk (B1)", (section, measured)
        assert measured.long_sentences == ()


def test_staff_read_their_own_activities(cast: Cast, now: datetime, client: Client) -> None:
    make.established("V01", at=now)
    own = make.activity("V02")
    own.datalines.all().delete()
    make.data_line(own, group=make.group("staff", "Medewerkers"))
    make.establish(own, at=now)
    make.published(now)
    make.published(now, edition=STAFF)
    found = {
        word: re.findall(
            r"<h4>(.*?)</h4>", client.get(f"/privacyverklaring/{word}").content.decode()
        )
        for word in ("", "medewerkers/")
    }
    assert found == {"": ["Verwerking V01"], "medewerkers/": ["Verwerking V02"]}
    page = client.get("/privacyverklaring/medewerkers/").content.decode()
    assert "Leerlingen van 16 jaar" not in read(page, "rechten")


def test_what_a_school_does_otherwise_stands_in_its_statement_without_the_reason(
    cast: Cast, now: datetime, client: Client
) -> None:
    activity = make.established(at=now)
    actions.deviate(
        activity=activity,
        school=cast.linde,
        field="retention",
        text="Wij bewaren het één jaar.",
        reason="Geheime reden.",
        by=None,
        at=now,
    )
    for school in (None, cast.linde, cast.eik):
        make.published(now, school=school)
    words = {
        place: read(client.get(f"/privacyverklaring/{place}").content.decode(), "verwerkingen")
        for place in ("", "de-linde/", "de-eik/")
    }
    own = "Op deze school anders: Bewaartermijn: Wij bewaren het één jaar."
    assert {place: own in text for place, text in words.items()} == {
        "": False,
        "de-linde/": True,
        "de-eik/": False,
    }
    assert "Geheime reden" not in words["de-linde/"]


# --- English --------------------------------------------------------------------------------


def test_the_english_page_is_english_from_top_to_foot(
    cast: Cast, now: datetime, client: Client
) -> None:
    make.establish(in_english(), at=now)
    make.published(now)
    make.published(now, edition=ENGLISH)
    page = client.get("/privacyverklaring/en/").content.decode()
    assert '<html lang="en"' in page
    words = read(page)
    assert "Pupil file We keep a file on each pupil." in words
    assert "at most 2 years after the pupil leaves the school" in words
    assert 'href="/privacyverklaring/" hreflang="nl"' in page
    for dutch in ("Naar de inhoud", "Inloggen", "Wie zijn wij", "Uw rechten", "Praat eerst met"):
        assert dutch not in words
    dutch_page = client.get("/privacyverklaring/").content.decode()
    assert '<html lang="nl"' in dutch_page
    assert "Wie zijn wij" in dutch_page


def test_the_english_statement_waits_for_its_words_and_the_dutch_one_does_not(
    cast: Cast, now: datetime
) -> None:
    make.established(at=now)
    actions.publish_statement(school=None, by=cast.ibp, at=now)
    with pytest.raises(actions.NotComplete, match="Engelse naam en tekst"):
        actions.publish_statement(
            school=None, by=cast.ibp, at=now, audience="parents", language="en"
        )


def test_the_english_pdf_says_that_it_is_english(cast: Cast, now: datetime) -> None:
    make.establish(in_english(), at=now)
    made = actions.publish_statement(
        school=cast.linde, by=cast.ibp, at=now, audience="parents", language="en"
    )
    assert made.pdf.file_name == "privacyverklaring-en-de-linde-1.pdf"
    reader = PdfReader(io.BytesIO(made.pdf.file.read()))
    assert str(reader.root_object["/Lang"]) == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Privacy statement De Linde"
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "2 March 2026" in words
    assert "Wie zijn wij" not in words


def test_what_changed_stands_above_the_statement_in_its_own_language(
    cast: Cast, now: datetime, client: Client
) -> None:
    activity = in_english()
    make.establish(activity, at=now)
    for edition in (PARENTS, ENGLISH):
        make.published(now, edition=edition)
    assert "Wat is er veranderd?" not in client.get("/privacyverklaring/").content.decode()
    actions.revise(activity=activity, reason="Meer.", by=None, at=LATER)
    activity.refresh_from_db()
    activity.recipientlines.all().delete()
    make.establish(activity, at=LATER)
    make.published(LATER, number=2, material_change="DUO krijgt niets meer.")
    make.published(LATER, number=2, edition=ENGLISH)
    words = read(client.get("/privacyverklaring/").content.decode())
    assert (
        "Wat is er veranderd? DUO krijgt niets meer. Veranderd: Verwerking V01 (wie buiten de "
        "school gegevens krijgt)."
    ) in words
    english = read(client.get("/privacyverklaring/en/").content.decode())
    assert "Pupil file (" in english
    assert "Veranderd" not in english


def test_who_reads_the_register_finds_the_versions_from_the_public_page(
    cast: Cast, now: datetime, client: Client, as_user: SignIn
) -> None:
    make.established(at=now)
    make.published(now, school=cast.linde)
    link = 'href="/register/privacyverklaring/de-linde/versies/"'
    address = "/privacyverklaring/de-linde/"
    assert link not in client.get(address).content.decode()
    assert link in as_user(cast.director).get(address).content.decode()
    assert link not in as_user(cast.eik_director).get(address).content.decode()
