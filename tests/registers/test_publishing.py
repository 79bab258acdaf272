"""Publishing the privacy statement: what it rests on, when it is refused, how it counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registers import actions, letters
from registers.choices import DocumentKind
from registers.models import ProcessingActivity, PublishedStatement
from tests.conftest import Cast
from tests.factories import registers as make

LATER = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def _change(activity: ProcessingActivity, cast: Cast, at: datetime, name: str) -> None:
    """A next version of the activity, under another name."""
    actions.revise(activity=activity, reason="Andere naam.", by=cast.ibp, at=at)
    activity.refresh_from_db()
    activity.name = name
    activity.record(by=cast.ibp, why="bijgewerkt")
    make.establish(activity, at=at)


def _codes(statement: PublishedStatement) -> list[str]:
    return [
        process["code"]
        for chapter in statement.content["chapters"]
        for process in chapter["processes"]
    ]


def test_the_statement_is_kept_with_its_hash_its_pdf_and_its_publisher(
    cast: Cast, now: datetime
) -> None:
    make.established(at=now)
    made = actions.publish_statement(school=None, by=cast.board_member, at=now)
    made.refresh_from_db()
    assert (made.school, made.number, made.ended_at) == (None, 1, None)
    assert (made.published_by, made.published_at) == (cast.board_member, now)
    assert made.content["board"]["name"] == "Stichting De Proef"
    assert (made.pdf.title, made.pdf.file_name, made.pdf.media_type, made.pdf.kind) == (
        "Privacyverklaring bestuur, versie 1",
        "privacyverklaring-bestuur-1.pdf",
        "application/pdf",
        DocumentKind.STATEMENT,
    )
    assert (made.pdf.stored_by, made.pdf.stored_at) == (cast.board_member, now)
    assert made.pdf.file.read(5) == b"%PDF-"


@pytest.mark.requirement("VOG-005")
def test_nothing_is_published_while_the_statement_cannot_say_what_the_law_asks(
    cast: Cast, now: datetime
) -> None:
    make.established(at=now)
    cast.board.fg_email = ""
    cast.board.record(by=None, why="proef")
    with pytest.raises(actions.NotComplete) as refusal:
        actions.publish_statement(school=None, by=cast.ibp, at=now)
    assert [(gap.article, gap.sentence) for gap in refusal.value.gaps] == [
        ("AVG 13 lid 1 b", "Vul het e-mailadres van de FG in.")
    ]
    assert not PublishedStatement.objects.exists()


def test_an_empty_register_publishes_nothing(cast: Cast, now: datetime) -> None:
    make.activity()  # a concept is no ground for a statement
    with pytest.raises(actions.NotComplete, match="nog geen vastgestelde verwerking"):
        actions.publish_statement(school=None, by=cast.ibp, at=now)


def test_the_same_content_is_not_published_again_also_on_another_day(
    cast: Cast, now: datetime
) -> None:
    make.established(at=now)
    first = actions.publish_statement(school=None, by=cast.ibp, at=now)
    again = actions.publish_statement(
        school=None, by=cast.board_member, at=now + timedelta(days=40)
    )
    assert again == first
    assert PublishedStatement.objects.get().published_by == cast.ibp


def test_other_content_is_the_next_number_and_ends_the_former(cast: Cast, now: datetime) -> None:
    activity = make.established(at=now)
    actions.publish_statement(school=None, by=cast.ibp, at=now)
    _change(activity, cast, LATER, "Leerlingvolgsysteem")
    actions.publish_statement(school=None, by=cast.ibp, at=LATER)
    assert list(PublishedStatement.objects.values_list("number", "ended_at")) == [
        (2, None),
        (1, LATER),
    ]


def test_the_statement_rests_on_the_version_in_force_not_on_what_is_being_written(
    cast: Cast, now: datetime
) -> None:
    activity = make.established(at=now)
    actions.revise(activity=activity, reason="Andere naam.", by=cast.ibp, at=now)
    activity.refresh_from_db()
    activity.name = "Nog niet besloten"
    activity.record(by=cast.ibp, why="bijgewerkt")
    made = actions.publish_statement(school=None, by=cast.ibp, at=now)
    assert made.content["chapters"][0]["processes"][0]["name"] == "Verwerking V01"


def test_an_expired_activity_leaves_the_next_statement(cast: Cast, now: datetime) -> None:
    make.established("V01", at=now)
    gone = make.established("V02", at=now)
    actions.expire(activity=gone, reason="Gestopt.", by=cast.ibp, at=now)
    made = actions.publish_statement(school=None, by=cast.ibp, at=now)
    assert _codes(made) == ["V01"]


@pytest.mark.requirement("KPO-001")
def test_a_school_publishes_its_own_activities_and_counts_for_itself(
    cast: Cast, now: datetime
) -> None:
    make.established("V01", at=now)
    make.established("V02", at=now, schools=[cast.linde])
    make.established("V03", at=now, schools=[cast.eik])
    linde = actions.publish_statement(school=cast.linde, by=cast.ibp, at=now)
    eik = actions.publish_statement(school=cast.eik, by=cast.ibp, at=now)
    assert (_codes(linde), _codes(eik)) == (["V01", "V02"], ["V01", "V03"])
    assert [(str(each.school), each.number) for each in (linde, eik)] == [
        ("De Linde", 1),
        ("De Eik", 1),
    ]
    assert linde.pdf.file_name == "privacyverklaring-de-linde-1.pdf"
    assert linde.pdf.school == cast.linde


def test_the_day_on_the_statement_is_the_day_in_the_netherlands(cast: Cast, now: datetime) -> None:
    make.established(at=now)
    past_midnight = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # half past twelve on the third
    made = actions.publish_statement(school=None, by=cast.ibp, at=past_midnight)
    assert made.content["day"] == "2026-03-03"


def test_who_publishes_the_same_while_the_pdf_is_made_gets_one_statement(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.established(at=now)
    make_pdf = letters.statement_pdf

    def meanwhile(statement: dict[str, object]) -> bytes:
        monkeypatch.setattr(letters, "statement_pdf", make_pdf)
        actions.publish_statement(school=None, by=cast.board_member, at=now)
        return make_pdf(statement)

    monkeypatch.setattr(letters, "statement_pdf", meanwhile)
    made = actions.publish_statement(school=None, by=cast.ibp, at=now)
    assert PublishedStatement.objects.get() == made
    assert (made.number, made.published_by) == (1, cast.board_member)


def test_who_is_overtaken_while_the_pdf_is_made_does_not_bring_the_old_text_back(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = make.established(at=now)
    make_pdf = letters.statement_pdf

    def meanwhile(statement: dict[str, object]) -> bytes:
        monkeypatch.setattr(letters, "statement_pdf", make_pdf)
        _change(activity, cast, LATER, "De nieuwe naam")
        actions.publish_statement(school=None, by=cast.board_member, at=LATER)
        return make_pdf(statement)

    monkeypatch.setattr(letters, "statement_pdf", meanwhile)
    made = actions.publish_statement(school=None, by=cast.ibp, at=LATER)
    assert made == PublishedStatement.objects.in_force().get()
    assert made.content["chapters"][0]["processes"][0]["name"] == "De nieuwe naam"


def test_each_place_reader_and_language_counts_for_itself(cast: Cast, now: datetime) -> None:
    activity = make.established(at=now)
    actions.publish_statement(school=None, by=cast.ibp, at=now)
    actions.publish_statement(school=None, by=cast.ibp, at=now, audience="pupils")
    actions.publish_statement(school=cast.linde, by=cast.ibp, at=now, audience="pupils")
    _change(activity, cast, LATER, "Volgsysteem")
    made = actions.publish_statement(school=None, by=cast.ibp, at=LATER, audience="pupils")
    assert (made.pdf.title, made.pdf.file_name) == (
        "Privacyverklaring voor leerlingen bestuur, versie 2",
        "privacyverklaring-leerlingen-bestuur-2.pdf",
    )
    found = PublishedStatement.objects.in_force().order_by("school", "audience")
    assert [(str(each.school), each.audience, each.language, each.number) for each in found] == [
        ("De Linde", "pupils", "nl", 1),
        ("None", "parents", "nl", 1),
        ("None", "pupils", "nl", 2),
    ]


def test_the_statement_of_a_school_rests_on_its_deviations_too(cast: Cast, now: datetime) -> None:
    activity = make.established(at=now)
    first = actions.publish_statement(school=cast.linde, by=cast.ibp, at=now)
    actions.deviate(
        activity=activity,
        school=cast.linde,
        field="place",
        text="In de kluis.",
        reason="Geen ruimte.",
        by=cast.director,
        at=LATER,
    )
    second = actions.publish_statement(school=cast.linde, by=cast.ibp, at=LATER)
    assert (first.number, second.number) == (1, 2)
    assert second.content["chapters"][0]["processes"][0]["local"] == [
        {"part": "plaats", "text": "In de kluis."}
    ]
    assert actions.publish_statement(school=cast.eik, by=cast.ibp, at=LATER).number == 1
