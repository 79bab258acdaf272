"""What goes of the register's own records: once they ended, or were replaced, long ago."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from privacyboard.clockwork.actions import put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from registers.choices import (
    DeviatingField,
    OverviewKind,
    ReviewOutcome,
    SharingKind,
    VersionReply,
)
from registers.models import (
    AccessReview,
    Agreement,
    NationalOverview,
    Processor,
    RetentionRule,
    SchoolDeviation,
    SharingAgreement,
    SubProcessor,
    VersionAnswer,
)
from tests.conftest import NOW, Cast
from tests.factories import forgetting
from tests.factories import registers as make
from tests.retention_runs import run

pytestmark = pytest.mark.django_db
# History is dated by the server: so far ahead that all of it lies behind.
LONG_AFTER = date(2060, 1, 1)
ENDED, ON_THE_DAY, THE_DAY_AFTER = date(2010, 3, 31), date(2015, 3, 31), date(2015, 4, 1)


def ended(of: Processor, **values: object) -> Agreement:
    values = {"starts_on": date(2005, 1, 1), "ends_on": ENDED, **values}
    return make.agreement(of, **values)  # type: ignore[arg-type]


@pytest.mark.requirement("OPO-051")
def test_an_agreement_goes_with_its_file_and_history_five_years_after_its_end(cast: Cast) -> None:
    processor = make.processor(contact_email="zwaluwman@topicus.example")
    old = ended(processor)
    old.note = "Met Zwaluwman gesproken"
    old.document = storage.store(
        content=b"%PDF-1.4 x",
        title="Getekend",
        file_name="zwaluwman.pdf",
        media_type="application/pdf",
        kind="agreement",
        by=None,
        at=NOW,
    )
    old.record(by=None, why="met bijlage")
    SubProcessor(agreement=old, name="Hulpbedrijf Zwaluwman", task="hosting").record(
        by=None, why="erbij"
    )
    running = make.agreement(processor, reference="VO-2", ends_on=None)

    assert [run(day, "agreements") for day in (ON_THE_DAY, THE_DAY_AFTER)] == [0, 1]
    assert [each.pk for each in Agreement.objects.all()] == [running.pk]
    assert Agreement.history.filter(id=old.pk).count() == 0
    assert not StoredDocument.objects.exists()
    # The processor is one still.
    assert Processor.objects.get().contact_email == "zwaluwman@topicus.example"
    assert forgetting.places_of("Met Zwaluwman") == []


def test_the_address_of_a_processor_goes_with_the_last_agreement(cast: Cast) -> None:
    used = make.processor("gebruikt", "Gebruikt", contact_email="a@gebruikt.example")
    parted = make.processor("voorbij", "Voorbij", contact_email="zwaluwman@voorbij.example")
    for each in (used, parted):
        ended(each)
    make.use(make.product("p1", "P1", of="gebruikt"), cast.linde)

    assert run(THE_DAY_AFTER, "agreements") == 2
    kept = dict(Processor.objects.values_list("code", "contact_email"))
    assert (kept["gebruikt"], kept["voorbij"]) == ("a@gebruikt.example", "")
    assert forgetting.places_of("zwaluwman@voorbij") == []


def test_what_is_held_under_the_boards_own_term_stays_and_a_longer_term_counts(
    cast: Cast,
) -> None:
    ended(make.processor())
    rule = make.retention_rule(
        "processing_agreements", name="Overeenkomsten", years=7, trigger="contract_end"
    )
    assert run(THE_DAY_AFTER, "agreements") == 0
    hold = put_hold(
        subject=rule,
        kind=HoldKind.LAWSUIT,
        reason="geding",
        owner=cast.ibp,
        review_on=date(2027, 1, 1),
        by=cast.ibp,
        at=NOW,
    )
    assert hold.pk
    assert RetentionRule.objects.count() == 1
    assert run(LONG_AFTER, "agreements") == 0
    assert Agreement.objects.count() == 1


def test_an_arrangement_with_another_controller_goes_by_the_same_term(cast: Cast) -> None:
    SharingAgreement(
        kind=SharingKind.SHARING,
        party=make.party(),
        reference="S-1",
        starts_on=date(2005, 1, 1),
        ends_on=ENDED,
        purpose="Overdracht",
        contact_point="Zwaluwman, 06-1",
    ).record(by=None, why="gemaakt")

    assert [run(day, "sharing_agreements") for day in (ON_THE_DAY, THE_DAY_AFTER)] == [0, 1]
    assert forgetting.places_of("Zwaluwman") == []


def test_an_overview_goes_two_years_after_a_newer_one_came(cast: Cast) -> None:
    for year, kind in ((2020, "a"), (2021, "b")):
        NationalOverview.objects.create(
            kind=next(iter(OverviewKind)),
            file_name=f"{kind}.csv",
            rows=[],
            read_at=datetime(year, 3, 31, 12, tzinfo=UTC),
        )

    days = (date(2023, 3, 31), date(2023, 4, 1), LONG_AFTER)
    assert [run(day, "national_overviews") for day in days] == [0, 1, 0]
    assert NationalOverview.objects.get().file_name == "b.csv"


def test_a_review_goes_five_years_after_it_was_done_with(cast: Cast) -> None:
    done = datetime(2010, 3, 31, 12, tzinfo=UTC)
    about = {"matrix": {}, "sha256": "0" * 64, "opened_at": done, "due_on": date(2010, 3, 1)}
    handled = AccessReview(
        school=cast.linde,
        year=2010,
        outcome=ReviewOutcome.CORRECTED,
        corrections="Zwaluwman mag niet meer",
        answered_at=done,
        handled_at=done,
        **about,
    )
    waits = AccessReview(
        school=cast.linde,
        year=2009,
        outcome=ReviewOutcome.CORRECTED,
        corrections="nog te doen",
        answered_at=done,
        **about,
    )
    for each in (handled, waits):
        each.record(by=None, why="gemaakt")

    assert [run(day, "access_reviews") for day in (ON_THE_DAY, THE_DAY_AFTER)] == [0, 1]
    assert AccessReview.objects.get() == waits
    assert forgetting.places_of("Zwaluwman") == []


def test_a_deviation_goes_five_years_after_it_ended_and_a_remark_is_emptied(cast: Cast) -> None:
    moment = datetime(2010, 3, 31, 12, tzinfo=UTC)
    activity = make.full_activity()
    version = make.establish(activity, at=NOW)
    for field, ended_at in zip(list(DeviatingField)[:2], (moment, None), strict=True):
        SchoolDeviation(
            activity=activity,
            school=cast.linde,
            field=field,
            text="Zwaluwman bewaart het" if ended_at else "anders",
            reason="klein",
            decided_at=moment,
            ended_at=ended_at,
        ).record(by=None, why="gemaakt")
    VersionAnswer.objects.create(
        version=version,
        school=cast.linde,
        reply=next(iter(VersionReply)),
        remark="zegt Zwaluwman",
        answered_at=moment,
        answered_by=cast.director,
    )
    names = ("school_deviations", "version_remarks")

    assert [run(day, *names) for day in (ON_THE_DAY, THE_DAY_AFTER, LONG_AFTER)] == [0, 2, 0]
    assert SchoolDeviation.objects.get().text == "anders"
    answer = VersionAnswer.objects.get()
    assert (answer.remark, answer.answered_by) == ("", cast.director)
    assert forgetting.places_of("Zwaluwman") == []


def test_of_a_record_that_stays_who_stood_there_before_goes_from_the_history(cast: Cast) -> None:
    processor = make.processor(contact_email="zwaluwman@topicus.example")
    processor.contact_email = "nieuw@topicus.example"
    processor.record(by=None, why="ander adres")
    activity = make.full_activity()
    activity.owner = "Zwaluwman, hoofd administratie"
    activity.record(by=None, why="eigenaar")
    activity.owner = "hoofd administratie"
    activity.record(by=None, why="functie")
    rows = Processor.history.count()
    names = ("processor_contacts_replaced", "activity_contacts_replaced")
    today = timezone.localdate()

    # Five years after it was replaced: today, by the clock of the server.
    assert run(today.replace(year=today.year + 5), *names) == 0
    assert run(LONG_AFTER, *names) > 0
    assert run(LONG_AFTER, *names) == 0
    assert forgetting.places_of("Zwaluwman") == []
    assert Processor.history.count() == rows
    assert Processor.history.first().contact_email == "nieuw@topicus.example"
    activity.refresh_from_db()
    assert activity.owner == "hoofd administratie"
