"""The file of one pupil: every event with its text, what holds on any day, on paper too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consent.actions.class_papers import Filled, record_papers
from consent.choices import Means, Renewal
from consent.letters.pupil_file import pupil_html
from consent.models import Wording
from consent.models.class_sheet import Voter
from consent.models.pupil_file import read_pupil_file
from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import consent as make
from tests.factories import people
from tests.factories.consent import say

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def path_of(pupil: Any, part: str = "") -> str:
    return f"/toestemmingen/leerling/{pupil.pk}/{part}"


def plain(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def story(families: Families, cast: Cast, now: datetime) -> None:
    """The mother says yes in English, the text changes, the father refuses on paper."""
    say(families.mother, families.noor, families.website, True, at=now, language="en")
    make.text(families.website, at=now + timedelta(days=1))
    record_papers(
        filled=[
            Filled(
                voter=Voter(families.noor, families.father, {}),
                answers={families.website.pk: False},
            )
        ],
        questions=[families.website],
        said_on=date(2026, 3, 4),
        by=cast.director,
        at=now + timedelta(days=3),
    )


def test_every_event_is_told_with_its_text_way_and_hand(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    story(families, cast, now)
    client = as_user(cast.director)

    page = plain(client, path_of(families.noor) + "?op=2026-03-05")

    assert "Wat gold op 5 maart 2026" in page
    assert "Nee. Een ouder of verzorger met gezag zegt nee." in page
    for words in (
        "2 maart 2026 10:00",
        "Sanne Visser",
        "via de link",
        "versie 1, English",
        "website van de school: Is this allowed?",
        "4 maart 2026 12:00",
        "Bram Visser",
        "op papier",
        "vastgelegd door Dirk Linde op 5 maart 2026",
        "versie 2, Nederlands",
        "website van de school: Mag dit?",
    ):
        assert words in page, words
    assert "Ja, tot en met 31 oktober 2026." in plain(
        client, path_of(families.noor, "?op=2026-03-02")
    )
    assert "Nee. Er is nog geen antwoord." in plain(
        client, path_of(families.noor, "?op=2026-03-01")
    )
    entry = AccessEntry.objects.latest("pk")
    assert (entry.act, entry.by, entry.school, entry.subject_id) == (
        "opened",
        cast.director,
        cast.linde,
        str(families.noor.pk),
    )


def test_a_day_that_is_none_is_told_and_today_is_shown(
    families: Families, cast: Cast, as_user: AsUser
) -> None:
    answer = as_user(cast.director).get(path_of(families.noor, "?op=31-02-2026"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Dit is geen dag die bestaat." in page
    assert "Wat vandaag geldt" in page
    assert as_user(cast.director).get(path_of(families.noor, "?op=")).status_code == 200


def test_a_translation_of_later_is_not_what_was_read(families: Families, now: datetime) -> None:
    say(families.mother, families.noor, families.website, True, at=now, language="tr")
    Wording.objects.create(
        text=families.website.texts.get(),
        language="tr",
        title="Olur mu?",
        body="Açıklama.",
        made_at=now + timedelta(days=1),
    )

    [event] = read_pupil_file(families.noor, on=date(2026, 3, 3)).events

    assert event.wording is not None
    assert event.wording.language == "nl"


def test_without_a_birth_date_the_page_says_who_answers(
    families: Families, cast: Cast, as_user: AsUser
) -> None:
    families.noor.born_on = None
    families.noor.record(by=None, why="proef")
    page = plain(as_user(cast.director), path_of(families.noor))
    assert "De geboortedatum is niet bekend." in page


def test_the_file_on_paper_says_the_same(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    story(families, cast, now)
    html = " ".join(
        pupil_html(
            read_pupil_file(families.noor, on=date(2026, 3, 5)), at=now + timedelta(days=3)
        ).split()
    )
    for words in (
        "Toestemmingen van Noor Visser",
        "geboren op 12 mei 2016",
        "Wat geldt op 5 maart 2026",
        "Nee. Een ouder of verzorger met gezag zegt nee.",
        "Bram Visser (ouder): met gezag",
        "vastgelegd op 5 maart 2026 10:00 door Dirk Linde",
        "versie 1, English",
        "website van de school: Is this allowed?",
    ):
        assert words in html, words

    answer = as_user(cast.director).get(path_of(families.noor, "dossier.pdf?op=2026-03-05"))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content[:5] == b"%PDF-"
    assert "Noor" not in answer["Content-Disposition"]
    assert AccessEntry.objects.latest("pk").act == "exported"


@pytest.mark.requirement("VOG-015", "VOG-016", "VOG-018", "INN-015", "OPO-021")
@pytest.mark.parametrize(
    "means", [Means.CARE_TEAM, Means.PCL, Means.EXTERNAL_HELPER, Means.MEDICAL, Means.OTHER]
)
def test_sharing_of_care_asks_parents_and_from_sixteen_the_pupil_alone(
    families: Families, cast: Cast, as_user: AsUser, now: datetime, means: Means
) -> None:
    """The care coordinator reads whether data may be shared, before sharing them."""
    shares = make.question(means, at=now, name="delen", renewal=Renewal.ON_CHANGE)
    client = as_user(cast.care)
    no = '<span class="status error">'

    def may(pupil: Any) -> bool:
        page = plain(client, path_of(pupil))
        [cells] = [row for row in page.split("<tr>") if '<th scope="row">delen</th>' in row]
        return no not in cells

    assert not may(families.noor)
    say(families.mother, families.noor, shares, True, at=now)
    assert may(families.noor)
    say(families.father, families.noor, shares, False, at=now)
    assert not may(families.noor)
    # Mila is sixteen: she decides, and her mother no longer does.
    assert not may(families.mila)
    say(None, families.mila, shares, True, at=now)
    assert may(families.mila)


@pytest.mark.requirement("VOG-017", "OPO-055")
def test_moving_to_another_school_asks_consent_and_keeps_it(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    transfer = make.question(Means.TRANSFER, at=now, name="overdracht")
    say(families.mother, families.noor, transfer, True, at=now, way="paper", by=cast.director)
    families.noor.left_on = date(2026, 3, 10)
    families.noor.record(by=None, why="verhuisd")

    client = as_user(cast.director)
    assert "Ja, tot en met" in plain(client, path_of(families.noor, "?op=2026-03-09"))
    after = plain(client, path_of(families.noor, "?op=2026-03-10"))
    assert "Nee. De leerling is niet op deze school." in after
    # What was given is kept, with who, when and on which text.
    assert "overdracht: Mag dit?" in after
    assert "vastgelegd door Dirk Linde op 2 maart 2026" in after


@pytest.mark.requirement("KPO-014")
def test_publishing_is_asked_for_each_place_by_itself(families: Families, now: datetime) -> None:
    """Website, brochures, school guide and social media: each a question with its place."""
    guide = make.question(
        Means.SCHOOL_GUIDE, at=now, name="schoolgids", published_at="de schoolgids"
    )
    social = make.question(Means.SOCIAL_MEDIA, at=now, name="sociale media")
    say(families.mother, families.noor, guide, True, at=now)

    held = {
        each.question.name: each.ruling.is_yes
        for each in read_pupil_file(families.noor, on=date(2026, 3, 2)).held
    }

    assert held == {
        "website van de school": False,
        "klassenfoto": False,
        "schoolgids": True,
        social.name: False,
    }


def test_strangers_find_no_pupil(families: Families, cast: Cast, as_user: AsUser) -> None:
    parts = ["", "dossier.pdf", "toestemming.jsonld"]
    for user in (
        cast.eik_director,
        cast.teacher,
        cast.eik_teacher,
        cast.auditor,
        cast.administrator,
        cast.board_member,
    ):
        for part in parts:
            path = path_of(families.noor, part)
            assert as_user(user).get(path).status_code == 404, (user.email, path)
        assert as_user(user).get(f"/toestemmingen/leerling/{2**64}/").status_code == 404
    for user in (cast.director, cast.ibp, cast.fg):
        for part in parts:
            assert as_user(user).get(path_of(families.noor, part)).status_code == 200, part
    # The care coordinator reads, and takes nothing out.
    care = as_user(cast.care)
    assert [care.get(path_of(families.noor, part)).status_code for part in parts] == [200, 404, 404]


def test_a_pupil_is_found_by_part_of_a_name_or_by_number(
    families: Families, cast: Cast, as_user: AsUser
) -> None:
    def found(user: User, words: str) -> list[str]:
        answer = as_user(user).get("/toestemmingen/leerlingen/", {"zoek": words})
        assert answer.status_code == 200
        return [each.first_name for each in answer.context["page"]]

    assert found(cast.director, "viss noor") == ["Noor"]
    assert found(cast.director, "1003") == ["Mila"]
    assert found(cast.director, "") == ["Mila", "Daan", "Noor"]
    assert found(cast.director, "jansen") == []
    assert found(cast.director, "\x00") == ["Mila", "Daan", "Noor"]
    assert found(cast.eik_director, "") == ["Saar"]
    assert found(cast.ibp, "jansen") == ["Saar"]
    assert as_user(cast.teacher).get("/toestemmingen/leerlingen/").status_code == 404


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_pages_cost_the_same_with_more(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    client = as_user(cast.director)
    paths = ["/toestemmingen/leerlingen/", path_of(families.noor)]
    before = [cost(client, path) for path in paths]
    for number, means in enumerate((Means.PRESS, Means.PCL, Means.NEWSLETTER)):
        asked = make.question(means, at=now)
        people.pupil(cast.linde, f"Kind {number}")
        people.guardian(families.noor, first_name=f"Voogd {number}")
        for who in (families.mother, families.father):
            say(who, families.noor, asked, True, at=now)

    assert [cost(client, path) for path in paths] == before == [7, 12]
