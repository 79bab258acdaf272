"""At sixteen the pupil decides: asked once, without anybody having to remember."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from consent.actions.cleaning import clean_up_after_leaving, clean_up_unconfirmed
from consent.actions.following import finish_clean_up
from consent.actions.new_links import ask_new_link, send_new_links
from consent.actions.paper import print_invitations
from consent.actions.sixteen import ask_sixteen
from consent.choices import Outcome
from consent.models import CleanUp, ConsentPolicy, Invitation, LanguageRelease
from consent.models.holding import rulings_on
from consent.rules.sixteen import born_between, born_by
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Pupil, School, User
from privacyboard.organisation.rules import birthday_of
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import people
from tests.factories.consent import say

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def moment(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def turning(school: School, born_on: date, **values: Any) -> Pupil:
    values = {"email": "", **values}
    return people.pupil(school, values.pop("first_name", "Vera"), born_on=born_on, **values)


def pages_of(invitation: Invitation) -> list[str]:
    """The pages with words on them: each letter begins on a sheet of its own."""
    assert invitation.document is not None
    with invitation.document.file.open("rb") as kept:
        pages = PdfReader(io.BytesIO(kept.read())).pages
        texts = [" ".join(page.extract_text().split()) for page in pages]
        return [text for text in texts if text]


def asked() -> set[str]:
    rows = Invitation.objects.filter(because="sixteen")
    return set(rows.values_list("pupil__first_name", flat=True))


@pytest.mark.requirement("KPO-004")
def test_on_the_birthday_the_pupil_is_asked_by_mail_once(families: Families, cast: Cast) -> None:
    vera = turning(cast.linde, date(2010, 3, 3), email="vera@leerling.example")
    mother = people.guardian(vera, first_name="Moeder")
    say(mother, vera, families.website, True, at=moment(date(2026, 3, 2)))
    day_before, birthday = moment(date(2026, 3, 2), 22), moment(date(2026, 3, 3), 0)

    ask_sixteen(at=day_before)
    assert "Vera" not in asked()

    assert ask_sixteen(at=birthday) == 1
    assert ask_sixteen(at=birthday + timedelta(hours=1)) == 0

    invitation = Invitation.objects.get(pupil=vera)
    assert (invitation.because, invitation.queued_at, invitation.document) == (
        "sixteen",
        birthday,
        None,
    )
    [letter] = OutboundLetter.objects.filter(to="vera@leerling.example")
    assert letter.subject == "Vanaf nu beslis jij zelf"
    assert "Je ouders beslissen dat niet meer." in letter.text
    assert "/toestemming/" in letter.text
    ruling = rulings_on([vera], [families.website], on=date(2026, 3, 3))[vera.pk]
    assert ruling[families.website.pk].outcome == Outcome.TO_RECONFIRM


def test_without_an_address_the_school_hands_over_a_letter(
    families: Families, cast: Cast, as_user: AsUser
) -> None:
    vera = turning(cast.linde, date(2010, 3, 3))
    people.place(vera, families.group)
    ask_sixteen(at=moment(date(2026, 3, 3)))
    assert print_invitations(at=moment(date(2026, 3, 3))) == 1

    invitation = Invitation.objects.get(pupil=vera)
    assert (invitation.queued_at, invitation.handed_on) == (None, None)
    assert invitation.document is not None
    assert invitation.document.title == "Zestien jaar: brieven op papier, De Linde"
    [page] = pages_of(invitation)
    for words in (
        "Vanaf nu beslis jij zelf",
        "7a",
        "Beste Vera Visser,",
        "Je ouders beslissen dat niet meer.",
        "Lever deze brief in bij de school.",
        "website van de school: Mag dit?",
        "klassenfoto: Mag dit?",
    ):
        assert words in page, words
    assert "Vera" not in invitation.document.title + invitation.document.file_name
    path = f"/document/{invitation.document.pk}/"
    assert as_user(cast.director).get(path).status_code == 200
    for user in (cast.eik_director, cast.teacher, cast.administrator, cast.auditor):
        assert as_user(user).get(path).status_code in (403, 404), user.email


def test_whose_mail_came_back_gets_the_letter_on_paper_once(families: Families, cast: Cast) -> None:
    vera = turning(cast.linde, date(2010, 3, 3), email="vera@leerling.example")
    ask_sixteen(at=moment(date(2026, 3, 3)))
    returned = moment(date(2026, 3, 4))
    Invitation.objects.filter(pupil=vera).update(on_paper_since=returned)

    assert ask_sixteen(at=returned) == 0
    assert print_invitations(at=returned) == 1
    assert print_invitations(at=returned + timedelta(hours=1)) == 0

    invitation = Invitation.objects.get(pupil=vera)
    assert invitation.on_paper_since == returned
    assert invitation.document is not None
    assert OutboundLetter.objects.filter(to="vera@leerling.example").count() == 1


def test_the_letters_of_a_school_are_one_file_each_in_the_own_language(
    families: Families, cast: Cast
) -> None:
    six = people.group(cast.linde, "6", level="6")
    for name, group, language in (("Vera", families.group, "en"), ("Adam", six, "tr")):
        child = turning(cast.linde, date(2010, 3, 3), first_name=name, language=language)
        people.place(child, group)
    wrong = turning(cast.linde, date(2010, 3, 3), first_name="Zonder", email="geen adres")
    ask_sixteen(at=moment(date(2026, 3, 3)))

    assert print_invitations(at=moment(date(2026, 3, 3))) == 3

    letters = Invitation.objects.filter(because="sixteen", document__isnull=False)
    assert len({each.document_id for each in letters}) == 1
    texts = pages_of(letters[0])
    # In the order of the classes; Turkish is not switched on, so that is Dutch.
    assert ["Zonder" in texts[0], "Adam" in texts[1], "Vera" in texts[2]] == [True] * 3
    assert "Vanaf nu beslis jij zelf" in texts[1]
    assert "From now on you decide" in texts[2]
    assert "website van de school: Is this allowed?" in texts[2]
    assert Invitation.objects.get(pupil=wrong).queued_at is None


@pytest.mark.requirement("KPO-004")
@pytest.mark.parametrize("part", ["email", "other_emails"])
def test_an_address_of_a_parent_is_none_of_the_pupil(
    families: Families, cast: Cast, part: str
) -> None:
    """Schools write the mother's address at the child: she would decide in the child's place."""
    at = moment(date(2026, 3, 3))
    vera = turning(cast.linde, date(2010, 3, 3), email="Moeder@gezin.example")
    address = "moeder@gezin.example"
    mother = people.guardian(
        vera,
        first_name="Moeder",
        **({"email": address} if part == "email" else {"email": "x@y.example", part: [address]}),
    )
    say(mother, vera, families.website, True, at=moment(date(2026, 3, 2)))
    ask_sixteen(at=at)
    ask_new_link(email="moeder@gezin.example", language="nl", network="x", by=None, at=at)
    send_new_links(by=None, at=at)

    assert Invitation.objects.get(pupil=vera).on_paper_since == at
    texts = [each.text for each in OutboundLetter.objects.filter(to__iexact=address)]
    # The mother gets a link of her own, and none of her child.
    assert len(texts) == 1
    assert texts[0].count("/toestemming/") == 1
    assert "Moeder Visser" in texts[0]


def test_who_is_not_asked(families: Families, cast: Cast) -> None:
    birthday = date(2010, 3, 1)
    turning(cast.linde, birthday, first_name="Curatele", has_curator=True)
    turning(cast.linde, birthday, first_name="Vertrokken", left_on=date(2026, 3, 1))
    turning(cast.linde, birthday, first_name="Blijft", left_on=date(2026, 8, 1))
    turning(cast.linde, date(2009, 1, 1), first_name="Zeventien")
    said = turning(cast.linde, birthday, first_name="Antwoordde")
    say(None, said, families.website, False, at=moment(date(2026, 3, 2)))

    ask_sixteen(at=moment(date(2026, 3, 2)))

    # Mila of the standing families turned sixteen in January.
    assert asked() == {"Blijft", "Mila"}


def test_nothing_is_asked_where_no_question_is(families: Families, cast: Cast) -> None:
    for question in (families.website, families.class_photo):
        question.all_schools = False
        question.record(by=None, why="proef")
        question.schools.set([cast.eik])
    turning(cast.eik, date(2010, 3, 1), first_name="Eikel")

    ask_sixteen(at=moment(date(2026, 3, 2)))

    assert asked() == {"Eikel"}


def test_a_run_that_comes_late_heals_up_to_a_year(families: Families, cast: Cast) -> None:
    turning(cast.linde, date(2010, 3, 3), first_name="Lang")

    ask_sixteen(at=moment(date(2027, 2, 20)))

    assert asked() == {"Lang"}


@pytest.mark.django_db(transaction=True)
def test_whom_somebody_is_busy_with_keeps_no_other_waiting(
    append_only_lifted: None, families: Families, cast: Cast
) -> None:
    """A large file that is read in holds its pupils for as long as that takes."""
    names = ("Een", "Twee", "Drie")
    first, *_others = [turning(cast.linde, date(2010, 3, 3), first_name=each) for each in names]
    at, other = moment(date(2026, 3, 3)), connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM organisation_pupil WHERE id = %s FOR UPDATE", [first.pk])
        with connection.cursor() as cursor:
            # Who waits after all is told so, and does not wait for ever.
            cursor.execute("SET lock_timeout = '1s'")
        ask_sixteen(at=at)
    finally:
        other.close()
        connection.close()
    assert asked() & {*names} == {"Twee", "Drie"}
    assert ask_sixteen(at=at) == 1
    assert asked() & {*names} == {*names}


def test_a_language_that_is_not_released_is_written_in_dutch(
    families: Families, cast: Cast
) -> None:
    turning(cast.linde, date(2010, 3, 3), email="een@leerling.example", language="tr")
    ask_sixteen(at=moment(date(2026, 3, 3)))
    assert OutboundLetter.objects.get(to="een@leerling.example").language == "nl"

    release = LanguageRelease(
        language="tr", is_on=True, checked_by="Ayşe", checked_on=date(2026, 3, 1)
    )
    release.record(by=None, why="nagekeken")
    turning(cast.linde, date(2010, 3, 4), email="twee@leerling.example", language="tr")
    ask_sixteen(at=moment(date(2026, 3, 4)))
    assert OutboundLetter.objects.get(to="twee@leerling.example").language == "tr"


@pytest.mark.parametrize(
    ("day", "born"),
    [
        (date(2026, 3, 2), date(2010, 3, 2)),
        (date(2028, 2, 28), date(2012, 2, 28)),
        (date(2028, 2, 29), date(2012, 2, 29)),
        # 2100 is no leap year: who was born on 29 February 2084 is sixteen on 1 March.
        (date(2100, 2, 28), date(2084, 2, 28)),
        (date(2100, 3, 1), date(2084, 3, 1)),
        (date(2116, 2, 29), date(2100, 2, 28)),
    ],
)
def test_the_last_birth_date_of_who_is_sixteen(day: date, born: date) -> None:
    assert born_by(day) == born
    assert birthday_of(born, 16) <= day < birthday_of(born + timedelta(days=1), 16)
    assert born_between(day)[1] == born


def test_it_costs_as_much_as_is_due_and_not_as_there_are(families: Families, cast: Cast) -> None:
    ask_sixteen(at=moment(date(2026, 3, 2)))

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            ask_sixteen(at=moment(date(2026, 3, 2)))
        return len(seen)

    before = cost()
    for number in range(3):
        turning(cast.linde, date(2011, 1, 1 + number), first_name=f"Vijftien {number}")
    assert (before, cost()) == (2, 2)


def test_what_stands_on_a_yes_of_the_parents_goes_when_it_was_not_confirmed(
    families: Families, cast: Cast
) -> None:
    """The board gives sixty days; the pupil says nothing."""
    vera = turning(cast.linde, date(2010, 3, 3))
    quiet = turning(cast.linde, date(2010, 3, 3), first_name="Stil")
    confirms = turning(cast.linde, date(2010, 3, 3), first_name="Zegt ja")
    for child in (vera, confirms):
        mother = people.guardian(child, first_name=f"Moeder van {child.first_name}")
        for question in (families.website, families.class_photo):
            say(mother, child, question, True, at=moment(date(2026, 2, 1)))
    say(None, confirms, families.website, True, at=moment(date(2026, 4, 1)))
    assert quiet.pk

    # 3 March and sixty days: up to and including 2 May it may stay.
    assert clean_up_unconfirmed(at=moment(date(2026, 5, 2))) == 0
    assert clean_up_unconfirmed(at=moment(date(2026, 5, 3))) == 1
    assert clean_up_unconfirmed(at=moment(date(2026, 5, 3))) == 0

    task = CleanUp.objects.get()
    # Only where something is published: no class photo hangs on a website.
    assert (task.pupil, task.question, task.why) == (vera, families.website, "reconfirm")
    assert (task.since, task.due_on) == (date(2026, 5, 3), date(2026, 5, 17))
    finish_clean_up(
        task=task, done_on=date(2026, 5, 4), note="weg", by=None, at=moment(date(2026, 5, 4))
    )
    assert clean_up_unconfirmed(at=moment(date(2026, 5, 5))) == 0


def test_the_board_decides_how_long_and_a_late_run_heals(families: Families, cast: Cast) -> None:
    ConsentPolicy(reconfirm_days=0).record(by=None, why="streng")
    vera = turning(cast.linde, date(2010, 3, 3))
    mother = people.guardian(vera, first_name="Moeder")
    say(mother, vera, families.website, True, at=moment(date(2026, 3, 1)))

    assert clean_up_unconfirmed(at=moment(date(2026, 12, 3))) == 1


def test_leaving_ends_it_all_and_asks_once_to_take_away(families: Families) -> None:
    noor = families.noor
    for question in (families.website, families.class_photo):
        say(families.mother, noor, question, True, at=moment(date(2026, 2, 2)))
    say(families.mother, families.daan, families.website, False, at=moment(date(2026, 2, 2)))
    for child in (noor, families.daan):
        child.left_on = date(2026, 3, 1)
        child.record(by=None, why="verhuisd")

    assert clean_up_after_leaving(at=moment(date(2026, 2, 28))) == 0
    assert clean_up_after_leaving(at=moment(date(2026, 3, 1))) == 1
    assert clean_up_after_leaving(at=moment(date(2026, 3, 2))) == 0

    task = CleanUp.objects.get()
    assert (task.pupil, task.question, task.why) == (noor, families.website, "left")
    assert task.due_on == date(2026, 3, 15)
    ruling = rulings_on([noor], [families.website], on=date(2026, 3, 1))[noor.pk]
    assert ruling[families.website.pk].outcome == Outcome.LEFT
    finish_clean_up(
        task=task, done_on=date(2026, 3, 2), note="weg", by=None, at=moment(date(2026, 3, 2))
    )
    assert clean_up_after_leaving(at=moment(date(2026, 9, 1))) == 0


def test_what_was_withdrawn_and_taken_away_before_leaving_is_not_asked_again(
    families: Families, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.mother, families.noor, families.website, False, at=now + timedelta(days=1))
    task = CleanUp.objects.get()
    finish_clean_up(
        task=task, done_on=date(2026, 3, 3), note="weg", by=None, at=now + timedelta(days=1)
    )
    families.noor.left_on = date(2026, 3, 5)
    families.noor.record(by=None, why="verhuisd")

    assert clean_up_after_leaving(at=moment(date(2026, 3, 6))) == 0
