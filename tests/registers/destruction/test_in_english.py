"""A processor that is not from here reads in English what it is asked to destroy."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from privacyboard.mail.models import OutboundLetter
from registers.actions.destroying import handing, linking, stepping
from registers.actions.destroying.reminding import remind_processors
from registers.models import (
    DataCategory,
    DestructionList,
    DestructionTask,
    Processor,
    RetentionRule,
)
from registers.rules.destruction.languages import chosen, language_in
from tests.conftest import NOW, Cast
from tests.factories import destruction as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock: here it is the moment of the tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def asked(cast: Cast, *, country: str) -> DestructionTask:
    """Topicus, established there, was asked by mail."""
    make.kept_in("V02", (make.absence_rule(), "absence"), systems=(), processor=True)
    RetentionRule.objects.update(name_en="Absence and enrolment")
    DataCategory.objects.filter(code="absence").update(name_en="Absence from school")
    topicus = Processor.objects.get(code="topicus")
    topicus.contact_email, topicus.country = "privacy@topicus.example", country
    topicus.record(by=None, why="adres")
    make.leaver(cast.linde, "1002", make.LEFT_LONG_AGO)
    make.sweep()
    found = DestructionList.objects.get()
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    handing.hand_over(found=found, chosen=["processor:topicus"], by=cast.director, at=NOW)
    return DestructionTask.objects.get()


def path() -> str:
    """Where the last letter leads."""
    found = re.search(r"/vernietigen/opdracht/\S+/", OutboundLetter.objects.latest("pk").text)
    assert found is not None
    return found.group()


def words(client: Client, where: str) -> str:
    return " ".join(client.get(where).content.decode().split())


@pytest.mark.parametrize(
    ("country", "language"),
    [("NL", "nl"), ("BE", "nl"), ("", "nl"), ("IE", "en"), ("US", "en"), ("DE", "en")],
)
def test_where_a_company_is_says_its_language(country: str, language: str) -> None:
    assert language_in(country) == language


@pytest.mark.parametrize("asked_for", ["", "fr", "xx", "nl-NL"])
def test_what_is_no_language_of_ours_changes_nothing(asked_for: str) -> None:
    assert chosen(asked_for, language_in("IE")) == "en"
    assert chosen("nl", language_in("IE")) == "nl"


def test_the_letters_to_ireland_are_in_english(cast: Cast) -> None:
    task = asked(cast, country="IE")
    letter = OutboundLetter.objects.get()
    assert letter.language == "en"
    assert letter.subject.startswith("Will you please destroy data, by ")
    assert letter.text.startswith("Dear Topicus,\n\nYou keep data for Stichting De Proef.")
    assert "Wij vragen" not in letter.text + letter.html
    remind_processors(by=None, at=NOW + timedelta(days=60))
    late = OutboundLetter.objects.latest("pk")
    assert late.subject == (
        "Overdue: will you please let us know whether the data have been destroyed? "
        f"({task.list.number})"
    )


def test_the_letter_to_deventer_is_in_dutch_with_a_page_that_has_english(
    cast: Cast, client: Client
) -> None:
    asked(cast, country="NL")
    assert OutboundLetter.objects.get().subject.startswith("Wilt u gegevens vernietigen")
    page = words(client, path())
    assert '<html lang="nl"' in page
    assert '<a href="?taal=en" hreflang="en" lang="en">English</a>' in page
    page = words(client, f"{path()}?taal=en")
    assert '<html lang="en"' in page
    assert '<a href="?taal=nl" hreflang="nl" lang="nl">Nederlands</a>' in page


def test_the_page_and_its_file_are_in_english(cast: Cast, client: Client) -> None:
    asked(cast, country="IE")
    page = words(client, path())
    assert "Will you please destroy these data?" in page
    assert "<strong>Absence and enrolment</strong>, 1 number: Absence from school" in page
    for dutch in ("Vernietigd op", "niet verplicht", "graag uiterlijk", "Verzuim"):
        assert dutch not in page
    file = client.post(f"{path()}lijst/?taal=en").content.decode("utf-8-sig")
    assert file.splitlines()[0].startswith("number or period;retention period;data;runs since")
    assert "1002;Absence and enrolment;Absence from school;" in file
    in_dutch = client.post(f"{path()}lijst/?taal=nl").content.decode("utf-8-sig")
    assert "1002;Verzuim en in- en uitschrijving;Absence;" in in_dutch


def test_what_is_wrong_is_said_in_english_and_so_are_the_thanks(cast: Cast, client: Client) -> None:
    task = asked(cast, country="NL")
    where = f"{path()}?taal=en"
    given = {"done_on": "2026-03-01", "done_by": "Sam", "result": "Erased 1002."}
    for name, value, told in (
        ("done_by", "", "Write down who destroyed it."),
        ("done_on", "2099-01-01", "This day has not come yet."),
        ("done_on", "2026-03-01", "This day is before 02-03-2026."),
        ("result", "Erased 1002.", "Do not write the number of a pupil here: “1002”."),
    ):
        typed = {**given, "done_on": "2026-03-02", "result": "Erased.", name: value}
        assert told in client.post(where, typed).content.decode(), told
    proof = SimpleUploadedFile("1002.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    typed = {**given, "done_on": "2026-03-02", "result": "Erased."}
    page = client.post(where, {**typed, "document": proof}).content.decode()
    assert "There is a number in the name of the file: “1002”." in page
    page = client.post(where, typed).content.decode()
    assert "Thank you" in page
    task.refresh_from_db()
    assert task.done_by == "Sam"
    assert "This task is done. You need do nothing more." in words(client, where)


def test_a_link_that_is_shut_says_so_in_the_language_of_its_processor(
    cast: Cast, client: Client
) -> None:
    task = asked(cast, country="IE")
    old = path()
    linking.send_link(task=task, by=cast.director, at=NOW)
    assert "A new one was sent: use the link in the last e-mail." in words(client, old)
    assert "Er is een nieuwe gestuurd" in words(client, f"{old}?taal=nl")
    assert "Deze link klopt niet." in words(client, "/vernietigen/opdracht/niets/")
    assert "This link is not right." in words(client, "/vernietigen/opdracht/niets/?taal=en")
