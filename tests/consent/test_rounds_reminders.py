"""Who has not answered every question is reminded, once for each stage; and who is not reached."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from consent.actions import rounds as acts
from consent.actions.paper import hand_over_all
from consent.choices import Means
from consent.models import Invitation, Round
from consent.models.response import ClassFigures, class_figures, letter_figures
from consent.rules.rounds import stage_on
from consent.tasks import sweep_letters, sweep_paper, sweep_rounds, sweep_unreachable
from privacyboard.audit.acts import ActRefused
from privacyboard.documents.models import StoredDocument
from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Guardian
from tests.conftest import TODAY, Cast
from tests.consent.conftest import Families
from tests.consent.test_rounds import opened
from tests.factories import consent, people
from tests.mail.sink import UNKNOWN, Sink, running


def day(number: int, now: datetime) -> datetime:
    """So many days after the round was opened; it closes on day 39."""
    return now + timedelta(days=number)


def reminders() -> list[tuple[str, str]]:
    rows = OutboundLetter.objects.filter(letter="consent/round_reminder").order_by("key")
    return sorted((row.to, row.key.rpartition(":")[2]) for row in rows)


def answer_all(families: Families, who: Guardian, asked: Round, at: datetime) -> None:
    for child in (families.noor, families.daan):
        consent.say(who, child, families.website, True, at=at, in_round=asked)


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        (date(2026, 3, 10), None),
        (date(2026, 3, 11), 30),
        (date(2026, 4, 2), 30),
        (date(2026, 4, 3), 7),
        (date(2026, 4, 9), 1),
        (date(2026, 4, 10), 1),
        (date(2026, 4, 11), None),
    ],
)
def test_the_stage_of_a_day(on: date, stage: int | None) -> None:
    assert stage_on([30, 7, 1], closes_on=date(2026, 4, 10), on=on) == stage


def test_who_did_not_answer_everything_is_reminded_once_for_each_stage(
    cast: Cast, families: Families, now: datetime
) -> None:
    asked = opened(cast, families, now)
    sweep_letters(now)
    answer_all(families, families.father, asked, day(1, now))
    # One of two children: not everything.
    consent.say(families.mother, families.noor, families.website, True, at=now, in_round=asked)
    consent.say(None, families.mila, families.website, False, at=day(1, now), in_round=asked)

    sweep_rounds(day(8, now))
    assert reminders() == []
    sweep_rounds(day(9, now))
    sweep_rounds(day(10, now))
    assert reminders() == [("sanne@gezin.example", "30")]
    letter = OutboundLetter.objects.get(letter="consent/round_reminder")
    assert letter.subject == "Wilt u nog antwoorden? Het kan tot en met 10 april"
    assert "Nog niet alle vragen hebben een antwoord." in letter.text

    # The night of day 32 was missed: it heals the day after.
    sweep_rounds(day(33, now))
    assert reminders() == [("sanne@gezin.example", "30"), ("sanne@gezin.example", "7")]
    answer_all(families, families.mother, asked, day(34, now))
    sweep_rounds(day(38, now))
    assert len(reminders()) == 2


def test_a_question_of_another_school_is_not_waited_for(
    cast: Cast, families: Families, now: datetime
) -> None:
    only_eik = consent.question(Means.PRESS, at=now, schools=[cast.eik])
    asked = acts.make_round(
        plan=acts.RoundPlan(
            name="Ronde",
            schools=[cast.linde, cast.eik],
            questions=[families.website, only_eik],
            opens_on=TODAY,
            closes_on=date(2026, 4, 10),
            valid_until=date(2027, 4, 10),
            reminder_days=[7],
        ),
        by=cast.ibp,
        at=now,
    )
    acts.open_round(asked=asked, by=cast.ibp, at=now)
    sweep_letters(now)
    answer_all(families, families.mother, asked, now)
    consent.say(families.saar_mother, families.saar, families.website, True, at=now, in_round=asked)
    sweep_rounds(day(32, now))
    assert [to for to, _stage in reminders()] == [
        "bram@vader.example",
        "eva@gezin.example",
        "mila@leerling.example",
    ]


def test_who_was_asked_after_the_stage_is_not_reminded_of_it(
    cast: Cast, families: Families, now: datetime
) -> None:
    opened(cast, families, now, closes_on=date(2026, 3, 20), reminder_days=[30, 7])
    sweep_letters(now)
    sweep_rounds(day(1, now))
    assert reminders() == []
    sweep_rounds(day(11, now))
    assert len(reminders()) == 3


def test_nobody_is_reminded_of_a_round_that_ended(
    cast: Cast, families: Families, now: datetime
) -> None:
    asked = opened(cast, families, now)
    sweep_letters(now)
    acts.close_round(asked=asked, by=cast.ibp, at=day(2, now))
    sweep_rounds(day(10, now))
    assert reminders() == []


class TestNotReached:
    def test_a_refused_address_stops_mail_and_goes_on_paper(
        self, cast: Cast, families: Families, now: datetime, settings: Any
    ) -> None:
        opened(cast, families, now)
        sweep_letters(now)
        _deliver(settings, now, refuses="sanne@gezin.example")

        assert sweep_unreachable(day(1, now)) == 1
        assert sweep_unreachable(day(1, now)) == 0

        mother = Guardian.objects.get(pk=families.mother.pk)
        assert (mother.unreachable_since, mother.unreachable_why) == (day(1, now), "refused")
        assert list(Guardian.objects.out_of_reach()) == [mother]
        change = mother.history.first()
        assert change.history_change_reason == "de mailserver weigert dit adres"
        assert Invitation.objects.get(guardian=mother).on_paper_since == day(1, now)

        sweep_rounds(day(9, now))
        assert "sanne@gezin.example" not in [to for to, _stage in reminders()]

    def test_an_address_that_was_put_right_stays_right(
        self, cast: Cast, families: Families, now: datetime, settings: Any
    ) -> None:
        opened(cast, families, now)
        sweep_letters(now)
        _deliver(settings, now, refuses="sanne@gezin.example")
        families.mother.email = "nieuw@gezin.example"
        families.mother.record(by=None, why="nieuw adres")
        # The letter that was refused, and who is written to at the new address.
        assert sweep_unreachable(day(1, now)) == 2
        assert not Guardian.objects.out_of_reach().exists()

    def test_mail_that_came_back_and_a_complaint_say_why(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        opened(cast, families, now)
        sweep_letters(now)
        letters = OutboundLetter.objects
        letters.filter(to="sanne@gezin.example").update(state="bounced", last_error="5.1.1")
        letters.filter(to="bram@vader.example").update(state="bounced", last_error="complaint")
        letters.filter(to="mila@leerling.example").update(state="bounced", last_error="5.1.1")
        assert sweep_unreachable(now) == 3
        assert dict(
            Guardian.objects.out_of_reach().values_list("first_name", "unreachable_why")
        ) == {
            "Sanne": "bounced",
            "Bram": "complaint",
        }
        assert Invitation.objects.to_print().count() == 3

    def test_a_text_that_was_refused_says_nothing_about_the_address(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        opened(cast, families, now)
        sweep_letters(now)
        OutboundLetter.objects.filter(to="sanne@gezin.example").update(
            state="failed", last_error="SMTPDataError 554"
        )
        sweep_unreachable(now)
        assert not Guardian.objects.out_of_reach().exists()
        assert Invitation.objects.to_print().get().guardian == families.mother


class TestOnPaper:
    def test_one_file_for_a_school_in_the_order_of_its_classes(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        for who in (families.mother, families.mila_mother):
            who.email = ""
            who.record(by=None, why="geen adres")
        six = people.group(cast.linde, "6", level="6")
        child = people.pupil(cast.linde, "Pim", of=six, last_name="Zeeman")
        people.guardian(child, first_name="Zoë", last_name="Zeeman", email="")
        opened(cast, families, now)
        sweep_letters(now)

        assert sweep_paper(now) == 2
        assert sweep_paper(now) == 0

        document = StoredDocument.objects.get()
        assert (document.kind, document.school) == ("consent.letter", cast.linde)
        assert document.title == "Toestemming 2026: brieven op papier, De Linde"
        with document.file.open("rb") as stored:
            pdf = PdfReader(io.BytesIO(stored.read()))
        outline: list[Any] = list(pdf.outline)
        assert [(each.title, pdf.get_destination_page_number(each)) for each in outline] == [
            ("6", 0),
            ("7a", 2),  # on a sheet of its own
        ]
        first, _back, second, _its_back = (page.extract_text() for page in pdf.pages)
        assert "Beste Zoë Zeeman" in first
        assert "Pim (6)" in first
        assert "Beste Sanne Visser" in second
        assert "Noor (7a)" in second
        assert "Daan (7a)" in second
        assert "website van de school: Mag dit?" in second

    def test_handing_over_is_noted_once_and_not_before_it_was_printed(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        families.mother.email = ""
        families.mother.record(by=None, why="geen adres")
        opened(cast, families, now)
        sweep_letters(now)
        sweep_paper(now)
        document = StoredDocument.objects.get()
        for wrong in (date(2026, 3, 1), date(2026, 3, 4)):
            with pytest.raises(ActRefused):
                hand_over_all(document=document, handed_on=wrong, by=cast.director, at=day(1, now))
        handed: dict[str, Any] = {"document": document, "by": cast.director, "at": day(1, now)}
        assert hand_over_all(handed_on=date(2026, 3, 3), **handed) == 1
        with pytest.raises(ActRefused, match="al meegegeven"):
            hand_over_all(handed_on=date(2026, 3, 3), **handed)
        assert Invitation.objects.get(document=document).handed_on == date(2026, 3, 3)


class TestFigures:
    def test_per_class_with_those_not_yet_reached(
        self, cast: Cast, families: Families, now: datetime
    ) -> None:
        six = people.group(cast.linde, "6", level="6")
        pim = people.pupil(cast.linde, "Pim", of=six)
        parent = people.guardian(pim, first_name="Zoë", email="")
        asked = opened(cast, families, now, schools=[cast.linde, cast.eik])
        sweep_letters(now)
        linde = [cast.linde.pk]
        assert class_figures(asked, linde, on=TODAY) == [
            ClassFigures(cast.linde.pk, "6", 1, 0, 0, 1),
            ClassFigures(cast.linde.pk, "7a", 3, 0, 3, 0),
        ]
        consent.say(families.father, families.noor, families.website, False, at=now, in_round=asked)
        Invitation.objects.filter(guardian=parent).update(handed_on=TODAY)
        assert class_figures(asked, linde, on=TODAY) == [
            ClassFigures(cast.linde.pk, "6", 1, 0, 1, 0),
            ClassFigures(cast.linde.pk, "7a", 3, 1, 2, 0),
        ]
        assert class_figures(asked, [cast.eik.pk], on=TODAY) == [
            ClassFigures(cast.eik.pk, "5", 1, 0, 1, 0)
        ]

    def test_how_far_the_letters_are(self, cast: Cast, families: Families, now: datetime) -> None:
        families.father.email = ""
        families.father.record(by=None, why="geen adres")
        asked = opened(cast, families, now)
        sweep_letters(now)
        outbox.deliver_due(now)
        OutboundLetter.objects.filter(to="mila@leerling.example").update(state="failed")
        found = letter_figures(asked, [cast.linde.pk])
        assert (found.invited, found.on_paper, found.sent, found.failed, found.waiting) == (
            3,
            1,
            1,
            1,
            0,
        )


def _deliver(settings: Any, now: datetime, *, refuses: str) -> Sink:
    with running() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        sink.at_rcpt[refuses] = UNKNOWN
        outbox.deliver_due(now)
    return sink
