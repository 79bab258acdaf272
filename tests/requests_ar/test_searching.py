"""Whom one can ask to search, and where the register says that the data are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from privacyboard.audit.acts import ActRefused
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from requests_ar.actions import handling, searching
from requests_ar.actions.searching import Asked
from requests_ar.choices import RequestState
from requests_ar.letters.tasks import task_address
from requests_ar.models import DossierFile, SearchTask, SubjectRequest
from tests.conftest import Cast
from tests.factories import registers as make
from tests.factories import requests as ask

AsUser = Callable[[User], Client]


@pytest.fixture
def case(cast: Cast) -> SubjectRequest:
    return ask.subject_request(
        cast.linde, at=timezone.now(), authority="yes", state=RequestState.IN_PROGRESS
    )


def ask_for(case: SubjectRequest, cast: Cast, **values: object) -> SearchTask:
    asked = Asked(**{"what": "De map", "due_on": timezone.localdate(), **values})  # type: ignore[arg-type]
    return searching.ask_search(request=case, asked=asked, by=cast.director, at=timezone.now())


def test_the_page_says_where_the_data_are_and_whom_one_can_ask(
    cast: Cast, case: SubjectRequest, as_user: AsUser
) -> None:
    now = timezone.now()
    activity = make.full_activity("V02")
    make.establish(activity, at=now)
    handling.choose_activities(request=case, activities=[activity], by=cast.director, at=now)
    page = as_user(cast.director).get(f"/verzoeken/{case.number}/zoeken/").content.decode()
    assert "Volgens het register staan de gegevens hier:" in page
    assert "Verwerking V02: " in page
    assert "bij Topicus" in page
    # The teacher of the school, and the director of another, where the child was before.
    assert "(De Linde)" in page
    assert "Edo Eik (De Eik)" in page
    assert "Eva Vreemd" not in page


def test_for_the_whole_board_the_directors_can_be_asked(cast: Cast, as_user: AsUser) -> None:
    case = ask.subject_request(None, at=timezone.now(), state=RequestState.IN_PROGRESS)
    page = as_user(cast.ibp).get(f"/verzoeken/{case.number}/zoeken/").content.decode()
    assert "Dirk Linde (De Linde)" in page
    assert "Edo Eik (De Eik)" in page


def test_a_processor_is_asked_at_the_address_of_the_register(
    cast: Cast, case: SubjectRequest
) -> None:
    processor = make.processor("topicus", name="Topicus")
    with pytest.raises(ActRefused) as refusal:
        ask_for(case, cast, processor=processor)
    assert refusal.value.errors["contact_email"] == (
        "Van Topicus staat geen e-mailadres in het register. Vul het in."
    )
    processor.contact_email = "privacy@topicus.example"
    processor.record(by=None, why="proef")
    task = ask_for(case, cast, processor=processor)
    assert (task.contact_name, task.contact_email) == ("Topicus", "privacy@topicus.example")
    assert OutboundLetter.objects.get(letter="requests_ar/search_asked").to == task.contact_email


@pytest.mark.parametrize(
    ("days", "problem"),
    [(-1, "Deze dag is al geweest."), (200, "Dat is na de uiterste dag van het verzoek")],
)
def test_a_task_is_due_before_the_answer_is(
    cast: Cast, case: SubjectRequest, days: int, problem: str
) -> None:
    day = timezone.localdate() + timedelta(days=days)
    with pytest.raises(ActRefused) as refusal:
        ask_for(case, cast, assignee=cast.teacher, due_on=day)
    assert refusal.value.errors["due_on"].startswith(problem)


def test_by_the_link_a_false_or_large_file_is_refused_and_the_words_stay(
    cast: Cast, case: SubjectRequest, settings: Settings
) -> None:
    task = ask_for(case, cast, contact_name="Sam", contact_email="sam@x.example")
    path = task_address(task, at=timezone.now()).removeprefix(settings.BASE_URL)
    supplier = Client()
    false = SimpleUploadedFile("brief.pdf", b"PK\x03\x04 not a document", "application/pdf")
    page = supplier.post(path, {"found": "Een brief.", "uploads": [false]}).content.decode()
    assert "brief.pdf: Dit soort bestand kunnen wij niet bewaren." in page
    assert "Een brief." in page
    settings.UPLOAD_LIMIT_BYTES = 1024
    large = SimpleUploadedFile("groot.pdf", b"%PDF-1.7" + bytes(4096))
    page = supplier.post(path, {"found": "Een brief.", "uploads": [large]}).content.decode()
    assert "groot.pdf: Dit bestand is" in page
    assert "Een brief." in page
    assert not DossierFile.objects.exists()
    task.refresh_from_db()
    assert task.done_at is None


def test_a_link_of_a_task_that_was_called_off_or_expired_says_so(
    cast: Cast, case: SubjectRequest, settings: Settings
) -> None:
    task = ask_for(case, cast, contact_name="Sam", contact_email="sam@x.example")
    old = task_address(task, at=timezone.now() - timedelta(days=101))
    page = Client().get(old.removeprefix(settings.BASE_URL))
    assert page.status_code == 410
    assert "Deze link is verlopen. Vraag de school om een nieuwe." in page.content.decode()
    now = timezone.now()
    path = task_address(task, at=now).removeprefix(settings.BASE_URL)
    assert Client().get(path).status_code == 200
    searching.drop_task(task=task, reason="Gevonden.", by=cast.director, at=now)
    page = Client().get(path)
    assert page.status_code == 410
    assert "Deze taak is klaar of vervallen." in page.content.decode()


def test_how_far_the_search_is_stands_on_the_page(
    cast: Cast, case: SubjectRequest, as_user: AsUser
) -> None:
    first = ask_for(case, cast, assignee=cast.teacher)
    ask_for(case, cast, assignee=cast.care)
    called_off = ask_for(case, cast, assignee=cast.ibp)
    now = timezone.now()
    searching.drop_task(task=called_off, reason="Dubbel.", by=cast.director, at=now)
    searching.finish_task(task=first, found="Niets.", by=cast.teacher, at=now)
    page = as_user(cast.director).get(f"/verzoeken/{case.number}/").content.decode()
    assert "1 van 2 klaar." in page
    assert '<progress value="1" max="2"' in page
