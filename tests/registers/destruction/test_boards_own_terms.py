"""The boards' own list of terms, carried out with the rules that the application brings along.

Every day here was counted by hand from the text: "Bewaartermijnen" of the one board, article 7.2,
8.5 and 10.4 of the other.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from privacyboard.audit.acts import ActRefused
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.deadlines import AMSTERDAM
from registers import exchange
from registers.actions.destroying import deciding, listing, stepping
from registers.models import DestructionItem, DestructionList, RetentionRule
from tests.conftest import NOW, Cast
from tests.factories import destruction as make
from tests.factories.pictures import kept


@pytest.fixture(autouse=True)
@kept
def catalogue(cast: Cast) -> None:
    exchange.load_catalogue(by=None)


def rule_of(code: str) -> RetentionRule:
    return RetentionRule.objects.get(code=code)


def swept(day: date) -> list[tuple[str, str]]:
    """What stands on lists after the sweep of a morning: whose, under which rule."""
    make.sweep(datetime.combine(day, time(8), tzinfo=AMSTERDAM))
    rows = DestructionItem.objects.filter(list__isnull=False)
    return [(item.person_key, item.rule.code) for item in rows]


# Who left on 1 August 2024. A maximum stands sixty days before the year in which it ends on a list,
# so that it can be carried out in time; a minimum not before it has passed.
@pytest.mark.parametrize(
    ("code", "day_before", "listed", "window"),
    [
        pytest.param(
            "pupil_file",
            date(2025, 11, 1),
            date(2025, 11, 2),
            (None, date(2026, 8, 1)),
            marks=pytest.mark.requirement("VOG-040", "KPO-022", "OPO-051"),
            id="pupil file: two years after leaving",
        ),
        pytest.param(
            "special_referral",
            date(2027, 8, 1),
            date(2027, 8, 2),
            (date(2027, 8, 2), date(2027, 11, 2)),
            marks=pytest.mark.requirement("VOG-041", "OPO-051"),
            id="referral to special education: three years",
        ),
        pytest.param(
            "absence_enrolment",
            date(2029, 8, 1),
            date(2029, 8, 2),
            (date(2029, 8, 2), date(2029, 11, 2)),
            marks=pytest.mark.requirement("VOG-042", "OPO-051"),
            id="absence and registration: five years",
        ),
        pytest.param(
            "disputes",
            date(2028, 11, 1),
            date(2028, 11, 2),
            (None, date(2029, 8, 1)),
            marks=pytest.mark.requirement("VOG-044", "OPO-051"),
            id="objection, complaint, court: five years after deregistration",
        ),
    ],
)
def test_data_of_a_pupil_who_left(
    cast: Cast,
    code: str,
    day_before: date,
    listed: date,
    window: tuple[date | None, date | None],
) -> None:
    make.kept_in("V01", (rule_of(code), "results"))
    make.leaver(cast.linde, "1001", date(2024, 8, 1))
    assert swept(day_before) == []
    assert swept(listed) == [("1001", code)]
    item = DestructionItem.objects.get()
    assert (item.not_before, item.not_after) == window


@pytest.mark.requirement("VOG-043", "OPO-051")
def test_funding_data_stay_seven_years_after_the_school_year(cast: Cast) -> None:
    make.kept_in("V04", (rule_of("funding"), "funding"), schools=(cast.linde,))

    def periods(day: date) -> list[str]:
        make.sweep(datetime.combine(day, time(8), tzinfo=AMSTERDAM))
        return [item.period for item in DestructionItem.objects.order_by("pk")]

    # The school year 2018-2019 ended on 31 July 2019.
    assert periods(date(2026, 7, 31)) == ["schooljaar 2017-2018 en eerder"]
    assert periods(date(2026, 8, 1))[1:] == ["schooljaar 2018-2019"]


# --- what the machine cannot know: a result, a decision, a recording, the end of a consent ------


def add(cast: Cast, code: str, **values: Any) -> DestructionItem:
    """A line by hand on the list of De Linde, of 2 March 2026; the newest line."""
    found = DestructionList.objects.first()
    found = found or listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    filled = {"event_on": date(2026, 2, 2), "keys": ("P-1",), **values}
    added = listing.Added(rule=rule_of(code), **filled)
    assert listing.add_items(found=found, added=added, by=cast.director, at=NOW)[1] == 1
    return DestructionItem.objects.latest("pk")


@pytest.mark.requirement("VOG-045", "OPO-051")
def test_central_exams_stay_six_months_after_the_result(cast: Cast) -> None:
    with pytest.raises(ActRefused, match="Het mag weg vanaf 03-03-2026"):
        add(cast, "central_exam", event_on=date(2025, 9, 2))
    item = add(cast, "central_exam", event_on=date(2025, 9, 1))
    assert (item.not_before, item.not_after) == (date(2026, 3, 2), None)


@pytest.mark.requirement("OPO-064", "OPO-051")
def test_who_was_not_admitted_is_gone_two_years_after_the_decision(cast: Cast) -> None:
    item = add(cast, "not_admitted", event_on=date(2024, 6, 12))
    assert (item.not_before, item.not_after) == (None, date(2026, 6, 12))


@pytest.mark.requirement("VOG-046", "OPO-051")
def test_addresses_for_reunions_stay_as_long_as_the_consent(cast: Cast) -> None:
    with pytest.raises(ActRefused, match="Deze gegevens hebben geen vaste termijn"):
        add(cast, "reunion")
    item = add(cast, "reunion", reason="Ingetrokken per brief van 2 februari.")
    assert (item.not_before, item.not_after) == (None, None)


@pytest.mark.requirement("VOG-047", "OPO-037")
def test_camera_images_are_gone_four_weeks_after_the_recording(cast: Cast) -> None:
    item = add(cast, "camera", keys=(), period="Hal")
    assert (item.not_before, item.not_after) == (None, date(2026, 3, 2))


@pytest.mark.requirement("VOG-047", "OPO-037")
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("camera_incident", "Het incident is op 1 maart afgehandeld."),
        ("camera_police", "Op 1 maart overlegd met de wijkagent: het onderzoek is klaar."),
    ],
)
def test_images_of_an_incident_or_a_report_stay_until_somebody_says_why_they_can_go(
    cast: Cast, code: str, reason: str
) -> None:
    with pytest.raises(ActRefused, match="Schrijf op waaruit blijkt"):
        add(cast, code, keys=(), period="Hal")
    assert not DestructionItem.objects.exists()
    item = add(cast, code, keys=(), period="Hal", reason=reason)
    assert (item.reason, item.not_before, item.not_after) == (reason, None, None)


@pytest.mark.requirement("VOG-047", "OPO-037", "OPO-052")
@pytest.mark.parametrize("kind", [HoldKind.CAMERA_INCIDENT, HoldKind.POLICE_REPORT])
def test_a_hold_keeps_images_beyond_their_four_weeks(cast: Cast, kind: HoldKind) -> None:
    hold = put_hold(
        kind=kind,
        reason="Vernieling in de hal.",
        owner=cast.director,
        review_on=date(2026, 4, 1),
        school=cast.linde,
        subject=rule_of("camera"),
        by=cast.director,
        at=NOW,
    )
    item = add(cast, "camera", keys=(), period="Hal")
    assert item.verdict == "held"
    lift_hold(hold=hold, because="Het is geregeld.", by=cast.director, at=NOW)
    assert item.list is not None
    stepping.check(found=item.list, by=cast.director, at=NOW)
    item.refresh_from_db()
    assert item.verdict == "destroy"


@pytest.mark.requirement("OPO-052")
@pytest.mark.parametrize("ground", ["others", "administration", "litigation", "law"])
def test_longer_on_each_of_the_four_grounds_of_the_regulation(cast: Cast, ground: str) -> None:
    item = add(cast, "not_admitted", event_on=date(2024, 6, 12))
    until = date(2026, 12, 1)
    deciding.keep_longer(
        item=item, ground=ground, reason="Zo.", until=until, by=cast.director, at=NOW
    )
    item.refresh_from_db()
    assert (item.verdict, item.ground, item.listed_from) == ("later", ground, until)
