"""At eighteen parents have no part in it any more; the pupil is told once (BW 1:233, 1:245)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consent.actions.cleaning import clean_up_adults, clean_up_unconfirmed
from consent.actions.eighteen import tell_eighteen
from consent.actions.following import finish_clean_up
from consent.actions.new_links import ask_new_link, send_new_links
from consent.actions.rounds import invite_to_new_rounds
from consent.choices import Renewal
from consent.letters.links import family_token
from consent.models import CleanUp, ConsentPolicy, Invitation
from privacyboard.audit.acts import ActRefused
from privacyboard.clockwork.models import DigestLine, Reminder
from privacyboard.clockwork.reminders import kinds
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Pupil, School
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import people
from tests.factories.consent import round_of, say

pytestmark = pytest.mark.django_db
BORN = date(2008, 3, 10)
BEFORE, BIRTHDAY = date(2026, 3, 9), date(2026, 3, 10)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def tell(day: date) -> int:
    return tell_eighteen(at=moment(day))


def turning(school: School, first_name: str = "Ties", **values: Any) -> Pupil:
    values = {"born_on": BORN, "email": f"{first_name.lower()}@leerling.example", **values}
    return people.pupil(school, first_name, **values)


# --- what is told -----------------------------------------------------------------------------


def test_who_turns_eighteen_is_told_once_what_changes(families: Families, cast: Cast) -> None:
    ties = turning(cast.linde)
    people.guardian(ties, first_name="Vader")

    assert [tell(day) for day in (BEFORE, BIRTHDAY, BIRTHDAY)] == [0, 1, 0]
    assert tell(BIRTHDAY + timedelta(days=300)) == 0
    letter = OutboundLetter.objects.get()
    assert (letter.to, letter.subject) == ("ties@leerling.example", "Je bent nu 18")
    assert "Je ouders kunnen niet meer voor jou vragen of beslissen." in letter.text
    assert f"/toestemming/{family_token(ties, moment(BIRTHDAY))}/" in letter.text
    assert "/privacyverklaring/de-linde/" in letter.text
    row = Reminder.objects.get()
    assert (row.subject_type, row.subject_id, row.kind, row.stage) == (
        "organisation.pupil",
        str(ties.pk),
        "consent_eighteen",
        "20260310:0",
    )


def test_a_run_months_too_late_tells_it_still_and_years_too_late_does_not(
    families: Families, cast: Cast
) -> None:
    turning(cast.linde)
    turning(cast.linde, "Oud", born_on=date(2006, 3, 10))

    assert tell(date(2026, 12, 1)) == 1
    assert OutboundLetter.objects.get().to == "ties@leerling.example"


def test_where_no_mail_of_the_pupil_goes_the_school_is_asked_to_tell(
    families: Families, cast: Cast
) -> None:
    turning(cast.linde, email="")
    borrows = turning(cast.linde, "Leent", email="thuis@ouder.example")
    people.guardian(borrows, email="thuis@ouder.example")

    assert [tell(BIRTHDAY), tell(BIRTHDAY)] == [2, 0]
    assert not OutboundLetter.objects.exists()
    lines = DigestLine.objects.filter(user=cast.director)
    assert {line.sentence for line in lines} == {
        "Een leerling is 18 geworden en heeft geen eigen e-mailadres. Vertel dat de ouders niet "
        "meer voor de leerling beslissen."
    }
    assert lines.count() == 2
    assert Reminder.objects.filter(kind="consent_eighteen").count() == 2


def test_who_left_and_who_has_a_curator_is_not_told(families: Families, cast: Cast) -> None:
    turning(cast.linde, left_on=BIRTHDAY)
    turning(cast.linde, "Beschermd", has_curator=True)

    assert tell(BIRTHDAY) == 0


def test_telling_costs_one_query_when_nobody_turned_eighteen(
    families: Families, cast: Cast
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert tell(BEFORE) == 0
        return len(seen)

    before = cost()
    for number in range(3):
        turning(cast.linde, f"Zeventien {number}")
    assert (before, cost()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_five_workers_tell_each_once(append_only_lifted: None, cast: Cast) -> None:
    for number in range(12):
        turning(cast.linde, f"Kind{number}")

    def work(_number: int) -> int:
        try:
            return tell(BIRTHDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as workers:
        made = sum(workers.map(work, range(5)))
    assert made + tell(BIRTHDAY) == 12
    assert OutboundLetter.objects.count() == 12
    assert Reminder.objects.count() == 12


# --- what was published on the word of the parents --------------------------------------------


def test_what_stands_on_a_yes_of_the_parents_alone_is_taken_away_once(
    families: Families, cast: Cast
) -> None:
    ConsentPolicy(reconfirm_days=2000).record(by=None, why="heel lang")
    for question in (families.website, families.class_photo):
        question.renewal = Renewal.ON_CHANGE
        question.record(by=None, why="blijft gelden")
    silent, spoke = turning(cast.linde), turning(cast.linde, "Sprak")
    for child in (silent, spoke):
        parent = people.guardian(child, first_name=f"Ouder van {child.first_name}")
        for question in (families.website, families.class_photo):
            say(parent, child, question, True, at=moment(date(2023, 9, 10)))
    say(None, spoke, families.website, True, at=moment(date(2026, 1, 10)))

    def made(day: date) -> int:
        at = moment(day)
        return clean_up_unconfirmed(at=at) + clean_up_adults(at=at)

    assert [made(day) for day in (BEFORE, BIRTHDAY, BIRTHDAY)] == [0, 1, 0]
    task = CleanUp.objects.get()
    assert (task.pupil, task.question, task.why) == (silent, families.website, "eighteen")
    finish_clean_up(task=task, done_on=BIRTHDAY, note="weg", by=None, at=moment(BIRTHDAY))
    assert made(date(2026, 11, 1)) == 0


# --- what parents can no longer do ------------------------------------------------------------


def test_a_parent_of_an_adult_is_not_asked_sees_nothing_and_cannot_answer(
    families: Families, cast: Cast, client: Client, now: datetime
) -> None:
    ties = turning(cast.linde, born_on=date(2008, 3, 1))
    parent = people.guardian(ties, first_name="Vader", email="vader@thuis.example")
    asked = round_of(families.website, school=cast.linde)
    invite_to_new_rounds(by=None, at=now)

    assert not Invitation.objects.filter(round=asked, guardian=parent).exists()
    assert Invitation.objects.filter(round=asked, pupil=ties).exists()
    page = client.get(f"/toestemming/{family_token(parent, now)}/")
    assert page.status_code in (200, 410)
    assert "Ties" not in page.content.decode()
    with pytest.raises(ActRefused):
        say(parent, ties, families.website, True, at=now)
    ask_new_link(email="vader@thuis.example", language="nl", network="10.0.0.1", by=None, at=now)
    send_new_links(by=None, at=now)
    [letter] = OutboundLetter.objects.filter(to="vader@thuis.example")
    assert "Ties" not in letter.text


def test_on_the_morning_the_school_hears_of_who_is_still_there(
    families: Families, cast: Cast
) -> None:
    ties, gone = turning(cast.linde, email=""), turning(cast.linde, "Weg", email="")
    tell(BIRTHDAY)
    gone.left_on = BIRTHDAY
    gone.record(by=None, why="verhuisd")
    lines = list(DigestLine.objects.filter(user=cast.director))

    found = kinds()["consent_eighteen"].said(lines, BIRTHDAY + timedelta(days=1))
    paths = [path for _sentence, path, _people in found.values()]
    assert paths == [f"/toestemmingen/leerling/{ties.pk}/"]
