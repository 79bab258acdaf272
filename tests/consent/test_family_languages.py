"""The page in the reader's language: six of them, four of which are off until they were checked."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.choices import Means
from consent.models import Answer, LanguageRelease, Wording
from consent.tasks import sweep_new_links
from privacyboard.mail.models import OutboundLetter
from tests.conftest import Cast
from tests.consent.home import Home, a_home, form_of
from tests.factories import consent
from tests.factories.consent import say

WELCOME = {
    "nl": "Wat mag de school?",
    "en": "What may the school do?",
    "tr": "Okul ne yapabilir?",
    "ar": "بماذا تسمح للمدرسة؟",
    "pl": "Na co szkoła ma zgodę?",
    "uk": "Що дозволено школі?",
}


def release(language: str) -> None:
    release = LanguageRelease(
        language=language, is_on=True, checked_by="A. Tolk", checked_on=timezone.localdate()
    )
    release.record(by=None, why="nagekeken")


def in_arabic(home: Home) -> None:
    for each in home.questions:
        Wording.objects.create(
            text=each.texts.get(), language="ar", title="هل يجوز هذا؟", body="شرح.", made_at=home.at
        )


def heading(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("language", WELCOME)
def test_a_guardian_reads_the_page_in_the_own_language_once_it_is_on(
    cast: Cast, client: Client, language: str
) -> None:
    if language not in ("nl", "en"):
        release(language)
    home = a_home(cast)
    home.mother.language = language
    home.mother.record(by=None, why="taal")

    page = client.get(home.page(home.mother)).content.decode()

    assert heading(page) == WELCOME[language]
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page


def test_a_language_that_is_off_is_dutch_with_english_beside_it(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    home.mother.language = "ar"
    home.mother.record(by=None, why="taal")
    path = home.page(home.mother)

    own = client.get(path).content.decode()
    asked = client.get(f"{path}?taal=ar").content.decode()

    assert heading(own) == heading(asked) == WELCOME["nl"]
    assert re.findall(r'href="\?taal=(\w+)"', own) == ["nl", "en"]
    assert heading(client.get(f"{path}?taal=en").content.decode()) == WELCOME["en"]


def test_choosing_a_language_changes_nothing(cast: Cast, client: Client) -> None:
    release("tr")
    home = a_home(cast)

    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"{home.page(home.mother)}?taal=tr").content.decode()

    assert heading(page) == WELCOME["tr"]
    assert {each["sql"].split()[0] for each in queries.captured_queries} == {"SELECT"}
    home.mother.refresh_from_db()
    assert home.mother.language == "nl"


def test_a_question_without_words_in_the_language_is_asked_in_dutch_and_recorded_so(
    cast: Cast, client: Client
) -> None:
    release("ar")
    home = a_home(cast, Means.WEBSITE)
    in_arabic(home)
    home.questions.append(consent.question(Means.PRESS, at=home.at))
    path = f"{home.page(home.mother)}?taal=ar"

    page = client.get(path).content.decode()
    said = [(home.noor, each, True) for each in home.questions]
    done = client.post(path, form_of(home, *said))

    assert '<legend lang="ar" dir="rtl">هل يجوز هذا؟</legend>' in page
    assert '<legend lang="nl" dir="ltr">krant of omroep: Mag dit?</legend>' in page
    assert done["Location"].endswith("/klaar/?taal=ar")
    assert [each.language for each in Answer.objects.order_by("question_id")] == ["ar", "nl"]


def test_the_letters_are_in_the_language_of_the_page(cast: Cast, client: Client) -> None:
    release("ar")
    home = a_home(cast)
    in_arabic(home)
    path = f"{home.page(home.mother)}?taal=ar"

    client.post(path, form_of(home, (home.noor, home.questions[0], True)))
    client.post("/toestemming/link/?taal=ar", {"email": home.mother.email})
    sweep_new_links(timezone.now())

    answered, link = OutboundLetter.objects.order_by("pk")
    assert answered.subject == "هذه هي الإجابات عن الموافقة"
    assert "هل يجوز هذا؟ نعم" in answered.text
    assert '<html lang="ar" dir="rtl">' in answered.html
    assert link.subject == "رابط الإجابة عن الموافقة"
    assert "?taal=ar" in link.text


def test_days_are_written_as_the_language_writes_them(cast: Cast, client: Client) -> None:
    release("pl")
    home = a_home(cast)
    say(home.mother, home.noor, home.questions[0], True, at=home.at)

    page = client.get(f"{home.page(home.mother)}?taal=pl").content.decode()

    assert re.search(r"Obowiązuje do dnia 31 października 20\d\d włącznie", page)


@pytest.mark.parametrize("path", ["/toestemming/geen.token/", "/toestemming/link/"])
def test_the_pages_without_a_family_are_in_every_language_that_is_on(
    cast: Cast, client: Client, path: str
) -> None:
    release("uk")

    page = client.get(f"{path}?taal=uk").content.decode()

    assert '<html lang="uk" dir="ltr">' in page
    assert re.findall(r'href="\?taal=(\w+)"', page) == ["nl", "en", "uk"]


def test_the_other_public_pages_stay_dutch_and_english(cast: Cast, client: Client) -> None:
    release("tr")

    page = client.get("/verzoek/?taal=tr", HTTP_ACCEPT_LANGUAGE="tr").content.decode()

    assert '<html lang="nl"' in page
