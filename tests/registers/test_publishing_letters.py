"""A material change: a letter per school, its director is told, and records that it was sent."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from privacyboard.clockwork import sweeps
from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User
from registers import actions
from registers.models import ParentNotice, PublishedStatement
from registers.worklist import items_for
from tests.conftest import TODAY, Cast, make_person
from tests.factories import registers as make
from tests.registers.test_views import DESK, read

LATER = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
CHANGE = "Wij geven de school van uw kind voortaan door aan de gemeente."
SignIn = Callable[[User], Client]


def _publish(cast: Cast, at: datetime, **given: object) -> PublishedStatement:
    return actions.publish_statement(
        by=cast.ibp,
        at=at,
        **{"school": None, "material_change": CHANGE, **given},  # type: ignore[arg-type]
    )


def _schools() -> list[str]:
    return sorted(ParentNotice.objects.values_list("school__slug", flat=True))


def test_the_board_writes_to_every_school_that_has_no_statement_of_its_own(
    cast: Cast, now: datetime
) -> None:
    make.established(at=now)
    _publish(cast, now)
    assert _schools() == ["de-eik", "de-linde"]


def test_a_school_with_its_own_statement_is_left_to_its_own(cast: Cast, now: datetime) -> None:
    make.established(at=now)
    make.published(now, school=cast.linde)
    _publish(cast, now)
    assert _schools() == ["de-eik"]


def test_a_school_writes_to_its_own_parents_only(cast: Cast, now: datetime) -> None:
    make.established(at=now)
    _publish(cast, now, school=cast.linde)
    assert _schools() == ["de-linde"]


def test_what_is_not_material_asks_no_letter(cast: Cast, now: datetime) -> None:
    make.established(at=now)
    _publish(cast, now, material_change="  ")
    assert not ParentNotice.objects.exists()


def test_publishing_twice_makes_one_statement_and_one_letter_per_school(
    cast: Cast, now: datetime
) -> None:
    make.established(at=now)
    first = _publish(cast, now)
    assert _publish(cast, now) == first
    assert _schools() == ["de-eik", "de-linde"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"audience": "pupils"}, "Een brief aan ouders hoort bij de Nederlandse verklaring"),
        ({"language": "en"}, "Een brief aan ouders hoort bij de Nederlandse verklaring"),
        ({"audience": "pupils", "language": "en"}, "Voor deze lezers is er geen verklaring"),
    ],
)
def test_a_letter_goes_with_the_dutch_statement_for_parents_only(
    cast: Cast, now: datetime, given: dict[str, str], sentence: str
) -> None:
    make.established(at=now)
    with pytest.raises(actions.EditionRefused, match=sentence):
        _publish(cast, now, **given)
    assert not PublishedStatement.objects.exists()


def test_the_worker_makes_each_letter_once_and_tells_the_directors(
    cast: Cast, now: datetime
) -> None:
    make_person("Dora Duo", Role.DIRECTOR, cast.linde)
    make.established(at=now)
    _publish(cast, now, school=cast.linde)
    assert sweeps.run(name="parent_letters", at=LATER) == 1
    assert sweeps.run(name="parent_letters", at=LATER) == 0
    notice = ParentNotice.objects.get()
    assert notice.letter is not None
    assert notice.letter.file_name == "brief-aan-ouders-de-linde-1.pdf"
    assert (notice.letter.school, notice.sent_on) == (cast.linde, None)
    told = OutboundLetter.objects.order_by("to").values_list("to", "subject", "school__slug")
    subject = "De brief aan ouders van De Linde ligt klaar"
    assert list(told) == [
        ("dirk@deproef.example", subject, "de-linde"),
        ("dora@deproef.example", subject, "de-linde"),
    ]
    outbox.deliver_due(LATER)
    [body] = [str(each.body) for each in mail.outbox if each.to == ["dirk@deproef.example"]]
    assert body.startswith("Beste Dirk,")
    assert CHANGE in body
    assert f"/register/privacyverklaring/brieven/{notice.pk}/" in body


@pytest.mark.requirement("OPO-059")
def test_the_letter_tells_parents_in_plain_words_what_changes_and_where_to_read(
    cast: Cast, now: datetime
) -> None:
    make.established("V01", at=now)
    make.published(now)
    make.established("V02", at=LATER)
    _publish(cast, LATER)
    actions.make_parent_letters(by=None, at=LATER)
    notice = ParentNotice.objects.get(school=cast.linde)
    assert notice.letter is not None
    reader = PdfReader(io.BytesIO(notice.letter.file.read()))
    assert reader.metadata is not None
    assert reader.metadata.title == "Onze privacyverklaring is veranderd"
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    words = words.replace("\u2010 ", "")
    for expected in (
        "9 maart 2026",
        "Beste ouders en verzorgers,",
        "De Linde is een school van Stichting De Proef.",
        CHANGE,
        "Nieuw: Verwerking V02.",
        "http://127.0.0.1:8000/privacyverklaring/",
        "de-linde@deproef.example",
        "fg@deproef.example",
        "de directie van De Linde",
    ):
        assert expected in words


def _notice(cast: Cast, now: datetime) -> ParentNotice:
    make.established(at=now)
    return make.notice(
        make.published(now, school=cast.linde, material_change=CHANGE), cast.linde, at=now
    )


def test_the_worklist_of_the_director_asks_to_send_it_until_it_is_sent(
    cast: Cast, now: datetime
) -> None:
    notice = _notice(cast, now)
    sentence = "Stuur de brief aan ouders over de nieuwe privacyverklaring (De Linde)."
    asked = {
        user.first_name: [item.url for item in items_for(user, TODAY) if item.sentence == sentence]
        for user in cast.everybody()
    }
    url = f"/register/privacyverklaring/brieven/{notice.pk}/"
    assert {name: urls for name, urls in asked.items() if urls} == {"Dirk": [url]}
    actions.note_parent_letter_sent(
        notice=notice, sent_on=TODAY, way="Ouderapp", by=cast.director, at=now
    )
    assert sentence not in [item.sentence for item in items_for(cast.director, TODAY)]


def test_a_letter_that_is_not_made_yet_asks_nobody_anything(cast: Cast, now: datetime) -> None:
    make.established(at=now)
    _publish(cast, now)
    assert [item for item in items_for(cast.director, TODAY) if "brief" in item.sentence] == []


def test_when_and_how_it_was_sent_is_recorded_once(cast: Cast, now: datetime) -> None:
    notice = _notice(cast, now)
    actions.note_parent_letter_sent(
        notice=notice, sent_on=TODAY, way=" In de ouderapp. ", by=cast.director, at=now
    )
    notice.refresh_from_db()
    assert (notice.sent_on, notice.way, notice.noted_by) == (
        TODAY,
        "In de ouderapp.",
        cast.director,
    )
    with pytest.raises(actions.NoticeRefused, match="Er staat al dat de brief op 02-03-2026"):
        actions.note_parent_letter_sent(
            notice=notice, sent_on=TODAY, way="Op papier", by=cast.director, at=now
        )


@pytest.mark.parametrize(
    ("sent_on", "way", "sentence"),
    [
        (TODAY - timedelta(days=1), "Ouderapp", "Kies een dag vanaf 02-03-2026"),
        (TODAY + timedelta(days=1), "Ouderapp", "niet in de toekomst"),
        (TODAY, "  ", "Schrijf op hoe de brief is verstuurd"),
    ],
)
def test_what_cannot_be_is_refused(
    cast: Cast, now: datetime, sent_on: date, way: str, sentence: str
) -> None:
    notice = _notice(cast, now)
    with pytest.raises(actions.NoticeRefused, match=sentence):
        actions.note_parent_letter_sent(
            notice=notice, sent_on=sent_on, way=way, by=cast.director, at=now
        )
    notice.refresh_from_db()
    assert notice.sent_on is None


def test_a_letter_that_is_not_made_cannot_have_been_sent(cast: Cast, now: datetime) -> None:
    make.established(at=now)
    _publish(cast, now)
    with pytest.raises(actions.NoticeRefused, match="wordt nog gemaakt"):
        actions.note_parent_letter_sent(
            notice=ParentNotice.objects.first(),  # type: ignore[arg-type]
            sent_on=TODAY,
            way="Ouderapp",
            by=cast.director,
            at=now,
        )


# --- the page -------------------------------------------------------------------------------


def _address(notice: ParentNotice) -> str:
    return f"{DESK}brieven/{notice.pk}/"


def test_the_page_of_a_letter_is_for_who_reads_the_register_of_that_school(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    address = _address(_notice(cast, now))
    codes = [as_user(user).get(address).status_code for user in cast.everybody()]
    # FG, IBP, board, director, care, teacher, auditor, administrator, and two of another school.
    assert codes == [200, 200, 200, 200, 404, 404, 200, 404, 404, 404]


def test_the_director_records_on_the_page_that_it_was_sent(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    notice = _notice(cast, datetime.now(UTC))
    client = as_user(cast.director)
    page = client.get(_address(notice)).content.decode()
    assert CHANGE in read(page)
    assert f'href="/document/{notice.letter_id}/"' in page
    # Between eleven at night and midnight UTC it is the next day here.
    today = f"{timezone.localdate():%Y-%m-%d}"
    answer = client.post(_address(notice), {"sent_on": today, "way": "Ouderapp"}, follow=True)
    words = read(answer.content.decode())
    assert "Vastgelegd. De ouders zijn op de hoogte." in words
    assert "(Ouderapp). Vastgelegd door Dirk Linde." in words
    assert "Verstuurd?" not in words


def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    notice = _notice(cast, now)
    client = as_user(cast.director)
    for typed in ("2020-01-01", "ooit", ""):
        answer = client.post(_address(notice), {"sent_on": typed, "way": "In de ouderapp"})
        assert answer.status_code == 200
        assert 'value="In de ouderapp"' in answer.content.decode()
    notice.refresh_from_db()
    assert notice.sent_on is None


@pytest.mark.parametrize("who", ["fg", "auditor", "board_member", "eik_director", "teacher"])
def test_who_does_not_speak_for_the_school_cannot_record_it(
    cast: Cast, now: datetime, as_user: SignIn, who: str
) -> None:
    notice = _notice(cast, now)
    answer = as_user(getattr(cast, who)).post(
        _address(notice), {"sent_on": "2026-03-02", "way": "Ouderapp"}
    )
    assert answer.status_code == 404
    notice.refresh_from_db()
    assert notice.sent_on is None


def test_publishing_asks_what_changes_for_parents_and_says_that_letters_follow(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    make.established("V01", at=now)
    client = as_user(cast.ibp)
    address = f"{DESK}bestuur/publiceren/"
    question = "Verandert er iets wezenlijks voor ouders?"
    assert question not in read(client.get(address).content.decode())  # nothing can change yet
    make.published(now)
    assert question in read(client.get(address).content.decode())
    same = client.post(address, {"material_change": CHANGE}, follow=True)
    assert "dus er gaat geen brief naar ouders" in read(same.content.decode())
    make.established("V02", at=LATER)
    answer = client.post(address, {"material_change": CHANGE}, follow=True)
    assert "De brieven aan ouders worden gemaakt." in read(answer.content.decode())
    assert _schools() == ["de-eik", "de-linde"]
